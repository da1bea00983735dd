// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// The simulated store keeps the promises of the real ones; what is its own is what a crash leaves.

#include "simulation/snapshot_store.h"

#include "buoyant/conformance/snapshot_store_conformance.h"
#include "tests/simulation/disks.h"
#include "tests/simulation/run_fixture.h"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>

namespace buoyant::simulation::snapshot_store_test {

using conformance::contents;
using conformance::description;
using conformance::foreign;
using conformance::TextSource;
using std::chrono::seconds;

class Harness {
 public:
  void open() {
    release();
    process_ = std::make_shared<Process>(context_, conformance::kStoreServer, ++starts_, Clock());
    store_ = std::make_unique<SimulatedSnapshotStore>(process_, disk_, Random(starts_));
  }

  port::SnapshotStore& store() { return *store_; }

  void crash() {
    process_->kill();
    store_->crash();
    store_.reset();
  }

  void forget() { store_.reset(); }

  bool run_until(const std::function<bool()>& condition) {
    const Instant until = context_.now() + std::chrono::minutes(1);
    while (!condition()) {
      if (!context_.timeline.run_one(until)) {
        return condition();
      }
    }
    return true;
  }

  void hold() { disk_.stuck = true; }

  void release() {
    disk_.stuck = false;
    if (store_ != nullptr) {
      store_->unstick();
    }
  }

  void wait_until_held() {
    const Instant until = context_.now() + seconds(1);
    while (context_.timeline.run_one(until)) {
    }
  }

  void fail_next(Errc code) { disk_.fail_next_file_write = code; }

  void corrupt(const SnapshotId& id) { EXPECT_TRUE(disk_.files().corrupt(id, 3)); }

 private:
  Plan plan_;
  TraceSink sink_;
  Context context_{plan_, sink_};
  disks::DeafWatcher deaf_;
  Disk disk_{conformance::kStoreServer, "test", 101, deaf_};
  std::uint64_t starts_ = 0;
  ProcessPointer process_;
  std::unique_ptr<SimulatedSnapshotStore> store_;
};

class SimulatedSnapshotStoreTest : public RunFixture {
 protected:
  void SetUp() override { open(1); }

  void open(std::uint64_t seed) {
    process = make_process(1);
    store = std::make_unique<SimulatedSnapshotStore>(process, disk, Random(seed));
  }

  void end_process() {
    process->kill();
    store->crash();
    run_all();
  }

  void create() {
    store->create(description(2, 10), std::make_unique<TextSource>("contents"),
                  [this](const Result<SnapshotMetadata>&) { ++answers; });
  }

  /// How many files there are after a crash in the midst of the only step of a creation.
  std::set<std::size_t> files_after_crashes() {
    std::set<std::size_t> seen;
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
      disk.files() = memory::SnapshotImage();
      open(seed);
      store->create(description(2, 10), std::make_unique<TextSource>(""),
                    [this](const Result<SnapshotMetadata>&) { ++answers; });
      end_process();
      seen.insert(disk.files().found().size());
    }
    return seen;
  }

  /// How much of 8 bytes that came in is there after a crash.
  std::set<std::uint64_t> held_after_crashes() {
    std::set<std::uint64_t> seen;
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
      disk.files() = memory::SnapshotImage();
      open(seed);
      store->receive(incoming, 0, Bytes::copy_of("12345678"), [](const auto&) {});
      run_for(seconds(1));
      end_process();
      seen.insert(disk.files().held(incoming));
    }
    return seen;
  }

  disks::DeafWatcher deaf;
  Disk disk{ServerId(1), "test", 101, deaf};
  SnapshotMetadata incoming = foreign(2, 10, "1234567890");
  ProcessPointer process;
  std::unique_ptr<SimulatedSnapshotStore> store;
  int answers = 0;
};

TEST_F(SimulatedSnapshotStoreTest, ACrashInTheMidstOfAStepLeavesAllOfItOrNothing) {
  EXPECT_EQ(files_after_crashes(), (std::set<std::size_t>{0, 1}));
  EXPECT_EQ(answers, 0);
}

TEST_F(SimulatedSnapshotStoreTest, ACrashLeavesABeginningOfWhatCameIn) {
  EXPECT_EQ(held_after_crashes(), (std::set<std::uint64_t>{0, 1, 2, 3, 4, 5, 6, 7, 8}));
}

TEST_F(SimulatedSnapshotStoreTest, AProcessThatIsGoneGetsNoAnswer) {
  create();
  end_process();
  create();
  store->retain_only({});
  run_for(seconds(1));

  EXPECT_EQ(answers, 0);
}

TEST_F(SimulatedSnapshotStoreTest, APausedProcessGetsItsAnswerLater) {
  create();
  process->pause(context.now() + seconds(10));

  run_for(seconds(9));
  EXPECT_EQ(disk.files().found().size(), 1U);
  EXPECT_EQ(answers, 0);
  run_for(seconds(2));

  EXPECT_EQ(answers, 1);
}

TEST_F(SimulatedSnapshotStoreTest, AReadFailsOnce) {
  create();
  run_for(seconds(1));
  disk.fail_next_file_read = true;
  std::vector<bool> successes;
  const auto note = [&](const Result<Bytes>& part) { successes.push_back(part.has_value()); };

  store->read(disk.files().found().front(), 0, 100, note);
  store->read(disk.files().found().front(), 0, 100, note);
  run_for(seconds(1));

  EXPECT_EQ(successes, (std::vector{false, true}));
}

TEST_F(SimulatedSnapshotStoreTest, AFullDiskTakesNothing) {
  disk.full = true;
  std::optional<Errc> code;
  store->receive(incoming, 0, Bytes::copy_of("1234"), [&](const Result<std::uint64_t>& held) {
    code = held ? Errc::kFaulted : held.error().code();
  });
  run_for(seconds(1));

  EXPECT_EQ(code, Errc::kStorageFull);
}

TEST_F(SimulatedSnapshotStoreTest, ASlowDiskTakesLonger) {
  disk.write_time = seconds(10);
  create();

  run_for(seconds(5));
  EXPECT_EQ(answers, 0);
  run_for(seconds(100));

  EXPECT_EQ(answers, 1);
}

}  // namespace buoyant::simulation::snapshot_store_test

BUOYANT_INSTANTIATE_SNAPSHOT_STORE_CONFORMANCE(Simulated,
                                               buoyant::simulation::snapshot_store_test::Harness);
