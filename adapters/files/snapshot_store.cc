// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/files/snapshot_store.h"

#include "buoyant/base/assert.h"

#include <algorithm>
#include <map>
#include <utility>

namespace buoyant::files {

class FilesSnapshotStore::LoopSide final : public EngineEvents {
 public:
  struct Request {
    bool is_long = false;
    std::function<void(Answer)> done;
  };

  void on_answer(std::uint64_t id, Answer answer) noexcept override {
    if (auto found = requests.extract(id)) {
      (found.mapped().is_long ? jobs : questions) -= 1;
      found.mapped().done(std::move(answer));
    }
  }

  void close() noexcept {
    // Destroyed last: they are the user's.
    const std::map<std::uint64_t, Request> dropped = std::exchange(requests, {});
  }

  void know(const SnapshotId& id) {
    if (std::find(known.begin(), known.end(), id) == known.end()) {
      known.push_back(id);
    }
  }

  std::uint64_t next_id = 1;
  std::map<std::uint64_t, Request> requests;
  std::size_t jobs = 0;
  std::size_t questions = 0;
  /// The complete files that the loop has heard of: only those can be meant to go.
  std::vector<SnapshotId> known;
  /// Those of calls of held and receive that are not answered, one for each call: who is told
  /// that a file is complete must find it.
  std::vector<SnapshotId> asked;

