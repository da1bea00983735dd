// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What buoyant-http replicates: values by their keys, each with a version, and one counter.
///
/// The map is that of buoyant-kv, of which a frozen copy costs nothing: the loop does not wait for
/// a snapshot, however large the state is.
#pragma once

#include "buoyant/port/state_machine.h"
#include "examples/http/command.h"
#include "examples/kv/map.h"
#include "examples/kv/reaper.h"
#include "examples/kv/snapshot.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace http {

class Store final : public buoyant::StateMachine {
 public:
  struct Value {
    /// The index of the command that wrote it.
    std::uint64_t version = 0;
    std::string_view bytes;
  };

  /// Each command and each reply as command.h has it.
  void apply(std::vector<buoyant::Command> commands, buoyant::ApplyDone done) noexcept override;

  std::unique_ptr<buoyant::SnapshotSource> capture() noexcept override;

  std::unique_ptr<buoyant::SnapshotTarget> install() noexcept override;

  // For reads, between applies.

  /// Valid until the next apply. Nothing: there is no such key.
  [[nodiscard]] std::optional<Value> find(std::string_view key) const;

  [[nodiscard]] std::uint64_t counter() const;

  /// Keys that have a value.
  [[nodiscard]] std::uint64_t size() const;

 private:
  /// Shared with snapshots that come in.
  struct Contents final : kv::MapReceiver {
    void replace(kv::Map other) override { discard(std::exchange(map, std::move(other))); }

    void discard(kv::Map other) override { reaper.take(std::move(other)); }

    kv::Map map;
    kv::Reaper reaper;
  };

  Reply execute(const Command& command, std::uint64_t index);

  std::shared_ptr<Contents> contents_ = std::make_shared<Contents>();
};

}  // namespace http
