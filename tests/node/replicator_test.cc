// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "node/replicator.h"

#include "tests/node/fakes.h"
#include "tests/support/print.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace buoyant::node::replicator_test {

using fakes::at;
using fakes::command;

constexpr ServerId kSelf{1};
constexpr ServerId kFirst{2};
constexpr ServerId kSecond{3};
constexpr Term kTerm{2};

core::RestoredState restored() {
  core::RestoredState state;
  state.hard_state.term = Term(1);
  state.runs = {{.term = Term(1), .count = 1}};
  state.configurations = {
      {.index = Index(1),
       .configuration = *make_configuration({{.id = kSelf, .address = "one:1"},
                                             {.id = kFirst, .address = "two:2"},
                                             {.id = kSecond, .address = "three:3"}})}};
  return state;
}

core::RaftOptions raft_options_of_leader() {
  core::RaftOptions options;
  options.id = kSelf;
  options.pre_vote = false;
  return options;
}

/// A leader of term 2 whose log has ten entries of it.
class ReplicatorTest : public testing::Test {
 protected:
  void SetUp() override {
    const core::Ready campaign = turn(Duration(std::chrono::seconds(5)));
    raft.written(now, campaign.write.id, core::Written::kDurable);
    raft.receive(
        now, kFirst,
        RequestVoteReply{.term = kTerm, .granted = true, .pre_vote = false, .campaign = 1});
    ASSERT_TRUE(raft.is_leader());
    ASSERT_TRUE(raft.propose(now, 9).has_value());
    cache.append(Index(1), command(1, "configuration"));
    for (std::uint64_t index = 2; index <= 11; ++index) {
      cache.append(Index(index), command(2, std::string(100, 'x')));
    }
    raft.written(now, raft.take_ready().write.id, core::Written::kDurable);
  }

  core::Ready turn(Duration elapsed) {
    now = now + elapsed;
    raft.advance_time(now);
    return raft.take_ready();
  }

  [[nodiscard]] static core::Replicate permission(ServerId to, std::uint64_t prev,
                                                  std::uint64_t through, bool probe = false) {
    return {.to = to,
            .term = kTerm,
            .prev = at(prev <= 1 ? 1 : 2, prev),
            .through = Index(through),
            .commit = Index(1),
            .round = Round(1),
            .probe = probe};
  }

  bool replicate(const std::vector<core::Replicate>& permissions) {
    return replicator.replicate(now, raft, permissions, connected);
  }

  [[nodiscard]] std::vector<Index> lasts() const {
    std::vector<Index> result;
    for (const AppendEntries& message : transport.messages<AppendEntries>()) {
      result.push_back(message.last());
    }
    return result;
  }

  Instant now{Duration(1)};
  NodeOptions options;
  flatbuf::FlatbuffersCodec codec;
  fakes::FakeTransport transport;
  fakes::FakeStorage storage;
  EntryCache cache{1'000'000};
  LogReader reader{storage, 1000, [] {}};
  std::set<ServerId> connected{kFirst, kSecond};
  core::Raft raft{raft_options_of_leader(), restored(), now};
  Replicator replicator{options, codec, transport, cache, reader};
};

TEST_F(ReplicatorTest, SendsThePermittedRange) {
  EXPECT_FALSE(replicate({permission(kFirst, 1, 11)}));

  EXPECT_EQ(lasts(), std::vector{Index(11)});
  const AppendEntries message = transport.messages<AppendEntries>().front();
  EXPECT_EQ(message.prev, at(1, 1));
  EXPECT_EQ(message.term, kTerm);
  EXPECT_EQ(message.commit, Index(1));
}

TEST_F(ReplicatorTest, EncodesARangeOnceForAll) {
  replicate({permission(kFirst, 1, 11), permission(kSecond, 1, 11)});

  ASSERT_EQ(transport.sent.size(), 2U);
  EXPECT_EQ(replicator.frames_encoded(), 1U);
  EXPECT_EQ(transport.sent[0].frame.pieces[0].data(), transport.sent[1].frame.pieces[0].data());
}

TEST_F(ReplicatorTest, CutsByEntries) {
  options.append_entries_max = 4;
  replicate({permission(kFirst, 1, 11)});

  EXPECT_EQ(lasts(), (std::vector{Index(5), Index(9), Index(11)}));
  EXPECT_EQ(transport.messages<AppendEntries>()[1].prev, at(2, 5));
}

TEST_F(ReplicatorTest, CutsByBytes) {
  options.append_bytes_max = 250;
  replicate({permission(kFirst, 1, 11)});

  EXPECT_EQ(lasts(), (std::vector{Index(4), Index(7), Index(10), Index(11)}));
}

TEST_F(ReplicatorTest, AProbeIsOneFrame) {
  options.append_entries_max = 4;
  replicate({permission(kFirst, 1, 11, true)});

  EXPECT_EQ(lasts(), std::vector{Index(5)});
}

TEST_F(ReplicatorTest, AnEmptyProbeHasNoEntries) {
  replicate({permission(kFirst, 11, 11, true)});

  EXPECT_EQ(lasts(), std::vector{Index(11)});
  EXPECT_EQ(transport.messages<AppendEntries>()[0].prev, at(2, 11));
  EXPECT_EQ(replicator.inflight_bytes(kFirst), 0U);
}

TEST_F(ReplicatorTest, StopsAtTheByteWindow) {
  options.append_entries_max = 2;
  options.inflight_bytes_max = 300;
  EXPECT_FALSE(replicate({permission(kFirst, 1, 11)}));

  EXPECT_EQ(lasts(), (std::vector{Index(3), Index(5)}));
  EXPECT_EQ(replicator.inflight_bytes(kFirst), 400U);
  EXPECT_EQ(replicator.inflight_bytes(kSecond), 0U);
}

