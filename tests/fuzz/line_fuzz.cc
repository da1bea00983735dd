// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// The client port of the example server echo: lines in pieces of any size. How the stream is cut
// makes no difference, and no line is longer than the limit.
//
// Input: the limit, the size of the pieces, the stream.

#include "buoyant/base/assert.h"
#include "examples/echo/line_reader.h"
#include "tests/fuzz/input.h"

#include <string>
#include <vector>

namespace buoyant::fuzz {

struct Lines {
  std::vector<std::string> lines;
  bool is_too_long = false;
};

Lines read_in(std::string_view stream, std::size_t limit, std::size_t piece) {
  echo::LineReader reader(limit);
  Lines result;
  while (!stream.empty() && !result.is_too_long) {
    const std::size_t count = std::min(piece, stream.size());
    reader.append(stream.substr(0, count));
    stream.remove_prefix(count);
    while (const auto line = reader.next()) {
      BUOYANT_ASSERT(line->size() <= limit);
      result.lines.emplace_back(*line);
    }
    result.is_too_long = reader.is_too_long();
    BUOYANT_ASSERT(result.is_too_long || reader.pending_bytes() <= limit + 1);
  }
  return result;
}

}  // namespace buoyant::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  buoyant::fuzz::Input input(data, size);
  const std::size_t limit = input.byte();
  const std::size_t piece = 1 + input.below(64);
  const std::string stream(buoyant::text_of(input.rest()));
  const auto cut = buoyant::fuzz::read_in(stream, limit, piece);
  const auto whole = buoyant::fuzz::read_in(stream, limit, std::string::npos);
  BUOYANT_ASSERT(cut.lines == whole.lines);
  BUOYANT_ASSERT(cut.is_too_long == whole.is_too_long);
  return 0;
}
