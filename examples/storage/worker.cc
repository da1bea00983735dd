// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/storage/worker.h"

#include "examples/storage/fields.h"

#include <algorithm>
#include <cerrno>
#include <thread>
#include <utility>

namespace file_storage {

using buoyant::port::StorageWrite;
using buoyant::port::WriteOutcome;

void Worker::start(Report report) {
  std::thread([self = shared_from_this(), report = std::move(report)] {
    self->run(report);
  }).detach();
}

void Worker::submit(StorageWrite write) {
  const std::lock_guard guard(mutex_);
  queue_.push_back(std::move(write));
  changed_.notify_all();
}

void Worker::stop(bool drop) {
  const std::lock_guard guard(mutex_);
  stopping_ = true;
  if (drop) {
    queue_.clear();
  }
  changed_.notify_all();
}

bool Worker::wait_until_ended(buoyant::Duration limit) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, limit, [&] { return ended_; });
}

buoyant::Duration Worker::commit_age() const {
  const std::lock_guard guard(mutex_);
  return commit_began_ ? Clock::now() - *commit_began_ : buoyant::Duration(0);
}

void Worker::run(const Report& report) {
  for (std::vector<StorageWrite> writes = take(); !writes.empty(); writes = take()) {
    Commit commit = carry_out(std::move(writes));
    {
      const std::lock_guard guard(mutex_);
      commit_began_.reset();
    }
    report(std::move(commit));
  }
  file_.reset();
  const std::lock_guard guard(mutex_);
  ended_ = true;
  changed_.notify_all();
}

std::vector<StorageWrite> Worker::take() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return stopping_ || !queue_.empty(); });
  if (!queue_.empty()) {
    commit_began_ = Clock::now();
  }
  return std::exchange(queue_, {});
}

Commit Worker::carry_out(std::vector<StorageWrite> writes) {
  Commit commit{.writes = std::move(writes), .outcomes = {}};
  decide(commit);
  const auto has = [&](WriteOutcome outcome) {
    return std::find(commit.outcomes.begin(), commit.outcomes.end(), outcome) !=
           commit.outcomes.end();
  };
  commit.error = has(WriteOutcome::kDurable) || has(WriteOutcome::kNoSpace) ? append(commit) : EIO;
  const bool is_full = commit.error == ENOSPC || commit.error == EDQUOT;
  if (is_full && !no_space_) {
    // Once more, without the entries.
    no_space_ = true;
    for (StorageWrite& write : commit.writes) {
      write.after_no_space = false;
    }
    decide(commit);
    commit.error = append(commit);
  }
  if (commit.error != 0 && !poisoned_) {
    poisoned_ = true;
    decide(commit);
  }
  commit.bytes_file = file_->bytes();
  return commit;
}

void Worker::decide(Commit& commit) {
  commit.outcomes.clear();
  for (const StorageWrite& write : commit.writes) {
    no_space_ = no_space_ && !write.after_no_space;
    const bool refused = no_space_ && !write.entries.empty();
    commit.outcomes.push_back(poisoned_ ? WriteOutcome::kFailed
                              : refused ? WriteOutcome::kNoSpace
                                        : WriteOutcome::kDurable);
  }
}

int Worker::append(const Commit& commit) {
  std::vector<StorageWrite> kept;
  for (std::size_t i = 0; i < commit.writes.size(); ++i) {
    StorageWrite write = commit.writes[i];
    if (commit.outcomes[i] == WriteOutcome::kNoSpace) {
      write.entries.clear();
    }
    const bool is_empty = !write.hard_state && !write.truncate_from && !write.snapshot &&
                          !write.compact_through && !write.peers && write.entries.empty();
    if (!is_empty) {
      kept.push_back(std::move(write));
    }
  }
  // A full disk has no room for nothing, either.
  if (kept.empty()) {
    return 0;
  }
  const int error = before_commit_ ? before_commit_() : 0;
  return error != 0 ? error : file_->append(encode(kept));
}

}  // namespace file_storage
