// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The loop thread's half: what is queued, and small batches that it begins itself.

#include "adapters/lmdb/engine.h"

#include <chrono>
#include <iterator>
#include <utility>

namespace buoyant::lmdb {

namespace {

/// What is merged into one batch ends beyond this.
constexpr std::uint64_t kBatchBytes = std::uint64_t{8} << 20U;

std::uint64_t bytes_of(const port::StorageWrite& write) {
  std::uint64_t bytes = sizeof(write);
  for (const Entry& entry : write.entries) {
    bytes += sizeof(entry) + entry.payload.size();
  }
  return bytes;
}

}  // namespace

void Engine::write(port::StorageWrite write) noexcept {
  {
    const std::lock_guard guard(mutex_);
    writes_.push_back(std::move(write));
    if (holder_ == Holder::kLoop) {
      // It goes with the next batch.
      return;
    }
    if (is_watched_ && holder_ == Holder::kNobody && !is_housekeeping_due()) {
      holder_ = Holder::kLoop;
      take_batch();
      is_begun_ = true;
    }
  }
  if (is_begun_) {
    begin_batch();
  } else {
    writer_wakes_.notify_one();
  }
}

void Engine::set_watched(bool watched) noexcept {
  const std::lock_guard guard(mutex_);
  is_watched_ = watched;
}

void Engine::take_batch() {
  std::uint64_t bytes = 0;
  while (!writes_.empty() && bytes < kBatchBytes) {
    bytes += bytes_of(writes_.front());
    batch_.push_back(std::move(writes_.front()));
    writes_.pop_front();
  }
}

void Engine::begin_batch() noexcept {
  commit_began_ = steady_now();
  if (writer_.begin(batch_)) {
    return;
  }
  commit_began_ = 0;
  is_begun_ = false;
  {
    const std::lock_guard guard(mutex_);
    writes_.insert(writes_.begin(), std::make_move_iterator(batch_.begin()),
                   std::make_move_iterator(batch_.end()));
    batch_.clear();
    holder_ = Holder::kNobody;
  }
  writer_wakes_.notify_one();
}

std::vector<WriteReport> Engine::on_signal() noexcept {
  const std::optional<int> code = is_begun_ ? writer_.poll() : std::nullopt;
  if (!code) {
    return {};
  }
  bool space_is_due = false;
  if (*code == 0) {
    reports_->add(writer_.end(batch_, 0));
    // Before anybody is told that he may go on.
    space_is_due = space_.note(writer_.journal_bytes());
    note_batch_done();
  }
  bool wakes = *code != 0;
  {
    const std::lock_guard guard(mutex_);
    space_wanted_ = space_wanted_ || space_is_due;
    if (*code != 0) {
      failed_ = *code;
    } else {
      wakes = !std::exchange(journal_waits_, true) || is_housekeeping_due();
      quiet_since_ = std::chrono::steady_clock::now();
      is_begun_ = !writes_.empty() && !is_housekeeping_due();
    }
    if (*code == 0 && is_begun_) {
      take_batch();
    } else {
      is_begun_ = false;
      holder_ = Holder::kNobody;
    }
  }
  if (is_begun_) {
    begin_batch();
  }
  if (wakes) {
    writer_wakes_.notify_one();
  }
  return reports_->take();
}

}  // namespace buoyant::lmdb
