// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The thread of a FileStorage. Shared with it, because a disk may hang: then the worker is left
/// behind, with the lock, and touches nothing but what it holds itself.
#pragma once

#include "buoyant/port/storage.h"
#include "examples/storage/log_file.h"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace file_storage {

/// Writes that were carried out together, and how each of them ended.
struct Commit {
  std::vector<buoyant::port::StorageWrite> writes;
  std::vector<buoyant::port::WriteOutcome> outcomes;
  /// Of those that did not end well.
  int error = 0;
  std::uint64_t bytes_file = 0;
};

class Worker : public std::enable_shared_from_this<Worker> {
 public:
  using Report = std::function<void(Commit)>;

  Worker(std::unique_ptr<LogFile> file, std::function<int()> before_commit)
      : file_(std::move(file)), before_commit_(std::move(before_commit)) {}

  /// `report` is called on the thread, after each commit.
  void start(Report report);

  void submit(buoyant::port::StorageWrite write);

  /// It ends when everything is carried out; `drop`: when the present commit is.
  void stop(bool drop);

  /// False: it has not ended within this time.
  bool wait_until_ended(buoyant::Duration limit);

  /// How long the present commit has taken.
  [[nodiscard]] buoyant::Duration commit_age() const;

 private:
  using Clock = std::chrono::steady_clock;

  void run(const Report& report);
  /// Everything that waits; empty: the end.
  std::vector<buoyant::port::StorageWrite> take();
  Commit carry_out(std::vector<buoyant::port::StorageWrite> writes);
  void decide(Commit& commit);
  int append(const Commit& commit);

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<buoyant::port::StorageWrite> queue_;  ///< Under the mutex, as the next three.
  bool stopping_ = false;
  bool ended_ = false;
  std::optional<Clock::time_point> commit_began_;

  std::unique_ptr<LogFile> file_;
  std::function<int()> before_commit_;
  bool no_space_ = false;
  bool poisoned_ = false;
};

}  // namespace file_storage
