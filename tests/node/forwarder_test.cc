// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "node/forwarder.h"

#include "tests/node/fakes.h"
#include "tests/support/print.h"

#include <gtest/gtest.h>

namespace buoyant::node::forwarder_test {

using fakes::at;

constexpr ServerId kLeader{1};
constexpr ServerId kOther{2};

constexpr Instant time_of(int milliseconds) {
  return Instant(std::chrono::milliseconds(milliseconds));
}

class ForwarderTest : public testing::Test {
 protected:
  void add(std::uint64_t number, int deadline = 1000) {
    budget.take(1);
    Waiting waiting{.done =
                        [this, number](Result<Applied> outcome) {
                          told.emplace_back(number, outcome ? "?" : outcome.error().name());
                        },
                    .bytes = 1,
                    .deadline = time_of(deadline)};
    forwarder.add({.payload = Bytes::copy_of("p"), .waiting = std::move(waiting)});
  }

  bool send(ServerId leader = kLeader) { return forwarder.send(leader, transport, 10); }

  using Told = std::vector<std::pair<std::uint64_t, std::string>>;

  Told run() {
    callbacks.run(1000, Instant());
    return std::exchange(told, {});
  }

  std::vector<LogPosition> answer(ForwardResult result, ServerId from = kLeader) {
    std::vector<LogPosition> positions;
    for (auto& accepted : forwarder.on_reply(from, {.results = {result}})) {
      positions.push_back(accepted.position);
      taken.push_back(std::move(accepted.waiting));
    }
    return positions;
  }

