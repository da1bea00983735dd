// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/kv/kv_protocol.h"

#include "tests/examples/kv/kv_fixture.h"

#include <gtest/gtest.h>

#include <chrono>

namespace kv::kv_protocol_test {

using testing_support::PlainSocket;

class KvProtocolTest : public testing_support::KvFixture {};

TEST_F(KvProtocolTest, AnswersAWriteWhenItIsApplied) {
  PlainSocket socket(server_->port());
  socket.send("SET k v\r\n");
  ASSERT_TRUE(wait_for_proposals(1));
  run_a_while();
  EXPECT_EQ(socket.received(), "");

  commit();

  EXPECT_TRUE(wait_for(socket, "+OK\r\n"));
}

TEST_F(KvProtocolTest, AnswersInTheOrderOfTheRequests) {
  PlainSocket socket(server_->port());

  EXPECT_TRUE(exchange(socket, "PING\r\nSET k v\r\nPING\r\nGET k\r\nnonsense\r\n",
                       "+PONG\r\n+OK\r\n+PONG\r\n$1\r\nv\r\n-ERR unknown command 'nonsense'\r\n"));
}

TEST_F(KvProtocolTest, AnswersAReadWhenItIsConfirmed) {
  PlainSocket socket(server_->port());
  socket.send("GET k\r\n");
  ASSERT_TRUE(run_until([&] { return node_.reads.size() == 1; }));
  EXPECT_EQ(node_.reads[0].mode, buoyant::ReadMode::kLinearizable);
  run_a_while();
  EXPECT_EQ(socket.received(), "");

  node_.end_read();

  EXPECT_TRUE(wait_for(socket, "$-1\r\n"));
  EXPECT_TRUE(node_.held.empty());
}

TEST_F(KvProtocolTest, AsksForALeaseWhenItIsToldTo) {
  PlainSocket socket(server_->port());
  socket.send("READMODE lease\r\nGET k\r\n");

  ASSERT_TRUE(run_until([&] { return node_.reads.size() == 1; }));
  EXPECT_EQ(node_.reads[0].mode, buoyant::ReadMode::kLease);
}

TEST_F(KvProtocolTest, SaysWhyAReadIsNotAnswered) {
  PlainSocket socket(server_->port());
  socket.send("GET k\r\n");
  ASSERT_TRUE(run_until([&] { return node_.reads.size() == 1; }));
  node_.end_read(buoyant::fail(buoyant::Errc::kNoLeader));

  EXPECT_TRUE(wait_for(socket, "-NOLEADER no leader is known\r\n"));
}

TEST_F(KvProtocolTest, AReadSeesTheWritesBeforeIt) {
  PlainSocket socket(server_->port());
  socket.send("SET k v\r\nGET k\r\nSTRLEN k\r\n");
  ASSERT_TRUE(run_until([&] { return node_.reads.size() == 2; }));
  node_.end_read();
  node_.end_read();
  run_a_while();
  EXPECT_EQ(socket.received(), "");

  commit();

  EXPECT_TRUE(wait_for(socket, "+OK\r\n$1\r\nv\r\n:1\r\n"));
}

TEST_F(KvProtocolTest, AReadDoesNotSeeTheWritesBehindIt) {
  PlainSocket socket(server_->port());
  socket.send("GET k\r\nSET k v\r\nGET k\r\n");
  ASSERT_TRUE(run_until([&] { return node_.reads.size() == 1; }));
  run_a_while();
  EXPECT_TRUE(node_.held.empty());

  node_.end_read();
  ASSERT_TRUE(wait_for_proposals(1));
  commit();
  ASSERT_TRUE(run_until([&] { return node_.reads.size() == 1; }));
  node_.end_read();

  EXPECT_TRUE(wait_for(socket, "$-1\r\n+OK\r\n$1\r\nv\r\n"));
}

TEST_F(KvProtocolTest, WhatWaitedTooLongForTheRequestsBeforeItIsRefused) {
  PlainSocket socket(server_->port());
  socket.send("GET k\r\nSET k v\r\nGET k\r\n");
  ASSERT_TRUE(run_until([&] { return node_.reads.size() == 1; }));
  const std::uint64_t begin = uv_now(&loop_);
  ASSERT_TRUE(run_until([&] { return uv_now(&loop_) > begin + 300; }));

  node_.end_read();

  const std::string busy = "-BUSY the requests before this one on its connection took too long\r\n";
  EXPECT_TRUE(wait_for(socket, "$-1\r\n" + busy + busy));
  EXPECT_TRUE(node_.held.empty());
  EXPECT_TRUE(exchange(socket, "SET k v\r\n", "+OK\r\n"));
}

TEST_F(KvProtocolTest, AReadAfterTheClientLeftIsDropped) {
  {
    PlainSocket socket(server_->port());
    socket.send("GET k\r\n");
    ASSERT_TRUE(run_until([&] { return node_.reads.size() == 1; }));
    socket.reset_at_close();
  }
  ASSERT_TRUE(run_until([&] { return server_->client_count() == 0; }));

  node_.end_read();

  run_a_while();
}

TEST_F(KvProtocolTest, HandsLeadershipOver) {
  PlainSocket socket(server_->port());
  socket.send("RAFT.TRANSFER 2\r\nRAFT.TRANSFER\r\nRAFT.TRANSFER x\r\n");
  ASSERT_TRUE(run_until([&] { return node_.transfers.size() == 2; }));
  EXPECT_EQ(node_.transfers[0].to, buoyant::ServerId(2));
  EXPECT_EQ(node_.transfers[1].to, buoyant::ServerId());

  node_.end_transfer(buoyant::ServerId(2));
  node_.end_transfer(buoyant::fail(buoyant::Errc::kTransferFailed));

  EXPECT_TRUE(wait_for(socket,
                       "+OK\r\n-ERR the target did not take over in time\r\n"
                       "-ERR a server's id is a number above zero\r\n"));
}

class KvMembersProtocolTest : public testing_support::KvFixture {
 protected:
  KvMembersProtocolTest() : KvFixture(with_short_timeout()) {}

