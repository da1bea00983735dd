// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/lmdb/engine.h"

#include "adapters/lmdb/log_reader.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace buoyant::lmdb {

namespace {

/// Nanoseconds; what was seen of the space longer ago is looked at again.
constexpr std::int64_t kSpaceAge = 100'000'000;
/// How often, at most, it is looked whether the loop's batch has ended and nothing follows.
constexpr Duration kQuietMin = std::chrono::milliseconds(1);

std::unique_ptr<posix::DirectFile> open_direct(const posix::Directory& directory,
                                               const LmdbOptions& options, Environment& environment,
                                               const JournalPlace& place) {
  std::unique_ptr<posix::DirectFile> file;
  if (options.direct_io) {
    file = posix::DirectFile::open(directory.path() + "/" + kDataName, place.offset);
  }
  if (file == nullptr) {
    cache_by_pages(environment, place);
  }
  return file;
}

}  // namespace

std::int64_t Engine::steady_now() noexcept {
  return std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1);
}

Engine::Engine(posix::Directory directory, Recovered recovered, const LmdbOptions& options,
               GroupId group, std::shared_ptr<port::LoopPoster> poster,
               std::weak_ptr<EngineEvents> events)
    : directory_(std::move(directory)),
      environment_(std::move(recovered.environment)),
      writer_(*environment_, directory_, group, recovered.state, recovered.journal, recovered.mark,
              open_direct(directory_, options, *environment_, recovered.journal)),
      space_(*environment_),
      signal_(writer_.signal()),
      quiet_(options.journal_quiet),
      group_(group),
      poster_(std::move(poster)),
      events_(std::move(events)),
      scrub_source_(*environment_, writer_.tail(), group, directory_.path()) {
  look_at_space({});
}

void Engine::read(const ReadRequest& request) noexcept {
  {
    const std::lock_guard guard(mutex_);
    reads_.push_back(request);
  }
  reader_wakes_.notify_one();
}

void Engine::begin_scrub(std::uint64_t bytes_per_second) noexcept {
  {
    const std::lock_guard guard(mutex_);
    scrub_ = std::make_unique<Scrub>(scrub_source_, bytes_per_second);
  }
  reader_wakes_.notify_one();
}

void Engine::stop() noexcept {
  {
    const std::lock_guard guard(mutex_);
    stopping_ = true;
    reads_.clear();
  }
  writer_wakes_.notify_one();
  reader_wakes_.notify_one();
}

void Engine::abandon() noexcept {
  std::deque<port::StorageWrite> dropped;
  {
    const std::lock_guard guard(mutex_);
    dropped.swap(writes_);
    abandoned_ = true;
  }
  stop();
}

bool Engine::wait_until_stopped(Duration hang_limit) noexcept {
  std::unique_lock lock(mutex_);
  while (threads_running_ > 0) {
    const std::uint64_t before = steps_;
    const auto moved = [&] { return threads_running_ == 0 || steps_ != before; };
    if (!progress_.wait_for(lock, hang_limit, moved)) {
      return false;
    }
  }
  return true;
}

bool Engine::is_abandoned() noexcept {
  const std::lock_guard guard(mutex_);
  return abandoned_;
}

void Engine::note_progress(bool ended) noexcept {
  {
    const std::lock_guard guard(mutex_);
    steps_ += 1;
    threads_running_ -= ended ? 1 : 0;
  }
  progress_.notify_all();
}

bool Engine::is_housekeeping_due() const noexcept {
  return stopping_ || sweeping_ || space_wanted_ || failed_;
}

Engine::Work Engine::take_work() {
  std::unique_lock lock(mutex_);
  if (holder_ == Holder::kWriter) {
    holder_ = Holder::kNobody;
    journal_waits_ = writer_.has_journal();
  }
  const auto may_go_on = [&] {
    return holder_ == Holder::kNobody ? !writes_.empty() || is_housekeeping_due() : stopping_;
  };
  while (!may_go_on()) {
    const auto due = quiet_since_ + quiet_;
    if (!journal_waits_) {
      writer_wakes_.wait(lock);
    } else if (holder_ == Holder::kLoop) {
      // It does not say when its batch has ended: that would wake this thread for each.
      writer_wakes_.wait_for(lock, std::max<Duration>(quiet_, kQuietMin));
    } else if (std::chrono::steady_clock::now() < due) {
      writer_wakes_.wait_until(lock, due);
    } else {
      holder_ = Holder::kWriter;
      return Work::kCheckpoint;
    }
  }
  // Of a loop that stops, with a batch under way: it is ours, and the loop does not come back to
  // it.
  const bool is_begun = holder_ == Holder::kLoop || failed_;
  holder_ = Holder::kWriter;
  if (is_begun) {
    return Work::kBegun;
  }
  space_wanted_ = false;
  take_batch();
  if (!batch_.empty()) {
    return Work::kWrites;
  }
  return stopping_ ? Work::kEnd : Work::kHousekeeping;
}

bool Engine::carry_out(Work work) noexcept {
  commit_began_ = steady_now();
  std::vector<WriteReport> reports;
  if (work == Work::kBegun) {
    const std::optional<int> code = take_failed();
    reports = writer_.end(batch_, code ? *code : writer_.wait());
  } else {
    reports = writer_.carry_out(batch_);
  }
  const bool compacted = std::ranges::any_of(batch_, [](const port::StorageWrite& write) {
    return write.compact_through || write.snapshot;
  });
  note_batch_done();
  // Before anybody is told that he may go on.
  look_at_space(reports);
  post_reports(std::move(reports));
  writer_.leave_marker();
  const std::lock_guard guard(mutex_);
  quiet_since_ = std::chrono::steady_clock::now();
  return compacted;
}

