// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// UvTransports over TLS, each with a certificate of its own.
#pragma once

#include "adapters/tls/context.h"
#include "tests/adapters/tls/support.h"
#include "tests/adapters/uv/transport_fixture.h"

#include <memory>
#include <string>
#include <utility>

namespace buoyant::uv::tests {

/// The harness of the conformance suite once more.
class SecureHarness : public UvHarness {
 public:
  using UvHarness::open;
  using UvHarness::options;

  [[nodiscard]] TransportOptions options(std::uint64_t id) {
    certs_tool::Request request = tls::support::Cluster::request(id);
    // Long enough that nobody is warned.
    request.validity = certs_tool::valid_for_days(60);
    auto created = tls::TlsContext::create(
        cluster.write(id, certs_tool::make_certificate(cluster.authority, request)),
        {tls::support::kCluster, ServerId(id)});
    BUOYANT_ASSERT(created.has_value());
    TransportOptions options = UvHarness::options();
    options.security = std::make_shared<tls::TlsContext>(std::move(*created));
    options.secure_handshakes_per_second = 1000;
    return options;
  }

  std::unique_ptr<port::Transport> open(ServerId id, const conformance::TransportLimits& limits) {
    return reopen(id, limits, "127.0.0.1:0");
  }

  std::unique_ptr<port::Transport> reopen(ServerId id, const conformance::TransportLimits& limits,
                                          const std::string& address) {
    TransportOptions wanted = options(id.value());
    wanted.listen = address;
    wanted.frame_bytes_max = limits.frame_bytes_max;
    wanted.queue_bytes_max = limits.queue_bytes_max;
    wanted.snapshot_queue_bytes_max = limits.snapshot_queue_bytes_max;
    return open(wanted);
  }

  tls::support::Cluster cluster;
};

}  // namespace buoyant::uv::tests
