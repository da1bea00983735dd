// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// The same strangers, and servers that talk TLS to each other.

#include "tests/adapters/tls/raw_peer.h"
#include "tests/process/hostile_traffic_fixture.h"
#include "tools/certs/files.h"
#include "tools/certs/issue.h"

namespace buoyant::process {

class HostileTlsTest : public HostileTrafficTest {
 protected:
  void launch_with_certificates() {
    const certs_tool::Validity validity = certs_tool::valid_for_days(2);
    const certs_tool::Pair authority = certs_tool::make_authority("test", validity);
    const certs_tool::Paths ca = certs_tool::paths_of(directory_.path(), "ca");
    ASSERT_TRUE(certs_tool::write_pair(ca, authority));
    for (const std::uint64_t id : ids_) {
      const certs_tool::Paths own =
          certs_tool::paths_of(directory_.path(), "server-" + std::to_string(id));
      ASSERT_TRUE(certs_tool::write_pair(
          own, certs_tool::make_certificate(authority,
                                            certs_tool::server_request("test", id, validity))));
      cluster_.server(id).set_launch(
          {"--tls-cert", own.certificate, "--tls-key", own.key, "--tls-ca", ca.certificate}, {});
    }
  }

  /// What makes a server take part in a key exchange, and sign.
  static std::string first_flight() {
    const tls::support::RawPeer stranger(tls::support::RawPeer::Role::kDials, {});
    return std::string(text_of(stranger.output()));
  }
};

TEST_F(HostileTlsTest, StrangersOnThePeerPortsDisturbNobody) {
  launch_with_certificates();

  expect_undisturbed(first_flight());
}

}  // namespace buoyant::process
