// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/lmdb/scrub.h"

#include "adapters/lmdb/environment.h"
#include "adapters/lmdb/log_reader.h"
#include "adapters/lmdb/log_tables.h"
#include "adapters/lmdb/native_error.h"
#include "buoyant/base/assert.h"

#include <algorithm>

namespace buoyant::lmdb {

namespace {

/// Entries without a payload cost something, too.
constexpr std::uint64_t kStepEntriesMax = 4096;
constexpr std::uint64_t kEntryBytes = 16;

std::uint64_t bytes_of(const std::vector<Entry>& entries) {
  std::uint64_t bytes = entries.size() * kEntryBytes;
  for (const Entry& entry : entries) {
    bytes += entry.payload.size();
  }
  return bytes;
}

/// How long reading so much takes at that rate.
Duration time_for(std::uint64_t bytes, std::uint64_t bytes_per_second) {
  constexpr double kNanosecondsPerSecond = 1e9;
  const double nanoseconds =
      static_cast<double>(bytes) / static_cast<double>(bytes_per_second) * kNanosecondsPerSecond;
  return Duration(static_cast<std::int64_t>(nanoseconds));
}

}  // namespace

Result<std::size_t> EnvironmentScrub::read_file(std::uint64_t offset, std::size_t bytes_max) {
  if (!file_) {
    Result<PageFile> file = PageFile::open(directory_);
    if (!file) {
      return fail(file.error());
    }
    file_ = std::move(*file);
  }
  // Behind that the file is only allocated.
  const std::uint64_t used = environment_.bytes_used();
  const std::uint64_t left = used - std::min(used, offset);
  buffer_.resize(static_cast<std::size_t>(std::min<std::uint64_t>(left, bytes_max)));
  if (const int rc = file_->read(offset, buffer_); rc != 0) {
    return fail(Errc::kStorageCorrupt, "read data.mdb", rc);
  }
  return buffer_.size();
}

Result<Index> EnvironmentScrub::base() {
  tl::expected<Transaction, int> txn = environment_.begin_read();
  if (!txn) {
    return fail(native_error(txn.error(), "begin to scrub the log"));
  }
  GroupState state;
  if (const int rc = LogTables(*txn, group_).read_state(state); rc != 0) {
    return fail(native_error(rc, "read the log's state"));
  }
  return state.base.index;
}

Result<std::vector<Entry>> EnvironmentScrub::read_log(Index first, Index last,
                                                      std::size_t bytes_max) {
  return read_entries(environment_, tail_, group_, first, last, bytes_max);
}

Scrub::Scrub(ScrubSource& source, std::uint64_t bytes_per_second)
    : source_(source), bytes_per_second_(bytes_per_second) {
  BUOYANT_ASSERT(bytes_per_second > 0);
  status_.enabled = true;
}

std::optional<port::StorageDamage> Scrub::step(Instant now) {
  const Outcome outcome = in_log_ ? step_log() : step_file();
  const bool is_news = outcome.damage && outcome.damage != status_.damage;
  note(outcome, now);
  due_ = now + time_for(outcome.bytes, bytes_per_second_);
  if (outcome.is_over) {
    due_ = now + kPause;
    in_log_ = false;
    one_by_one_ = false;
    offset_ = 0;
  }
  return is_news ? outcome.damage : std::nullopt;
}

Scrub::Outcome Scrub::step_file() {
  const Result<std::size_t> read = source_.read_file(offset_, kStepBytes);
  if (!read) {
    Outcome outcome{.is_over = true};
    if (read.error().code() == Errc::kStorageCorrupt) {
      outcome.damage = {.what = "data.mdb is unreadable near byte", .at = offset_};
    }
    return outcome;
  }
  offset_ += *read;
  in_log_ = *read == 0;
  next_ = Index(1);
  return {.bytes = *read};
}

Scrub::Outcome Scrub::step_log() {
  const Index last = one_by_one_ ? next_ : next_ + (kStepEntriesMax - 1);
  const Result<std::vector<Entry>> entries = source_.read_log(next_, last, kStepBytes);
  if (entries) {
    next_ = next_ + entries->size();
    return {.bytes = bytes_of(*entries)};
  }
  if (entries.error().code() == Errc::kCompacted) {
    // At the beginning of a pass, or meanwhile.
    const Result<Index> base = source_.base();
    next_ = base ? base->next() : next_;
    return {.is_over = !base};
  }
  if (entries.error().code() == Errc::kStorageCorrupt && !one_by_one_) {
    // Somewhere in what was asked for: the next steps find out where.
    one_by_one_ = true;
    return {};
  }
  Outcome over{.is_over = true, .is_complete = entries.error().code() == Errc::kNotReady};
  if (entries.error().code() == Errc::kStorageCorrupt) {
    over.damage = {.what = "the log fails its checks from index", .at = next_.value()};
  }
  return over;
}

void Scrub::note(const Outcome& outcome, Instant now) {
  const std::lock_guard guard(mutex_);
  status_.bytes += outcome.bytes;
  if (outcome.damage) {
    status_.damage = outcome.damage;
  }
  if (outcome.is_complete) {
    status_.passes += 1;
    status_.damage.reset();
    passed_at_ = now;
  }
}

port::ScrubStatus Scrub::status(Instant now) const {
  const std::lock_guard guard(mutex_);
  port::ScrubStatus status = status_;
  if (status.passes > 0) {
    status.last_pass_age = std::max(now - passed_at_, Duration(0));
  }
  return status;
}

}  // namespace buoyant::lmdb
