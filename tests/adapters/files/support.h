// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What the tests of snapshot files share: a directory, a loop, a disk that hangs and fails on
/// demand.
#pragma once

#include "adapters/files/name.h"
#include "adapters/files/options.h"
#include "adapters/files/snapshot_store.h"
#include "buoyant/conformance/disk_gate.h"
#include "buoyant/conformance/manual_loop.h"
#include "buoyant/conformance/snapshot_store_fixture.h"
#include "tests/adapters/posix/support.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>

namespace buoyant::files::support {

using conformance::kPatience;
using conformance::ManualLoop;
using posix::support::read_file;
using posix::support::TemporaryDirectory;
using posix::support::write_file;

/// All writes go through the gate.
class FaultyWrites final : public FileHook, public conformance::DiskGate {
 public:
  int before(Operation operation, std::size_t& /*bytes*/) noexcept override {
    return operation == Operation::kWrite ? pass() : 0;
  }
};

/// Opens; waits for a worker that was left behind to let the directory go.
inline Result<std::unique_ptr<FilesSnapshotStore>> open_patiently(
    const FilesOptions& options, const std::shared_ptr<ManualLoop>& loop) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  for (;;) {
    Result<std::unique_ptr<FilesSnapshotStore>> store = FilesSnapshotStore::open(options, loop);
    if (store || store.error().code() != Errc::kDirectoryInUse ||
        std::chrono::steady_clock::now() > deadline) {
      return store;
    }
    std::this_thread::yield();
  }
}

/// Flips a bit of a file.
inline void flip_in_file(const std::string& path, std::size_t offset) {
  std::string content = read_file(path);
  content[offset] = static_cast<char>(content[offset] ^ 0x10);
  write_file(path, content);
}

/// The harness of the conformance suite.
class Harness {
 public:
  Harness() {
    options_.directory = directory_ / "snapshots";
    options_.hang_limit = std::chrono::milliseconds(200);
    options_.hook = &writes_;
  }

  Harness(const Harness&) = delete;
  Harness& operator=(const Harness&) = delete;

  ~Harness() {
    writes_.release();
    store_.reset();
    // Whoever was left behind uses the hook until it lets the directory go.
    static_cast<void>(open_patiently(options_, loop_));
  }

  void open() {
    writes_.release();
    Result<std::unique_ptr<FilesSnapshotStore>> store = open_patiently(options_, loop_);
    ASSERT_TRUE(store.has_value()) << store.error().context();
    store_ = std::move(*store);
  }

  port::SnapshotStore& store() { return *store_; }

  void crash() { store_.reset(); }

  void forget() { store_.reset(); }

  bool run_until(const std::function<bool()>& condition) { return loop_->run_until(condition); }

  void hold() { writes_.hold(); }

  void release() { writes_.release(); }

  void wait_until_held() { writes_.wait_until_held(); }

  void fail_next(Errc code) { writes_.fail_next(code == Errc::kStorageFull ? ENOSPC : EIO); }

  void corrupt(const SnapshotId& id) {
    const std::string file = path(complete_name(id));
    flip_in_file(file, read_file(file).size() - 1);
  }

  [[nodiscard]] std::string path(const std::string& name = "") const {
    return options_.directory + "/" + name;
  }

  /// For the next opening.
  FilesOptions& options() { return options_; }

  [[nodiscard]] const std::shared_ptr<ManualLoop>& loop() const { return loop_; }

 private:
  TemporaryDirectory directory_;
  FaultyWrites writes_;
  FilesOptions options_;
  std::shared_ptr<ManualLoop> loop_ = std::make_shared<ManualLoop>();
  std::unique_ptr<FilesSnapshotStore> store_;
};

}  // namespace buoyant::files::support
