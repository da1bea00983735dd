// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The transport over TCP: the conformance suite, and what only sockets can do.

#include "adapters/uv/transport.h"

#include "buoyant/base/little_endian.h"
#include "tests/adapters/transport_conformance.h"
#include "tests/adapters/uv/transport_harness.h"

#include <gtest/gtest.h>

#include <memory>
#include <signal.h>
#include <string>
#include <sys/resource.h>
#include <vector>

namespace buoyant::tests {

INSTANTIATE_TYPED_TEST_SUITE_P(Uv, TransportConformance, uv::tests::UvHarness);

}  // namespace buoyant::tests

namespace buoyant::uv::transport_test {

using buoyant::tests::text_frame;
using buoyant::tests::TransportRecorder;
using std::chrono::milliseconds;
using tests::RawListener;
using tests::RawSocket;

/// A transport under test with options of its own.
struct Node {
  Node(tests::UvHarness& its_harness, const TransportOptions& options, std::uint64_t id = 1)
      : harness(its_harness), events(ServerId(id)), transport(harness.open(options)) {
    events.transport = transport.get();
    transport->start(events);
  }

  ~Node() {
    bool closed = false;
    transport->close([&] { closed = true; });
    EXPECT_TRUE(harness.run_until([&] { return closed; }));
  }

  bool wait_for(const std::string& event) {
    return harness.run_until([&] { return events.has(event); });
  }

  void dial(const std::string& address) { transport->set_peers({{ServerId(2), address}}); }

  bool wait_for_trouble(const std::string& trouble) {
    return harness.run_until([&] { return transport->status().at(0).trouble == trouble; });
  }

  tests::UvHarness& harness;
  TransportRecorder events;
  std::unique_ptr<UvTransport> transport;
};

class UvTransportTest : public testing::Test {
 protected:
  Frame hello_frame(std::uint64_t from) {
    Hello hello;
    hello.identity = {.cluster = "test", .server = ServerId(from)};
    hello.expected = ServerId(1);
    return codec_.encode_hello(hello);
  }

  Frame reply_frame(std::uint64_t from) {
    HelloReply reply;
    reply.identity = {.cluster = "test", .server = ServerId(from)};
    return codec_.encode_hello_reply(reply);
  }

  /// Plays the acceptor: takes the connection that was dialled.
  int accept(const RawListener& listener) {
    int socket = -1;
    EXPECT_TRUE(harness_.loop().run_until_seen([&] {
      socket = socket >= 0 ? socket : listener.accept();
      return socket >= 0;
    }));
    return socket;
  }

  bool wait_for_close(const RawSocket& socket) {
    return harness_.loop().run_until_seen([&] { return socket.is_closed(); });
  }

  Error open_error(const TransportOptions& options) {
    auto opened = UvTransport::open(*harness_.loop(), options);
    EXPECT_FALSE(opened);
    return opened ? Error(Errc::kBusy) : opened.error();
  }

