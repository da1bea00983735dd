// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// RESP2, as a client of buoyant-kv speaks it: requests as bytes, replies out of bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace buoyant::process {

/// A reply, or a part of one.
struct RespValue {
  enum class Kind : std::uint8_t { kSimple, kError, kInteger, kBulk, kNil, kArray };

  Kind kind = Kind::kNil;
  /// Of what is no array; of an integer, its digits.
  std::string text;
  std::vector<RespValue> items;

  [[nodiscard]] bool is_error() const noexcept { return kind == Kind::kError; }

  friend bool operator==(const RespValue&, const RespValue&) = default;
};

/// In one line, for comparing and for people: +OK, -ERR what, :5, $text, $-1, *[:1 $a].
std::string shown(const RespValue& value);

/// A request: an array of bulk strings.
std::string resp_request(const std::vector<std::string>& words);

/// Finds replies in a stream of bytes.
class RespReader {
 public:
  /// The first reply in `bytes`, which is taken out of them. Nothing: it is not complete, or
  /// what comes is none.
  std::optional<RespValue> take(std::string& bytes);

  /// What came can be no reply; nothing more is taken.
  [[nodiscard]] bool is_broken() const noexcept { return is_broken_; }

 private:
  std::optional<RespValue> read(std::string_view& rest, int depth);
  std::optional<RespValue> read_bulk(std::string_view& rest, std::int64_t size);
  std::optional<RespValue> read_array(std::string_view& rest, std::int64_t size, int depth);
  std::optional<RespValue> broken();

  bool is_broken_ = false;
};

}  // namespace buoyant::process
