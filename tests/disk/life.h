// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// One life of a server's stores: opened, written to at random, and closed, unless it is killed
/// before. What it does it also says, as notes.
#pragma once

#include "buoyant/base/random.h"
#include "tests/disk/notes.h"
#include "tests/disk/store.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace buoyant::disk {

using SayNote = std::function<void(const Note& note)>;

class Life {
 public:
  /// `memory`: a file outside of what is recorded, in which one life tells the next what was
  /// coming in.
  Life(const std::string& root, std::string memory, std::uint64_t seed, SayNote say);

  Life(const Life&) = delete;
  Life& operator=(const Life&) = delete;
  ~Life() = default;

  /// Empty: all went well.
  std::string run();

 private:
  struct Snapshotted {
    WriteId write;
    SnapshotId id;
  };

  std::string open(const std::string& root);
  std::string step();
  std::string write_some();
  void submit(port::StorageWrite write);
  void submit_snapshot(const SnapshotMetadata& metadata, std::optional<Index> compact_through);
  void on_durable(WriteId through);
  [[nodiscard]] Index floor() const;

  void begin_snapshot();
  void on_created(Result<SnapshotMetadata> created);
  std::string receive_some();
  std::string go_on_receiving();
  void begin_receiving();
  void on_received();
  std::string check_current();

  std::string root_;
  std::string memory_;
  Random random_;
  SayNote say_;
  std::unique_ptr<Store> store_;
  /// As it will be when all that was submitted is durable.
  LogState state_;
  std::optional<SnapshotMetadata> creating_;
  std::optional<SnapshotMetadata> receiving_;
  std::uint64_t received_ = 0;
  /// Calls of retain_only: what was answered before one may not be true after it.
  std::uint64_t retentions_ = 0;
  /// Snapshots in writes; all but the first are not known to be durable.
  std::vector<Snapshotted> snapshots_;
  /// Much is written in this life.
  bool is_bulky_ = false;
  std::string failure_;
};

}  // namespace buoyant::disk
