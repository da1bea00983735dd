// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/certs/issue.h"

#include "adapters/tls/credentials.h"

#include <gtest/gtest.h>

namespace buoyant::certs_tool::issue_test {

TEST(CertsIssueTest, AServersCertificateIsOneThatAServerTakes) {
  const Pair authority = make_authority("authority", valid_for_days(2));
  const Pair own = make_certificate(authority, server_request("a, b/c", 9, valid_for_days(1)));

  const auto credentials = tls::make_credentials(
      {.certificates = own.certificate, .key = own.key, .authorities = authority.certificate},
      {.cluster = "a, b/c", .id = ServerId(9)});

  EXPECT_TRUE(credentials) << credentials.error().context();
}

TEST(CertsIssueTest, ItIsValidFromAnHourAgo) {
  const Time before = std::chrono::system_clock::now();
  const Validity validity = valid_for_days(3);

  EXPECT_LE(before - std::chrono::hours(1), validity.begin);
  EXPECT_EQ(validity.end - validity.begin, std::chrono::hours(3 * 24 + 1));
}

TEST(CertsIssueTest, NoTwoKeysOrCertificatesAreEqual) {
  const Pair first = make_authority("authority", valid_for_days(1));
  const Pair second = make_authority("authority", valid_for_days(1));

  EXPECT_NE(first.key, second.key);
  EXPECT_NE(first.certificate, second.certificate);
}

}  // namespace buoyant::certs_tool::issue_test
