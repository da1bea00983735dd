// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// "HOST:PORT": what is read is within its bounds, and a number that is written out again is the
// same address.
//
// Input: the text.

#include "adapters/uv/address.h"
#include "buoyant/base/assert.h"
#include "tests/fuzz/input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace uv = buoyant::uv;
  // A block of its own, so that a byte too far is seen.
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto address = uv::parse_address(text);
  if (!address) {
    BUOYANT_ASSERT(address.error().code() == buoyant::Errc::kInvalidOptions);
    return 0;
  }
  BUOYANT_ASSERT(!address->host.empty());
  BUOYANT_ASSERT(address->host.size() <= uv::kHostBytesMax);
  const auto number = uv::numeric_address(*address);
  if (number) {
    BUOYANT_ASSERT(uv::port_of(*number) == address->port);
    (void)uv::is_loopback(*number);
    const auto again = uv::parse_address(uv::to_text(*number));
    BUOYANT_ASSERT(again.has_value());
    BUOYANT_ASSERT(again->port == address->port);
    BUOYANT_ASSERT(uv::numeric_address(*again).has_value());
  }
  return 0;
}