  buoyant::tests::HelloCodec codec_;
  tests::UvHarness harness_;
};

TEST_F(UvTransportTest, PortInUseIsKnownAtOpen) {
  const RawListener taken;
  TransportOptions options = harness_.options();
  options.listen = taken.address();

  const Error error = open_error(options);

  EXPECT_EQ(error.code(), Errc::kAddressInUse);
  EXPECT_EQ(error.native(), UV_EADDRINUSE);
}

TEST_F(UvTransportTest, PortOfAnotherTransportIsInUse) {
  Node one(harness_, harness_.options());
  TransportOptions options = harness_.options();
  options.listen = one.transport->bound_address();

  EXPECT_EQ(open_error(options).code(), Errc::kAddressInUse);
}

TEST_F(UvTransportTest, OtherAddressesThanLoopbackNeedConsent) {
  TransportOptions options = harness_.options();
  for (const char* address : {"0.0.0.0:0", "[::]:0", "192.0.2.1:0"}) {
    options.listen = address;
    const Error error = open_error(options);

    EXPECT_EQ(error.code(), Errc::kInvalidOptions);
    EXPECT_STREQ(error.context(),
                 "listen: not a loopback address; without TLS this needs insecure_plaintext");
  }
}

TEST_F(UvTransportTest, WithConsentItListensAnywhere) {
  TransportOptions options = harness_.options();
  options.listen = "0.0.0.0:0";
  options.insecure_plaintext = true;

  Node node(harness_, options);

  EXPECT_TRUE(node.transport->bound_address().starts_with("0.0.0.0:"));
}

TEST_F(UvTransportTest, ListensOnAName) {
  TransportOptions options = harness_.options();
  options.listen = "localhost:0";

  Node node(harness_, options);

  EXPECT_FALSE(node.transport->bound_address().ends_with(":0"));
}

TEST_F(UvTransportTest, AddressOfNobodyHereIsAnError) {
  TransportOptions options = harness_.options();
  options.listen = "192.0.2.1:7001";
  options.insecure_plaintext = true;

  EXPECT_EQ(open_error(options).code(), Errc::kTransportFailed);
}

TEST_F(UvTransportTest, BadOptionsAreNamed) {
  const auto context_of = [&](const std::function<void(TransportOptions&)>& change) {
    TransportOptions options = harness_.options();
    change(options);
    const Error error = open_error(options);
    EXPECT_EQ(error.code(), Errc::kInvalidOptions);
    return std::string(error.context());
  };

  EXPECT_EQ(context_of([](auto& o) { o.codec = nullptr; }), "transport: codec");
  EXPECT_EQ(context_of([](auto& o) { o.poster = nullptr; }), "transport: poster");
  EXPECT_EQ(context_of([](auto& o) { o.listen = "7001"; }), "address: no port");
  EXPECT_EQ(context_of([](auto& o) { o.frame_bytes_max = kFrameBytesHardMax + 1; }),
            "transport: frame_bytes_max");
  EXPECT_EQ(context_of([](auto& o) { o.redial_delay_max = milliseconds(1); }),
            "transport: redial_delay");
  EXPECT_EQ(context_of([](auto& o) { o.accepts_per_turn = 0; }),
            "transport: a limit of zero connections");
}

TEST_F(UvTransportTest, SigpipeIsIgnoredUnlessTheHostHandlesIt) {
  const auto before = signal(SIGPIPE, SIG_DFL);
  { Node node(harness_, harness_.options()); }
  EXPECT_EQ(signal(SIGPIPE, [](int) {}), SIG_IGN);
  { Node node(harness_, harness_.options()); }
  EXPECT_NE(signal(SIGPIPE, before), SIG_IGN);
}

TEST_F(UvTransportTest, WorksOverIpv6) {
  TransportOptions options = harness_.options();
  options.listen = "[::1]:0";
  Node one(harness_, harness_.options());
  Node two(harness_, options, 2);

  one.dial(two.transport->bound_address());

  EXPECT_TRUE(one.wait_for("connected 2"));
}

TEST_F(UvTransportTest, ResolvesTheNameOfAPeer) {
  Node one(harness_, harness_.options());
  Node two(harness_, harness_.options(), 2);
  const auto address = parse_address(two.transport->bound_address());

  one.dial("localhost:" + std::to_string(address->port));

  EXPECT_TRUE(one.wait_for("connected 2"));
}

TEST_F(UvTransportTest, NameThatDoesNotResolveIsReportedOnce) {
  Node one(harness_, harness_.options());

  one.dial("no-such-host.invalid:7001");

  EXPECT_TRUE(one.wait_for("trouble 2 its name does not resolve"));
  harness_.run_some();
  EXPECT_EQ(one.events.count_starting("trouble"), 1U);
}

TEST_F(UvTransportTest, BadAddressOfAPeerIsReportedOnce) {
  Node one(harness_, harness_.options());

  one.dial("nonsense");

  EXPECT_TRUE(one.wait_for("trouble 2 address: no port"));
  EXPECT_TRUE(one.wait_for_trouble("address: no port"));
  EXPECT_EQ(one.events.count_starting("trouble"), 1U);
}

TEST_F(UvTransportTest, RefusedConnectionIsSaidInTheStatusAndTriedAgain) {
  std::string address;
  {
    const RawListener listener;
    address = listener.address();
  }
  Node one(harness_, harness_.options());

  one.dial(address);

  EXPECT_TRUE(one.wait_for_trouble("connection refused"));
  EXPECT_EQ(one.events.count_starting("trouble"), 0U);
}

TEST_F(UvTransportTest, GarbageEndsTheConnectionAndIsReportedOnce) {
  Node node(harness_, harness_.options());
  for (int i = 0; i < 3; ++i) {
    const RawSocket socket(node.transport->bound_address());
    socket.write(view_of("GET / HTTP/1.1\r\nHost: example.org\r\nAccept: text/html\r\n\r\n"));
    EXPECT_TRUE(wait_for_close(socket));
  }

  EXPECT_EQ(node.events.log, std::vector<std::string>{"trouble 0 frame magic"});
}

TEST_F(UvTransportTest, FrameThatIsNoHelloEndsTheConnection) {
  Node node(harness_, harness_.options());
  const RawSocket socket(node.transport->bound_address());

  socket.write(text_frame("not a hello"));

  EXPECT_TRUE(wait_for_close(socket));
  EXPECT_EQ(node.events.log,
            std::vector<std::string>{"trouble 0 the first frame on a connection is no handshake"});
}

TEST_F(UvTransportTest, StrangersMaySendFourKibibytesOnly) {
  Node node(harness_, harness_.options());
  const RawSocket socket(node.transport->bound_address());

  socket.write(text_frame(std::string(kHelloBytesMax + 1, 'x')));

  EXPECT_TRUE(wait_for_close(socket));
  EXPECT_TRUE(node.events.has("trouble 0 frame over the cap"));
}

TEST_F(UvTransportTest, OversizedLengthIsRefusedByItsHeaderAlone) {
  Node node(harness_, harness_.options());
  const RawSocket socket(node.transport->bound_address());
  std::vector<std::byte> header(kFrameHeaderBytes);
  FrameHeader claim;
  claim.payload_bytes = 0xffffffff;
  encode_frame_header(claim, header);

  socket.write(header);

  EXPECT_TRUE(wait_for_close(socket));
  EXPECT_TRUE(node.events.has("trouble 0 frame over the cap"));
}

TEST_F(UvTransportTest, HelloInSingleBytesIsRead) {
  Node node(harness_, harness_.options());
  const RawSocket socket(node.transport->bound_address());
  const Frame frame = hello_frame(2);
  for (const std::byte& byte : frame.pieces.at(0).view()) {
    socket.write(ByteView(&byte, 1));
    harness_.loop().spin(2);
  }

  EXPECT_TRUE(node.wait_for("hello 2"));
}

TEST_F(UvTransportTest, HalfAHelloEndsAtTheDeadline) {
  TransportOptions options = harness_.options();
  options.hello_timeout = milliseconds(20);
  Node node(harness_, options);
  const RawSocket socket(node.transport->bound_address());
  const Frame frame = hello_frame(2);

  socket.write(frame.pieces.at(0).view().first(30));

  EXPECT_TRUE(wait_for_close(socket));
  EXPECT_EQ(node.events.log,
            std::vector<std::string>{"trouble 0 a connection came without a handshake"});
}

TEST_F(UvTransportTest, AdmissionThatDoesNotComeEndsAtTheDeadline) {
  TransportOptions options = harness_.options();
  options.hello_timeout = milliseconds(20);
  Node node(harness_, options);
  node.events.admits_at_once = false;
  const RawSocket socket(node.transport->bound_address());
  socket.write(hello_frame(2));
  ASSERT_TRUE(node.wait_for("hello 2"));

  EXPECT_TRUE(wait_for_close(socket));
  node.transport->admit(node.events.connections.at(0), Refusal::kNone);
  harness_.run_some();

  EXPECT_FALSE(node.transport->send(ServerId(2), port::Channel::kReply, text_frame("x")) ==
               port::SendResult::kQueued);
}

TEST_F(UvTransportTest, FramesRightBehindTheHelloWaitForTheAdmission) {
  Node node(harness_, harness_.options());
  node.events.admits_at_once = false;
  const RawSocket socket(node.transport->bound_address());
  socket.write(hello_frame(2));
  socket.write(text_frame("impatient"));
  ASSERT_TRUE(node.wait_for("hello 2"));
  harness_.run_some();
  EXPECT_TRUE(node.events.frames.empty());

  node.events.inside_call = true;
  node.transport->admit(node.events.connections.at(0), Refusal::kNone);
  node.events.inside_call = false;

  EXPECT_TRUE(node.wait_for("request 2 impatient"));
  EXPECT_EQ(node.events.events_inside_calls, 0U);
}

TEST_F(UvTransportTest, BrokenBodyFromAPeerEndsTheConnection) {
  Node node(harness_, harness_.options());
  const RawSocket socket(node.transport->bound_address());
  socket.write(hello_frame(2));
  std::string broken;
  for (const Bytes& piece : text_frame("some text").pieces) {
    broken += piece.text();
  }
  broken[kFrameHeaderBytes + 2] ^= 1;

  socket.write(view_of(broken));

  EXPECT_TRUE(wait_for_close(socket));
  EXPECT_TRUE(node.events.has("trouble 2 frame body checksum"));
  EXPECT_TRUE(node.events.frames.empty());
}

TEST_F(UvTransportTest, AnswerThatIsNoHandshakeIsReportedOnce) {
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

TEST_F(UvTransportTest, AnswerThatDoesNotComeIsGivenUp) {
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

TEST_F(UvTransportTest, PeerThatStopsReadingIsDisconnectedAndDialledAgain) {
  const RawListener listener;
  TransportOptions options = harness_.options();
  options.peer_stall = milliseconds(30);
  options.queue_bytes_max = std::size_t{16} << 20U;
  Node node(harness_, options);
  node.dial(listener.address());
  const RawSocket socket(accept(listener));
  socket.write(reply_frame(2));
  ASSERT_TRUE(node.wait_for("connected 2"));
  const Bytes payload = Bytes::copy_of(std::string(std::size_t{1} << 20U, 'x'));
  const Frame frame = make_frame(FrameType::kForward, GroupId(), view_of("big"), {&payload, 1});
  while (node.transport->send(ServerId(2), port::Channel::kRequest, frame) ==
         port::SendResult::kQueued) {
  }
  node.transport->flush();

  EXPECT_TRUE(node.wait_for("disconnected 2"));
  EXPECT_STREQ(node.transport->status().at(0).trouble, "the peer takes nothing");
  EXPECT_EQ(node.events.count("writable 2"), 0U);
  const RawSocket again(accept(listener));
}

TEST_F(UvTransportTest, PeerThatReadsSlowlyStaysConnected) {
  const RawListener listener;
  TransportOptions options = harness_.options();
  options.peer_stall = milliseconds(500);
  Node node(harness_, options);
  node.dial(listener.address());
  const RawSocket socket(accept(listener));
  socket.write(reply_frame(2));
  ASSERT_TRUE(node.wait_for("connected 2"));
  const std::string text(60'000, 'x');
  for (int i = 0; i < 100; ++i) {
    node.transport->send(ServerId(2), port::Channel::kRequest, text_frame(text));
  }
  node.transport->flush();

  EXPECT_TRUE(harness_.loop().run_until_seen([&] {
    EXPECT_FALSE(socket.is_closed());
    return node.transport->queued_bytes(ServerId(2)) == 0;
  }));
  EXPECT_EQ(node.events.count("disconnected 2"), 0U);
}

TEST_F(UvTransportTest, FramesOfOneTurnLeaveTogetherAtTheFlush) {
  const RawListener listener;
  Node node(harness_, harness_.options());
  node.dial(listener.address());
  const RawSocket socket(accept(listener));
  socket.write(reply_frame(2));
  ASSERT_TRUE(node.wait_for("connected 2"));
  for (int i = 0; i < 200; ++i) {
    node.transport->send(ServerId(2), port::Channel::kRequest, text_frame("x"));
  }

  node.transport->flush();

  EXPECT_EQ(node.transport->queued_bytes(ServerId(2)), 0U) << "written without the loop's help";
}

TEST_F(UvTransportTest, WriteToAPeerThatResetIsAnEventAndNoSignal) {
  const RawListener listener;
  Node node(harness_, harness_.options());
  node.dial(listener.address());
  {
    const int accepted = accept(listener);
    const RawSocket socket(accepted);
    socket.write(reply_frame(2));
    ASSERT_TRUE(node.wait_for("connected 2"));
    const linger reset{.l_onoff = 1, .l_linger = 0};
    setsockopt(accepted, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
  }
  node.events.inside_call = true;
  node.transport->send(ServerId(2), port::Channel::kRequest, text_frame("x"));
  node.transport->flush();
  node.events.inside_call = false;

  EXPECT_TRUE(node.wait_for("disconnected 2"));
  EXPECT_EQ(node.events.events_inside_calls, 0U);
  EXPECT_EQ(node.events.count("disconnected 2"), 1U);
}

TEST_F(UvTransportTest, StrangersAreLimitedInAll) {
  TransportOptions options = harness_.options();
  options.unauthenticated_max = 4;
  Node node(harness_, options);
  std::vector<std::unique_ptr<RawSocket>> sockets;
  for (int i = 0; i < 10; ++i) {
    sockets.push_back(std::make_unique<RawSocket>(node.transport->bound_address()));
  }
  const auto closed = [&] {
    return std::count_if(sockets.begin(), sockets.end(),
                         [](const auto& socket) { return socket->is_closed(); });
  };

  EXPECT_TRUE(harness_.loop().run_until_seen([&] { return closed() == 6; }));
  harness_.run_some();

  EXPECT_EQ(closed(), 6);
  EXPECT_EQ(node.events.log,
            std::vector<std::string>{"trouble 0 too many connections without a handshake"});
}

TEST_F(UvTransportTest, StrangersAreLimitedPerHost) {
  TransportOptions options = harness_.options();
  options.unauthenticated_per_host_max = 2;
  Node node(harness_, options);
  const RawSocket first(node.transport->bound_address());
  const RawSocket second(node.transport->bound_address());
  const RawSocket third(node.transport->bound_address());

  EXPECT_TRUE(wait_for_close(third));
  EXPECT_FALSE(first.is_closed());
  EXPECT_FALSE(second.is_closed());
}

TEST_F(UvTransportTest, StrangersThatLeaveMakeRoom) {
  TransportOptions options = harness_.options();
  options.unauthenticated_per_host_max = 1;
  Node node(harness_, options);
  for (std::uint64_t i = 2; i < 6; ++i) {
    RawSocket socket(node.transport->bound_address());
    socket.write(hello_frame(i));
    EXPECT_TRUE(node.wait_for("hello " + std::to_string(i)));
    socket.close();
    harness_.run_some();
  }

  EXPECT_EQ(node.events.count_starting("trouble"), 0U);
}

TEST_F(UvTransportTest, AdmittedPeersAreNoStrangers) {
  TransportOptions options = harness_.options();
  options.unauthenticated_max = 1;
  Node node(harness_, options);
  std::vector<std::unique_ptr<RawSocket>> sockets;
  for (std::uint64_t i = 2; i < 6; ++i) {
    sockets.push_back(std::make_unique<RawSocket>(node.transport->bound_address()));
    sockets.back()->write(hello_frame(i));
    ASSERT_TRUE(node.wait_for("hello " + std::to_string(i)));
  }

  EXPECT_EQ(node.events.count_starting("trouble"), 0U);
}

TEST_F(UvTransportTest, FewConnectionsAreAcceptedPerIterationButAllInTheEnd) {
  TransportOptions options = harness_.options();
  options.accepts_per_turn = 2;
  Node node(harness_, options);
  harness_.run_some();
  std::vector<std::unique_ptr<RawSocket>> sockets;
  for (std::uint64_t i = 0; i < 12; ++i) {
    sockets.push_back(std::make_unique<RawSocket>(node.transport->bound_address()));
    sockets.back()->write(hello_frame(i + 2));
  }
  harness_.loop().spin(2);
  EXPECT_LE(node.events.count_starting("hello"), 6U);

  EXPECT_TRUE(harness_.run_until([&] { return node.events.count_starting("hello") == 12; }));
}

TEST_F(UvTransportTest, ReadsOfOneIterationAreBounded) {
  TransportOptions options = harness_.options();
  options.receive_bytes_per_turn = 10'000;
  Node node(harness_, options);
  const RawSocket socket(node.transport->bound_address());
  socket.write(hello_frame(2));
  ASSERT_TRUE(node.wait_for("hello 2"));
  harness_.run_some();
  const Frame frame = text_frame(std::string(960, 'x'));
  ASSERT_EQ(frame.bytes(), 1000U);
  for (int i = 0; i < 60; ++i) {
    socket.write(frame);
  }

  harness_.loop().spin(1);
  EXPECT_LE(node.events.frames.size(), 10U);
  EXPECT_TRUE(harness_.run_until([&] { return node.events.frames.size() == 60; }));
}

TEST_F(UvTransportTest, WritesOfOneFlushAreBounded) {
  const RawListener listener;
  TransportOptions options = harness_.options();
  options.send_bytes_per_turn = 1000;
  Node node(harness_, options);
  node.dial(listener.address());
  const RawSocket socket(accept(listener));
  socket.write(reply_frame(2));
  ASSERT_TRUE(node.wait_for("connected 2"));
  const Frame frame = text_frame(std::string(460, 'x'));
  for (int i = 0; i < 10; ++i) {
    node.transport->send(ServerId(2), port::Channel::kRequest, frame);
  }

  node.transport->flush();
  EXPECT_EQ(node.transport->queued_bytes(ServerId(2)), 10 * frame.bytes() - 1000);

  EXPECT_TRUE(harness_.run_until([&] { return node.transport->queued_bytes(ServerId(2)) == 0; }));
}

TEST_F(UvTransportTest, ServerCanDialItself) {
  Node node(harness_, harness_.options());
  node.transport->set_peers({{ServerId(1), node.transport->bound_address()}});
  ASSERT_TRUE(node.wait_for("connected 1"));

  node.transport->send(ServerId(1), port::Channel::kRequest, text_frame("to myself"));
  node.transport->flush();

  EXPECT_TRUE(node.wait_for("request 1 to myself"));
}

TEST_F(UvTransportTest, RunningOutOfFileDescriptorsIsNotFatal) {
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

TEST_F(UvTransportTest, ClosesWhileANameIsBeingResolved) {
  Node node(harness_, harness_.options());
  node.dial("localhost:1");

  harness_.loop().spin(1);
}

TEST_F(UvTransportTest, ClosesWhileConnecting) {
  TransportOptions options = harness_.options();
  Node node(harness_, options);
  // Of the network for documentation: nobody answers, or nothing leads there.
  node.dial("192.0.2.1:7001");

  harness_.loop().spin(3);
}

}  // namespace buoyant::uv::transport_test
