// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/base/error.h"

#include <cstddef>
#include <iterator>

namespace buoyant {

namespace {

struct Texts {
  const char* name;
  const char* message;
};

constexpr Texts kTexts[] = {
#define BUOYANT_TEXTS(enumerator, name, message) {name, message},
    BUOYANT_ERROR_CODES(BUOYANT_TEXTS)
#undef BUOYANT_TEXTS
};

const Texts& texts_of(Errc code) noexcept {
  static constexpr Texts kNoSuchCode{"unknown_code", "not a code of this version"};
  const auto position = static_cast<std::size_t>(code);
  return position < std::size(kTexts) ? kTexts[position] : kNoSuchCode;
}

}  // namespace

const char* errc_name(Errc code) noexcept {
  return texts_of(code).name;
}

const char* errc_message(Errc code) noexcept {
  return texts_of(code).message;
}

Outcome errc_outcome(Errc code) noexcept {
  // A call that is refused, and a callback that reports a refusal, are certain; whatever could
  // not be found out carries this one code, with the cause as its context.
  return code == Errc::kOutcomeUnknown ? Outcome::kUnknown : Outcome::kNotCommitted;
}

}  // namespace buoyant
