// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What strangers on a peer port do, and the bytes that they send.
#pragma once

#include <array>
#include <cstdint>
#include <random>
#include <string>

namespace buoyant::process {

enum class Hostility : std::uint8_t {
  kGarbage,      ///< Random bytes.
  kHugeLength,   ///< A correct header that announces a huge body.
  kHalfFrame,    ///< A correct hello, a byte each second.
  kForeign,      ///< A correct hello of another cluster, and correct frames behind it.
  kTlsGarbage,   ///< The header of a TLS record, and random bytes.
  kFirstFlight,  ///< What a stranger begins with who speaks TLS, and nothing after it.
  kSilent,       ///< Nothing.
  kFlood,        ///< Connections that are closed as soon as they are made.
};

inline constexpr std::array kHostilities = {
    Hostility::kGarbage,    Hostility::kHugeLength,  Hostility::kHalfFrame, Hostility::kForeign,
    Hostility::kTlsGarbage, Hostility::kFirstFlight, Hostility::kSilent,    Hostility::kFlood};

/// What is sent on one connection, all at once but for kHalfFrame; "": nothing is, also for
/// kFirstFlight: who speaks TLS makes that.
std::string hostile_bytes(Hostility hostility, std::mt19937_64& random);

}  // namespace buoyant::process
