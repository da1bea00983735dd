// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/memory/storage.h"

#include "buoyant/base/assert.h"

#include <algorithm>
#include <utility>

namespace buoyant::memory {

using port::StorageWrite;
using port::WriteOutcome;

namespace {

constexpr std::size_t kReadsMax = 64;

std::uint64_t bytes_of(const std::vector<Entry>& entries) {
  std::uint64_t bytes = 0;
  for (const Entry& entry : entries) {
    bytes += entry.payload.size() + MemoryDisk::kBytesBesidePayload;
  }
  return bytes;
}

/// Cuts, resets and extends the log as the write says; without entries when they do not fit.
void apply(MemoryDisk& disk, StorageWrite write, bool with_entries) {
  if (write.hard_state) {
    disk.hard_state = *write.hard_state;
  }
  if (write.peers) {
    disk.peers = *write.peers;
  }
  if (write.truncate_from && *write.truncate_from <= disk.last_index()) {
    BUOYANT_ASSERT(*write.truncate_from > disk.base.index);
    disk.entries.resize(*write.truncate_from - disk.base.index.next());
  }
  if (write.snapshot) {
    disk.snapshot = *write.snapshot;
    if (!write.compact_through) {
      disk.base = write.snapshot->id.position;
      disk.entries.clear();
    }
  }
  if (with_entries && !write.entries.empty()) {
    BUOYANT_ASSERT(write.first == disk.last_index().next());
    if (write.first == Index(1) && disk.bootstrap == 0) {
      disk.bootstrap = entry_checksum(write.first, write.entries.front());
    }
    std::move(write.entries.begin(), write.entries.end(), std::back_inserter(disk.entries));
  }
  if (write.compact_through && *write.compact_through > disk.base.index) {
    const Index through = std::min(*write.compact_through, disk.last_index());
    const auto count = static_cast<std::ptrdiff_t>(through - disk.base.index);
    if (count > 0) {
      disk.base = {.term = disk.entries[static_cast<std::size_t>(count - 1)].term,
                   .index = through};
      disk.entries.erase(disk.entries.begin(), disk.entries.begin() + count);
    }
  }
}

}  // namespace

std::uint64_t MemoryDisk::bytes_used() const noexcept {
  return bytes_max == std::numeric_limits<std::uint64_t>::max() ? 0 : bytes_of(entries);
}

MemoryDisk::MemoryDisk(std::string cluster, ServerId server, std::uint64_t incarnation)
    : identity{.cluster = std::move(cluster), .server = server, .incarnation = incarnation} {}

MemoryStorage::MemoryStorage(Scheduler& scheduler, MemoryDisk& disk, MemoryStorageOptions options)
    : scheduler_(scheduler), disk_(disk), options_(options) {
  BUOYANT_ASSERT(!disk_.in_use);
  disk_.in_use = true;
  disk_.identity.start_counter += 1;
  space_ = judge_space();
  // Another number at each start of each directory, and the same one in each run of a seed.
  disk_.identity.start_id = disk_.identity.incarnation * 1000003 + disk_.identity.start_counter;
}

MemoryStorage::~MemoryStorage() {
  if (alive_ != nullptr) {
    crash();
  }
}

port::StoredState MemoryStorage::take_stored_state() noexcept {
  BUOYANT_ASSERT(!std::exchange(taken_, true));
  port::StoredState state{.identity = disk_.identity,
                          .hard_state = disk_.hard_state,
                          .snapshot = disk_.snapshot,
                          .base = disk_.base,
                          .runs = {},
                          .configurations = {},
                          .bootstrap = disk_.bootstrap,
                          .peers = disk_.peers};
  Index index = disk_.base.index;
  for (const Entry& entry : disk_.entries) {
    index = index.next();
    append_run(state.runs, entry.term, 1);
    if (entry.kind == EntryKind::kConfiguration) {
      state.configurations.push_back({.index = index, .payload = entry.payload});
    }
  }
  return state;
}

void MemoryStorage::start(port::StorageEvents& events) noexcept {
  BUOYANT_ASSERT(events_ == nullptr);
  events_ = &events;
}

void MemoryStorage::write(StorageWrite write) noexcept {
  BUOYANT_ASSERT(events_ != nullptr);
  BUOYANT_ASSERT(!closing_);
  BUOYANT_ASSERT(write.id > last_submitted_);
  last_submitted_ = write.id;
  queue_.push_back(std::move(write));
  if (in_flight_ == 0 && !std::exchange(pick_up_posted_, true)) {
    post(Duration(0), &MemoryStorage::pick_up);
  }
}

void MemoryStorage::pick_up() noexcept {
  pick_up_posted_ = false;
  in_flight_ = queue_.size();
  commit_began_ = scheduler_.now();
  post(options_.write_delay, &MemoryStorage::carry_out);
}

WriteOutcome MemoryStorage::outcome_of(const StorageWrite& write) noexcept {
  if (poisoned_) {
    return WriteOutcome::kFailed;
  }
  if (write.after_no_space) {
    no_space_ = false;
  }
  if (next_outcome_ == WriteOutcome::kFailed) {
    poisoned_ = true;
    return WriteOutcome::kFailed;
  }
  if (next_outcome_ == WriteOutcome::kNoSpace && !write.entries.empty()) {
    next_outcome_.reset();
    no_space_ = true;
  }
  no_space_ = no_space_ || !fits(write);
  return no_space_ && !write.entries.empty() ? WriteOutcome::kNoSpace : WriteOutcome::kDurable;
}

bool MemoryStorage::fits(const StorageWrite& write) const noexcept {
  return write.entries.empty() || disk_.bytes_max == std::numeric_limits<std::uint64_t>::max() ||
         bytes_of(write.entries) + disk_.bytes_used() <= disk_.bytes_max;
}

SpaceState MemoryStorage::judge_space() const noexcept {
  const std::uint64_t left = disk_.bytes_max - std::min(disk_.bytes_max, disk_.bytes_used());
  const std::uint64_t wanted = disk_.bytes_max / (space_ == SpaceState::kLow ? 4 : 8);
  return left < wanted ? SpaceState::kLow : SpaceState::kEnough;
}

void MemoryStorage::carry_out() noexcept {
  due_ = held_;
  if (held_) {
    if (closing_) {
      post(Duration(0), &MemoryStorage::finish_close);
    }
    return;
  }
  std::vector<std::pair<WriteId, WriteOutcome>> reports;
  for (; in_flight_ > 0; --in_flight_) {
    StorageWrite write = std::move(queue_.front());
    queue_.pop_front();
    const WriteId id = write.id;
    const WriteOutcome outcome = outcome_of(write);
    if (outcome != WriteOutcome::kFailed) {
      apply(disk_, std::move(write), outcome == WriteOutcome::kDurable);
    }
    if (reports.empty() || reports.back().second != outcome) {
      reports.emplace_back(id, outcome);
    }
    reports.back().first = id;
    ++writes_;
  }
  ++commits_;
  space_ = judge_space();
  if (!queue_.empty()) {
    pick_up_posted_ = true;
    post(Duration(0), &MemoryStorage::pick_up);
  } else if (closing_) {
    post(Duration(0), &MemoryStorage::finish_close);
  }
  const std::weak_ptr<bool> alive = alive_;
  for (const auto& [through, outcome] : reports) {
    // An event may close or destroy this.
    if (alive.expired() || closing_) {
      return;
    }
    const Errc code = outcome == WriteOutcome::kNoSpace ? Errc::kStorageFull : Errc::kStorageFailed;
    events_->on_written(through, outcome, Error(code, "memory storage: injected"));
  }
}

void MemoryStorage::read(Index first, Index last, std::size_t bytes_max,
                         port::ReadDone done) noexcept {
  BUOYANT_ASSERT(events_ != nullptr);
  BUOYANT_ASSERT(!closing_);
  const bool busy = reads_pending_ >= kReadsMax;
  reads_pending_ += 1;
  scheduler_.post_at(
      scheduler_.now() + options_.read_delay, [this, alive = std::weak_ptr<bool>(alive_), busy,
                                               first, last, bytes_max, done = std::move(done)] {
        if (alive.expired() || closing_) {
          return;
        }
        reads_pending_ -= 1;
        done(busy ? fail(Errc::kBusy, "memory storage: reads") : read_now(first, last, bytes_max));
      });
}

Result<std::vector<Entry>> MemoryStorage::read_now(Index first, Index last,
                                                   std::size_t bytes_max) noexcept {
  if (next_read_error_) {
    return fail(*std::exchange(next_read_error_, std::nullopt));
  }
  if (first <= disk_.base.index) {
    return fail(Errc::kCompacted, "memory storage: read");
  }
  if (first > disk_.last_index() || last < first) {
    return fail(Errc::kNotReady, "memory storage: read");
  }
  std::vector<Entry> entries;
  std::size_t bytes = 0;
  for (Index at = first; at <= std::min(last, disk_.last_index()); at = at.next()) {
    const Entry& entry = disk_.entries[at - disk_.base.index.next()];
    bytes += entry.payload.size();
    if (!entries.empty() && bytes > bytes_max) {
      break;
    }
    entries.push_back(entry);
  }
  return entries;
}

port::StorageStatus MemoryStorage::status() const noexcept {
  port::StorageStatus status{.writes = writes_,
                             .commits = commits_,
                             .writes_pending = queue_.size(),
                             .poisoned = poisoned_,
                             .space = judge_space()};
  if (in_flight_ > 0) {
    status.oldest_write_age = scheduler_.now() - commit_began_;
  }
  return status;
}

void MemoryStorage::close(std::function<void()> done) noexcept {
  BUOYANT_ASSERT(!closing_);
  closing_ = true;
  closed_ = std::move(done);
  // A hanging disk is left behind: what it did not finish is lost.
  if (queue_.empty() || held_) {
    post(Duration(0), &MemoryStorage::finish_close);
  }
}

void MemoryStorage::finish_close() noexcept {
  crash();
  if (std::function<void()> done = std::exchange(closed_, nullptr)) {
    done();
  }
}

void MemoryStorage::hold_writes() noexcept {
  held_ = true;
}

void MemoryStorage::release_writes() noexcept {
  held_ = false;
  if (std::exchange(due_, false)) {
    post(Duration(0), &MemoryStorage::carry_out);
  }
}

void MemoryStorage::fail_next_write(WriteOutcome outcome) noexcept {
  next_outcome_ = outcome;
}

void MemoryStorage::fail_next_read(Error error) noexcept {
  next_read_error_ = error;
}

void MemoryStorage::report_damage(const port::StorageDamage& damage) noexcept {
  scheduler_.post_at(scheduler_.now(), [this, alive = std::weak_ptr<bool>(alive_), damage] {
    if (!alive.expired() && !closing_) {
      events_->on_damage(damage);
    }
  });
}

void MemoryStorage::crash(std::size_t kept) noexcept {
  if (alive_ == nullptr) {
    return;
  }
  for (; kept > 0 && !queue_.empty(); --kept) {
    const WriteOutcome outcome = outcome_of(queue_.front());
    if (outcome != WriteOutcome::kFailed) {
      apply(disk_, std::move(queue_.front()), outcome == WriteOutcome::kDurable);
    }
    queue_.pop_front();
  }
  queue_.clear();
  in_flight_ = 0;
  disk_.in_use = false;
  alive_.reset();
}

void MemoryStorage::post(Duration delay, void (MemoryStorage::*step)() noexcept) {
  scheduler_.post_at(scheduler_.now() + delay, [this, alive = std::weak_ptr<bool>(alive_), step] {
    if (!alive.expired()) {
      (this->*step)();
    }
  });
}

}  // namespace buoyant::memory
