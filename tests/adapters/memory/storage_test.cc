// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/memory/storage.h"

#include "buoyant/conformance/storage_conformance.h"

#include <memory>

namespace buoyant::memory::storage_test {

using conformance::append;
using conformance::commands;
using conformance::StorageRecorder;
using conformance::vote;

class Harness {
 public:
  void open() {
    storage_ = std::make_unique<MemoryStorage>(
        scheduler_, disk_, MemoryStorageOptions{.write_delay = std::chrono::milliseconds(1)});
  }

  port::Storage& storage() { return *storage_; }

  void crash() { storage_.reset(); }

  void forget() { storage_.reset(); }

  bool run_until(const std::function<bool()>& condition) {
    for (int turn = 0; turn < 1000 && !condition(); ++turn) {
      scheduler_.run_for(std::chrono::milliseconds(1));
    }
    return condition();
  }

  void run_some() { scheduler_.run_for(std::chrono::milliseconds(100)); }

  void hold_writes() { storage_->hold_writes(); }

  void wait_until_held() { run_some(); }

  void release_writes() { storage_->release_writes(); }

  void fail_next_write(port::WriteOutcome outcome) { storage_->fail_next_write(outcome); }

 private:
  Scheduler scheduler_;
  MemoryDisk disk_{conformance::kCluster, conformance::kServer};
  std::unique_ptr<MemoryStorage> storage_;
};

class MemoryStorageTest : public testing::Test {
 protected:
  void SetUp() override { storage.start(recorder); }

  void write(std::uint64_t id, port::StorageWrite write) {
    write.id = WriteId(id);
    storage.write(std::move(write));
  }

  Scheduler scheduler;
  MemoryDisk disk{"cluster", ServerId(1)};
  MemoryStorage storage{scheduler, disk, {.write_delay = std::chrono::milliseconds(10)}};
  StorageRecorder recorder;
};

TEST_F(MemoryStorageTest, AWriteIsDurableAfterItsDelay) {
  write(1, append(1, commands(1, 1, 1)));

  scheduler.run_for(std::chrono::milliseconds(9));
  EXPECT_EQ(disk.last_index(), Index(0));
  scheduler.run_for(std::chrono::milliseconds(1));

  EXPECT_EQ(disk.last_index(), Index(1));
  EXPECT_EQ(recorder.events.size(), 1U);
}

TEST_F(MemoryStorageTest, ACrashForgetsWhatWasNotReported) {
  write(1, append(1, commands(1, 1, 1)));
  scheduler.run_for(std::chrono::milliseconds(9));

  storage.crash();
  scheduler.run_for(std::chrono::seconds(1));

  EXPECT_EQ(disk.last_index(), Index(0));
  EXPECT_TRUE(recorder.events.empty());
}

TEST_F(MemoryStorageTest, ACrashMayKeepWritesThatNobodyHeardOf) {
  write(1, append(1, commands(1, 1, 1)));
  write(2, append(2, commands(1, 2, 2)));
  write(3, vote(4, 1));

  storage.crash(2);

  EXPECT_EQ(disk.entries, commands(1, 1, 2));
  EXPECT_EQ(disk.hard_state, HardState{});
  EXPECT_TRUE(recorder.events.empty());
}

TEST_F(MemoryStorageTest, ADiskOpensAgainAfterACrash) {
  storage.crash();

  MemoryStorage next(scheduler, disk);

  EXPECT_EQ(next.take_stored_state().identity.start_counter, 2U);
}

TEST_F(MemoryStorageTest, AReadFailsAsTold) {
  write(1, append(1, commands(1, 1, 1)));
  scheduler.run_for(std::chrono::milliseconds(10));
  std::vector<bool> answers;
  const auto note = [&](const Result<std::vector<Entry>>& entries) {
    answers.push_back(entries.has_value());
  };
  storage.fail_next_read(Error(Errc::kStorageCorrupt));

  storage.read(Index(1), Index(1), 10, note);
  storage.read(Index(1), Index(1), 10, note);
  scheduler.run_due();

  EXPECT_EQ(answers, (std::vector{false, true}));
}

TEST_F(MemoryStorageTest, AHeldWriteIsDurableWhenReleased) {
  storage.hold_writes();
  write(1, vote(4, 1));
  scheduler.run_for(std::chrono::seconds(1));

  storage.release_writes();
  scheduler.run_due();

  EXPECT_EQ(disk.hard_state.term, Term(4));
}

TEST_F(MemoryStorageTest, ABoundedDiskRefusesEntriesThatDoNotFit) {
  disk.bytes_max = 3 * (MemoryDisk::kBytesBesidePayload + 1);
  write(1, append(1, commands(1, 1, 3)));
  write(2, append(4, commands(1, 4, 4)));
  write(3, vote(4, 1));
  scheduler.run_for(std::chrono::milliseconds(10));

  EXPECT_EQ(disk.entries.size(), 3U);
  EXPECT_EQ(disk.hard_state.term, Term(4));
}

TEST_F(MemoryStorageTest, ABoundedDiskSaysThatSpaceIsLow) {
  disk.bytes_max = 10 * (MemoryDisk::kBytesBesidePayload + 1);
  write(1, append(1, commands(1, 1, 6)));
  scheduler.run_for(std::chrono::milliseconds(10));
  EXPECT_EQ(storage.status().space, SpaceState::kEnough);

  write(2, append(7, commands(1, 7, 9)));
  scheduler.run_for(std::chrono::milliseconds(10));
  EXPECT_EQ(storage.status().space, SpaceState::kLow);

  disk.bytes_max *= 2;
  EXPECT_EQ(storage.status().space, SpaceState::kEnough);
}

}  // namespace buoyant::memory::storage_test

BUOYANT_INSTANTIATE_STORAGE_CONFORMANCE(Memory, buoyant::memory::storage_test::Harness);
