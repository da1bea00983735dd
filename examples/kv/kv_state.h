// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Everything that buoyant-kv replicates: the map and the sessions of its clients.
#pragma once

#include "buoyant/sessions.h"
#include "examples/kv/limits.h"
#include "examples/kv/machine.h"

#include <cstdint>

namespace kv {

class KvState {
 public:
  KvState() : sessions_(machine_, session_options()) {}

  KvState(const KvState&) = delete;
  KvState& operator=(const KvState&) = delete;
  ~KvState() = default;

  /// What the node gets. Commands are those of buoyant/sessions.h around operations.
  buoyant::StateMachine& state_machine() noexcept { return sessions_; }

  [[nodiscard]] const Map& map() const noexcept { return machine_.map(); }

  [[nodiscard]] const buoyant::SessionStateMachine& sessions() const noexcept { return sessions_; }

  /// A hash of all of it.
  [[nodiscard]] std::uint64_t digest() const noexcept {
    constexpr std::uint64_t kOdd = 0x9e3779b97f4a7c15U;
    return map().digest() + kOdd * sessions_.digest();
  }

 private:
  /// Any reply is kept.
  static buoyant::SessionOptions session_options() {
    buoyant::SessionOptions options;
    options.reply_bytes_max = kReplyBytesMax + kReplyBytesMax / 4;
    return options;
  }

  KvMachine machine_;
  buoyant::SessionStateMachine sessions_;
};

}  // namespace kv