  static example::Options with_short_timeout() {
    example::Options options;
    options.election_timeout = std::chrono::milliseconds(200);
    return options;
  }

  /// What the node is asked for by one command.
  Members asked_for(PlainSocket& socket, const std::string& request) {
    socket.send(request + "\r\n");
    EXPECT_TRUE(run_until([&] {
      if (!node_.reads.empty()) {
        node_.end_read();
      }
      return !node_.changes.empty();
    })) << request;
    Members members = node_.changes.empty() ? Members{} : node_.changes.front().members;
    if (!node_.changes.empty()) {
      node_.end_change(buoyant::Index(9));
    }
    return members;
  }

  static buoyant::Member voter(std::uint64_t id, std::string address) {
    return {buoyant::ServerId(id), std::move(address), buoyant::MemberRole::kVoter};
  }

  static buoyant::Member learner(std::uint64_t id, std::string address) {
    return {buoyant::ServerId(id), std::move(address), buoyant::MemberRole::kLearner};
  }
};

TEST_F(KvMembersProtocolTest, AsksForTheMembersThatACommandMeans) {
  PlainSocket socket(server_->port());
  node_.told.configuration.members = {voter(1, "a:1"), learner(2, "b:2")};

  EXPECT_EQ(asked_for(socket, "RAFT.ADD 3 c:3"),
            (Members{voter(1, "a:1"), learner(2, "b:2"), voter(3, "c:3")}));
  EXPECT_EQ(asked_for(socket, "raft.add 3 c:3 learner"),
            (Members{voter(1, "a:1"), learner(2, "b:2"), learner(3, "c:3")}));
  EXPECT_EQ(asked_for(socket, "RAFT.PROMOTE 2"), (Members{voter(1, "a:1"), voter(2, "b:2")}));
  EXPECT_EQ(asked_for(socket, "RAFT.DEMOTE 1"), (Members{learner(1, "a:1"), learner(2, "b:2")}));
  EXPECT_EQ(asked_for(socket, "RAFT.REMOVE 2"), (Members{voter(1, "a:1")}));
  EXPECT_TRUE(wait_for(socket, "+OK\r\n+OK\r\n+OK\r\n+OK\r\n+OK\r\n"));
}

TEST_F(KvMembersProtocolTest, WhatIsNoServerIsNotAskedFor) {
  PlainSocket socket(server_->port());

  EXPECT_TRUE(exchange(socket,
                       "RAFT.ADD 0 c:3\r\nRAFT.ADD 3 c:0\r\nRAFT.ADD 3 c\r\n"
                       "RAFT.ADD 3 c:3 VOTER\r\nRAFT.REMOVE x\r\nRAFT.PROMOTE 7\r\n",
                       "-ERR a server's id is a number above zero\r\n"
                       "-ERR the address is not HOST:PORT\r\n"
                       "-ERR the address is not HOST:PORT\r\n"
                       "-ERR syntax error: only LEARNER may follow the address\r\n"
                       "-ERR a server's id is a number above zero\r\n"
                       "-ERR this server is not a member\r\n"));
  EXPECT_TRUE(node_.changes.empty());
}

TEST_F(KvMembersProtocolTest, WhatTakesLongIsAnsweredAsUnknownInTime) {
  PlainSocket socket(server_->port());
  const std::uint64_t begin = uv_now(&loop_);
  socket.send("RAFT.SNAPSHOT\r\nRAFT.ADD 3 c:3\r\nRAFT.REMOVE 3\r\n");
  ASSERT_TRUE(run_until([&] { return node_.reads.size() == 2; }));
  node_.end_read();
  node_.end_read();
  node_.snapshots[0](buoyant::SnapshotMetadata{});
  const std::string unknown = "-UNKNOWN it is still under way\r\n";

  EXPECT_TRUE(wait_for(socket, "+OK\r\n" + unknown + unknown));
  EXPECT_GE(uv_now(&loop_) - begin, 1000U);

  // The outcomes that come later are nobody's.
  node_.end_change(buoyant::Index(9));
  node_.end_change(buoyant::fail(buoyant::Errc::kNotCaughtUp));
  EXPECT_TRUE(exchange(socket, "PING\r\n", "+PONG\r\n"));
}

TEST_F(KvMembersProtocolTest, AClientMayLeaveWhileItsChangeIsUnderWay) {
  {
    PlainSocket socket(server_->port());
    socket.send("RAFT.REMOVE 3\r\n");
    ASSERT_TRUE(run_until([&] { return node_.reads.size() == 1; }));
    socket.reset_at_close();
  }
  ASSERT_TRUE(run_until([&] { return server_->client_count() == 0; }));

  node_.end_read();
  node_.end_change(buoyant::Index(9));

  run_a_while();
}

TEST_F(KvProtocolTest, TakesASnapshot) {
  PlainSocket socket(server_->port());
  socket.send("RAFT.SNAPSHOT\r\nRAFT.SNAPSHOT\r\n");
  ASSERT_TRUE(run_until([&] { return node_.snapshots.size() == 2; }));

  node_.snapshots[0](buoyant::SnapshotMetadata{});
  node_.snapshots[1](buoyant::fail(buoyant::Errc::kStorageFull));

  EXPECT_TRUE(wait_for(socket, "+OK\r\n-NOSPACE no space left for the log\r\n"));
}

TEST_F(KvProtocolTest, AStaleReadNeverWaits) {
  PlainSocket socket(server_->port());
  ASSERT_TRUE(exchange(socket, "SET k v\r\nREADMODE stale\r\n", "+OK\r\n+OK\r\n"));
  socket.send("GET k\r\n");

  EXPECT_TRUE(wait_for(socket, "+OK\r\n+OK\r\n$1\r\nv\r\n"));
  EXPECT_TRUE(node_.held.empty());
}

TEST_F(KvProtocolTest, SaysHowManyWordsAreWrong) {
  PlainSocket socket(server_->port());

  EXPECT_TRUE(exchange(socket, "get\r\nGET a b\r\n",
                       "-ERR wrong number of arguments for 'get' command\r\n"
                       "-ERR wrong number of arguments for 'GET' command\r\n"));
}

TEST_F(KvProtocolTest, AnOperationThatIsNoneIsNotProposed) {
  PlainSocket socket(server_->port());

  EXPECT_TRUE(exchange(socket, "SET k v EX\r\n",
                       "-ERR syntax error: only NX or XX may follow the value\r\n"));
  EXPECT_TRUE(node_.held.empty());
}

TEST_F(KvProtocolTest, ClosesAfterWhatIsNoProtocol) {
  PlainSocket socket(server_->port());
  socket.send("PING\r\n*1\r\n:1\r\nPING\r\n");

  EXPECT_TRUE(run_until([&] { return socket.is_closed(); }));
  EXPECT_EQ(socket.received(), "+PONG\r\n-ERR Protocol error: expected '$', got ':'\r\n");
}

TEST_F(KvProtocolTest, QuitsAfterWhatWasAskedBefore) {
  PlainSocket socket(server_->port());
  socket.send("SET k v\r\nQUIT\r\nPING\r\n");
  ASSERT_TRUE(wait_for_proposals(1));
  run_a_while();

  commit();

  EXPECT_TRUE(run_until([&] { return socket.is_closed(); }));
  EXPECT_EQ(socket.received(), "+OK\r\n+OK\r\n");
}

TEST_F(KvProtocolTest, AnAnswerAfterTheClientLeftIsDropped) {
  {
    PlainSocket socket(server_->port());
    socket.send("SET k v\r\n");
    ASSERT_TRUE(wait_for_proposals(1));
    socket.reset_at_close();
  }
  ASSERT_TRUE(run_until([&] { return server_->client_count() == 0; }));

  commit();

  run_a_while();
}

TEST_F(KvProtocolTest, StopsReadingAtTheBoundOfRequests) {
  PlainSocket socket(server_->port());
  std::string requests;
  std::string answers;
  for (std::size_t request = 0; request < 2 * example::Connection::kRequestsMax; ++request) {
    requests += "SET k v\r\n";
    answers += "+OK\r\n";
  }
  ASSERT_EQ(socket.send(requests), requests.size());
  ASSERT_TRUE(wait_for_proposals(example::Connection::kRequestsMax));
  run_a_while();
  EXPECT_EQ(node_.held.size(), example::Connection::kRequestsMax);

  EXPECT_TRUE(exchange(socket, "", answers));
}

TEST_F(KvProtocolTest, TellsWhatTheNodeDoes) {
  PlainSocket socket(server_->port());
  ASSERT_TRUE(exchange(socket, "RAFT.MEMBERS\r\nRAFT.TRACE\r\n", "*0\r\n*0\r\n"));
  socket.send("RAFT.STATUS\r\n");

  EXPECT_TRUE(run_until(
      [&] { return socket.received().find("\"role\":\"follower\"") != std::string::npos; }));
}

TEST_F(KvProtocolTest, TheHashFollowsTheState) {
  PlainSocket socket(server_->port());
  const std::string empty = "*2\r\n:0\r\n$16\r\n0000000000000000\r\n";
  EXPECT_TRUE(exchange(socket, "RAFT.HASH\r\n", empty));
  ASSERT_TRUE(exchange(socket, "SET k v\r\n", "+OK\r\n"));
  const std::string before = socket.received();
  socket.send("RAFT.HASH\r\n");
  ASSERT_TRUE(run_until([&] { return socket.received().size() == before.size() + empty.size(); }));
  EXPECT_NE(socket.received().substr(before.size()), empty);
}

TEST_F(KvProtocolTest, ASessionAppliesEachSequenceOnce) {
  PlainSocket socket(server_->port());
  ASSERT_TRUE(exchange(socket, "SESSION.OPEN\r\n", ":1\r\n"));

  EXPECT_TRUE(
      exchange(socket, "SESSION.DO 1 1 INCR k\r\nSESSION.DO 1 1 INCR k\r\n", ":1\r\n:1\r\n"));
  EXPECT_TRUE(exchange(socket, "SESSION.DO 1 2 INCR k\r\nSESSION.DO 1 1 INCR k\r\nGET k\r\n",
                       ":2\r\n-ERR the session has gone beyond this number\r\n$1\r\n2\r\n"));
  EXPECT_TRUE(exchange(socket, "SESSION.CLOSE 1\r\nSESSION.DO 1 3 INCR k\r\n",
                       "+OK\r\n-ERR the session is unknown or has expired\r\n"));
}

}  // namespace kv::kv_protocol_test