void Engine::note_batch_done() noexcept {
  commit_began_ = 0;
  commits_ += 1;
  writes_done_ += batch_.size();
  batch_.clear();
}

std::optional<int> Engine::take_failed() noexcept {
  const std::lock_guard guard(mutex_);
  return std::exchange(failed_, std::nullopt);
}

void Engine::checkpoint(bool is_last) noexcept {
  commit_began_ = steady_now();
  is_last ? writer_.finish() : writer_.checkpoint();
  commit_began_ = 0;
  writer_.leave_marker();
  look_at_space({});
}

void Engine::run_writer() noexcept {
  for (Work work = take_work(); work != Work::kEnd; work = take_work()) {
    bool compacted = false;
    if (work == Work::kWrites || work == Work::kBegun) {
      compacted = carry_out(work);
    } else if (work == Work::kCheckpoint) {
      checkpoint(false);
    } else {
      look_at_space({});
    }
    // A slice at a time: whatever has been queued goes first.
    if (sweeping_ || compacted) {
      const bool more = writer_.sweep();
      const std::lock_guard guard(mutex_);
      sweeping_ = more;
    }
    // After the reports are out: it may take a millisecond.
    environment_->trim_page_cache();
    note_progress(false);
  }
  if (!is_abandoned()) {
    checkpoint(true);
  }
  note_progress(true);
}

bool Engine::take_read(std::optional<ReadRequest>& request) {
  using std::chrono::steady_clock;
  std::unique_lock lock(mutex_);
  const auto is_wanted = [&] { return stopping_ || !reads_.empty(); };
  reader_wakes_.wait(lock, [&] { return is_wanted() || scrub_ != nullptr; });
  if (scrub_ != nullptr) {
    const steady_clock::time_point due(scrub_->due().since_start());
    reader_wakes_.wait_until(lock, due, is_wanted);
  }
  // Whoever asked goes before the scrub.
  request.reset();
  if (!reads_.empty()) {
    request = reads_.front();
    reads_.pop_front();
  }
  return !stopping_;
}

void Engine::run_reader() noexcept {
  std::optional<ReadRequest> request;
  while (take_read(request)) {
    if (request) {
      post_read(request->id, read_entries(*environment_, writer_.tail(), group_, request->first,
                                          request->last, request->bytes_max));
    } else {
      scrub_step();
    }
    note_progress(false);
  }
  note_progress(true);
}

void Engine::scrub_step() noexcept {
  if (const auto damage = scrub_->step(Instant(Duration(steady_now())))) {
    poster_->post([events = events_, found = *damage] {
      if (const std::shared_ptr<EngineEvents> alive = events.lock()) {
        alive->on_damage(found);
      }
    });
  }
}

void Engine::post_reports(std::vector<WriteReport> reports) noexcept {
  reports_->add(std::move(reports));
  poster_->post([events = events_, reports = reports_] {
    if (const std::shared_ptr<EngineEvents> alive = events.lock()) {
      alive->on_reports(reports->take());
    }
  });
}

void Engine::post_read(std::uint64_t id, Result<std::vector<Entry>> entries) noexcept {
  poster_->post([events = events_, id, entries = std::move(entries)]() mutable {
    if (const std::shared_ptr<EngineEvents> alive = events.lock()) {
      alive->on_read(id, std::move(entries));
    }
  });
}

void Engine::look_at_space(const std::vector<WriteReport>& reports) noexcept {
  for (const WriteReport& report : reports) {
    if (report.outcome == port::WriteOutcome::kNoSpace) {
      space_.on_no_space();
    }
  }
  space_.refresh(writer_.journal_bytes());
  space_seen_ = steady_now();
}

port::StorageStatus Engine::status() noexcept {
  if (steady_now() - space_seen_ > kSpaceAge) {
    {
      const std::lock_guard guard(mutex_);
      space_wanted_ = true;
    }
    writer_wakes_.notify_one();
  }
  port::StorageStatus status;
  status.space = space_.state();
  status.bytes_used = environment_->bytes_used();
  status.bytes_file = environment_->bytes_file();
  status.bytes_max = environment_->bytes_max();
  status.writes = writes_done_;
  status.commits = commits_;
  const std::int64_t began = commit_began_;
  if (began != 0) {
    status.oldest_write_age = Duration(steady_now() - began);
  }
  status.poisoned = writer_.is_poisoned();
  if (scrub_ != nullptr) {
    status.scrub = scrub_->status(Instant(Duration(steady_now())));
  }
  return status;
}

EngineThreads::EngineThreads(const std::shared_ptr<Engine>& engine)
    : writer_([engine] { engine->run_writer(); }), reader_([engine] { engine->run_reader(); }) {}

void EngineThreads::finish(Engine& engine, Duration hang_limit) noexcept {
  if (engine.wait_until_stopped(hang_limit)) {
    writer_.join();
    reader_.join();
  } else {
    writer_.detach();
    reader_.detach();
  }
}

}  // namespace buoyant::lmdb
