// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The replicated state of buoyant-kv: a map, changed by the operations of the log.
///
/// capture() costs the same for any size. A snapshot is built aside and takes the map's place in
/// one step; the old map is destroyed on a thread of its own.
#pragma once

#include "buoyant/port/state_machine.h"
#include "examples/kv/map.h"
#include "examples/kv/reaper.h"
#include "examples/kv/snapshot.h"

#include <memory>
#include <vector>

namespace kv {

class KvMachine final : public buoyant::StateMachine, private MapReceiver {
 public:
  /// Each command is an operation, each reply is RESP2.
  void apply(std::vector<buoyant::Command> commands, buoyant::ApplyDone done) noexcept override;

  std::unique_ptr<buoyant::SnapshotSource> capture() noexcept override;

  /// The target must not outlive this.
  std::unique_ptr<buoyant::SnapshotTarget> install() noexcept override;

  /// For reads, between applies.
  [[nodiscard]] const Map& map() const noexcept { return map_; }

 private:
  void replace(Map map) override;

  void discard(Map map) override { reaper_.take(std::move(map)); }

  Map map_;
  Reaper reaper_;
};

}  // namespace kv
