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
#include <utility>
#include <vector>

namespace kv {

class KvMachine final : public buoyant::StateMachine {
 public:
  /// Each command is an operation, each reply is RESP2.
  void apply(std::vector<buoyant::Command> commands, buoyant::ApplyDone done) noexcept override;

  std::unique_ptr<buoyant::SnapshotSource> capture() noexcept override;

  std::unique_ptr<buoyant::SnapshotTarget> install() noexcept override;

  /// For reads, between applies.
  [[nodiscard]] const Map& map() const noexcept { return contents_->map; }

 private:
  /// Shared with the targets.
  struct Contents final : MapReceiver {
    void replace(Map other) override;

    void discard(Map other) override { reaper.take(std::move(other)); }

    Map map;
    Reaper reaper;
  };

  std::shared_ptr<Contents> contents_ = std::make_shared<Contents>();
};

}  // namespace kv
