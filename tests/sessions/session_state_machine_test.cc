// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/sessions.h"
#include "tests/sessions/counting_machine.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace buoyant::sessions::session_state_machine_test {

/// One server: the layer over a machine, fed with a log.
struct Server {
  explicit Server(SessionOptions options = {}) : machine(inner, options) {}

  /// Applies entries of a log as one batch.
  std::vector<Bytes> apply(std::vector<Command> commands) {
    std::vector<Bytes> replies;
    machine.apply(std::move(commands),
                  ApplyDone([&](std::vector<Bytes> some) { replies = std::move(some); }));
    return replies;
  }

  testing_support::CountingMachine inner;
  SessionStateMachine machine;
};

class SessionStateMachineTest : public testing::Test {
 protected:
  /// An entry of the log.
  Command entry(Bytes payload) {
    last_ = last_.next();
    return {last_, Term(1), std::move(payload)};
  }

  Bytes apply(Bytes payload) { return server_.apply({entry(std::move(payload))}).at(0); }

  SessionId open() { return decode_open_reply(apply(encode_open())).value(); }

  /// "" with an error that is in `error_`.
  std::string run(SessionId session, std::uint64_t sequence, std::string_view command) {
    return text_of_reply(apply(encode_do(session, sequence, view_of(command))));
  }

  std::string text_of_reply(const Bytes& reply) {
    const Result<Bytes> decoded = decode_do_reply(reply);
    error_ = decoded ? std::nullopt : std::optional(decoded.error().code());
    return decoded ? std::string(decoded->text()) : "";
  }

  Server server_;
  Index last_;
  std::optional<Errc> error_;
};

TEST_F(SessionStateMachineTest, APlainCommandIsAppliedAsOftenAsItComes) {
  EXPECT_EQ(apply(encode_plain(view_of("a"))).text(), "1:a");
  EXPECT_EQ(apply(encode_plain(view_of("a"))).text(), "2:a");
  EXPECT_EQ(server_.inner.text, "a,a,");
}

TEST_F(SessionStateMachineTest, ASessionIsNamedByItsEntry) {
  apply(encode_plain(view_of("a")));

  EXPECT_EQ(open(), SessionId(2));
  EXPECT_EQ(open(), SessionId(3));
}

TEST_F(SessionStateMachineTest, ARepeatedCommandGetsItsReplyAndIsNotApplied) {
  const SessionId session = open();

  EXPECT_EQ(run(session, 1, "a"), "1:a");
  EXPECT_EQ(run(session, 1, "a"), "1:a");
  EXPECT_EQ(run(session, 2, "b"), "2:b");

  EXPECT_EQ(server_.inner.text, "a,b,");
}

TEST_F(SessionStateMachineTest, ARepeatedCommandInOneBatchIsAppliedOnce) {
  const SessionId session = open();
  const Bytes command = encode_do(session, 1, view_of("a"));

  const auto replies =
      server_.apply({entry(command), entry(encode_plain(view_of("b"))), entry(command),
                     entry(encode_do(session, 2, view_of("c"))), entry(command)});

  ASSERT_EQ(replies.size(), 5U);
  EXPECT_EQ(text_of_reply(replies[0]), "1:a");
  EXPECT_EQ(replies[1].text(), "2:b");
  EXPECT_EQ(text_of_reply(replies[2]), "1:a");
  EXPECT_EQ(text_of_reply(replies[3]), "3:c");
  text_of_reply(replies[4]);
  EXPECT_EQ(error_, Errc::kStaleSequence);
  EXPECT_EQ(server_.inner.text, "a,b,c,");
  EXPECT_EQ(server_.inner.batches.back(), 3U);
}

TEST_F(SessionStateMachineTest, AnOlderCommandIsStale) {
  const SessionId session = open();
  run(session, 5, "a");

  run(session, 4, "b");

  EXPECT_EQ(error_, Errc::kStaleSequence);
  EXPECT_EQ(server_.inner.text, "a,");
}

TEST_F(SessionStateMachineTest, AnUnknownSessionIsExpired) {
  run(SessionId(1), 1, "a");

  EXPECT_EQ(error_, Errc::kSessionExpired);
  EXPECT_EQ(server_.inner.text, "");
}

TEST_F(SessionStateMachineTest, AClosedSessionIsExpired) {
  const SessionId session = open();
  EXPECT_TRUE(decode_close_reply(apply(encode_close(session))));

  run(session, 1, "a");
  EXPECT_EQ(error_, Errc::kSessionExpired);
  EXPECT_EQ(decode_close_reply(apply(encode_close(session))).error().code(), Errc::kSessionExpired);
}

TEST_F(SessionStateMachineTest, WhatIsNoFrameIsAnsweredAndNotApplied) {
  text_of_reply(apply(Bytes::copy_of("nonsense")));

  EXPECT_EQ(error_, Errc::kMalformed);
  EXPECT_EQ(server_.inner.text, "");
}

