// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Whether a certificate, and the chain above it, is that of the server it should be.
#pragma once

#include "adapters/tls/name.h"
#include "adapters/tls/refusal.h"

#include <openssl/x509.h>
#include <optional>
#include <string>
#include <string_view>

namespace buoyant::tls {

/// The application's name in the handshake (ALPN); its number changes when what is said before
/// the hello does.
inline constexpr std::string_view kApplication = "buoyant/1";

/// What a session demands of the other side's certificate, and what came of it.
struct PeerCheck {
  /// Our own cluster.
  std::string cluster;
  /// Whom we dialled; none: anybody of the cluster.
  ServerId expected;

  /// Set by verify_peer when it lets the other side in.
  ServerId peer;
  /// Set by verify_peer when it does not.
  std::optional<Refusal> refusal;
};

/// The one URI of a certificate, if it is a name.
struct NameFound {
  std::optional<PeerName> name;
  /// What is wrong when there is no name.
  Refusal refusal = Refusal::kNoName;
};

/// Of the certificate's subject alternative names only URIs count; there must be exactly one.
NameFound name_of(X509& certificate);

/// True when the certificate says (extended key usage) that it is for both sides of a connection: a
/// server dials and is dialled, and a certificate for one of the two only was made for somebody
/// else. One that does not say what it is for is not.
bool is_for_both_sides(X509& certificate);

/// For SSL_CTX_set_cert_verify_callback. The session's PeerCheck is its SSL's app data.
int verify_peer(X509_STORE_CTX* store, void*);

}  // namespace buoyant::tls
