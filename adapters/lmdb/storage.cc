// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/lmdb/storage.h"

#include "buoyant/base/assert.h"

#include <map>
#include <thread>
#include <utility>
#include <vector>

namespace buoyant::lmdb {

namespace {

constexpr std::size_t kReadsMax = 64;
constexpr std::uint64_t kMapBytesMin = std::uint64_t{1} << 20U;

Result<void> check(const LmdbOptions& options) {
  if (options.directory.empty()) {
    return fail(Errc::kInvalidOptions, "no data directory");
  }
  if (!options.any_identity &&
      (options.cluster.empty() || options.cluster.size() > kClusterBytesMax)) {
    return fail(Errc::kInvalidOptions, "the cluster id is empty or too long");
  }
  if (!options.any_identity && !options.server.is_set()) {
    return fail(Errc::kInvalidOptions, "no server id");
  }
  if (options.map_bytes_initial < kMapBytesMin || options.map_bytes_max < kMapBytesMin ||
      options.map_step_bytes_max < kMapBytesMin) {
    return fail(Errc::kInvalidOptions, "a map size below 1 MiB");
  }
  // Votes and truncations need some; the log needs more.
  if (options.reserve_bytes < kMapBytesMin / 2 ||
      options.reserve_bytes > options.map_bytes_max / 2) {
    return fail(Errc::kInvalidOptions, "the reserve is below 512 KiB or over half of the map");
  }
  return {};
}

}  // namespace

class LmdbStorage::LoopSide final : public EngineEvents {
 public:
  void on_reports(const std::vector<WriteReport>& reports) noexcept override {
    for (const WriteReport& report : reports) {
      // An event may close or destroy the storage.
      if (closed) {
        return;
      }
      writes_pending -= report.count;
      events->on_written(report.through, report.outcome, report.error);
    }
  }

  void on_read(std::uint64_t id, Result<std::vector<Entry>> entries) noexcept override {
    if (auto found = reads.extract(id)) {
      found.mapped()(std::move(entries));
    }
  }

  void on_damage(const port::StorageDamage& damage) noexcept override {
    if (!closed) {
      events->on_damage(damage);
    }
  }

  void close() noexcept {
    closed = true;
    // Destroyed last: they are the user's.
    const std::map<std::uint64_t, port::ReadDone> dropped = std::exchange(reads, {});
  }

  port::StorageEvents* events = nullptr;
  bool closed = false;
  std::size_t writes_pending = 0;
  std::uint64_t next_read = 0;
  std::map<std::uint64_t, port::ReadDone> reads;
};

Result<std::unique_ptr<LmdbStorage>> LmdbStorage::open(const LmdbOptions& options,
                                                       std::shared_ptr<port::LoopPoster> poster) {
  if (Result<void> checked = check(options); !checked) {
    return fail(checked.error());
  }
  Result<posix::Directory> directory =
      posix::Directory::open(options.directory, options.allow_unsafe_file_system);
  if (!directory) {
    return fail(directory.error());
  }
  Result<Recovered> recovered = recover(*directory, options, GroupId(0));
  if (!recovered) {
    return fail(recovered.error());
  }
  return std::unique_ptr<LmdbStorage>(
      new LmdbStorage(options, std::move(poster), std::move(*directory), std::move(*recovered)));
}

LmdbStorage::LmdbStorage(const LmdbOptions& options, std::shared_ptr<port::LoopPoster> poster,
                         posix::Directory directory, Recovered recovered)
    : hang_limit_(options.hang_limit),
      scrub_bytes_per_second_(options.scrub_bytes_per_second),
      poster_(std::move(poster)),
      stored_(std::move(recovered.stored)),
      loop_side_(std::make_shared<LoopSide>()),
      engine_(std::make_shared<Engine>(std::move(directory), std::move(recovered), options,
                                       GroupId(0), poster_, loop_side_)),
      threads_(std::in_place, engine_) {
  if (const int signal = engine_->signal(); signal >= 0) {
    is_watching_ = poster_->watch(signal, [engine = std::weak_ptr<Engine>(engine_),
                                           side = std::weak_ptr<LoopSide>(loop_side_)] {
      std::vector<WriteReport> reports;
      if (const std::shared_ptr<Engine> alive = engine.lock()) {
        reports = alive->on_signal();
      }
      if (const std::shared_ptr<LoopSide> alive = side.lock()) {
        alive->on_reports(reports);
      }
    });
    engine_->set_watched(is_watching_);
  }
}

LmdbStorage::~LmdbStorage() {
  if (engine_ != nullptr) {
    end_loop_side();
    engine_->abandon();
    threads_->finish(*engine_, hang_limit_);
  }
}

void LmdbStorage::end_loop_side() noexcept {
  loop_side_->close();
  if (std::exchange(is_watching_, false)) {
    poster_->unwatch(engine_->signal());
    engine_->set_watched(false);
  }
}

port::StoredState LmdbStorage::take_stored_state() noexcept {
  BUOYANT_ASSERT(stored_.has_value());
  port::StoredState stored = std::move(*stored_);
  stored_.reset();
  return stored;
}

void LmdbStorage::start(port::StorageEvents& events) noexcept {
  BUOYANT_ASSERT(loop_side_->events == nullptr);
  loop_side_->events = &events;
  if (scrub_bytes_per_second_ > 0) {
    // Not before there is somebody to tell.
    engine_->begin_scrub(scrub_bytes_per_second_);
  }
}

void LmdbStorage::write(port::StorageWrite write) noexcept {
  BUOYANT_ASSERT(loop_side_->events != nullptr);
  BUOYANT_ASSERT(engine_ != nullptr);
  BUOYANT_ASSERT(write.id > last_submitted_);
  last_submitted_ = write.id;
  loop_side_->writes_pending += 1;
  engine_->write(std::move(write));
}

void LmdbStorage::read(Index first, Index last, std::size_t bytes_max,
                       port::ReadDone done) noexcept {
  BUOYANT_ASSERT(loop_side_->events != nullptr);
  BUOYANT_ASSERT(engine_ != nullptr);
  const bool busy = loop_side_->reads.size() >= kReadsMax;
  const std::uint64_t id = loop_side_->next_read++;
  loop_side_->reads.emplace(id, std::move(done));
  if (!busy) {
    engine_->read({.id = id, .first = first, .last = last, .bytes_max = bytes_max});
    return;
  }
  poster_->post([id, side = std::weak_ptr<LoopSide>(loop_side_)] {
    if (const std::shared_ptr<LoopSide> alive = side.lock()) {
      alive->on_read(id, fail(Errc::kBusy, "read the log"));
    }
  });
}

port::StorageStatus LmdbStorage::status() const noexcept {
  port::StorageStatus status = engine_ == nullptr ? port::StorageStatus{} : engine_->status();
  status.writes_pending = loop_side_->writes_pending;
  return status;
}

void LmdbStorage::close(std::function<void()> done) noexcept {
  BUOYANT_ASSERT(engine_ != nullptr);
  end_loop_side();
  engine_->stop();
  // Somebody has to wait with a limit, and it must not be the loop.
  std::thread([engine = std::move(engine_), threads = std::move(*threads_),
               poster = std::move(poster_), limit = hang_limit_, done = std::move(done)]() mutable {
    threads.finish(*engine, limit);
    // The environment is closed and the directory unlocked before `done` runs.
    engine.reset();
    poster->post(std::move(done));
  }).detach();
  engine_.reset();
  threads_.reset();
}

}  // namespace buoyant::lmdb
