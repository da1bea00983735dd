// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Authorities between a certificate and the one that is trusted.
#include "adapters/tls/session.h"
#include "tests/adapters/tls/raw_peer.h"
#include "tests/adapters/tls/support.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace buoyant::tls::chain_test {

using certs_tool::make_authority;
using certs_tool::make_authority_below;
using certs_tool::make_certificate;
using certs_tool::Pair;
using certs_tool::valid_for_days;
using support::RawPeer;

/// `own`, and what is to be sent above it.
Pair chained(Pair own, const std::string& above) {
  own.certificate += above;
  return own;
}

/// A cluster whose authority may have others below it.
struct DeepCluster : support::Cluster {
  DeepCluster() { authority = make_authority("top", valid_for_days(30), 9); }
};

class TlsChainTest : public testing::Test {
 protected:
  /// How server 1 takes one that dials it with this.
  std::optional<Refusal> refusal_of(const Pair& pair) {
    const auto server = TlsSession::accept(context_);
    RawPeer raw(RawPeer::Role::kDials, {.pair = pair});
    support::exchange(*server, raw);
    EXPECT_EQ(server->state() == TlsSession::State::kOpen, !server->refusal());
    return server->refusal();
  }

  /// A certificate with so many authorities between it and the top.
  Pair below(int depth) {
    Pair authority = cluster_.authority;
    std::string above;
    for (int left = depth; left > 0; --left) {
      authority = make_authority_below(authority, "between " + std::to_string(left),
                                       valid_for_days(9), left - 1);
      above = authority.certificate + above;
    }
    return chained(make_certificate(authority, cluster_.request(2)), above);
  }

  DeepCluster cluster_;
  TlsContext context_ = cluster_.context(1);
};

TEST_F(TlsChainTest, AuthoritiesBetweenAreSentAlong) {
  EXPECT_EQ(refusal_of(below(1)), std::nullopt);
  EXPECT_EQ(refusal_of(below(kPeerIntermediatesMax)), std::nullopt);
}

TEST_F(TlsChainTest, TooManyBetweenAreRefused) {
  EXPECT_EQ(refusal_of(below(kPeerIntermediatesMax + 1)), Refusal::kInvalidChain);
}

TEST_F(TlsChainTest, OneBetweenThatIsNotSentIsUnknown) {
  Pair pair = below(1);
  pair.certificate.resize(pair.certificate.find("-----BEGIN", 1));

  EXPECT_EQ(refusal_of(pair), Refusal::kUnknownAuthority);
}

TEST_F(TlsChainTest, OneBetweenThatHasExpiredIsRefused) {
  const auto now = std::chrono::system_clock::now();
  const Pair between = make_authority_below(
      cluster_.authority, "between",
      {.begin = now - std::chrono::hours(9), .end = now - std::chrono::hours(1)});

  EXPECT_EQ(
      refusal_of(chained(make_certificate(between, cluster_.request(2)), between.certificate)),
      Refusal::kExpired);
}

TEST_F(TlsChainTest, AServersCertificateSignsNobody) {
  const Pair member = cluster_.pair(3);

  EXPECT_EQ(refusal_of(chained(make_certificate(member, cluster_.request(2)), member.certificate)),
            Refusal::kInvalidChain);
}

TEST_F(TlsChainTest, AnAuthorityOfOnesOwnIsNotTrustedBecauseItIsSent) {
  const Pair other = make_authority("other", valid_for_days(1));

  EXPECT_EQ(refusal_of(chained(make_certificate(other, cluster_.request(2)), other.certificate)),
            Refusal::kUnknownAuthority);
}

TEST_F(TlsChainTest, MoreCertificatesThanAnybodyNeedsAreNotRead) {
  std::string above;
  for (int count = 0; count < 60; ++count) {
    above += make_authority("other " + std::to_string(count), valid_for_days(1)).certificate;
  }

  EXPECT_EQ(refusal_of(chained(cluster_.pair(2), above)), Refusal::kHandshakeTooLarge);
}

TEST_F(TlsChainTest, OurOwnFileHasThoseBetweenToo) {
  const Pair own = below(1);
  const auto context = TlsContext::create(cluster_.write(2, own), {support::kCluster, ServerId(2)});
  ASSERT_TRUE(context) << context.error().context();
  const auto client = TlsSession::dial(*context, ServerId(1));
  const auto server = TlsSession::accept(context_);

  support::exchange(*client, *server);

  EXPECT_EQ(server->peer(), ServerId(2));
  EXPECT_EQ(client->peer(), ServerId(1));
  // The first that expires: the one between is valid for 9 days, its own for 10.
  EXPECT_LT(context->expires_at(), context_.expires_at());
}

TEST_F(TlsChainTest, OurOwnFileHasNoMoreThanPeersTake) {
  const std::string own = cluster_.pair(2).certificate;
  const Pair pair = chained(cluster_.pair(2), own + own + own + own);

  const auto context =
      TlsContext::create(cluster_.write(2, pair), {support::kCluster, ServerId(2)});

  ASSERT_FALSE(context);
  EXPECT_STREQ(context.error().context(),
               "the certificate file has more than the 4 that peers take");
}

}  // namespace buoyant::tls::chain_test
