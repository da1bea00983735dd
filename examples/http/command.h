// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What the log of buoyant-http says, and what its state machine replies, as bytes.
///
///   command: u8 code | u8 condition | u64 version | u32 length, key | value
///   reply:   u8 result | u64 number
///
/// Logs of all servers hold commands, old ones too: codes are never used again for something else.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace http {

enum class Code : std::uint8_t {
  kPut = 1,
  kDelete = 2,
  kIncrement = 3,  ///< The counter; no key, no value, no condition.
};

/// What must be true of the key, when the command is applied, for anything to happen.
struct Condition {
  enum class Kind : std::uint8_t {
    kNone = 0,
    kMissing = 1,  ///< If-None-Match: *
    kThere = 2,    ///< If-Match: *
    kVersion = 3,  ///< If-Match: "version"
  };

  Kind kind = Kind::kNone;
  std::uint64_t version = 0;

  friend bool operator==(const Condition&, const Condition&) = default;
};

struct Command {
  Code code = Code::kPut;
  Condition condition;
  std::string_view key;
  std::string_view value;

  friend bool operator==(const Command&, const Command&) = default;
};

enum class Outcome : std::uint8_t {
  kCreated = 1,          ///< The number is the value's version.
  kReplaced = 2,         ///< The number is the value's version.
  kDeleted = 3,          ///<
  kMissing = 4,          ///< There is no such key.
  kConditionFailed = 5,  ///< The number is the version that is there; 0: none.
  kCounted = 6,          ///< The number is the counter.
  kNonsense = 7,         ///< That was no command. It cannot fail, so it changes nothing.
};

struct Reply {
  Outcome outcome = Outcome::kNonsense;
  std::uint64_t number = 0;

  friend bool operator==(const Reply&, const Reply&) = default;
};

std::string encode(const Command& command);

/// Key and value are slices of `bytes`. Nothing: it is no command.
std::optional<Command> decode_command(std::string_view bytes);

std::string encode(const Reply& reply);

/// Nothing: it is no reply.
std::optional<Reply> decode_reply(std::string_view bytes);

}  // namespace http
