// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "simulation/exactly_once.h"

#include "simulation/text_source.h"
#include "tests/simulation/run_fixture.h"
#include "tests/support/print.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace buoyant::simulation::exactly_once_test {

Bytes bytes(std::string_view text) {
  return Bytes::copy_of(text);
}

sessions::Frame numbered(std::uint64_t session, std::uint64_t sequence) {
  return {sessions::Kind::kDo, SessionId(session), sequence, {}};
}

/// What was seen of number 1 of session 5.
class ExactlyOnceTest : public RunFixture {
 protected:
  void see(std::uint64_t server, std::uint64_t index, bool applied, std::uint64_t sequence = 1) {
    once.check_command(ServerId(server), Index(index), numbered(5, sequence), applied);
  }

  ExactlyOnce once{context, {}};
};

TEST_F(ExactlyOnceTest, ServersThatApplyTheFirstCopyAndNoOtherPass) {
  for (const std::uint64_t server : {1U, 2U}) {
    see(server, 7, true);
    see(server, 8, false);
    see(server, 9, true, 2);
  }
  see(1, 7, true);

  EXPECT_EQ(violated(), "");
}

TEST_F(ExactlyOnceTest, ASecondCopyThatIsAppliedIsFound) {
  see(1, 7, true);

  see(1, 8, true);

  EXPECT_EQ(violated(), "exactly_once");
}

TEST_F(ExactlyOnceTest, ACopyThatAnotherServerAppliesInsteadIsFound) {
  see(1, 7, true);

  see(2, 8, true);

  EXPECT_EQ(violated(), "exactly_once");
}

TEST_F(ExactlyOnceTest, ACommandThatAnotherServerDoesNotApplyIsFound) {
  see(1, 7, true);

  see(2, 7, false);

  EXPECT_EQ(violated(), "exactly_once");
}

TEST_F(ExactlyOnceTest, EqualRepliesPass) {
  once.check_reply(SessionId(5), 1, bytes("a"));
  once.check_reply(SessionId(5), 1, bytes("a"));
  once.check_reply(SessionId(5), 2, bytes("b"));
  once.check_reply(SessionId(6), 1, bytes("c"));

  EXPECT_EQ(violated(), "");
}

TEST_F(ExactlyOnceTest, AReplyThatDiffersFromTheFirstIsFound) {
  once.check_reply(SessionId(5), 1, bytes("a"));

  once.check_reply(SessionId(5), 1, bytes("b"));

  EXPECT_EQ(violated(), "exactly_once");
}

TEST_F(ExactlyOnceTest, ASessionThatExpiresWithoutNeedIsFound) {
  once.check_without_reply(SessionId(5), 1, Errc::kStaleSequence);
  EXPECT_EQ(violated(), "");

  once.check_without_reply(SessionId(5), 1, Errc::kSessionExpired);

  EXPECT_EQ(violated(), "exactly_once");
}

TEST_F(ExactlyOnceTest, WithFewSessionsTheyMayExpire) {
  ExactlyOnce few(context, {.sessions_max = 8});

  few.check_without_reply(SessionId(5), 1, Errc::kSessionExpired);

  EXPECT_EQ(violated(), "");
}

TEST_F(ExactlyOnceTest, AReplyThatIsNotKeptWithoutNeedIsFound) {
  ExactlyOnce brief(context, {.reply_bytes_max = 4});
  brief.check_reply(SessionId(5), 1, bytes("abcd"));
  brief.check_reply(SessionId(5), 2, bytes("abc"));
  brief.check_without_reply(SessionId(5), 1, Errc::kTooLarge);
  EXPECT_EQ(violated(), "");

  brief.check_without_reply(SessionId(5), 2, Errc::kTooLarge);

  EXPECT_EQ(violated(), "exactly_once");
}

TEST_F(ExactlyOnceTest, ASessionOfAnotherNameThanItsPlaceIsFound) {
  once.check_opened(SessionId(5), Index(5));
  EXPECT_EQ(violated(), "");

  once.check_opened(SessionId(5), Index(6));

  EXPECT_EQ(violated(), "exactly_once");
}

