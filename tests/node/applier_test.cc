// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "node/applier.h"

#include "tests/node/fakes.h"
#include "tests/support/print.h"

#include <gtest/gtest.h>

namespace buoyant::node::applier_test {

using fakes::command;

class FakeHost final : public Applier::Host {
 public:
  void apply(std::vector<Command> commands, ApplyDone done) noexcept override {
    batches.push_back(std::move(commands));
    if (at_once) {
      done(replies);
    } else {
      tokens.push_back(std::move(done));
    }
  }

  void on_applied(LogPosition position, const Bytes& reply) noexcept override {
    applied.emplace_back(position.index.value(), std::string(reply.text()));
  }

  void on_apply_progress() noexcept override { progress += 1; }

  void on_apply_failed(Error error) noexcept override { failures.push_back(error); }

  bool at_once = true;
  std::vector<Bytes> replies;
  std::vector<std::vector<Command>> batches;
  std::vector<ApplyDone> tokens;
  std::vector<std::pair<std::uint64_t, std::string>> applied;
  std::vector<Error> failures;
  int progress = 0;
};

class ApplierTest : public testing::Test {
 protected:
  void SetUp() override {
    for (std::uint64_t index = 1; index <= 10; ++index) {
      cache.append(Index(index), command(1, "c" + std::to_string(index)));
    }
  }

