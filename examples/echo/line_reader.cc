// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/echo/line_reader.h"

namespace echo {

void LineReader::append(std::string_view chunk) {
  text_.erase(0, consumed_);
  searched_ -= consumed_;
  consumed_ = 0;
  text_.append(chunk);
}

std::optional<std::string_view> LineReader::next() {
  if (is_too_long_) {
    return std::nullopt;
  }
  const std::size_t end = text_.find('\n', searched_);
  const bool is_whole = end != std::string::npos;
  std::string_view line = std::string_view(text_).substr(
      consumed_, is_whole ? end - consumed_ : std::string_view::npos);
  if (line.ends_with('\r')) {
    line.remove_suffix(1);
  }
  if (line.size() > line_bytes_max_) {
    is_too_long_ = true;
    return std::nullopt;
  }
  searched_ = is_whole ? end + 1 : text_.size();
  if (!is_whole) {
    return std::nullopt;
  }
  consumed_ = end + 1;
  return line;
}

}  // namespace echo
