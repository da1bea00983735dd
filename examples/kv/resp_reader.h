// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Cuts a stream of bytes into RESP2 requests: arrays of bulk strings, or lines of words.
///
/// Nothing is allocated for what a length announces, only for what came. What came of a request
/// is not read again, however small the pieces; only an unfinished line is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kv {

class RespReader {
 public:
  static constexpr std::size_t kArgumentsMax = 65536;
  /// Of one request, as it comes.
  static constexpr std::size_t kRequestBytesMax = std::size_t{2} << 20U;
  static constexpr std::size_t kLineBytesMax = std::size_t{64} << 10U;

  using Arguments = std::vector<std::string_view>;

  void append(std::string_view chunk);

  /// The whole request at the front, never an empty one; valid until append() or pop(). Null:
  /// more bytes are needed, or error().
  const Arguments* front();

  /// Removes the request at the front. Requires: front() gave one.
  void pop();

  /// What the bytes at the front break; there they stay. Empty: nothing.
  [[nodiscard]] const std::string& error() const noexcept { return error_; }

  /// Bytes that were not removed.
  [[nodiscard]] std::size_t pending_bytes() const noexcept { return text_.size() - begin_; }

 private:
  enum class Step { kGoOn, kNeedsBytes, kWhole };

  Step begin_request();
  Step read_array_length();
  Step read_words();
  Step read_argument();
  Step skip_to(std::size_t at);
  Step refuse(std::string error);
  std::optional<std::string_view> line(std::size_t bytes_max);
  bool is_within_bounds(std::size_t more) const;

  std::string text_;
  std::size_t begin_ = 0;  ///< Of the request at the front.
  std::size_t at_ = 0;     ///< Up to here it was read.
  std::optional<std::size_t> arguments_left_;
  std::optional<std::size_t> argument_bytes_;                ///< Of the one that is being read.
  std::vector<std::pair<std::size_t, std::size_t>> places_;  ///< Of arguments, after begin_.
  Arguments arguments_;
  bool is_whole_ = false;
  std::string error_;
};

}  // namespace kv
