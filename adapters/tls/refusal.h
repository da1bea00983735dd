// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Why a TLS session came to no good: one reason each, for the log and for metrics.
#pragma once

#include "buoyant/base/error.h"

#include <cstdint>

namespace buoyant::tls {

// clang-format off
/// The one list: enumerator, machine name, sentence. "It" is the other side.
#define BUOYANT_TLS_REFUSALS(X)                                                                      \
  X(kNoCertificate,     "no_certificate",      "it showed no certificate")                            \
  X(kSelfSigned,        "self_signed",         "its certificate is signed by itself")                 \
  X(kUnknownAuthority,  "unknown_authority",   "its certificate is of no authority that we trust")    \
  X(kExpired,           "expired",             "its certificate, or one above it, has expired")       \
  X(kNotYetValid,       "not_yet_valid",       "its certificate, or one above it, is not valid yet")  \
  X(kWrongUsage,        "wrong_usage",         "its certificate is not for both sides of a connection") \
  X(kInvalidChain,      "invalid_chain",       "its certificates fail another check")                 \
  X(kNoName,            "no_name",             "its certificate has no URI that names a server")      \
  X(kSeveralNames,      "several_names",       "its certificate has several URIs")                    \
  X(kMalformedName,     "malformed_name",      "its certificate's URI is not buoyant://CLUSTER/ID")   \
  X(kWrongCluster,      "wrong_cluster",       "its certificate is for another cluster")              \
  X(kWrongId,           "wrong_id",            "its certificate is for another server than dialled")  \
  X(kWrongApplication,  "wrong_application",   "it does not offer buoyant/1 (ALPN)")                  \
  X(kNoCommonVersion,   "no_common_version",   "it has no version of TLS that we accept")             \
  X(kNoCommonCipher,    "no_common_cipher",    "it has no cipher or group that we accept")            \
  X(kNotTls,            "not_tls",             "it sends what is no TLS")                             \
  X(kProtocolError,     "protocol_error",      "it breaks the rules of TLS")                          \
  X(kHandshakeTooLarge, "handshake_too_large", "its handshake is longer than any we need")            \
  X(kRefusedByPeer,     "refused_by_peer",     "it refused us with an alert")                         \
  X(kTruncated,         "truncated",           "the stream ended without a farewell")
// clang-format on

enum class Refusal : std::uint8_t {
#define BUOYANT_ENUMERATOR(enumerator, name, message) enumerator,
  BUOYANT_TLS_REFUSALS(BUOYANT_ENUMERATOR)
#undef BUOYANT_ENUMERATOR
};

/// "wrong_cluster". Static storage.
const char* refusal_name(Refusal refusal) noexcept;

/// The sentence. Static storage.
const char* refusal_message(Refusal refusal) noexcept;

/// What kind of error it is: kTransportFailed when nobody is to blame, kMalformed for what no
/// server of ours sends, kUnsupportedVersion, kWrongCluster, else kWrongIdentity.
Errc refusal_code(Refusal refusal) noexcept;

/// What X509_verify_cert found (an X509_V_ERR_ value), as a refusal.
Refusal refusal_of_chain(int verify_error) noexcept;

/// What OpenSSL put into its queue of errors first, as a refusal. `error` is of ERR_get_error;
/// 0 when there was none: the stream ended.
Refusal refusal_of_library(unsigned long error) noexcept;

/// The number of the alert by which the other side ended it; -1: it was no alert.
int alert_of_library(unsigned long error) noexcept;

/// What the other side thinks of us, by its alert, for our operator. Static storage.
const char* alert_message(int alert) noexcept;

}  // namespace buoyant::tls
