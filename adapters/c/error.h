// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Errors of C++ as errors of C, and back.
#pragma once

#include "buoyant/base/error.h"
#include "buoyant/base/result.h"
#include "buoyant/c/error.h"

namespace buoyant::c_api {

/// The code of C for one of C++.
constexpr int code_of(Errc code) noexcept {
  return BUOYANT_E_NOT_LEADER - static_cast<int>(code);
}

inline constexpr buoyant_error_t kNoError{.code = 0, .native = 0, .context = ""};

inline buoyant_error_t error_of(Error error) noexcept {
  return {.code = code_of(error.code()), .native = error.native(), .context = error.context()};
}

/// Tells the user, who may not want to know; gives the code.
int report(Error error, buoyant_error_t* target) noexcept;

/// What a function of the user returned: negative.
Error error_of_user(int code, const char* context) noexcept;

}  // namespace buoyant::c_api