  FakeHost host;
  fakes::FakeLog log;
  fakes::FakeStorage storage;
  EntryCache cache{1'000'000};
  Applier applier{
      {.entries_per_turn = 4, .bytes_per_turn = 1000}, Index(), log, cache, storage, host};
};

TEST_F(ApplierTest, AppliesNothingThatIsNotPermitted) {
  applier.run();
  EXPECT_TRUE(host.batches.empty());
  applier.advance(Index(2));
  applier.run();

  ASSERT_EQ(host.batches.size(), 1U);
  EXPECT_EQ(host.batches[0].size(), 2U);
  EXPECT_EQ(host.batches[0][1].payload.text(), "c2");
  EXPECT_EQ(applier.applied(), Index(2));
}

TEST_F(ApplierTest, AppliesOneBoundedBatchPerTurn) {
  applier.advance(Index(10));
  applier.run();
  EXPECT_EQ(applier.applied(), Index(4));
  EXPECT_TRUE(applier.has_work());
  applier.run();
  applier.run();

  EXPECT_EQ(applier.applied(), Index(10));
  EXPECT_FALSE(applier.has_work());
}

TEST_F(ApplierTest, NeverGoesBack) {
  applier.advance(Index(5));
  applier.advance(Index(3));
  applier.run();
  applier.run();

  EXPECT_EQ(applier.applied(), Index(5));
}

TEST_F(ApplierTest, PassesOverNoopsAndConfigurations) {
  cache.fill(Index(1), {.term = Term(1), .kind = EntryKind::kNoop, .payload = {}});
  cache.fill(Index(3), {.term = Term(1),
                        .kind = EntryKind::kConfiguration,
                        .payload = Bytes::copy_of("configuration")});
  host.replies = {Bytes::copy_of("r2"), Bytes::copy_of("r4")};
  applier.advance(Index(4));
  applier.run();

  ASSERT_EQ(host.batches.size(), 1U);
  EXPECT_EQ(host.batches[0].size(), 2U);
  EXPECT_EQ(host.applied, (std::vector<std::pair<std::uint64_t, std::string>>{
                              {1, ""}, {2, "r2"}, {3, ""}, {4, "r4"}}));
}

TEST_F(ApplierTest, ABatchWithoutCommandsDoesNotTroubleTheStateMachine) {
  cache.fill(Index(1), {.term = Term(1), .kind = EntryKind::kNoop, .payload = {}});
  applier.advance(Index(1));
  applier.run();

  EXPECT_TRUE(host.batches.empty());
  EXPECT_EQ(applier.applied(), Index(1));
}

TEST_F(ApplierTest, AWrongNumberOfRepliesGivesNobodyOne) {
  host.replies = {Bytes::copy_of("only one")};
  applier.advance(Index(2));
  applier.run();

  EXPECT_EQ(host.applied, (std::vector<std::pair<std::uint64_t, std::string>>{{1, ""}, {2, ""}}));
}

TEST_F(ApplierTest, WaitsForTheBatchAtTheStateMachine) {
  host.at_once = false;
  applier.advance(Index(10));
  applier.run();
  applier.run();
  EXPECT_EQ(host.batches.size(), 1U);
  EXPECT_FALSE(applier.has_work());
  EXPECT_EQ(applier.applied(), Index());

  host.tokens[0]();
  EXPECT_EQ(host.progress, 1);
  EXPECT_TRUE(host.applied.empty());
  applier.run();
  EXPECT_EQ(applier.applied(), Index(4));
  EXPECT_EQ(host.batches.size(), 2U);
}

TEST_F(ApplierTest, ATokenCountsOnce) {
  host.at_once = false;
  applier.advance(Index(10));
  applier.run();
  host.tokens[0]();
  host.tokens[0]();
  applier.run();

  EXPECT_EQ(applier.applied(), Index(4));
  EXPECT_EQ(host.progress, 1);
}

TEST_F(ApplierTest, ATokenAfterStopDoesNothing) {
  host.at_once = false;
  applier.advance(Index(10));
  applier.run();
  applier.stop();
  host.tokens[0]();
  applier.run();

  EXPECT_EQ(host.progress, 0);
  EXPECT_EQ(host.batches.size(), 1U);
}

TEST_F(ApplierTest, ATokenMayOutliveTheApplier) {
  host.at_once = false;
  {
    Applier shorter({.entries_per_turn = 4, .bytes_per_turn = 1000}, Index(), log, cache, storage,
                    host);
    shorter.advance(Index(1));
    shorter.run();
  }
  host.tokens[0]();

  EXPECT_EQ(host.progress, 0);
}

TEST_F(ApplierTest, ReadsWhatTheCacheDoesNotHold) {
  cache.truncate(Index(1));
  applier.advance(Index(3));
  applier.run();
  ASSERT_EQ(storage.reads.size(), 1U);
  EXPECT_EQ(storage.reads[0].first, Index(1));
  EXPECT_EQ(storage.reads[0].last, Index(3));
  EXPECT_FALSE(applier.has_work());

  storage.answer(std::vector{command(1, "a"), command(1, "b")});
  EXPECT_EQ(host.progress, 1);
  applier.run();
  EXPECT_EQ(applier.applied(), Index(2));
  EXPECT_EQ(storage.reads[0].first, Index(3));
  storage.answer(std::vector{command(1, "c")});
  applier.run();
  EXPECT_EQ(applier.applied(), Index(3));
}

TEST_F(ApplierTest, OneReadIsUnderWay) {
  cache.truncate(Index(1));
  applier.advance(Index(3));
  applier.run();
  applier.run();

  EXPECT_EQ(storage.reads.size(), 1U);
}

TEST_F(ApplierTest, ReadsAheadWhileABatchIsApplied) {
  host.at_once = false;
  cache.truncate(Index(3));
  applier.advance(Index(5));
  applier.run();

  EXPECT_EQ(host.batches.size(), 1U);
  ASSERT_EQ(storage.reads.size(), 1U);
  EXPECT_EQ(storage.reads[0].first, Index(3));
}

TEST_F(ApplierTest, AReadThatFailsIsTheEnd) {
  cache.truncate(Index(1));
  applier.advance(Index(3));
  applier.run();
  storage.answer(fail(Errc::kStorageCorrupt));
  applier.run();

  ASSERT_EQ(host.failures.size(), 1U);
  EXPECT_EQ(host.failures[0].code(), Errc::kStorageCorrupt);
  EXPECT_TRUE(host.batches.empty());
}

TEST_F(ApplierTest, AnEntryOfAnotherTermIsNotApplied) {
  cache.truncate(Index(1));
  log.terms[Index(1)] = Term(2);
  applier.advance(Index(1));
  applier.run();
  storage.answer(std::vector{command(1, "stale")});
  applier.run();

  EXPECT_TRUE(host.batches.empty());
  ASSERT_EQ(host.failures.size(), 1U);
}

TEST_F(ApplierTest, AStaleCacheEntryIsPassedByForStorage) {
  log.terms[Index(1)] = Term(2);
  applier.advance(Index(1));
  applier.run();
  ASSERT_EQ(storage.reads.size(), 1U);
  storage.answer(std::vector{command(2, "right")});
  applier.run();

  ASSERT_EQ(host.batches.size(), 1U);
  EXPECT_EQ(host.batches[0][0].payload.text(), "right");
}

TEST_F(ApplierTest, AnAnswerAfterStopDoesNothing) {
  cache.truncate(Index(1));
  applier.advance(Index(3));
  applier.run();
  applier.stop();
  storage.answer(std::vector{command(1, "a")});

  EXPECT_EQ(host.progress, 0);
}

TEST_F(ApplierTest, OneLargeEntryIsAppliedThoughItExceedsTheBound) {
  cache.append(Index(1), command(1, std::string(5000, 'x')));
  applier.advance(Index(1));
  applier.run();

  EXPECT_EQ(applier.applied(), Index(1));
}

}  // namespace buoyant::node::applier_test