  Told told;
  std::vector<Waiting> taken;
  NodeOptions options;
  flatbuf::FlatbuffersCodec codec;
  fakes::FakeTransport transport;
  ProposalBudget budget{.proposals_max = 1000, .bytes_max = 1000};
  Latencies latencies;
  CallbackQueue callbacks{budget, latencies};
  Forwarder forwarder{options, codec, callbacks};
};

TEST_F(ForwarderTest, SendsAllInOneFrame) {
  add(1);
  add(2);
  add(3);

  EXPECT_FALSE(send());
  ASSERT_EQ(transport.sent.size(), 1U);
  EXPECT_EQ(transport.sent[0].to, kLeader);
  EXPECT_EQ(transport.sent[0].channel, port::Channel::kRequest);
  EXPECT_EQ(transport.messages<Forward>(), (std::vector<Forward>{{.first_sequence = 1}}));
}

TEST_F(ForwarderTest, SequenceNumbersGoOn) {
  add(1);
  add(2);
  send();
  add(3);
  send();

  EXPECT_EQ(transport.messages<Forward>().back().first_sequence, 3U);
}

TEST_F(ForwarderTest, CutsFramesByEntries) {
  options.append_entries_max = 2;
  for (std::uint64_t i = 0; i < 5; ++i) {
    add(i);
  }

  EXPECT_FALSE(send());
  EXPECT_EQ(transport.sent.size(), 3U);
}

TEST_F(ForwarderTest, SendsBoundedFrames) {
  options.append_entries_max = 1;
  for (std::uint64_t i = 0; i < 15; ++i) {
    add(i);
  }

  EXPECT_TRUE(send());
  EXPECT_EQ(transport.sent.size(), 10U);
  EXPECT_TRUE(forwarder.has_unsent());
}

TEST_F(ForwarderTest, SendsBoundedBytes) {
  options.append_entries_max = 1;
  options.send_bytes_per_turn = 3;
  for (std::uint64_t i = 0; i < 5; ++i) {
    add(i);
  }

  EXPECT_TRUE(send());
  EXPECT_EQ(transport.sent.size(), 3U);
  EXPECT_FALSE(send());
}

TEST_F(ForwarderTest, KeepsWhatDoesNotFitTheQueue) {
  transport.room = 0;
  add(1);
  EXPECT_FALSE(send());
  EXPECT_TRUE(run().empty());
  transport.room = 1;

  EXPECT_FALSE(send());
  EXPECT_FALSE(forwarder.has_unsent());
}

TEST_F(ForwarderTest, RefusesWhatMeetsNoConnection) {
  transport.results[kLeader] = port::SendResult::kNotConnected;
  add(1);
  send();

  EXPECT_EQ(run(), (Told{{1, "no_leader"}}));
}

TEST_F(ForwarderTest, HandsOutAcceptedOnesWithTheirPositions) {
  add(1);
  add(2);
  send();

  EXPECT_EQ(answer({.first_sequence = 1, .count = 2, .first = at(3, 10)}),
            (std::vector{at(3, 10), at(3, 11)}));
  EXPECT_FALSE(forwarder.awaits_answers());
}

TEST_F(ForwarderTest, EndsRefusedOnes) {
  add(1);
  send();
  answer({.first_sequence = 1, .count = 1, .first = {}, .refusal = Errc::kBusy});

  EXPECT_EQ(run(), (Told{{1, "busy"}}));
}

TEST_F(ForwarderTest, WhoLeadsNoMoreIsNoLeader) {
  add(1);
  send();
  answer({.first_sequence = 1, .count = 1, .refusal = Errc::kNotLeader});

  EXPECT_EQ(run(), (Told{{1, "no_leader"}}));
}

TEST_F(ForwarderTest, TakesAnAnswerOnce) {
  add(1);
  send();
  answer({.first_sequence = 1, .count = 1, .first = at(3, 10)});

  EXPECT_TRUE(answer({.first_sequence = 1, .count = 1, .first = at(3, 10)}).empty());
}

TEST_F(ForwarderTest, TakesAnswersInAnyOrder) {
  add(1);
  add(2);
  add(3);
  send();

  EXPECT_EQ(answer({.first_sequence = 3, .count = 1, .first = at(3, 12)}), std::vector{at(3, 12)});
  EXPECT_TRUE(forwarder.awaits_answers());
  EXPECT_EQ(answer({.first_sequence = 1, .count = 2, .first = at(3, 10)}),
            (std::vector{at(3, 10), at(3, 11)}));
  EXPECT_FALSE(forwarder.awaits_answers());
}

TEST_F(ForwarderTest, IgnoresAnswersOfSomebodyElse) {
  add(1);
  send();

  EXPECT_TRUE(answer({.first_sequence = 1, .count = 1, .first = at(3, 10)}, kOther).empty());
  EXPECT_TRUE(forwarder.awaits_answers());
}

TEST_F(ForwarderTest, IgnoresNumbersThatWereNeverSent) {
  add(1);
  send();

  EXPECT_EQ(answer({.first_sequence = 0, .count = kNumberMax, .first = at(3, 10)}),
            std::vector{at(3, 11)});
  EXPECT_TRUE(answer({.first_sequence = 500, .count = 7, .first = at(3, 10)}).empty());
}

TEST_F(ForwarderTest, ALostConnectionMakesTheSentOnesUnknown) {
  add(1);
  send();
  add(2);
  forwarder.on_disconnected(kLeader);

  EXPECT_EQ(run(), (Told{{1, "outcome_unknown"}}));
  EXPECT_TRUE(forwarder.has_unsent());
}

TEST_F(ForwarderTest, ALostConnectionToSomebodyElseDoesNotMatter) {
  add(1);
  send();
  forwarder.on_disconnected(kOther);

  EXPECT_TRUE(run().empty());
}

TEST_F(ForwarderTest, ALateAnswerAfterALostConnectionIsIgnored) {
  add(1);
  send();
  forwarder.on_disconnected(kLeader);
  run();

  EXPECT_TRUE(answer({.first_sequence = 1, .count = 1, .first = at(3, 10)}).empty());
}

TEST_F(ForwarderTest, KnowsWhoOwesAnswers) {
  add(1);
  add(2);
  EXPECT_EQ(forwarder.asked(), std::vector<ServerId>{});
  send();
  EXPECT_EQ(forwarder.asked(), std::vector{kLeader});
  add(3);
  send(kOther);
  EXPECT_EQ(forwarder.asked(), (std::vector{kLeader, kOther}));

  answer({.first_sequence = 2, .count = 1, .refusal = Errc::kBusy});
  EXPECT_EQ(forwarder.asked(), (std::vector{kLeader, kOther}));
  answer({.first_sequence = 1, .count = 1, .refusal = Errc::kBusy});
  EXPECT_EQ(forwarder.asked(), std::vector{kOther});
}

TEST_F(ForwarderTest, DeadlinesSayWhatIsCertain) {
  add(1, 100);
  send();
  add(2, 100);
  forwarder.expire(time_of(99), 100);
  EXPECT_TRUE(run().empty());
  forwarder.expire(time_of(100), 100);

  EXPECT_EQ(run(), (Told{{2, "no_leader"}, {1, "outcome_unknown"}}));
  EXPECT_EQ(forwarder.next_deadline(), Instant::never());
}

TEST_F(ForwarderTest, TheNextDeadlineIsTheEarliest) {
  add(1, 300);
  EXPECT_EQ(forwarder.next_deadline(), time_of(300));
  send();
  add(2, 400);

  EXPECT_EQ(forwarder.next_deadline(), time_of(300));
}

TEST_F(ForwarderTest, FailAllLeavesNothingOpen) {
  add(1);
  send();
  add(2);
  forwarder.fail_all("test");

  EXPECT_EQ(run(), (Told{{2, "outcome_unknown"}, {1, "outcome_unknown"}}));
  EXPECT_EQ(budget.proposals, 0U);
}

TEST_F(ForwarderTest, HandsBackWhatWasNotSent) {
  add(1);
  send();
  add(2);

  EXPECT_EQ(forwarder.take_unsent().size(), 1U);
  EXPECT_FALSE(forwarder.has_unsent());
  EXPECT_TRUE(forwarder.awaits_answers());
}

}  // namespace buoyant::node::forwarder_test
