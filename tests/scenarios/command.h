// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// One input of a scenario, as words and as a value. README.md has the reference.
#pragma once

#include "buoyant/base/time.h"
#include "buoyant/model/configuration.h"
#include "buoyant/model/ids.h"

#include <tl/expected.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace buoyant::scenarios {

/// A script that cannot be read or carried out.
struct ScriptError {
  std::size_t line = 0;
  std::string message;

  friend bool operator==(const ScriptError&, const ScriptError&) = default;
};

enum class Verb : std::uint8_t {
  // Before the cluster starts.
  kServers,
  kOption,
  kStoredLog,
  kStoredTerm,
  kPreference,
  // Inputs of one server.
  kPropose,
  kRead,
  kTransfer,
  kSpace,
  kChange,
  kRemoved,
  kSnapshot,
  kFileDone,
  kDeliver,
  kWriteDone,
  kWriteFull,
  kWriteFail,
  kTimeout,
  kHold,
  kCrash,
  kStart,
  // The world between them.
  kDrop,
  kDuplicate,
  kLose,
  kCut,
  kHeal,
  kDisconnect,
  kConnect,
  kDisk,
  // Many inputs.
  kElapse,
  kRun,
  kSettle,
  // Questions.
  kState,
  kLog,
  kProgress,
  kOnTheWay,
};

/// From one server to another; zero stands for any.
struct Link {
  ServerId from;
  ServerId to;

  friend bool operator==(const Link&, const Link&) = default;
};

enum class Which : std::uint8_t { kAll, kFirst, kLast };

/// Some of the messages on a link.
struct Selection {
  Link link;
  /// The name of a kind of message; empty: every kind.
  std::string kind;
  Which which = Which::kAll;

  friend bool operator==(const Selection&, const Selection&) = default;
};

struct Command {
  Verb verb = Verb::kState;
  std::size_t line = 0;
  /// Zero: none is named.
  ServerId server;
  Selection selection;
  /// Whom the receiver takes the messages to be from, and the receiver.
  std::optional<Link> in_place_of;
  std::uint64_t number = 0;
  std::uint64_t other_number = 0;
  std::vector<std::uint64_t> numbers;
  std::string word;
  std::vector<Member> members;
};

/// Reads a command, "deliver 1->2". The error says what was expected.
tl::expected<Command, ScriptError> parse_command(std::string_view text, std::size_t line);

}  // namespace buoyant::scenarios
