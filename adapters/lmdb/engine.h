// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Two threads and their queues: one writes, one reads. Lives as long as any of them does.
///
/// The loop thread queues and never waits; what comes back is posted to it. A thread that hangs
/// in the disk is left behind together with its engine: the environment stays mapped and the
/// directory locked, and nothing of the loop's is touched.
///
/// Who holds the log may write: the writer thread, or the loop thread, which begins a small batch
/// for the journal itself when nobody holds it, and hears of the end from the kernel. So a commit
/// costs no change of threads; whatever may wait, and whatever went wrong, is the writer thread's.
#pragma once

#include "adapters/lmdb/log_writer.h"
#include "adapters/lmdb/options.h"
#include "adapters/lmdb/recovery.h"
#include "adapters/lmdb/report_queue.h"
#include "adapters/lmdb/scrub.h"
#include "adapters/lmdb/space.h"
#include "adapters/posix/directory.h"
#include "buoyant/port/loop_poster.h"
#include "buoyant/port/storage.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace buoyant::lmdb {

/// What the threads have to say. Called on the loop thread.
class EngineEvents {
 public:
  EngineEvents() = default;
  EngineEvents(const EngineEvents&) = delete;
  EngineEvents& operator=(const EngineEvents&) = delete;
  virtual ~EngineEvents() = default;

  virtual void on_reports(const std::vector<WriteReport>& reports) noexcept = 0;
  virtual void on_read(std::uint64_t id, Result<std::vector<Entry>> entries) noexcept = 0;
  virtual void on_damage(const port::StorageDamage& damage) noexcept = 0;
};

struct ReadRequest {
  std::uint64_t id = 0;
  Index first;
  Index last;
  std::size_t bytes_max = 0;
};

/// Shared by the facade and both threads. [loop thread] unless marked.
class Engine {
 public:
  Engine(posix::Directory directory, Recovered recovered, const LmdbOptions& options, GroupId group,
         std::shared_ptr<port::LoopPoster> poster, std::weak_ptr<EngineEvents> events);

  void write(port::StorageWrite write) noexcept;

  /// A descriptor that says when to call on_signal(); -1: the loop thread begins nothing.
  [[nodiscard]] int signal() const noexcept { return signal_; }

  /// From now on on_signal() is called, or (false) no longer.
  void set_watched(bool watched) noexcept;
  /// Gives what is to be told, for whoever lets go of the engine first: an event may destroy the
  /// storage, and open the directory again.
  [[nodiscard]] std::vector<WriteReport> on_signal() noexcept;

  void read(const ReadRequest& request) noexcept;

  /// Has the reader scrub while nothing is asked of it. Once.
  void begin_scrub(std::uint64_t bytes_per_second) noexcept;

  /// Writes that are queued are carried out, reads are not; then the threads end.
  void stop() noexcept;
  /// Nothing that is queued is carried out; the threads end.
  void abandon() noexcept;

  /// [any thread but theirs] Waits until both threads are about to end. False: neither of them
  /// got anything done for `hang_limit`.
  [[nodiscard]] bool wait_until_stopped(Duration hang_limit) noexcept;

  /// Has the space looked at again, when that was not done for a while.
  [[nodiscard]] port::StorageStatus status() noexcept;

  /// [writer], [reader] The threads' bodies.
  void run_writer() noexcept;
  void run_reader() noexcept;

 private:
  /// What the writer is to do next; kBegun: end what the loop thread began.
  enum class Work : std::uint8_t { kWrites, kBegun, kCheckpoint, kHousekeeping, kEnd };
  /// Whose the log writer and the batch are. Changes under the mutex.
  enum class Holder : std::uint8_t { kNobody, kLoop, kWriter };

  /// Nanoseconds.
  [[nodiscard]] static std::int64_t steady_now() noexcept;
  [[nodiscard]] Work take_work();
  [[nodiscard]] bool is_housekeeping_due() const noexcept;
  void take_batch();
  /// [loop thread, holder]
  void begin_batch() noexcept;
  /// [writer, holder] True: the log's beginning moved.
  [[nodiscard]] bool carry_out(Work work) noexcept;
  void checkpoint(bool is_last) noexcept;
  [[nodiscard]] bool is_abandoned() noexcept;
  /// Waits for a read, or (none) until a step of the scrub is due. False: it is to end.
  [[nodiscard]] bool take_read(std::optional<ReadRequest>& request);
  void scrub_step() noexcept;
  void note_progress(bool ended) noexcept;
  void look_at_space(const std::vector<WriteReport>& reports) noexcept;
  void note_batch_done() noexcept;
  [[nodiscard]] std::optional<int> take_failed() noexcept;
  void post_reports(std::vector<WriteReport> reports) noexcept;
  void post_read(std::uint64_t id, Result<std::vector<Entry>> entries) noexcept;

  // In the order of destruction, reversed: the lock goes last.
  posix::Directory directory_;
  std::unique_ptr<Environment> environment_;
  LogWriter writer_;
  SpaceWatch space_;
  int signal_;
  /// See LmdbOptions::journal_quiet.
  Duration quiet_;
  GroupId group_;
  std::shared_ptr<port::LoopPoster> poster_;
  std::weak_ptr<EngineEvents> events_;
  /// Outlives this with what is posted.
  std::shared_ptr<ReportQueue> reports_ = std::make_shared<ReportQueue>();
  EnvironmentScrub scrub_source_;

  std::mutex mutex_;
  std::condition_variable writer_wakes_;
  std::condition_variable reader_wakes_;
  std::condition_variable progress_;
  std::deque<port::StorageWrite> writes_;
  std::deque<ReadRequest> reads_;
  Holder holder_ = Holder::kNobody;
  bool is_watched_ = false;
  /// How the loop thread's batch ended, if that was no success: the writer ends it.
  std::optional<int> failed_;
  /// The journal has something to take over when nothing is written for a while.
  bool journal_waits_ = false;
  std::chrono::steady_clock::time_point quiet_since_{};
  /// Set once, by the loop thread. Null: there is none.
  std::unique_ptr<Scrub> scrub_;
  bool stopping_ = false;
  /// What the journal has stays there.
  bool abandoned_ = false;
  bool space_wanted_ = false;
  /// There may be something behind the log's beginning; also at the start.
  bool sweeping_ = true;
  int threads_running_ = 2;
  std::uint64_t steps_ = 0;

  /// Of the holder.
  std::vector<port::StorageWrite> batch_;
  /// Of the loop thread: it began the batch.
  bool is_begun_ = false;

  std::atomic<std::uint64_t> writes_done_ = 0;
  std::atomic<std::uint64_t> commits_ = 0;
  /// Nanoseconds of the steady clock; 0: no commit is under way.
  std::atomic<std::int64_t> commit_began_ = 0;
  /// The same clock.
  std::atomic<std::int64_t> space_seen_ = 0;
};

/// The two threads of an engine.
class EngineThreads {
 public:
  explicit EngineThreads(const std::shared_ptr<Engine>& engine);
  EngineThreads(EngineThreads&&) = default;
  EngineThreads& operator=(EngineThreads&&) = default;

  /// After the engine was stopped or abandoned: joins both, or leaves both behind when they
  /// hang. Once.
  void finish(Engine& engine, Duration hang_limit) noexcept;

 private:
  std::thread writer_;
  std::thread reader_;
};

}  // namespace buoyant::lmdb
