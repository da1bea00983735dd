// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/recover/carry_out.h"

#include "adapters/memory/storage.h"
#include "tests/tools/recover/stored.h"
#include "tools/recover/plan.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>

namespace buoyant::recover_tool::carry_out_test {

using testing_support::encoded;
using testing_support::of;
using testing_support::voter;

class RecoverCarryOutTest : public testing::Test {
 protected:
  void SetUp() override {
    disk_.hard_state = {.term = Term(1), .voted_for = {}};
    disk_.entries = {{.term = Term(1),
                      .kind = EntryKind::kConfiguration,
                      .payload = encoded(of({voter(1), voter(2), voter(3)}))}};
  }

  std::unique_ptr<memory::MemoryStorage> open() {
    return std::make_unique<memory::MemoryStorage>(scheduler_, disk_);
  }

  Plan look() {
    const auto storage = open();
    auto plan = make_plan(storage->take_stored_state(), {voter(1)}, codec_);
    EXPECT_TRUE(plan);
    return plan ? *plan : Plan();
  }

  Result<void> carry_out_on(std::unique_ptr<memory::MemoryStorage> storage) {
    const auto write =
        write_of(*make_plan(storage->take_stored_state(), {voter(1)}, codec_), codec_);
    return carry_out(std::move(storage), write, [this](const std::function<bool()>& condition) {
      scheduler_.run_for(std::chrono::seconds(1));
      return condition();
    });
  }

  memory::Scheduler scheduler_;
  memory::MemoryDisk disk_{"lost", ServerId(1)};
  flatbuf::FlatbuffersCodec codec_;
};

TEST_F(RecoverCarryOutTest, TheNewConfigurationIsOnTheDisk) {
  ASSERT_TRUE(carry_out_on(open()));

  EXPECT_EQ(disk_.hard_state, (HardState{Term(2), ServerId(1)}));
  ASSERT_EQ(disk_.last_index(), Index(2));
  EXPECT_EQ(disk_.entries.back(), (Entry{.term = Term(2),
                                         .kind = EntryKind::kConfiguration,
                                         .payload = encoded(of({voter(1)}))}));
}

TEST_F(RecoverCarryOutTest, TheSecondTimeThereIsNothingToDo) {
  ASSERT_FALSE(look().is_done());
  ASSERT_TRUE(carry_out_on(open()));

  EXPECT_TRUE(look().is_done());
}

TEST_F(RecoverCarryOutTest, TheDirectoryIsLetGo) {
  ASSERT_TRUE(carry_out_on(open()));

  EXPECT_FALSE(disk_.in_use);
}

TEST_F(RecoverCarryOutTest, AFailedWriteIsNoRecovery) {
  auto storage = open();
  storage->fail_next_write(port::WriteOutcome::kFailed);

  const auto done = carry_out_on(std::move(storage));

  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code(), Errc::kStorageFailed);
  EXPECT_FALSE(look().is_done());
}

TEST_F(RecoverCarryOutTest, AFullDiskIsNoRecovery) {
  auto storage = open();
  storage->fail_next_write(port::WriteOutcome::kNoSpace);

  const auto done = carry_out_on(std::move(storage));

  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code(), Errc::kStorageFull);
  EXPECT_FALSE(look().is_done());
}

TEST_F(RecoverCarryOutTest, OfADiskThatHangsNothingIsKnown) {
  auto storage = open();
  storage->hold_writes();

  const auto done = carry_out_on(std::move(storage));

  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code(), Errc::kOutcomeUnknown);
}

}  // namespace buoyant::recover_tool::carry_out_test
