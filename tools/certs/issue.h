// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Making certificates, good ones and, for tests, bad ones. All keys are on the curve P-256.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace buoyant::certs_tool {

/// PEM: a certificate and its key.
struct Pair {
  std::string certificate;
  std::string key;
};

using Time = std::chrono::system_clock::time_point;

struct Validity {
  Time begin;
  Time end;
};

/// From an hour ago, for clocks that differ, to so many days from now.
Validity valid_for_days(int days);

/// A self-signed authority; it signs servers' certificates, and other authorities if it may have
/// so many of them one below the other.
Pair make_authority(const std::string& common_name, const Validity& validity,
                    int authorities_below = 0);

/// One that `authority` has signed.
Pair make_authority_below(const Pair& authority, const std::string& common_name,
                          const Validity& validity, int authorities_below = 0);

struct Request {
  std::string common_name;
  /// The URIs among the alternative names.
  std::vector<std::string> uris;
  Validity validity;
  /// What the certificate is for, as OpenSSL writes extended key usage; empty: it does not say.
  std::string usage = "serverAuth,clientAuth";
};

/// Requires: `authority` is of make_authority.
Pair make_certificate(const Pair& authority, const Request& request);

/// The same without an authority.
Pair make_self_signed(const Request& request);

/// What a server of a cluster needs: its name as adapters/tls/name.h writes it.
/// Requires: an id that is not 0, a cluster id of 1 to 255 bytes.
Request server_request(const std::string& cluster, std::uint64_t id, const Validity& validity);

}  // namespace buoyant::certs_tool