TEST_F(ReplicatorTest, AcknowledgementsOpenTheWindow) {
  options.inflight_bytes_max = 300;
  replicate({permission(kFirst, 1, 11)});
  ASSERT_GE(replicator.inflight_bytes(kFirst), 300U);
  raft.receive(now, kFirst,
               AppendEntriesReply{.term = kTerm, .accepted = true, .match = Index(11)});
  replicate({});

  EXPECT_EQ(replicator.inflight_bytes(kFirst), 0U);
}

TEST_F(ReplicatorTest, WhatIsSentAgainIsCountedOnce) {
  replicate({permission(kFirst, 1, 11)});
  replicate({permission(kFirst, 1, 11)});

  EXPECT_EQ(replicator.inflight_bytes(kFirst), 1000U);
}

TEST_F(ReplicatorTest, ALostConnectionEmptiesTheWindow) {
  replicate({permission(kFirst, 1, 11)});
  replicator.on_disconnected(kFirst);

  EXPECT_EQ(replicator.inflight_bytes(kFirst), 0U);
}

TEST_F(ReplicatorTest, ReportsMoreWhenTheBudgetOfTheTurnIsUsedUp) {
  options.append_entries_max = 1;
  options.frames_per_turn = 3;

  EXPECT_TRUE(replicate({permission(kFirst, 1, 11)}));
  EXPECT_EQ(transport.sent.size(), 3U);
}

TEST_F(ReplicatorTest, EncodesBoundedBytesPerTurn) {
  options.append_entries_max = 1;
  options.send_bytes_per_turn = 250;

  EXPECT_TRUE(replicate({permission(kFirst, 1, 11), permission(kSecond, 1, 11)}));
  EXPECT_EQ(replicator.frames_encoded(), 3U);
}

TEST_F(ReplicatorTest, WhoIsNotConnectedCostsNothing) {
  connected = {kSecond};
  EXPECT_FALSE(replicate({permission(kFirst, 1, 11)}));

  EXPECT_EQ(replicator.frames_encoded(), 0U);
}

TEST_F(ReplicatorTest, AFullQueueIsNotReported) {
  transport.results[kFirst] = port::SendResult::kQueueFull;
  EXPECT_FALSE(replicate({permission(kFirst, 1, 11, true)}));

  // A probe that was reported would not be granted again.
  const core::Ready ready = raft.take_ready();
  EXPECT_TRUE(std::any_of(ready.replicate.begin(), ready.replicate.end(),
                          [](const core::Replicate& each) { return each.to == kFirst; }));
  EXPECT_EQ(replicator.inflight_bytes(kFirst), 0U);
}

TEST_F(ReplicatorTest, AFullQueueTakesNothingFromTheOthers) {
  options.frames_per_turn = 1;
  options.send_bytes_per_turn = 1;
  transport.results[kFirst] = port::SendResult::kQueueFull;
  const std::vector<core::Replicate> permissions = {permission(kFirst, 1, 11),
                                                    permission(kSecond, 5, 11)};
  replicate(permissions);
  replicate(permissions);

  ASSERT_FALSE(transport.sent.empty());
  EXPECT_EQ(transport.sent.front().to, kSecond);
}

TEST_F(ReplicatorTest, WhatWasSentIsReported) {
  replicate({permission(kFirst, 1, 11, true)});

  const core::Ready ready = raft.take_ready();
  EXPECT_TRUE(std::none_of(ready.replicate.begin(), ready.replicate.end(),
                           [](const core::Replicate& each) { return each.to == kFirst; }));
}

TEST_F(ReplicatorTest, ReadsWhatTheCacheDoesNotHold) {
  EntryCache empty(1);
  Replicator from_storage(options, codec, transport, empty, reader);
  EXPECT_FALSE(from_storage.replicate(now, raft, {permission(kFirst, 1, 11)}, connected));
  ASSERT_EQ(storage.reads.size(), 1U);
  EXPECT_EQ(storage.reads[0].first, Index(2));
  EXPECT_EQ(storage.reads[0].last, Index(11));

  storage.answer(std::vector(3, command(2, "x")));
  EXPECT_FALSE(from_storage.replicate(now, raft, {permission(kFirst, 1, 11)}, connected));

  EXPECT_EQ(lasts(), std::vector{Index(4)});
  ASSERT_EQ(storage.reads.size(), 1U);
  EXPECT_EQ(storage.reads[0].first, Index(5));
}

TEST_F(ReplicatorTest, AFullQueueDoesNotMakeItReadTheSameAgainAndAgain) {
  EntryCache empty(1);
  Replicator from_storage(options, codec, transport, empty, reader);
  (void)from_storage.replicate(now, raft, {permission(kFirst, 1, 11)}, connected);
  storage.answer(std::vector(3, command(2, "x")));
  transport.results[kFirst] = port::SendResult::kQueueFull;
  (void)from_storage.replicate(now, raft, {permission(kFirst, 1, 11)}, connected);
  EXPECT_TRUE(storage.reads.empty());

  transport.results.clear();
  (void)from_storage.replicate(now, raft, {permission(kFirst, 1, 11)}, connected);

  EXPECT_EQ(lasts(), std::vector{Index(4)});
}

TEST_F(ReplicatorTest, AReadOfAReplacedEntryIsNotSent) {
  EntryCache empty(1);
  Replicator from_storage(options, codec, transport, empty, reader);
  (void)from_storage.replicate(now, raft, {permission(kFirst, 1, 11)}, connected);
  storage.answer(std::vector(3, command(1, "of another term")));
  (void)from_storage.replicate(now, raft, {permission(kFirst, 1, 11)}, connected);

  EXPECT_TRUE(transport.sent.empty());
}

}  // namespace buoyant::node::replicator_test
