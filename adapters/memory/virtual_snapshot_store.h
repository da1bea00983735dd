// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A snapshot store whose worker is a sequence of tasks in virtual time (§5). What the time is,
/// and what is wrong with the disk, is for who derives from it: one for tests, one simulated.
///
/// As the worker of the real one it does one step at a time: the requests in their order, and
/// between two of them a step of the job whose turn it is.
#pragma once

#include "adapters/memory/snapshot_image.h"
#include "buoyant/base/export.h"
#include "buoyant/port/snapshot_store.h"

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace buoyant::memory {

class BUOYANT_EXPORT VirtualSnapshotStore : public port::SnapshotStore {
 public:
  [[nodiscard]] std::vector<SnapshotId> found() const override { return found_; }

  void create(SnapshotMetadata metadata, std::unique_ptr<SnapshotSource> source,
              CreateDone done) noexcept override;
  void read(const SnapshotId& id, std::uint64_t offset, std::size_t bytes_max,
            ReadDone done) noexcept override;
  void held(const SnapshotMetadata& metadata, HeldDone done) noexcept override;
  void receive(const SnapshotMetadata& metadata, std::uint64_t offset, Bytes part,
               HeldDone done) noexcept override;
  void install(const SnapshotId& id, std::shared_ptr<SnapshotTarget> target,
               InstallDone done) noexcept override;
  void retain_only(std::vector<SnapshotId> ids) noexcept override;
  void close(std::function<void()> done) noexcept override;

  /// The disk goes on after it was stuck.
  void unstick();

 protected:
  using Task = std::function<void()>;

  /// The image outlives this.
  explicit VirtualSnapshotStore(SnapshotImage& image);

  /// Runs a task when the disk has done one step.
  virtual void after_step(bool writes, Task task) = 0;
  /// Runs a task on the loop, from the worker; and one that ends a close.
  virtual void to_loop(Task task) = 0;
  virtual void to_loop_at_end(Task task) = 0;
  /// What is wrong with the step that is due; asked once for each.
  virtual std::optional<Error> fault(bool writes) = 0;
  [[nodiscard]] virtual bool is_stuck() const = 0;

  /// Nothing happens any more. The step under way is carried out, or not at all.
  void drop(bool finish_step) noexcept;

  [[nodiscard]] SnapshotImage& image() noexcept { return image_; }

 private:
  using Fault = std::optional<Error>;

  /// What a step gives: what to tell the loop; nothing: the job has more steps.
  using Outcome = std::optional<Task>;

  struct Work {
    bool writes = false;
    std::function<Outcome(const Fault&)> step;
  };

  template <class T>
  void request(bool writes, std::function<void(Result<T>)> done,
               std::function<Result<T>(const Fault&)> work);
  template <class T>
  void refuse(std::function<void(Result<T>)> done);
  void wake();
  void end_step();
  void post(Task task);
  void know(const SnapshotId& id);
  void answered(const SnapshotId& id);

  SnapshotImage& image_;
  std::vector<SnapshotId> found_;
  /// The complete files that the loop has heard of: only those can be meant to go.
  std::vector<SnapshotId> known_;
  /// Those of calls of held and receive that are not answered, one for each call.
  std::vector<SnapshotId> asked_;
  /// Tasks that are under way hold it weakly: it is null once nothing may happen any more.
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);

  bool closed_ = false;

  std::deque<Work> requests_;
  std::deque<Work> jobs_;
  /// The step under way, for a job: its next one.
  std::optional<Work> running_;
  bool running_is_job_ = false;
  /// The step is due, and the disk is stuck.
  bool overdue_ = false;
  std::size_t requests_pending_ = 0;
  std::size_t jobs_pending_ = 0;
};

}  // namespace buoyant::memory
