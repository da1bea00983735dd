// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The state of the key-value machine as bytes: what a snapshot holds.
///
///   u64 registers, for each: key, state | u64 lists, for each: key, u64 values, each u64
///   a text: u64 length, bytes
#pragma once

#include "buoyant/port/state_machine.h"
#include "simulation/key_value_command.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace buoyant::simulation {

struct KeyValueState {
  std::map<std::string, std::string> registers;
  std::map<std::string, ListValues> lists;

  friend bool operator==(const KeyValueState&, const KeyValueState&) = default;
};

std::string encode_state(const KeyValueState& state);

/// Nothing: it is none.
std::optional<KeyValueState> decode_state(std::string_view bytes);

/// Gives a state's bytes.
class KeyValueSource final : public SnapshotSource {
 public:
  explicit KeyValueSource(const KeyValueState& state) : bytes_(encode_state(state)) {}

  Result<Bytes> read(std::size_t bytes_max) noexcept override;

 private:
  std::string bytes_;
  std::size_t read_ = 0;
};

/// Takes bytes in; the state changes in finish(), or not at all.
class KeyValueTarget final : public SnapshotTarget {
 public:
  /// The state must outlive finish().
  explicit KeyValueTarget(KeyValueState& state) : state_(state) {}

  Result<void> write(ByteView chunk) noexcept override;

  /// Errors: kMalformed.
  Result<void> finish() noexcept override;

 private:
  KeyValueState& state_;
  std::string bytes_;
};

}  // namespace buoyant::simulation
