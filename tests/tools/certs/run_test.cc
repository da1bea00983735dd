// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/certs/run.h"

#include "adapters/tls/context.h"
#include "tests/adapters/tls/support.h"

#include <gtest/gtest.h>

namespace buoyant::certs_tool::run_test {

class CertsRunTest : public testing::Test {
 protected:
  Options server(std::uint64_t id) {
    return {.command = Options::Command::kServer,
            .out = folder_.file("servers"),
            .authority = folder_.file("ca"),
            .cluster = "harbour",
            .id = id,
            .days = 5};
  }

  Options authority() {
    return {.command = Options::Command::kAuthority, .out = folder_.file("ca"), .days = 9};
  }

  tls::support::Folder folder_;
};

TEST_F(CertsRunTest, AServerStartsWithWhatWasMade) {
  const auto ca = carry_out(authority());
  ASSERT_TRUE(ca);
  const auto own = carry_out(server(2));
  ASSERT_TRUE(own);

  const auto context = tls::TlsContext::create(
      {.certificates = own->certificate, .key = own->key, .authorities = ca->certificate},
      {.cluster = "harbour", .id = ServerId(2)});

  ASSERT_TRUE(context) << context.error().context();
  EXPECT_EQ(own->certificate, folder_.file("servers/server-2.pem"));
  EXPECT_EQ(own->key, folder_.file("servers/server-2-key.pem"));
}

TEST_F(CertsRunTest, WithoutAnAuthorityThereIsNoServer) {
  EXPECT_FALSE(carry_out(server(1)));
  EXPECT_EQ(run("buoyant-certs", server(1)), 10);
}

TEST_F(CertsRunTest, TheSameTwiceIsRefused) {
  ASSERT_EQ(run("buoyant-certs", authority()), 0);

  EXPECT_EQ(run("buoyant-certs", authority()), 2);
}

}  // namespace buoyant::certs_tool::run_test
