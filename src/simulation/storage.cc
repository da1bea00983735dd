// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "simulation/storage.h"

#include "buoyant/base/assert.h"

#include <algorithm>
#include <utility>

namespace buoyant::simulation {

using port::StorageWrite;
using port::WriteOutcome;

namespace {

constexpr std::size_t kReadsMax = 64;
/// From a worker to the loop and back.
constexpr Duration kHandover = std::chrono::microseconds(5);

}  // namespace

SimulatedStorage::SimulatedStorage(ProcessPointer process, Disk& disk, StorageWatcher& watcher,
                                   Random random)
    : process_(std::move(process)),
      disk_(disk),
      watcher_(watcher),
      random_(random),
      self_(std::make_shared<SimulatedStorage*>(this)) {}

SimulatedStorage::~SimulatedStorage() {
  *self_ = nullptr;
}

void SimulatedStorage::post(Duration delay, void (SimulatedStorage::*step)()) {
  // The disk does not stand still with the process; what it reports does.
  process_->context().timeline.post(delay, [self = self_, step] {
    if (*self != nullptr) {
      ((*self)->*step)();
    }
  });
}

void SimulatedStorage::write(StorageWrite write) noexcept {
  if (!process_->is_alive()) {
    return;
  }
  watcher_.on_submitted(*process_, write);
  queue_.push_back(std::move(write));
  if (in_flight_ == 0 && !std::exchange(pick_up_posted_, true)) {
    post(kHandover, &SimulatedStorage::pick_up);
  }
  // A copy: whoever is told may make the process crash, which empties the queue.
  const StorageWrite submitted = queue_.back();
  watcher_.on_moment(*process_, WriteMoment::kSubmitted, submitted);
}

void SimulatedStorage::pick_up() {
  pick_up_posted_ = false;
  in_flight_ = queue_.size();
  commit_began_ = process_->context().now();
  const Duration around = draw_around(random_, disk_.write_time);
  post(disk_.write_time / 2 + around / 2, &SimulatedStorage::carry_out);
}

WriteOutcome SimulatedStorage::outcome_of(const StorageWrite& write) {
  if (poisoned_) {
    return WriteOutcome::kFailed;
  }
  if (write.after_no_space) {
    no_space_ = false;
  }
  if (disk_.full && !write.entries.empty()) {
    no_space_ = true;
  }
  return no_space_ && !write.entries.empty() ? WriteOutcome::kNoSpace : WriteOutcome::kDurable;
}

void SimulatedStorage::carry_out() {
  if (crashed_) {
    return;
  }
  if (disk_.stuck) {
    overdue_ = true;
    if (closed_) {
      crash();
    }
    return;
  }
  ++commits_;
  while (in_flight_ > 0 && !crashed_) {
    const StorageWrite write = std::move(queue_.front());
    queue_.pop_front();
    --in_flight_;
    // Whoever hears of it may make the process crash, which decides about the others.
    carry_out_one(write);
  }
  if (crashed_) {
    return;
  }
  if (!queue_.empty()) {
    pick_up_posted_ = true;
    post(Duration(0), &SimulatedStorage::pick_up);
  } else if (closed_) {
    crash();
  }
  process_->post(kHandover, Input::kWorker, [self = self_] {
    if (*self != nullptr) {
      (*self)->report();
    }
  });
}

void SimulatedStorage::carry_out_one(const StorageWrite& write) {
  WriteOutcome outcome = outcome_of(write);
  if (disk_.fail_next_write && outcome != WriteOutcome::kFailed) {
    if (*disk_.fail_next_write) {
      disk_.apply(write, outcome == WriteOutcome::kDurable);
    }
    disk_.fail_next_write.reset();
    poisoned_ = true;
    outcome = WriteOutcome::kFailed;
  } else if (outcome != WriteOutcome::kFailed) {
    disk_.apply(write, outcome == WriteOutcome::kDurable);
  }
  ++writes_;
  ++process_->context().totals.writes;
  process_->context().record(process_->server(), "durable",
                             {write.id.value(), static_cast<std::uint64_t>(outcome)}, [&] {
                               return "write " + std::to_string(write.id.value()) +
                                      (outcome == WriteOutcome::kDurable   ? ""
                                       : outcome == WriteOutcome::kNoSpace ? ": no space"
                                                                           : ": failed");
                             });
  if (reports_.empty() || reports_.back().second != outcome) {
    reports_.emplace_back(write.id, outcome);
  }
  reports_.back().first = write.id;
  watcher_.on_moment(*process_, WriteMoment::kDurable, write);
}

void SimulatedStorage::report() {
  while (!reports_.empty() && events_ != nullptr && process_->is_alive()) {
    const auto [through, outcome] = reports_.front();
    reports_.pop_front();
    if (outcome == WriteOutcome::kFailed) {
      watcher_.on_failure_reported(*process_);
    }
    const Errc code = outcome == WriteOutcome::kNoSpace ? Errc::kStorageFull : Errc::kStorageFailed;
    events_->on_written(through, outcome, Error(code, "simulated disk"));
  }
}

void SimulatedStorage::read(Index first, Index last, std::size_t bytes_max,
                            port::ReadDone done) noexcept {
  const bool busy = reads_pending_ >= kReadsMax;
  ++reads_pending_;
  const Duration around = draw_around(random_, disk_.read_time);
  process_->post(kHandover + around, Input::kWorker,
                 [self = self_, first, last, bytes_max, busy, done = std::move(done)] {
                   if (*self == nullptr || (*self)->events_ == nullptr) {
                     return;
                   }
                   --(*self)->reads_pending_;
                   done(busy ? fail(Errc::kBusy, "too many reads")
                             : (*self)->read_now(first, last, bytes_max));
                 });
}

Result<std::vector<Entry>> SimulatedStorage::read_now(Index first, Index last,
                                                      std::size_t bytes_max) {
  if (std::exchange(disk_.fail_next_read, false)) {
    return fail(Errc::kStorageFailed, "simulated disk: a read failed");
  }
  if (first <= disk_.base().index) {
    return fail(Errc::kCompacted, "before the log");
  }
  if (first > disk_.last().index) {
    return fail(Errc::kNotReady, "not stored");
  }
  std::vector<Entry> entries;
  std::size_t bytes = 0;
  for (Index at = first; at <= std::min(last, disk_.last().index); at = at.next()) {
    if (disk_.is_corrupt(at)) {
      break;
    }
    const Entry& stored = disk_.find(at)->entry;
    bytes += stored.payload.size();
    if (!entries.empty() && bytes > bytes_max) {
      break;
    }
    entries.push_back({.term = stored.term,
                       .kind = stored.kind,
                       .payload = Bytes::copy_of(stored.payload.view())});
  }
  if (entries.empty()) {
    return fail(Errc::kStorageCorrupt, "simulated disk: a record is corrupt");
  }
  return entries;
}

port::StorageStatus SimulatedStorage::status() const noexcept {
  port::StorageStatus status{
      .writes = writes_,
      .commits = commits_,
      .writes_pending = queue_.size(),
      .poisoned = poisoned_,
      .space = disk_.full || disk_.low_since ? SpaceState::kLow : SpaceState::kEnough};
  if (in_flight_ > 0) {
    status.oldest_write_age = process_->context().now() - commit_began_;
  }
  return status;
}

void SimulatedStorage::close(std::function<void()> done) noexcept {
  BUOYANT_ASSERT(!closed_);
  events_ = nullptr;
  closed_ = std::move(done);
  if (crashed_) {
    process_->post(kHandover, Input::kTeardown, std::exchange(closed_, nullptr));
  } else if (queue_.empty() || overdue_) {
    crash();
  }
}

// Also how a close ends: a hanging disk is left behind, and of what it did not finish a part may
// still become durable.
void SimulatedStorage::crash() {
  if (std::exchange(crashed_, true)) {
    return;
  }
  // What was picked up is one commit, but a disk may have got through a part of it; what was not
  // picked up never reached it. A write whose fate is decided here was reported to nobody.
  std::uint64_t kept = in_flight_ == 0 || poisoned_ ? 0 : draw_from(random_, 0, in_flight_);
  const bool torn = random_.chance(1, 2);
  for (const StorageWrite& write : queue_) {
    if (kept == 0) {
      if (torn && !poisoned_ && in_flight_ > 0) {
        disk_.apply_hard_state(write);
      }
      break;
    }
    --kept;
    --in_flight_;
    const WriteOutcome outcome = outcome_of(write);
    disk_.apply(write, outcome == WriteOutcome::kDurable);
  }
  queue_.clear();
  in_flight_ = 0;
  reports_.clear();
  if (std::function<void()> done = std::exchange(closed_, nullptr)) {
    process_->post(kHandover, Input::kTeardown, std::move(done));
  }
}

void SimulatedStorage::unstick() {
  if (std::exchange(overdue_, false)) {
    post(Duration(0), &SimulatedStorage::carry_out);
  }
}

}  // namespace buoyant::simulation
