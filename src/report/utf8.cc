// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "report/utf8.h"

#include <cstdint>

namespace buoyant::report {

std::size_t character_bytes(std::string_view text) noexcept {
  const auto byte = [&text](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80U) {
    return 1;
  }
  const std::size_t bytes = lead >= 0xF0U ? 4 : lead >= 0xE0U ? 3 : 2;
  if (lead < 0xC2U || lead > 0xF4U || text.size() < bytes) {
    return 0;
  }
  std::uint32_t code = lead & (0x7FU >> bytes);
  for (std::size_t at = 1; at < bytes; ++at) {
    if ((byte(at) & 0xC0U) != 0x80U) {
      return 0;
    }
    code = (code << 6U) | (byte(at) & 0x3FU);
  }
  // Longer than need be, half of a pair, or beyond the last one.
  const bool is_long = (bytes == 3 && code < 0x800U) || (bytes == 4 && code < 0x10000U);
  const bool is_surrogate = code >= 0xD800U && code <= 0xDFFFU;
  return is_long || is_surrogate || code > 0x10FFFFU ? 0 : bytes;
}

}  // namespace buoyant::report
