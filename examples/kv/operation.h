// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What the log of buoyant-kv says: operations on the map, as bytes.
///
///   u8 code | any number of (u32 length, argument)
///
/// Logs of all servers hold these, old ones too: codes are never used again for something else,
/// and what an operation does with the same map never changes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kv {

enum class Code : std::uint8_t {
  kSet = 1,            ///< key value
  kSetIfMissing = 2,   ///< key value
  kSetIfThere = 3,     ///< key value
  kGetSet = 4,         ///< key value
  kAppend = 5,         ///< key value
  kDelete = 6,         ///< key...
  kIncrementBy = 7,    ///< key number
  kSetMany = 8,        ///< (key value)...
  kCompareAndSet = 9,  ///< key expected new
  kGet = 64,           ///< key
  kLength = 65,        ///< key
  kExists = 66,        ///< key...
  kGetMany = 67,       ///< key...
  kCount = 68,         ///<
};

struct Operation {
  Code code = Code::kCount;
  std::vector<std::string_view> arguments;

  friend bool operator==(const Operation&, const Operation&) = default;
};

/// It changes nothing.
[[nodiscard]] constexpr bool is_read(Code code) noexcept {
  return code >= Code::kGet;
}

/// Appends the bytes of an operation.
void encode(const Operation& operation, std::string& bytes);

/// The arguments are slices of `bytes`. Nothing: it is no operation, or has the wrong number of
/// arguments.
std::optional<Operation> decode(std::string_view bytes);

}  // namespace kv