/// Keeps all that it is given, and replies with its length.
class Keeper final : public StateMachine {
 public:
  explicit Keeper(std::string& text) : text_(text) {}

  void apply(std::vector<Command> commands, ApplyDone done) noexcept override {
    std::vector<Bytes> replies;
    for (const Command& each : commands) {
      text_ += each.payload.text();
      replies.push_back(bytes(std::to_string(text_.size())));
    }
    done(std::move(replies));
  }

  std::unique_ptr<SnapshotSource> capture() noexcept override {
    return std::make_unique<TextSource>(text_);
  }

 private:
  std::string& text_;
};

class SessionedMachineTest : public RunFixture {
 protected:
  std::vector<Bytes> apply(std::uint64_t first, const std::vector<Bytes>& payloads) {
    std::vector<Command> commands;
    for (const Bytes& payload : payloads) {
      commands.push_back({.index = Index(first++), .term = Term(1), .payload = payload});
    }
    std::vector<Bytes> given;
    machine.apply(std::move(commands),
                  ApplyDone([&](std::vector<Bytes> replies) { given = std::move(replies); }));
    return given;
  }

  std::string kept;
  ExactlyOnce once{context, {}};
  SessionedMachine machine{ServerId(1), once, std::make_unique<Keeper>(kept)};
};

TEST_F(SessionedMachineTest, PlainCommandsPassThrough) {
  const auto replies = apply(1, {sessions::encode_plain(view_of(std::string_view("ab")))});

  ASSERT_EQ(replies.size(), 1U);
  EXPECT_EQ(replies[0].text(), "2");
  EXPECT_EQ(kept, "ab");
}

TEST_F(SessionedMachineTest, ARepeatedCommandIsAppliedOnceAndCounted) {
  const Bytes command = sessions::encode_do(SessionId(4), 1, view_of(std::string_view("ab")));

  const auto replies = apply(4, {sessions::encode_open(), command, command});
  const auto again = apply(7, {command});

  ASSERT_EQ(replies.size(), 3U);
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(sessions::decode_do_reply(replies[1])->text(), "2");
  EXPECT_EQ(replies[2].text(), replies[1].text());
  EXPECT_EQ(again[0].text(), replies[1].text());
  EXPECT_EQ(kept, "ab");
  EXPECT_EQ(context.totals.repeats, 2U);
  EXPECT_EQ(violated(), "");
}

TEST_F(SessionedMachineTest, ItsReplyIsHeldAgainstThatOfOthers) {
  once.check_reply(SessionId(4), 1, bytes("17"));

  apply(4, {sessions::encode_open(),
            sessions::encode_do(SessionId(4), 1, view_of(std::string_view("ab")))});

  EXPECT_EQ(violated(), "exactly_once");
}

TEST_F(SessionedMachineTest, WhatItAppliesIsHeldAgainstOthers) {
  once.check_command(ServerId(2), Index(9), numbered(4, 1), true);

  apply(4, {sessions::encode_open(),
            sessions::encode_do(SessionId(4), 1, view_of(std::string_view("ab")))});

  EXPECT_EQ(violated(), "exactly_once");
}

TEST_F(SessionedMachineTest, ACommandThatNoClientMakesIsFound) {
  apply(1, {bytes("\x7f")});

  EXPECT_EQ(violated(), "exactly_once");
}

TEST_F(SessionedMachineTest, SessionsAreInItsSnapshot) {
  const std::string before = read_all(*machine.capture());
  apply(1, {sessions::encode_open()});

  EXPECT_GT(read_all(*machine.capture()).size(), before.size());
}

TEST(SessionOptionsTest, SomeSeedsHaveSmallBounds) {
  int small = 0;
  int large = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    const SessionOptions options = draw_session_options(seed);
    ASSERT_GT(options.sessions_max, 0U);
    ASSERT_LE(options.reply_bytes_max, options.replies_bytes_max);
    const bool is_small = options.sessions_max <= 8 || options.reply_bytes_max <= 2048 ||
                          options.idle_entries_max <= 512;
    ++(is_small ? small : large);
  }
  EXPECT_GT(small, 50);
  EXPECT_GT(large, 50);
}

}  // namespace buoyant::simulation::exactly_once_test
