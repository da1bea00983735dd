// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/files/snapshot_store.h"

#include "adapters/files/chunks.h"
#include "adapters/files/head.h"
#include "buoyant/conformance/snapshot_store_conformance.h"
#include "tests/adapters/files/support.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <fcntl.h>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

namespace buoyant::files::snapshot_store_test {

using conformance::Answer;
using conformance::contents;
using conformance::description;
using conformance::kLargeBytes;
using conformance::TextSource;
using conformance::TextTarget;

/// Tells when it is gone.
class MortalTarget final : public SnapshotTarget {
 public:
  explicit MortalTarget(std::shared_ptr<std::atomic<bool>> gone) : gone_(std::move(gone)) {}

  ~MortalTarget() override { *gone_ = true; }

  Result<void> write(ByteView /*chunk*/) noexcept override { return {}; }

  Result<void> finish() noexcept override { return {}; }

 private:
  std::shared_ptr<std::atomic<bool>> gone_;
};

/// Never ends.
class EndlessSource final : public SnapshotSource {
 public:
  Result<Bytes> read(std::size_t bytes_max) noexcept override {
    return Bytes::copy_of(std::string(bytes_max, 'x'));
  }
};

class FilesSnapshotStoreTest : public conformance::SnapshotStoreFixture<support::Harness> {
 protected:
  Errc open_error() {
    const auto opened = FilesSnapshotStore::open(harness.options(), harness.loop());
    EXPECT_FALSE(opened.has_value());
    return opened ? Errc::kFaulted : opened.error().code();
  }

  Answer<SnapshotMetadata> create_and_hang() {
    harness.hold();
    auto creating = begin_create(10, contents(kLargeBytes));
    harness.wait_until_held();
    return creating;
  }
};

TEST_F(FilesSnapshotStoreTest, NeedsADirectory) {
  FilesOptions none;

  EXPECT_EQ(FilesSnapshotStore::open(none, harness.loop()).error().code(), Errc::kInvalidOptions);
}

TEST_F(FilesSnapshotStoreTest, IsNotOpenedTwice) {
  EXPECT_EQ(open_error(), Errc::kDirectoryInUse);
}

TEST_F(FilesSnapshotStoreTest, AWorkerThatIsLeftBehindKeepsTheDirectory) {
  create_and_hang();

  close();

  EXPECT_EQ(open_error(), Errc::kDirectoryInUse);
}

TEST_F(FilesSnapshotStoreTest, TheDirectoryIsFreeWhenCloseCallsBack) {
  static_cast<void>(create(10, contents(kLargeBytes)));

  close();

  EXPECT_TRUE(FilesSnapshotStore::open(harness.options(), harness.loop()).has_value());
}

TEST_F(FilesSnapshotStoreTest, CloseDoesNotWaitForTheEndOfASnapshot) {
  const auto creating = begin_create(description(2, 10), std::make_unique<EndlessSource>());
  static_cast<void>(held(conformance::foreign(1, 2, "a request is served meanwhile")));

  close();

  EXPECT_FALSE(creating->has_value());
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(harness.path()), {}), 1);
}

TEST_F(FilesSnapshotStoreTest, AnErrorHasTheNativeCode) {
  harness.fail_next(Errc::kStorageFull);

  EXPECT_EQ(create(10, contents(kLargeBytes)).error(), Error(Errc::kStorageFull, "", ENOSPC));
}

TEST_F(FilesSnapshotStoreTest, AnInstallationChecksTheWholeToo) {
  const SnapshotMetadata metadata = created(10, "contents");
  const std::string file = harness.path(complete_name(metadata.id));
  posix::FileDescriptor fd(::open(file.c_str(), O_RDWR));
  const File other(std::move(fd), nullptr);
  ChunkWriter writer(other, ChunkLayout::of(metadata, encode_head(metadata).size()));
  ASSERT_EQ(writer.append(view_of("Contents")), 0);
  ASSERT_EQ(writer.finish(), 0);

  EXPECT_EQ(read_all(metadata.id), "Contents");
  EXPECT_EQ(installed(metadata.id), "storage_corrupt");
}

TEST_F(FilesSnapshotStoreTest, TheReserveIsLeftToTheLog) {
  const SnapshotMetadata before = created(10, "contents");
  close();
  harness.options().reserve_bytes = std::uint64_t{1} << 62U;
  harness.open();

  EXPECT_EQ(code_of(create(20, "contents")), Errc::kStorageFull);
  EXPECT_EQ(code_of(receive(conformance::foreign(2, 30, "contents"), 0, "cont")),
            Errc::kStorageFull);
  EXPECT_EQ(read_all(before.id), "contents");
}

TEST_F(FilesSnapshotStoreTest, ATargetOutlivesTheStoreWhenItIsLeftBehind) {
  const SnapshotMetadata metadata = created(10, "contents");
  const auto gone = std::make_shared<std::atomic<bool>>(false);
  create_and_hang();
  begin_install(metadata.id, std::make_shared<MortalTarget>(gone));

  close();

  // It was not begun: it went with the queue.
  EXPECT_TRUE(*gone);
}

TEST_F(FilesSnapshotStoreTest, ACallbackMayDestroyTheStore) {
  bool called = false;
  store().held(conformance::foreign(1, 2, "x"), [&](const Result<std::uint64_t>&) {
    called = true;
    harness.forget();
  });

  run_until([&] { return called; });
  harness.open();

  EXPECT_EQ(store().found(), std::vector<SnapshotId>());
}

}  // namespace buoyant::files::snapshot_store_test

BUOYANT_INSTANTIATE_SNAPSHOT_STORE_CONFORMANCE(Files, buoyant::files::support::Harness);
