// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The conformance harness of the example storage; its directory goes with it.
#pragma once

#include "buoyant/conformance/storage_conformance.h"
#include "examples/storage/file_storage.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

namespace file_storage::harness {

namespace conformance = buoyant::conformance;

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string pattern = std::string(BUOYANT_BINARY_DIR) + "/file_storage_XXXXXX";
    path_ = ::mkdtemp(pattern.data());
  }

  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  ~TemporaryDirectory() { std::filesystem::remove_all(path_); }

  [[nodiscard]] std::string path() const { return path_; }

 private:
  std::string path_;
};

class Harness {
 public:
  void open() {
    gate_->release();
    open(options());
  }

  /// With options of a test's own. A worker that was left behind lets the directory go when its
  /// commit is over: until then it is tried again.
  void open(const FileStorageOptions& wanted) {
    auto storage = FileStorage::open(wanted, loop_);
    loop_->run_until([&] {
      const bool is_in_use = !storage && storage.error().code() == buoyant::Errc::kDirectoryInUse;
      if (is_in_use) {
        storage = FileStorage::open(wanted, loop_);
        loop_->post([] {});
      }
      return !is_in_use;
    });
    ASSERT_TRUE(storage) << storage.error().name() << " " << storage.error().context();
    storage_ = std::move(*storage);
  }

  buoyant::port::Storage& storage() { return *storage_; }

  void crash() { storage_.reset(); }

  void forget() { storage_.reset(); }

  bool run_until(const std::function<bool()>& condition) { return loop_->run_until(condition); }

  void run_some() { loop_->run_for(std::chrono::milliseconds(20)); }

  void hold_writes() { gate_->hold(); }

  void wait_until_held() { gate_->wait_until_held(); }

  void release_writes() { gate_->release(); }

  void fail_next_write(buoyant::port::WriteOutcome outcome) {
    gate_->fail_next(outcome == buoyant::port::WriteOutcome::kNoSpace ? ENOSPC : EIO);
  }

  [[nodiscard]] FileStorageOptions options() const {
    return {.directory = directory_.path(),
            .cluster = conformance::kCluster,
            .server = conformance::kServer,
            .hang_limit = std::chrono::milliseconds(200),
            .before_commit = [gate = gate_] { return gate->pass(); }};
  }

  /// Why these options do not open.
  buoyant::Errc open_error(const FileStorageOptions& wanted) {
    const auto storage = FileStorage::open(wanted, loop_);
    EXPECT_FALSE(storage);
    return storage ? buoyant::Errc::kFaulted : storage.error().code();
  }

 private:
  TemporaryDirectory directory_;
  std::shared_ptr<conformance::ManualLoop> loop_ = std::make_shared<conformance::ManualLoop>();
  /// Shared with a worker that is left behind.
  std::shared_ptr<conformance::DiskGate> gate_ = std::make_shared<conformance::DiskGate>();
  std::unique_ptr<FileStorage> storage_;
};

}  // namespace file_storage::harness
