// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// `Result<T>`: a value or an Error.
#pragma once

#include "buoyant/base/error.h"

#include <tl/expected.hpp>

namespace buoyant {

template <class T>
using Result = tl::expected<T, Error>;

/// An error to return from a function that returns a Result.
inline tl::unexpected<Error> fail(Errc code, const char* context = "", int native = 0) noexcept {
  return tl::unexpected<Error>(Error(code, context, native));
}

inline tl::unexpected<Error> fail(Error error) noexcept {
  return tl::unexpected<Error>(error);
}

}  // namespace buoyant
