// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/c/version.h"

// The headers speak of the project's version; BUOYANT_PROJECT_VERSION is CMake's.
#define BUOYANT_TEXT_OF(number) #number
#define BUOYANT_VERSION_TEXT(major, minor, patch) \
  BUOYANT_TEXT_OF(major) "." BUOYANT_TEXT_OF(minor) "." BUOYANT_TEXT_OF(patch)

namespace {

constexpr const char* kVersionText =
    BUOYANT_VERSION_TEXT(BUOYANT_VERSION_MAJOR, BUOYANT_VERSION_MINOR, BUOYANT_VERSION_PATCH);

constexpr bool is_equal(const char* left, const char* right) {
  while (*left != '\0' && *left == *right) {
    ++left;
    ++right;
  }
  return *left == *right;
}

static_assert(is_equal(kVersionText, BUOYANT_PROJECT_VERSION));

}  // namespace

unsigned buoyant_version() {
  return BUOYANT_VERSION_HEX;
}

const char* buoyant_version_string() {
  return kVersionText;
}
