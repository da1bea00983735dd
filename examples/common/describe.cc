// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/common/describe.h"

#include <uv.h>

#include <array>
#include <cstdlib>
#include <string_view>

namespace example {

namespace {

/// libuv's codes are negative errno values, and so it knows both; LMDB's own it does not.
std::string describe_native(int code) {
  std::array<char, 128> text{};
  uv_strerror_r(-std::abs(code), text.data(), text.size());
  const std::string_view known(text.data());
  return known.starts_with("Unknown") ? std::to_string(code) : std::string(known);
}

}  // namespace

std::string describe(const std::string& what, const buoyant::Error& error) {
  std::string text = what + ": " + error.message();
  if (*error.context() != '\0') {
    text += std::string(": ") + error.context();
  }
  if (error.native() != 0) {
    text += " (" + describe_native(error.native()) + ")";
  }
  return text;
}

}  // namespace example
