// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The clients of the process tests and their judge, against a server that is right, one whose
/// faults are allowed, and some that are wrong.

#include "tests/process/fake_kv.h"
#include "tests/process/kv_calls.h"
#include "tests/process/kv_load.h"
#include "tests/support/process/kv_server.h"
#include "tests/support/process/loopback.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace buoyant::process {

TEST(KvCallsTest, NoValueIsWrittenTwiceAndKeysAreLeftAfterSomeCalls) {
  KvCalls calls({.keys = 3, .calls_per_key = 10}, 1);
  std::set<std::string> values;
  std::size_t written = 0;
  for (int call = 0; call < 200; ++call) {
    const auto words = calls.next();
    if (words.front() == "SET" || words.front() == "CAS" || words.front() == "APPEND") {
      values.insert(words.back());
      ++written;
    }
  }

  EXPECT_GT(written, 50U);
  EXPECT_EQ(values.size(), written);
  EXPECT_GE(calls.keys().size(), 18U);
}

TEST(KvCallsTest, ValuesHaveTheLengthThatIsAskedFor) {
  KvCalls calls({.keys = 1, .value_bytes = 1000}, 1);
  std::vector<std::string> words = calls.next();
  while (words.front() != "SET") {
    words = calls.next();
  }

  EXPECT_EQ(words.back().size(), 1000U);
}

TEST(KvSpecificationTest, ItAnswersAsAServerDoes) {
  const auto specification = kv_specification();
  std::string state;
  const auto ask = [&](const std::string& command) {
    return std::string(specification.apply(state, Bytes::copy_of(command)).text());
  };

  EXPECT_EQ(ask("GET k"), "$-1");
  EXPECT_EQ(ask("CAS k a b"), ":0");
  EXPECT_EQ(ask("SET k a"), "+OK");
  EXPECT_EQ(ask("CAS k a b"), ":1");
  EXPECT_EQ(ask("APPEND k cd"), ":3");
  EXPECT_EQ(ask("GET k"), "$bcd");
  EXPECT_EQ(ask("SET k 9"), "+OK");
  EXPECT_EQ(ask("INCR k"), ":10");
  EXPECT_EQ(specification.key_of(Bytes::copy_of("INCR k")), "k");
}

class KvLoadTest : public ::testing::Test {
 protected:
  static Deadline soon() { return within(std::chrono::seconds(20)); }

  /// What the judge says of some calls to such a server; "": all is well.
  static std::string verdict_of(FakeKvFaults faults, std::uint64_t calls = 1500) {
    FakeKv server(faults);
    KvLoadOptions options;
    options.clients = 8;
    options.calls_per_second = 20'000;
    options.read_mode = "linearizable";
    KvLoad load(options, {server.port()});
    load.start();
    const bool is_served = load.wait_acknowledged(calls, soon());
    const bool is_drained = load.finish(soon());
    const std::string unread = load.read_all(server.port(), soon());
    return is_served && is_drained && unread.empty() ? judge(load) : "stopped: " + unread;
  }
};

TEST_F(KvLoadTest, AServerThatIsRightIsFoundRight) {
  EXPECT_EQ(verdict_of({}), "");
}

TEST_F(KvLoadTest, LostRepliesAndRefusalsAreAllowed) {
  EXPECT_EQ(verdict_of({.lose_reply_every = 7, .refuse_every = 5}), "");
}

TEST_F(KvLoadTest, ACallInASessionThatIsAppliedTwiceIsFound) {
  EXPECT_NE(verdict_of({.lose_reply_every = 7, .applies_again = true}).find("no order"),
            std::string::npos);
}

TEST_F(KvLoadTest, AnAcknowledgedWriteThatIsLostIsFound) {
  EXPECT_NE(verdict_of({.forget_every = 40}).find("no order"), std::string::npos);
}

TEST_F(KvLoadTest, ARefusedWriteThatIsDoneIsFound) {
  EXPECT_NE(verdict_of({.apply_refused_every = 40}).find("no order"), std::string::npos);
}

TEST_F(KvLoadTest, AnOldReadIsFound) {
  EXPECT_NE(verdict_of({.reads_are_old = true}).find("no order"), std::string::npos);
}

TEST_F(KvLoadTest, AServerThatDoesNotAnswerIsStuck) {
  const SilentListener silent;
  KvLoadOptions options;
  options.clients = 2;
  options.answer_max = std::chrono::milliseconds(50);
  options.outcome_max = std::chrono::milliseconds(100);
  KvLoad load(options, {silent.port()});
  load.start();
  wait_until(within(std::chrono::milliseconds(500)), [] { return false; });

  load.finish(within(std::chrono::seconds(1)));

  EXPECT_NE(judge(load).find("stuck"), std::string::npos);
}

TEST(KvStatusTest, OnlyAStatusIsOne) {
  const auto status = parse_kv_status(
      R"({"role":"leader","term":3,"leader":1,"commit":7,"applied":6,"first":2,"last":8,)"
      R"("snapshot":1,"members":[{"id":1,"address":"a:1","role":"voter"}],"db":4096,)"
      R"("turn_longest_ms":1.5,"faulted":null})");

  ASSERT_TRUE(status);
  EXPECT_EQ(status->role, "leader");
  EXPECT_EQ(status->applied, 6U);
  EXPECT_EQ(status->members, (std::vector<KvMember>{{1, "a:1", "voter"}}));
  EXPECT_EQ(status->turn_longest_ms, 1.5);
  EXPECT_EQ(status->faulted, "");
  EXPECT_FALSE(parse_kv_status("{}"));
  EXPECT_FALSE(parse_kv_status("{broken"));
}

}  // namespace buoyant::process
