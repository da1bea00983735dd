// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/kv/replication.h"

#include "tests/examples/echo/held_node.h"

#include <gtest/gtest.h>

namespace kv::replication_test {

using buoyant::Errc;
using buoyant::Error;

class KvReplicationTest : public testing::Test {
 protected:
  void write() {
    const auto read_reply = [](const buoyant::Bytes& reply) {
      return "made of " + std::string(reply.text());
    };
    replication_.write({"command", read_reply},
                       [this](std::string text) { answers_.push_back(std::move(text)); });
  }

  static std::string error_of(Errc code) { return error_reply(Error(code), {}); }

  echo::testing_support::HeldNode node_;
  Replication replication_{node_};
  std::vector<std::string> answers_;
};

TEST_F(KvReplicationTest, AnswersWhatWasMadeOfTheReply) {
  write();
  EXPECT_TRUE(answers_.empty());

  node_.commit();

  EXPECT_EQ(answers_, std::vector<std::string>{"made of command"});
}

TEST_F(KvReplicationTest, AnswersARefusalAtOnce) {
  node_.refusal = Error(Errc::kNoLeader);
  write();

  EXPECT_EQ(answers_, std::vector<std::string>{"-NOLEADER no leader is known\r\n"});
}

TEST_F(KvReplicationTest, SaysThatAnOutcomeIsUnknown) {
  write();
  node_.fail_one(Error(Errc::kOutcomeUnknown, "closing"));

  EXPECT_EQ(answers_, std::vector<std::string>{
                          "-UNKNOWN whether it was committed is not known: closing\r\n"});
}

TEST_F(KvReplicationTest, OnlyAnUnknownOutcomeIsSaidToBeUnknown) {
  EXPECT_TRUE(error_of(Errc::kBusy).starts_with("-BUSY "));
  EXPECT_TRUE(error_of(Errc::kSuperseded).starts_with("-BUSY "));
  EXPECT_TRUE(error_of(Errc::kStorageFull).starts_with("-NOSPACE "));
  EXPECT_TRUE(error_of(Errc::kTooLarge).starts_with("-TOOLARGE "));
  EXPECT_TRUE(error_of(Errc::kFaulted).starts_with("-FAULTED "));
  EXPECT_TRUE(error_of(Errc::kNotLeader).starts_with("-NOLEADER "));
  EXPECT_TRUE(error_of(Errc::kStopped).starts_with("-ERR "));
}

TEST_F(KvReplicationTest, NamesTheLeaderToWhoIsNotForwarded) {
  buoyant::NodeStatus status;
  status.standing.leader = buoyant::ServerId(2);
  status.configuration.members = {{buoyant::ServerId(1), "a:1"}, {buoyant::ServerId(2), "b:2"}};

  EXPECT_EQ(error_reply(Error(Errc::kNotLeader), status), "-MOVED 0 b:2\r\n");
}

}  // namespace kv::replication_test
