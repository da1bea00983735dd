// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What the LMDB tests share: a directory, a loop, a disk that hangs and fails on demand.
#pragma once

#include "adapters/lmdb/options.h"
#include "adapters/lmdb/storage.h"
#include "buoyant/conformance/disk_gate.h"
#include "buoyant/conformance/storage_conformance_fixture.h"
#include "tests/adapters/posix/support.h"
#include "tests/support/watching_loop.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>

namespace buoyant::lmdb::support {

using buoyant::support::WatchingLoop;
using conformance::kPatience;
using posix::support::read_file;
using posix::support::TemporaryDirectory;
using posix::support::write_file;

class FaultyCommits final : public CommitHook, public conformance::DiskGate {
 public:
  int before_commit() noexcept override { return pass(); }

  int before_growth() noexcept override { return growth_error_; }

  /// What the gate would hold or fail has to come to it.
  bool allows_begun() const noexcept override { return is_open(); }

  int after_begun(int code) noexcept override {
    begun_ += 1;
    return code == 0 ? begun_error_.exchange(0) : code;
  }

  /// Writes that the loop's thread began and that ended.
  [[nodiscard]] std::uint64_t begun() const noexcept { return begun_; }

  /// The next one of those ends with this errno.
  void fail_begun(int code) noexcept { begun_error_ = code; }

  /// Every growth of the file fails with this from now on; 0: none does.
  void fail_growth(int code) noexcept { growth_error_ = code; }

 private:
  std::atomic<int> growth_error_ = 0;
  std::atomic<int> begun_error_ = 0;
  std::atomic<std::uint64_t> begun_ = 0;
};

inline LmdbOptions options_for(const std::string& directory, CommitHook* hook = nullptr) {
  LmdbOptions options;
  options.directory = directory;
  options.cluster = conformance::kCluster;
  options.server = conformance::kServer;
  options.map_bytes_initial = std::uint64_t{4} << 20U;
  options.reserve_bytes = std::uint64_t{1} << 20U;
  options.hang_limit = std::chrono::milliseconds(200);
  options.commit_hook = hook;
  return options;
}

/// Opens; waits for a worker that was left behind to let the directory go.
inline Result<std::unique_ptr<LmdbStorage>> open_patiently(
    const LmdbOptions& options, const std::shared_ptr<WatchingLoop>& loop) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  for (;;) {
    Result<std::unique_ptr<LmdbStorage>> storage = LmdbStorage::open(options, loop);
    if (storage || storage.error().code() != Errc::kDirectoryInUse ||
        std::chrono::steady_clock::now() > deadline) {
      return storage;
    }
    std::this_thread::yield();
  }
}

/// The same, straight into the tables: the journal takes no table of peers.
inline port::StorageWrite in_tables(port::StorageWrite write) {
  write.peers.emplace();
  return write;
}

inline std::size_t count_in_file(const std::string& path, const std::string& pattern) {
  const std::string content = read_file(path);
  std::size_t count = 0;
  for (std::size_t at = content.find(pattern); at != std::string::npos;
       at = content.find(pattern, at + 1)) {
    count += 1;
  }
  return count;
}

/// Flips a bit `offset` bytes after each place where `pattern` stands.
inline void flip_in_file(const std::string& path, const std::string& pattern,
                         std::size_t offset = 0) {
  std::string content = read_file(path);
  for (std::size_t at = content.find(pattern); at != std::string::npos;
       at = content.find(pattern, at + 1)) {
    content[at + offset] = static_cast<char>(content[at + offset] ^ 0x10);
  }
  write_file(path, content);
}

/// The harness of the conformance suite.
class Harness {
 public:
  ~Harness() {
    commits_.release();
    storage_.reset();
    // Whoever was left behind uses the hook until it lets the directory go.
    static_cast<void>(open_patiently(options_, loop_));
  }

  void open() {
    commits_.release();
    Result<std::unique_ptr<LmdbStorage>> storage = open_patiently(options_, loop_);
    ASSERT_TRUE(storage.has_value()) << storage.error().context();
    storage_ = std::move(*storage);
  }

  port::Storage& storage() { return *storage_; }

  void crash() { storage_.reset(); }

  void forget() { storage_.reset(); }

  bool run_until(const std::function<bool()>& condition) { return loop_->run_until(condition); }

  void run_some() { loop_->run_for(std::chrono::milliseconds(20)); }

  void hold_writes() { commits_.hold(); }

  void wait_until_held() { commits_.wait_until_held(); }

  void release_writes() { commits_.release(); }

  void fail_next_write(port::WriteOutcome outcome) {
    commits_.fail_next(outcome == port::WriteOutcome::kNoSpace ? ENOSPC : EIO);
  }

  [[nodiscard]] std::string path(const char* name = "") const {
    return options_.directory + "/" + name;
  }

  /// For the next opening.
  LmdbOptions& options() { return options_; }

  FaultyCommits& commits() { return commits_; }

  Errc open_error() {
    const Result<std::unique_ptr<LmdbStorage>> storage = LmdbStorage::open(options_, loop_);
    EXPECT_FALSE(storage.has_value());
    return storage ? Errc::kFaulted : storage.error().code();
  }

 private:
  TemporaryDirectory directory_;
  FaultyCommits commits_;
  LmdbOptions options_ = options_for(directory_ / "data", &commits_);
  std::shared_ptr<WatchingLoop> loop_ = std::make_shared<WatchingLoop>();
  std::unique_ptr<LmdbStorage> storage_;
};

}  // namespace buoyant::lmdb::support