TEST_F(SessionStateMachineTest, RetriesThroughOtherServersApplyOnce) {
  // One log; each server has its own machine. The client's command is in the log three times, as
  // it was sent to each of them when the first two answered nothing.
  std::vector<Command> log = {entry(encode_open())};
  const SessionId session(1);
  for (std::uint64_t sequence = 1; sequence <= 3; ++sequence) {
    for (int attempt = 0; attempt < 3; ++attempt) {
      log.push_back(entry(encode_do(session, sequence, view_of("c" + std::to_string(sequence)))));
    }
  }
  Server one;
  Server two;
  Server three;

  const auto replies = one.apply(log);
  std::vector<Bytes> singly;
  for (const Command& command : log) {
    singly.push_back(two.apply({command}).at(0));
  }
  three.apply({log.begin(), log.begin() + 5});
  three.apply({log.begin() + 5, log.end()});

  EXPECT_EQ(one.inner.text, "c1,c2,c3,");
  EXPECT_EQ(two.inner.text, "c1,c2,c3,");
  EXPECT_EQ(three.inner.text, "c1,c2,c3,");
  EXPECT_EQ(replies, singly);
  EXPECT_EQ(text_of_reply(replies[1]), "1:c1");
  EXPECT_EQ(text_of_reply(replies[3]), "1:c1");
  EXPECT_EQ(one.machine.digest(), two.machine.digest());
  EXPECT_EQ(one.machine.digest(), three.machine.digest());
}

TEST_F(SessionStateMachineTest, ARetryAfterASnapshotIsNotAppliedAgain) {
  const SessionId session = open();
  EXPECT_EQ(run(session, 1, "a"), "1:a");
  const auto source = server_.machine.capture();
  Server other;
  const auto target = other.machine.install();
  for (auto part = source->read(10); part && !part->empty(); part = source->read(10)) {
    ASSERT_TRUE(target->write(part->view()));
  }
  ASSERT_TRUE(target->finish());

  const auto replies = other.apply({entry(encode_do(session, 1, view_of("a")))});

  EXPECT_EQ(text_of_reply(replies.at(0)), "1:a");
  EXPECT_EQ(other.inner.text, "a,");
  EXPECT_EQ(other.machine.session_count(), 1U);
}

TEST_F(SessionStateMachineTest, AnInnerMachineMayAnswerLater) {
  const SessionId session = open();
  server_.inner.holds = true;
  std::optional<std::vector<Bytes>> replies;
  server_.machine.apply({entry(encode_do(session, 1, view_of("a"))), entry(encode_open())},
                        ApplyDone([&](std::vector<Bytes> some) { replies = std::move(some); }));
  EXPECT_FALSE(replies);

  server_.inner.held();

  ASSERT_TRUE(replies);
  EXPECT_EQ(text_of_reply(replies->at(0)), "1:a");
  EXPECT_TRUE(decode_open_reply(replies->at(1)));
}

TEST_F(SessionStateMachineTest, AnInnerMachineMayAnswerWhenTheLayerIsGone) {
  testing_support::CountingMachine inner;
  inner.holds = true;
  auto machine = std::make_unique<SessionStateMachine>(inner);
  machine->apply({entry(encode_plain(view_of("a")))},
                 ApplyDone([](const std::vector<Bytes>&) { FAIL(); }));
  machine.reset();

  inner.held();
}

TEST_F(SessionStateMachineTest, AMachineWithoutSnapshotsStaysOne) {
  server_.inner.takes_snapshots = false;

  EXPECT_EQ(server_.machine.capture(), nullptr);
  EXPECT_EQ(server_.machine.install(), nullptr);
}

TEST_F(SessionStateMachineTest, AReplyThatIsTooLargeIsGivenOnceAndThenSaidToBe) {
  SessionOptions options;
  options.reply_bytes_max = 10;
  Server server(options);
  server.apply({{Index(1), Term(1), encode_open()}});
  const Bytes command = encode_do(SessionId(1), 1, view_of("0123456789"));

  const auto replies = server.apply({{Index(2), Term(1), command}, {Index(3), Term(1), command}});

  EXPECT_EQ(text_of_reply(replies.at(0)), "1:0123456789");
  text_of_reply(replies.at(1));
  EXPECT_EQ(error_, Errc::kTooLarge);
  EXPECT_EQ(server.inner.applied, 1U);
}

TEST_F(SessionStateMachineTest, ALargeTableThatWasReplacedIsFreedInParts) {
  for (int count = 0; count < 1000; ++count) {
    open();
  }
  Server other;
  const auto source = other.machine.capture();
  const auto target = server_.machine.install();
  for (auto part = source->read(100); part && !part->empty(); part = source->read(100)) {
    ASSERT_TRUE(target->write(part->view()));
  }
  ASSERT_TRUE(target->finish());

  EXPECT_EQ(server_.machine.session_count(), 0U);
  for (int count = 0; count < 10; ++count) {
    EXPECT_EQ(apply(encode_plain(view_of("x"))).text(), std::to_string(count + 1) + ":x");
  }
}

}  // namespace buoyant::sessions::session_state_machine_test
