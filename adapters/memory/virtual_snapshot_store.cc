// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/memory/virtual_snapshot_store.h"

#include "buoyant/base/assert.h"

#include <algorithm>
#include <string>
#include <utility>

namespace buoyant::memory {

namespace {

/// What one step of a job reads or writes.
constexpr std::size_t kStepBytes = std::size_t{64} << 10U;

}  // namespace

VirtualSnapshotStore::VirtualSnapshotStore(SnapshotImage& image)
    : image_(image), found_(image.found()), known_(found_) {}

template <class T>
void VirtualSnapshotStore::refuse(std::function<void(Result<T>)> done) {
  post([done = std::move(done)] { done(fail(Errc::kBusy, "snapshot store")); });
}

template <class T>
void VirtualSnapshotStore::request(bool writes, std::function<void(Result<T>)> done,
                                   std::function<Result<T>(const Fault&)> work) {
  BUOYANT_ASSERT(!closed_);
  if (requests_pending_ >= port::kSnapshotRequestsMax) {
    refuse<T>(std::move(done));
    return;
  }
  ++requests_pending_;
  requests_.push_back({.writes = writes, .step = [this, done, work](const Fault& fault) -> Outcome {
                         return [this, done, result = work(fault)] {
                           --requests_pending_;
                           done(result);
                         };
                       }});
  wake();
}

void VirtualSnapshotStore::create(SnapshotMetadata metadata, std::unique_ptr<SnapshotSource> source,
                                  CreateDone done) noexcept {
  BUOYANT_ASSERT(!closed_);
  BUOYANT_ASSERT(source != nullptr);
  if (jobs_pending_ >= port::kSnapshotJobsMax) {
    refuse<SnapshotMetadata>(std::move(done));
    return;
  }
  ++jobs_pending_;
  metadata.id.sequence = image_.next_sequence();
  const auto ends = [this, done = std::move(done)](Result<SnapshotMetadata> result) -> Task {
    return [this, done, result = std::move(result)] {
      --jobs_pending_;
      if (result) {
        know(result->id);
      }
      done(result);
    };
  };
  jobs_.push_back(
      {.writes = true,
       .step = [this, ends, metadata = std::move(metadata), text = std::make_shared<std::string>(),
                from = std::shared_ptr<SnapshotSource>(std::move(source))](
                   const Fault& fault) -> Outcome {
         if (fault) {
           return ends(fail(*fault));
         }
         const Result<Bytes> part = from->read(kStepBytes);
         if (!part) {
           return ends(fail(part.error()));
         }
         if (part->empty()) {
           return ends(image_.add(metadata, std::move(*text)));
         }
         text->append(part->text());
         return std::nullopt;
       }});
  wake();
}

void VirtualSnapshotStore::read(const SnapshotId& id, std::uint64_t offset, std::size_t bytes_max,
                                ReadDone done) noexcept {
  BUOYANT_ASSERT(bytes_max > 0);
  request<Bytes>(false, std::move(done),
                 [this, id, offset, bytes_max](const Fault& fault) -> Result<Bytes> {
                   const std::shared_ptr<const SnapshotFile> file = image_.find(id);
                   if (file == nullptr) {
                     return fail(Errc::kCompacted, "no such snapshot");
                   }
                   return fault ? fail(*fault) : file->read(offset, bytes_max);
                 });
}

void VirtualSnapshotStore::held(const SnapshotMetadata& metadata, HeldDone done) noexcept {
  asked_.push_back(metadata.id);
  auto tell = [this, id = metadata.id, done = std::move(done)](Result<std::uint64_t> result) {
    answered(id);
    done(std::move(result));
  };
  request<std::uint64_t>(false, std::move(tell),
                         [this, metadata](const Fault& fault) -> Result<std::uint64_t> {
                           if (fault) {
                             return fail(*fault);
                           }
                           return image_.held(metadata);
                         });
}

void VirtualSnapshotStore::receive(const SnapshotMetadata& metadata, std::uint64_t offset,
                                   Bytes part, HeldDone done) noexcept {
  asked_.push_back(metadata.id);
  auto tell = [this, metadata, done = std::move(done)](Result<std::uint64_t> result) {
    answered(metadata.id);
    if (result && *result == metadata.bytes) {
      know(metadata.id);
    }
    done(std::move(result));
  };
  request<std::uint64_t>(true, std::move(tell),
                         [this, metadata, offset,
                          part = std::move(part)](const Fault& fault) -> Result<std::uint64_t> {
                           if (!fault) {
                             return image_.receive(metadata, offset, part.view());
                           }
                           if (fault->code() != Errc::kStorageFull) {
                             image_.drop_incoming();
                           }
                           return fail(*fault);
                         });
}

void VirtualSnapshotStore::install(const SnapshotId& id, std::shared_ptr<SnapshotTarget> target,
                                   InstallDone done) noexcept {
  BUOYANT_ASSERT(!closed_);
  BUOYANT_ASSERT(target != nullptr);
  if (jobs_pending_ >= port::kSnapshotJobsMax) {
    refuse<void>(std::move(done));
    return;
  }
  ++jobs_pending_;
  const auto ends = [this, done = std::move(done)](Result<void> result) -> Task {
    return [this, done, result] {
      --jobs_pending_;
      done(result);
    };
  };
  const auto step = [ends, target = std::move(target), offset = std::make_shared<std::uint64_t>(0)](
                        const SnapshotFile& file, const Fault& fault) -> Outcome {
    const Result<Bytes> part = fault ? fail(*fault) : file.read(*offset, kStepBytes);
    if (!part) {
      return ends(fail(part.error()));
    }
    if (part->empty()) {
      return ends({});
    }
    *offset += part->size();
    const Result<void> written = target->write(part->view());
    return written ? std::nullopt : Outcome(ends(written));
  };
  // A request first, in its place among the others: from then on the file is there.
  requests_.push_back(
      {.writes = false, .step = [this, id, ends, step](const Fault&) -> Outcome {
         const std::shared_ptr<const SnapshotFile> file = image_.find(id);
         if (file == nullptr) {
           return ends(fail(Errc::kCompacted, "no such snapshot"));
         }
         jobs_.push_back({.writes = false,
                          .step = [file, step](const Fault& fault) { return step(*file, fault); }});
         return Task();
       }});
  wake();
}

void VirtualSnapshotStore::retain_only(std::vector<SnapshotId> ids) noexcept {
  BUOYANT_ASSERT(!closed_);
  std::vector<SnapshotId> removed;
  Index newest;
  for (const SnapshotId& id : ids) {
    newest = std::max(newest, id.position.index);
  }
  ids.insert(ids.end(), asked_.begin(), asked_.end());
  std::erase_if(known_, [&](const SnapshotId& id) {
    const bool goes = std::find(ids.begin(), ids.end(), id) == ids.end();
    if (goes) {
      removed.push_back(id);
    }
    return goes;
  });
  requests_.push_back(
      {.writes = false,
       .step = [this, newest, removed = std::move(removed)](const Fault&) -> Outcome {
         for (const SnapshotId& id : removed) {
           image_.remove(id);
         }
         image_.drop_incoming_through(newest);
         return Task();
       }});
  wake();
}

void VirtualSnapshotStore::answered(const SnapshotId& id) {
  asked_.erase(std::find(asked_.begin(), asked_.end(), id));
}

void VirtualSnapshotStore::know(const SnapshotId& id) {
  if (std::find(known_.begin(), known_.end(), id) == known_.end()) {
    known_.push_back(id);
  }
}

void VirtualSnapshotStore::post(Task task) {
  to_loop([alive = std::weak_ptr<bool>(alive_), task = std::move(task)] {
    if (!alive.expired()) {
      task();
    }
  });
}

void VirtualSnapshotStore::wake() {
  if (alive_ == nullptr || running_ || (requests_.empty() && jobs_.empty())) {
    return;
  }
  // Turn about, so that neither waits for all of the other.
  running_is_job_ = !jobs_.empty() && (requests_.empty() || !running_is_job_);
  std::deque<Work>& queue = running_is_job_ ? jobs_ : requests_;
  running_ = std::move(queue.front());
  queue.pop_front();
  after_step(running_->writes, [this, alive = std::weak_ptr<bool>(alive_)] {
    if (!alive.expired()) {
      end_step();
    }
  });
}

void VirtualSnapshotStore::end_step() {
  overdue_ = running_->writes && is_stuck();
  if (overdue_) {
    return;
  }
  Outcome outcome = running_->step(fault(running_->writes));
  if (!outcome) {
    jobs_.push_back(std::move(*running_));
  } else if (*outcome) {
    post(std::move(*outcome));
  }
  running_.reset();
  wake();
}

void VirtualSnapshotStore::unstick() {
  if (alive_ != nullptr && std::exchange(overdue_, false)) {
    after_step(true, [this, alive = std::weak_ptr<bool>(alive_)] {
      if (!alive.expired()) {
        end_step();
      }
    });
  }
}

void VirtualSnapshotStore::drop(bool finish_step) noexcept {
  if (alive_ == nullptr) {
    return;
  }
  alive_.reset();
  // Whoever is still in the midst of a turn may ask for more; none of it happens.
  if (finish_step && running_ && !overdue_) {
    static_cast<void>(running_->step(std::nullopt));
  }
  // What the user gave goes last: it may be anything.
  const std::deque<Work> requests = std::exchange(requests_, {});
  const std::deque<Work> jobs = std::exchange(jobs_, {});
  const std::optional<Work> running = std::exchange(running_, std::nullopt);
}

void VirtualSnapshotStore::close(std::function<void()> done) noexcept {
  BUOYANT_ASSERT(!closed_);
  closed_ = true;
  drop(false);
  to_loop_at_end(std::move(done));
}

}  // namespace buoyant::memory
