// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Cuts a stream of bytes into lines.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace echo {

/// Lines end with "\n" or "\r\n", which is not part of them. At most the longest line and one
/// appended chunk are kept.
class LineReader {
 public:
  explicit LineReader(std::size_t line_bytes_max) : line_bytes_max_(line_bytes_max) {}

  void append(std::string_view chunk);

  /// The next whole line, valid until the next call; nullopt: more bytes are needed, or
  /// is_too_long().
  std::optional<std::string_view> next();

  /// The line at the front is over the limit, whether its end has come or not. It stays there.
  [[nodiscard]] bool is_too_long() const noexcept { return is_too_long_; }

  /// Bytes that were not given out as lines.
  [[nodiscard]] std::size_t pending_bytes() const noexcept { return text_.size() - consumed_; }

 private:
  std::size_t line_bytes_max_;
  std::string text_;
  std::size_t consumed_ = 0;  ///< Bytes of text_ that were given out.
  std::size_t searched_ = 0;  ///< Bytes of text_ known to hold no end of the front line.
  bool is_too_long_ = false;
};

}  // namespace echo
