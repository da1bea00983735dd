// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// buoyant-echo-c over TLS: servers in C that trust each other, and are given new certificates.

#include "tests/process/echo_fixture.h"
#include "tools/certs/issue.h"

#include <csignal>
#include <cstdint>
#include <fstream>
#include <string>

namespace buoyant::process {

class EchoCTlsTest : public EchoFixture {
 protected:
  std::string file(std::uint64_t id, const std::string& what) {
    return directory_ / (std::to_string(id) + "-" + what + ".pem");
  }

  static void write(const std::string& path, const std::string& text) {
    std::ofstream(path, std::ios::trunc) << text;
  }

  void write_certificates(std::uint64_t id, const certs_tool::Pair& authority) {
    const auto own = certs_tool::make_certificate(
        authority, certs_tool::server_request("test", id, certs_tool::valid_for_days(60)));
    write(file(id, "cert"), own.certificate);
    write(file(id, "key"), own.key);
    write(file(id, "ca"), authority.certificate);
  }

  static certs_tool::Pair authority() {
    return certs_tool::make_authority("authority", certs_tool::valid_for_days(60));
  }

  EchoCluster make_cluster(const certs_tool::Pair& authority) {
    EchoCluster cluster(cluster_options(3));
    for (std::size_t at = 0; at < cluster.size(); ++at) {
      EchoServer& server = cluster.server(at);
      write_certificates(server.id(), authority);
      auto& flags = server.options().flags;
      flags.insert(flags.end(), {"--tls-cert", file(server.id(), "cert"), "--tls-key",
                                 file(server.id(), "key"), "--tls-ca", file(server.id(), "ca")});
    }
    return cluster;
  }
};

TEST_F(EchoCTlsTest, ServersTalkTlsAndTakeNewCertificates) {
  EchoCluster cluster = make_cluster(authority());
  cluster.start_all();
  ASSERT_TRUE(cluster.wait_settled(soon()));
  EXPECT_EQ(ask(cluster.server(0), "over TLS"), "over TLS");

  // Who starts anew meets the others with certificates of another authority only.
  const certs_tool::Pair next = authority();
  for (std::size_t at = 0; at < cluster.size(); ++at) {
    write_certificates(cluster.server(at).id(), next);
    cluster.server(at).process().signal(SIGHUP);
  }
  for (std::size_t at = 0; at < cluster.size(); ++at) {
    EXPECT_TRUE(cluster.server(at).wait_log("certificates were reloaded", soon()));
  }
  cluster.server(2).kill();
  cluster.server(2).start();

  EXPECT_EQ(ask(cluster.server(2), "renewed"), "renewed");
  EXPECT_TRUE(cluster.stop_all(within(seconds(5))));
}

TEST_F(EchoCTlsTest, CertificatesThatAreNoGoodAreNotUsed) {
  EchoServerOptions options = server_options();
  write_certificates(1, authority());
  options.flags.insert(options.flags.end(), {"--tls-cert", file(1, "cert"), "--tls-key",
                                             file(1, "key"), "--tls-ca", file(1, "ca")});
  EchoServer server(options);
  server.start();
  ASSERT_EQ(ask(server, "begin"), "begin");

  write(file(1, "cert"), "nothing");
  server.process().signal(SIGHUP);

  EXPECT_TRUE(server.wait_log("error: certificates stay as they were: ", soon())) << server.log();
  EXPECT_EQ(server.stop(within(seconds(5))), (Ended{0, 0}));
  EXPECT_EQ(run_to_its_end(server), (Ended{2, 0}));
  EXPECT_NE(server.log().find("cannot start"), std::string::npos) << server.log();

  server.options().flags.resize(server.options().flags.size() - 2);
  EXPECT_EQ(run_to_its_end(server), (Ended{2, 0}));
  EXPECT_NE(server.log().find("they go together"), std::string::npos) << server.log();
}

}  // namespace buoyant::process
