// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Writes of the core on their way to storage.
///
/// The core names entries by position; their bytes come from the cache, where the entries that
/// the core made are put first, encoded. A core numbers its writes from one; when bootstrap
/// replaces the core, storage's numbers go on.
#pragma once

#include "buoyant/core/ready.h"
#include "buoyant/port/codec.h"
#include "buoyant/port/storage.h"
#include "node/entry_cache.h"

#include <optional>
#include <vector>

namespace buoyant::node {

/// Owned by the engine.
class Persister {
 public:
  Persister(port::Storage& storage, port::Codec& codec, EntryCache& cache)
      : storage_(storage), codec_(codec), cache_(cache) {}

  /// Submits a write of the core, with the table of peers when there is one; nothing when it is
  /// empty. Requires: the cache holds the entries that the core did not make.
  void submit(const core::Write& write, std::optional<std::vector<PeerIdentity>> peers = {});

  /// Submits a write that is not of the core; its number is given to it here.
  /// Requires: is_idle().
  WriteId submit_own(port::StorageWrite write);

  /// Storage reported; gives the number of the core's newest write among them, if any.
  std::optional<WriteId> on_written(WriteId through, port::WriteOutcome outcome);

  /// The next write of the core is its first.
  /// Requires: is_idle().
  void begin_core() noexcept { before_core_ = submitted_; }

  /// Storage's number of a write of the core.
  [[nodiscard]] WriteId storage_id(WriteId of_core) const noexcept {
    return of_core.is_set() ? WriteId(before_core_.value() + of_core.value()) : WriteId();
  }

  /// The core's number of one of storage's; zero: the present core did not write it.
  [[nodiscard]] WriteId of_core(WriteId storage_id) const noexcept {
    return storage_id > before_core_ ? WriteId(storage_id.value() - before_core_.value())
                                     : WriteId();
  }

  [[nodiscard]] WriteId completed() const noexcept { return completed_; }

  [[nodiscard]] bool is_idle() const noexcept { return completed_ == submitted_; }

 private:
  /// Says in a write that kNoSpace was seen, if it was.
  void flag(port::StorageWrite& write, bool seen);

  port::Storage& storage_;
  port::Codec& codec_;
  EntryCache& cache_;
  WriteId submitted_;
  WriteId completed_;
  /// The last write before the present core's first.
  WriteId before_core_;
  /// kNoSpace was reported: the next write, whoever makes it, says that it was seen.
  bool saw_no_space_ = false;
  /// The last write that said so; reports of earlier ones are of the same loss.
  WriteId flagged_;
  WriteId own_;
};

}  // namespace buoyant::node
