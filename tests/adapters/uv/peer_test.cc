// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/uv/peer.h"

#include "adapters/uv/backoff.h"
#include "tests/adapters/uv/transport_fixture.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <sys/resource.h>
#include <vector>

namespace buoyant::uv::peer_test {

using conformance::text_frame;
using std::chrono::milliseconds;
using tests::Node;
using tests::RawListener;
using tests::RawSocket;

TEST(BackoffTest, DoublesUpToTheBound) {
  Backoff backoff(milliseconds(50), milliseconds(300));

  EXPECT_EQ(backoff.next(0), milliseconds(50));
  EXPECT_EQ(backoff.next(0), milliseconds(100));
  EXPECT_EQ(backoff.next(0), milliseconds(200));
  EXPECT_EQ(backoff.next(0), milliseconds(300));
  EXPECT_EQ(backoff.next(0), milliseconds(300));
}

TEST(BackoffTest, StartsAnewAfterASuccess) {
  Backoff backoff(milliseconds(50), milliseconds(300));
  backoff.next(0);
  backoff.next(0);

  backoff.reset();

  EXPECT_EQ(backoff.next(0), milliseconds(50));
}

TEST(BackoffTest, LeavesOffUpToAHalfAtRandom) {
  Backoff backoff(Duration(100), Duration(100));

  EXPECT_EQ(backoff.next(50), Duration(50));
  EXPECT_EQ(backoff.next(51), Duration(100));
  EXPECT_EQ(backoff.next(20), Duration(80));
}

/// Where nobody listens.
std::string deserted_address() {
  return RawListener().address();
}

class PeerTest : public tests::UvTransportFixture {};

TEST_F(PeerTest, ResolvesTheNameOfAPeer) {
  Node one(harness_, harness_.options());
  Node two(harness_, harness_.options(), 2);
  const auto address = parse_address(two.transport->bound_address());

  one.dial("localhost:" + std::to_string(address->port));

  EXPECT_TRUE(one.wait_for("connected 2"));
}

TEST_F(PeerTest, NameThatDoesNotResolveIsReportedOnce) {
  Node one(harness_, harness_.options());

  one.dial("no-such-host.invalid:7001");

  EXPECT_TRUE(one.wait_for("trouble 2 its name does not resolve"));
  harness_.run_some();
  EXPECT_EQ(one.events.count_starting("trouble"), 1U);
}

TEST_F(PeerTest, BadAddressOfAPeerIsReportedOnce) {
  Node one(harness_, harness_.options());

  one.dial("nonsense");

  EXPECT_TRUE(one.wait_for("trouble 2 address: no port"));
  EXPECT_TRUE(one.wait_for_trouble("address: no port"));
  EXPECT_EQ(one.events.count_starting("trouble"), 1U);
}

TEST_F(PeerTest, RefusedConnectionIsSaidInTheStatusAndTriedAgain) {
  Node one(harness_, harness_.options());

  one.dial(deserted_address());

  EXPECT_TRUE(one.wait_for_trouble("connection refused"));
  EXPECT_EQ(one.events.count_starting("trouble"), 0U);
}

TEST_F(PeerTest, AddressWhereNobodyEverAnsweredIsReportedOnce) {
  Node one(harness_, harness_.options());

  one.dial(deserted_address());

  EXPECT_TRUE(one.wait_for("trouble 2 connection refused"));
  harness_.run_some();
  EXPECT_EQ(one.events.count_starting("trouble"), 1U);
}

TEST_F(PeerTest, PeerThatWasThereIsOnlyAway) {
  Node one(harness_, harness_.options());
  {
    Node two(harness_, harness_.options(), 2);
    one.dial(two.transport->bound_address());
    ASSERT_TRUE(one.wait_for("connected 2"));
  }

  EXPECT_TRUE(one.wait_for_trouble("connection refused"));
  // For as long as it takes others, however their delays are drawn, to report it.
  for (int i = 0; i < 3; ++i) {
    Node witness(harness_, harness_.options());
    witness.dial(deserted_address());
    ASSERT_TRUE(witness.wait_for("trouble 2 connection refused"));
  }
  EXPECT_EQ(one.events.count_starting("trouble 2 connection refused"), 0U);
}

TEST_F(PeerTest, AnswerThatIsNoHandshakeIsReportedOnce) {
  const RawListener listener;
  Node node(harness_, harness_.options());
  node.dial(listener.address());
  for (int i = 0; i < 3; ++i) {
    const RawSocket socket(accept(listener));
    socket.write(text_frame("welcome"));
    EXPECT_TRUE(wait_for_close(socket));
  }

  EXPECT_EQ(node.events.log, std::vector<std::string>{"trouble 2 its answer is no handshake"});
}

TEST_F(PeerTest, AnswerThatDoesNotComeIsGivenUp) {
  const RawListener listener;
  TransportOptions options = harness_.options();
  options.hello_timeout = milliseconds(20);
  Node node(harness_, options);
  node.dial(listener.address());

  const RawSocket first(accept(listener));
  EXPECT_TRUE(node.wait_for_trouble("no answer to the handshake"));
  const RawSocket second(accept(listener));

  EXPECT_TRUE(node.events.log.empty());
}

TEST_F(PeerTest, RunningOutOfFileDescriptorsIsNotFatal) {
  Node one(harness_, harness_.options());
  Node two(harness_, harness_.options(), 2);
  rlimit before{};
  getrlimit(RLIMIT_NOFILE, &before);
  const int next = dup(0);
  rlimit none = before;
  none.rlim_cur = static_cast<rlim_t>(next);
  ::close(next);
  setrlimit(RLIMIT_NOFILE, &none);

  one.dial(two.transport->bound_address());
  EXPECT_TRUE(one.wait_for_trouble("too many open files"));
  setrlimit(RLIMIT_NOFILE, &before);

  EXPECT_TRUE(one.wait_for("connected 2"));
}

TEST_F(PeerTest, ClosesWhileANameIsBeingResolved) {
  Node node(harness_, harness_.options());
  node.dial("localhost:1");

  harness_.loop().spin(1);
}

TEST_F(PeerTest, ClosesWhileConnecting) {
  TransportOptions options = harness_.options();
  Node node(harness_, options);
  // Of the network for documentation: nobody answers, or nothing leads there.
  node.dial("192.0.2.1:7001");

  harness_.loop().spin(3);
}

}  // namespace buoyant::uv::peer_test
