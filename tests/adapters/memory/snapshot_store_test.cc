// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/memory/snapshot_store.h"

#include "buoyant/conformance/snapshot_store_conformance.h"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace buoyant::memory::snapshot_store_test {

using conformance::description;
using conformance::foreign;
using conformance::TextSource;

class Harness {
 public:
  void open() {
    store_ = std::make_unique<MemorySnapshotStore>(
        scheduler_, image_, MemorySnapshotOptions{.step_delay = std::chrono::milliseconds(1)});
  }

  port::SnapshotStore& store() { return *store_; }

  void crash() { store_.reset(); }

  void forget() { store_.reset(); }

  bool run_until(const std::function<bool()>& condition) {
    for (int turn = 0; turn < 1000 && !condition(); ++turn) {
      scheduler_.run_for(std::chrono::milliseconds(1));
    }
    return condition();
  }

  void hold() { store_->hold_writes(); }

  void release() { store_->release_writes(); }

  void wait_until_held() { scheduler_.run_for(std::chrono::seconds(1)); }

  void fail_next(Errc code) { store_->fail_next_write(Error(code, "injected")); }

  void corrupt(const SnapshotId& id) { EXPECT_TRUE(image_.corrupt(id, 3)); }

 private:
  Scheduler scheduler_;
  SnapshotImage image_;
  std::unique_ptr<MemorySnapshotStore> store_;
};

class MemorySnapshotStoreTest : public testing::Test {
 protected:
  void create(std::string text) {
    store.create(description(2, 10), std::make_unique<TextSource>(std::move(text)),
                 [this](Result<SnapshotMetadata> result) { created = std::move(result); });
  }

  Scheduler scheduler;
  SnapshotImage image;
  MemorySnapshotStore store{scheduler, image, {.step_delay = std::chrono::milliseconds(10)}};
  std::optional<Result<SnapshotMetadata>> created;
};

TEST_F(MemorySnapshotStoreTest, EachStepTakesItsTime) {
  create("one part");

  scheduler.run_for(std::chrono::milliseconds(19));
  EXPECT_TRUE(image.found().empty());
  scheduler.run_for(std::chrono::milliseconds(1));

  EXPECT_EQ(image.found().size(), 1U);
}

TEST_F(MemorySnapshotStoreTest, AReadFailsAsTold) {
  std::optional<Errc> code;
  create("contents");
  scheduler.run_for(std::chrono::seconds(1));
  store.fail_next_read(Error(Errc::kStorageFailed));

  store.read((*created)->id, 0, 100, [&](const Result<Bytes>& part) {
    code = part ? Errc::kFaulted : part.error().code();
  });
  scheduler.run_for(std::chrono::seconds(1));

  EXPECT_EQ(code, Errc::kStorageFailed);
}

TEST_F(MemorySnapshotStoreTest, AnAnswerUnderWayIsDroppedByClose) {
  bool closed = false;
  create("contents");
  scheduler.run_for(std::chrono::milliseconds(19));

  store.close([&] { closed = true; });
  scheduler.run_for(std::chrono::seconds(1));

  EXPECT_TRUE(closed);
  EXPECT_FALSE(created.has_value());
}

TEST(MemorySnapshotImageTest, ACrashMayShortenWhatComesIn) {
  SnapshotImage image;
  const SnapshotMetadata metadata = foreign(2, 10, "eight---");
  ASSERT_EQ(image.receive(metadata, 0, view_of("eight")), 5U);

  image.shorten_incoming(3);

  EXPECT_EQ(image.held(metadata), 3U);
  EXPECT_EQ(image.receive(metadata, 3, view_of("ht---")), 8U);
}

}  // namespace buoyant::memory::snapshot_store_test

BUOYANT_INSTANTIATE_SNAPSHOT_STORE_CONFORMANCE(Memory,
                                               buoyant::memory::snapshot_store_test::Harness);
