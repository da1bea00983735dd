// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/c/tls.h"

#include "tests/adapters/c/node_fixture.h"
#include "tests/adapters/tls/support.h"

#include <gtest/gtest.h>

#include <ctime>
#include <string>
#include <thread>

namespace buoyant::c_api::tls_test {

using testing_support::NodeFixture;
using testing_support::Server;

class CTlsTest : public NodeFixture {
 protected:
  buoyant_tls_files_t files(std::uint64_t id) {
    const TlsFiles made = certificates_.write(id, certificates_.pair(id));
    return {keep(made.certificates), keep(made.key), keep(made.authorities)};
  }

  buoyant_tls_t* open_tls(std::uint64_t id) {
    const buoyant_tls_files_t own = files(id);
    buoyant_tls_t* tls = nullptr;
    EXPECT_EQ(buoyant_tls_open(&tls, &own, tls::support::kCluster, id, nullptr), 0);
    return tls;
  }

  buoyant_options_t secure_options(std::uint64_t id, buoyant_tls_t* tls) {
    buoyant_options_t options = this->options(id, free_address());
    options.cluster = tls::support::kCluster;
    options.tls = tls;
    return options;
  }

  tls::support::Cluster certificates_;
};

TEST_F(CTlsTest, FilesThatAreNotThereAreNamed) {
  const buoyant_tls_files_t none{"none.pem", "none.pem", nullptr};
  buoyant_tls_t* tls = nullptr;
  buoyant_error_t error{};

  EXPECT_EQ(buoyant_tls_open(&tls, &none, "harbour", 1, &error), BUOYANT_E_INVALID_OPTIONS);

  EXPECT_EQ(tls, nullptr);
  EXPECT_STREQ(error.context, "the certificate file cannot be read");
  buoyant_tls_free(tls);
}

TEST_F(CTlsTest, TheCertificateOfAnotherServerIsRefused) {
  const buoyant_tls_files_t other = files(2);
  buoyant_tls_t* tls = nullptr;

  EXPECT_EQ(buoyant_tls_open(&tls, &other, tls::support::kCluster, 1, nullptr),
            BUOYANT_E_WRONG_IDENTITY);
}

TEST_F(CTlsTest, TwoServersTalkAndKeepWhatTheyWereGiven) {
  Server one;
  Server two;
  buoyant_tls_t* first = open_tls(1);
  buoyant_tls_t* second = open_tls(2);
  open(one, secure_options(1, first));
  open(two, secure_options(2, second));
  buoyant_tls_free(first);
  buoyant_tls_free(second);
  const std::vector<buoyant_member_t> members = {{1, one.address.c_str(), BUOYANT_VOTER},
                                                 {2, two.address.c_str(), BUOYANT_VOTER}};
  bootstrap(one, members);
  bootstrap(two, members);
  ASSERT_TRUE(wait_for_leader(one));

  EXPECT_EQ(propose(one, "secret"), 0);
  const buoyant_status_t* status = buoyant_status(one.node);

  EXPECT_TRUE(status->secure);
  EXPECT_GT(status->secure_until, std::time(nullptr));
  buoyant_status_free(status);
  close(one);
  close(two);
}

TEST_F(CTlsTest, CertificatesThatAreReadAgainOnAThreadCountOnceTheyAreAdopted) {
  buoyant_tls_t* tls = open_tls(1);
  const int64_t before = buoyant_tls_expires_at(tls);
  certificates_.write(
      1, certs_tool::make_certificate(certificates_.authority,
                                      certs_tool::server_request(tls::support::kCluster, 1,
                                                                 certs_tool::valid_for_days(20))));
  buoyant_tls_renewal_t* renewal = nullptr;

  std::thread([&] { EXPECT_EQ(buoyant_tls_read_renewal(tls, &renewal, nullptr), 0); }).join();
  EXPECT_EQ(buoyant_tls_expires_at(tls), before);
  buoyant_tls_adopt(tls, renewal);

  EXPECT_GT(buoyant_tls_expires_at(tls), before);
  buoyant_tls_free(tls);
}

TEST_F(CTlsTest, ARenewalThatIsBadChangesNothing) {
  buoyant_tls_t* tls = open_tls(1);
  const int64_t before = buoyant_tls_expires_at(tls);
  certificates_.folder.write("1.pem", "no certificate");
  buoyant_tls_renewal_t* renewal = nullptr;
  buoyant_error_t error{};

  EXPECT_EQ(buoyant_tls_read_renewal(tls, &renewal, &error), BUOYANT_E_INVALID_OPTIONS);

  EXPECT_EQ(renewal, nullptr);
  EXPECT_STRNE(error.context, "");
  EXPECT_EQ(buoyant_tls_expires_at(tls), before);
  buoyant_tls_renewal_free(renewal);
  buoyant_tls_free(tls);
}

}  // namespace buoyant::c_api::tls_test
