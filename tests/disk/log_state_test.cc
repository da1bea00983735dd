// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/disk/log_state.h"

#include "tests/disk/draw.h"
#include "tests/disk/scratch.h"
#include "tests/disk/store.h"

#include <gtest/gtest.h>

namespace buoyant::disk::log_state_test {

class LogStateTest : public testing::Test {
 protected:
  void open() {
    store_.reset();
    Result<std::unique_ptr<Store>> opened = Store::open({.root = scratch_.path()});
    ASSERT_TRUE(opened.has_value()) << opened.error().context();
    store_ = std::move(*opened);
  }

  void write(port::StorageWrite write) {
    write.id = store_->next_write();
    state_.apply(change_of(write));
    store_->submit(std::move(write));
    ASSERT_TRUE(store_->wait_for_writes().has_value());
  }

  /// What the real storage holds after a restart.
  LogState stored_state() {
    open();
    Result<LogState> log = store_->read_log();
    EXPECT_TRUE(log.has_value());
    return log.value_or(LogState());
  }

  Scratch scratch_{default_scratch()};
  std::unique_ptr<Store> store_;
  LogState state_;
};

TEST_F(LogStateTest, RandomWritesLeaveWhatTheStorageHolds) {
  Random random(7);
  open();
  for (int at = 0; at < 60; ++at) {
    write(draw_write(random, state_, state_.base.index));
  }

  EXPECT_GT(state_.last(), Index(20));
  EXPECT_EQ(stored_state(), state_);
}

TEST_F(LogStateTest, ACompactionLeavesWhatTheStorageHolds) {
  Random random(7);
  open();
  write(draw_entries(random, state_, 10));
  port::StorageWrite compaction;
  compaction.snapshot = with_contents(
      {.id = {.position = {.term = Term(1), .index = Index(8)}, .creator = kServer, .sequence = 1},
       .configuration = some_configuration(),
       .configuration_index = Index(1)});
  compaction.compact_through = Index(6);
  write(compaction);

  EXPECT_EQ(state_.base.index, Index(6));
  EXPECT_EQ(state_.last(), Index(10));
  EXPECT_EQ(stored_state(), state_);
}

TEST_F(LogStateTest, AReceivedSnapshotLeavesWhatTheStorageHolds) {
  Random random(7);
  open();
  write(draw_entries(random, state_, 10));
  port::StorageWrite replacement;
  replacement.snapshot = with_contents({.id = {.position = {.term = Term(1), .index = Index(14)},
                                               .creator = ServerId(2),
                                               .sequence = 1},
                                        .configuration = some_configuration(),
                                        .configuration_index = Index(1)});
  write(replacement);
  write(draw_entries(random, state_, 2));

  EXPECT_EQ(state_.base.index, Index(14));
  EXPECT_EQ(state_.last(), Index(16));
  EXPECT_EQ(stored_state(), state_);
}

}  // namespace buoyant::disk::log_state_test
