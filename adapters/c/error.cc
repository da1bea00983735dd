// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/c/error.h"

#include <uv.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

namespace buoyant::c_api {

// Each code of C is that of C++; a new one of C++ is missing here until it is added there.
static_assert(BUOYANT_E_NOT_LEADER == code_of(Errc::kNotLeader));
static_assert(BUOYANT_E_BUSY == code_of(Errc::kBusy));
static_assert(BUOYANT_E_TOO_LARGE == code_of(Errc::kTooLarge));
static_assert(BUOYANT_E_SUPERSEDED == code_of(Errc::kSuperseded));
static_assert(BUOYANT_E_OUTCOME_UNKNOWN == code_of(Errc::kOutcomeUnknown));
static_assert(BUOYANT_E_STOPPED == code_of(Errc::kStopped));
static_assert(BUOYANT_E_CHANGE_IN_PROGRESS == code_of(Errc::kChangeInProgress));
static_assert(BUOYANT_E_INVALID_CONFIGURATION == code_of(Errc::kInvalidConfiguration));
static_assert(BUOYANT_E_INVALID_OPTIONS == code_of(Errc::kInvalidOptions));
static_assert(BUOYANT_E_MALFORMED == code_of(Errc::kMalformed));
static_assert(BUOYANT_E_UNSUPPORTED_VERSION == code_of(Errc::kUnsupportedVersion));
static_assert(BUOYANT_E_WRONG_CLUSTER == code_of(Errc::kWrongCluster));
static_assert(BUOYANT_E_WRONG_IDENTITY == code_of(Errc::kWrongIdentity));
static_assert(BUOYANT_E_STORAGE_FAILED == code_of(Errc::kStorageFailed));
static_assert(BUOYANT_E_STORAGE_CORRUPT == code_of(Errc::kStorageCorrupt));
static_assert(BUOYANT_E_STORAGE_FULL == code_of(Errc::kStorageFull));
static_assert(BUOYANT_E_DIRECTORY_IN_USE == code_of(Errc::kDirectoryInUse));
static_assert(BUOYANT_E_COMPACTED == code_of(Errc::kCompacted));
static_assert(BUOYANT_E_TRANSPORT_FAILED == code_of(Errc::kTransportFailed));
static_assert(BUOYANT_E_ADDRESS_IN_USE == code_of(Errc::kAddressInUse));
static_assert(BUOYANT_E_FAULTED == code_of(Errc::kFaulted));
static_assert(BUOYANT_E_NOT_READY == code_of(Errc::kNotReady));
static_assert(BUOYANT_E_NO_LEADER == code_of(Errc::kNoLeader));
static_assert(BUOYANT_E_STALE_CONFIGURATION == code_of(Errc::kStaleConfiguration));
static_assert(BUOYANT_E_NOT_CAUGHT_UP == code_of(Errc::kNotCaughtUp));
static_assert(BUOYANT_E_TRANSFER_FAILED == code_of(Errc::kTransferFailed));
static_assert(BUOYANT_E_SESSION_EXPIRED == code_of(Errc::kSessionExpired));
static_assert(BUOYANT_E_STALE_SEQUENCE == code_of(Errc::kStaleSequence));

namespace {

constexpr Errc kCodes[] = {
#define BUOYANT_CODE(enumerator, name, message) Errc::enumerator,
    BUOYANT_ERROR_CODES(BUOYANT_CODE)
#undef BUOYANT_CODE
};

static_assert(code_of(kCodes[std::size(kCodes) - 1]) == BUOYANT_E_STALE_SEQUENCE);

/// Nothing: it is none of ours.
std::optional<Errc> errc_of(int code) noexcept {
  if (code > BUOYANT_E_NOT_LEADER || code < BUOYANT_E_STALE_SEQUENCE) {
    return std::nullopt;
  }
  return kCodes[BUOYANT_E_NOT_LEADER - code];
}

/// The codes of libuv are those of errno, negative; LMDB has some of its own.
std::string native_text(int native) {
  std::array<char, 128> text{};
  uv_strerror_r(-std::abs(native), text.data(), text.size());
  const std::string_view known(text.data());
  return known.starts_with("Unknown") ? std::to_string(native) : std::string(known);
}

}  // namespace

int report(Error error, buoyant_error_t* target) noexcept {
  const buoyant_error_t told = error_of(error);
  if (target != nullptr) {
    *target = told;
  }
  return told.code;
}

Error error_of_user(int code, const char* context) noexcept {
  const std::optional<Errc> ours = errc_of(code);
  return ours ? Error(*ours, context) : Error(Errc::kStorageFailed, context, code);
}

}  // namespace buoyant::c_api

using buoyant::c_api::errc_of;

const char* buoyant_err_name(int code) {
  const auto ours = errc_of(code);
  return ours ? buoyant::errc_name(*ours) : code == 0 ? "ok" : "unknown_code";
}

const char* buoyant_strerror(int code) {
  const auto ours = errc_of(code);
  return ours ? buoyant::errc_message(*ours) : code == 0 ? "no error" : "not a code of buoyant";
}

int buoyant_err_code(const char* name) {
  for (const buoyant::Errc code : buoyant::c_api::kCodes) {
    if (std::string_view(name) == buoyant::errc_name(code)) {
      return buoyant::c_api::code_of(code);
    }
  }
  return 0;
}

int buoyant_err_outcome(int status) {
  if (status == 0) {
    return BUOYANT_COMMITTED;
  }
  const auto ours = errc_of(status);
  // Nothing is certain about a code that we do not know.
  const bool is_certain = ours && errc_outcome(*ours) == buoyant::Outcome::kNotCommitted;
  return is_certain ? BUOYANT_NOT_COMMITTED : BUOYANT_UNKNOWN;
}

int buoyant_error_text(const buoyant_error_t* error, char* text, size_t bytes) {
  std::string whole = buoyant_strerror(error->code);
  if (*error->context != '\0') {
    whole += std::string(": ") + error->context;
  }
  if (error->native != 0) {
    whole += " (" + buoyant::c_api::native_text(error->native) + ")";
  }
  return std::snprintf(text, bytes, "%s", whole.c_str());
}