  void answered(const SnapshotId& id) { asked.erase(std::find(asked.begin(), asked.end(), id)); }
};

Result<std::unique_ptr<FilesSnapshotStore>> FilesSnapshotStore::open(
    const FilesOptions& options, std::shared_ptr<port::LoopPoster> poster) {
  if (options.directory.empty()) {
    return fail(Errc::kInvalidOptions, "no directory for snapshots");
  }
  Result<Shelf> shelf = Shelf::open(options);
  if (!shelf) {
    return fail(shelf.error());
  }
  return std::unique_ptr<FilesSnapshotStore>(
      new FilesSnapshotStore(options, std::move(poster), std::move(*shelf)));
}

FilesSnapshotStore::FilesSnapshotStore(const FilesOptions& options,
                                       std::shared_ptr<port::LoopPoster> poster, Shelf shelf)
    : hang_limit_(options.hang_limit),
      poster_(std::move(poster)),
      found_(shelf.found()),
      loop_side_(std::make_shared<LoopSide>()),
      engine_(std::make_shared<Engine>(std::move(shelf), poster_, loop_side_)),
      thread_([engine = engine_] { engine->run(); }) {
  loop_side_->known = found_;
  for (const SnapshotId& id : found_) {
    last_sequence_ = std::max(last_sequence_, id.sequence);
  }
}

namespace {

/// After the engine was stopped: joins its thread, or leaves it behind.
void finish(Engine& engine, std::thread& thread, Duration hang_limit) {
  if (engine.wait_until_stopped(hang_limit)) {
    thread.join();
  } else {
    thread.detach();
  }
}

}  // namespace

FilesSnapshotStore::~FilesSnapshotStore() {
  if (engine_ != nullptr) {
    loop_side_->close();
    engine_->stop();
    finish(*engine_, thread_, hang_limit_);
  }
}

template <class T>
void FilesSnapshotStore::ask(bool is_long, std::function<void(Result<T>)> done,
                             std::unique_ptr<Job> job) {
  BUOYANT_ASSERT(engine_ != nullptr);
  std::size_t& pending = is_long ? loop_side_->jobs : loop_side_->questions;
  const bool busy = pending >= (is_long ? port::kSnapshotJobsMax : port::kSnapshotRequestsMax);
  const std::uint64_t id = loop_side_->next_id++;
  pending += 1;
  loop_side_->requests[id] = {.is_long = is_long, .done = [done = std::move(done)](Answer answer) {
                                done(std::get<Result<T>>(std::move(answer)));
                              }};
  if (!busy) {
    engine_->add(id, std::move(job));
    return;
  }
  poster_->post([id, side = std::weak_ptr<LoopSide>(loop_side_)] {
    if (const std::shared_ptr<LoopSide> alive = side.lock()) {
      alive->on_answer(id, Result<T>(fail(Errc::kBusy, "snapshot store")));
    }
  });
}

void FilesSnapshotStore::create(SnapshotMetadata metadata, std::unique_ptr<SnapshotSource> source,
                                CreateDone done) noexcept {
  BUOYANT_ASSERT(source != nullptr);
  metadata.id.sequence = ++last_sequence_;
  ask<SnapshotMetadata>(
      true,
      [side = loop_side_.get(), done = std::move(done)](Result<SnapshotMetadata> result) {
        if (result) {
          side->know(result->id);
        }
        done(std::move(result));
      },
      std::make_unique<CreateJob>(std::move(metadata), std::move(source)));
}

void FilesSnapshotStore::read(const SnapshotId& id, std::uint64_t offset, std::size_t bytes_max,
                              ReadDone done) noexcept {
  BUOYANT_ASSERT(bytes_max > 0);
  ask<Bytes>(false, std::move(done), std::make_unique<ReadJob>(id, offset, bytes_max));
}

void FilesSnapshotStore::held(const SnapshotMetadata& metadata, HeldDone done) noexcept {
  loop_side_->asked.push_back(metadata.id);
  ask<std::uint64_t>(
      false,
      [side = loop_side_.get(), id = metadata.id, bytes = metadata.bytes,
       done = std::move(done)](Result<std::uint64_t> held) {
        side->answered(id);
        // What an earlier process had received may be complete only now.
        if (held && *held == bytes && bytes > 0) {
          side->know(id);
        }
        done(held);
      },
      std::make_unique<HeldJob>(metadata));
}

void FilesSnapshotStore::receive(const SnapshotMetadata& metadata, std::uint64_t offset, Bytes part,
                                 HeldDone done) noexcept {
  loop_side_->asked.push_back(metadata.id);
  ask<std::uint64_t>(
      false,
      [side = loop_side_.get(), id = metadata.id, bytes = metadata.bytes,
       done = std::move(done)](Result<std::uint64_t> held) {
        side->answered(id);
        if (held && *held == bytes) {
          side->know(id);
        }
        done(held);
      },
      std::make_unique<ReceiveJob>(metadata, offset, std::move(part)));
}

void FilesSnapshotStore::install(const SnapshotId& id, std::shared_ptr<SnapshotTarget> target,
                                 InstallDone done) noexcept {
  BUOYANT_ASSERT(target != nullptr);
  ask<void>(true, std::move(done), std::make_unique<InstallJob>(id, std::move(target)));
}

void FilesSnapshotStore::retain_only(std::vector<SnapshotId> ids) noexcept {
  BUOYANT_ASSERT(engine_ != nullptr);
  Index newest;
  for (const SnapshotId& id : ids) {
    newest = std::max(newest, id.position.index);
  }
  std::vector<SnapshotId>& known = loop_side_->known;
  ids.insert(ids.end(), loop_side_->asked.begin(), loop_side_->asked.end());
  const auto goes = std::stable_partition(known.begin(), known.end(), [&](const SnapshotId& id) {
    return std::find(ids.begin(), ids.end(), id) != ids.end();
  });
  engine_->add(0, std::make_unique<RemoveJob>(std::vector<SnapshotId>(goes, known.end()), newest));
  known.erase(goes, known.end());
}

void FilesSnapshotStore::close(std::function<void()> done) noexcept {
  BUOYANT_ASSERT(engine_ != nullptr);
  loop_side_->close();
  engine_->stop();
  // Somebody has to wait with a limit, and it must not be the loop.
  std::thread([engine = std::move(engine_), thread = std::move(thread_),
               poster = std::move(poster_), limit = hang_limit_, done = std::move(done)]() mutable {
    finish(*engine, thread, limit);
    // The directory is unlocked before `done` runs.
    engine.reset();
    poster->post(std::move(done));
  }).detach();
  engine_.reset();
}

}  // namespace buoyant::files
