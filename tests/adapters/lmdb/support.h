// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What the LMDB tests share: a directory, a loop, a disk that hangs and fails on demand.
#pragma once

#include "adapters/lmdb/options.h"
#include "adapters/lmdb/storage.h"
#include "buoyant/port/loop_poster.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

namespace buoyant::lmdb::support {

/// No test waits longer for anything.
inline constexpr std::chrono::seconds kPatience{30};

/// A fresh directory on the disk of the build tree, removed in the end.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string pattern = std::string(BUOYANT_BINARY_DIR) + "/lmdb_test_XXXXXX";
    path_ = ::mkdtemp(pattern.data());
  }

  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  ~TemporaryDirectory() { std::filesystem::remove_all(path_); }

  [[nodiscard]] std::string operator/(const char* name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

/// A loop that the test runs by hand.
class ManualLoop final : public port::LoopPoster {
 public:
  void post(std::function<void()> task) noexcept override {
    {
      const std::lock_guard guard(mutex_);
      tasks_.push_back(std::move(task));
    }
    wakes_.notify_one();
  }

  /// True when the condition holds in the end.
  bool run_until(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (!condition()) {
      if (!run_one(deadline)) {
        return false;
      }
    }
    return true;
  }

  void run_for(std::chrono::milliseconds duration) {
    const auto deadline = std::chrono::steady_clock::now() + duration;
    while (run_one(deadline)) {
    }
  }

 private:
  bool run_one(std::chrono::steady_clock::time_point deadline) {
    std::function<void()> task;
    {
      std::unique_lock lock(mutex_);
      if (!wakes_.wait_until(lock, deadline, [&] { return !tasks_.empty(); })) {
        return false;
      }
      task = std::move(tasks_.front());
      tasks_.pop_front();
    }
    task();
    return true;
  }

  std::mutex mutex_;
  std::condition_variable wakes_;
  std::deque<std::function<void()>> tasks_;
};

class FaultyCommits final : public CommitHook {
 public:
  int before_commit() noexcept override {
    std::unique_lock lock(mutex_);
    arrived_ += 1;
    changed_.notify_all();
    changed_.wait(lock, [&] { return !held_; });
    return std::exchange(next_error_, 0);
  }

  void hold() {
    const std::lock_guard guard(mutex_);
    held_ = true;
    arrived_ = 0;
  }

  void release() {
    const std::lock_guard guard(mutex_);
    held_ = false;
    changed_.notify_all();
  }

  void fail_next(int error) {
    const std::lock_guard guard(mutex_);
    next_error_ = error;
  }

  /// Until a commit hangs.
  void wait_for_commit() {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, kPatience, [&] { return arrived_ > 0; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool held_ = false;
  int arrived_ = 0;
  int next_error_ = 0;
};

inline LmdbOptions options_for(const std::string& directory, CommitHook* hook = nullptr) {
  LmdbOptions options;
  options.directory = directory;
  options.cluster = "conformance";
  options.server = ServerId(7);
  options.map_bytes_initial = std::uint64_t{4} << 20U;
  options.reserve_bytes = std::uint64_t{1} << 20U;
  options.hang_limit = std::chrono::milliseconds(200);
  options.commit_hook = hook;
  return options;
}

/// Opens; waits for a worker that was left behind to let the directory go.
inline Result<std::unique_ptr<LmdbStorage>> open_patiently(
    const LmdbOptions& options, const std::shared_ptr<ManualLoop>& loop) {
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

/// All of a file.
inline std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

inline void write_file(const std::string& path, const std::string& content) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
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

/// The Driver of the conformance suite.
class Driver {
 public:
  ~Driver() {
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

  void run_until(const std::function<bool()>& condition) {
    ASSERT_TRUE(loop_->run_until(condition));
  }

  void run_for_a_while() { loop_->run_for(std::chrono::milliseconds(20)); }

  void hold_writes() { commits_.hold(); }

  void wait_until_held() { commits_.wait_for_commit(); }

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
  std::shared_ptr<ManualLoop> loop_ = std::make_shared<ManualLoop>();
  std::unique_ptr<LmdbStorage> storage_;
};

}  // namespace buoyant::lmdb::support
