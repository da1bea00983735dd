// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/tls/refusal.h"

#include "tests/adapters/tls/raw_peer.h"
#include "tests/adapters/tls/support.h"

#include <gtest/gtest.h>

#include <chrono>
#include <openssl/x509_vfy.h>
#include <ostream>
#include <set>

namespace buoyant::tls::refusal_test {

using std::chrono::hours;
using support::kCluster;
using support::RawOptions;
using support::RawPeer;

/// How a session ended, and which alert told the other side.
struct Seen {
  std::string refusal;
  std::string alert;

  friend bool operator==(const Seen&, const Seen&) = default;

  friend std::ostream& operator<<(std::ostream& stream, const Seen& seen) {
    return stream << seen.refusal << ", alert: " << seen.alert;
  }
};

class TlsRefusalTest : public testing::Test {
 protected:
  static Seen seen_by(TlsSession& session, RawPeer& raw) {
    support::exchange(session, raw);
    return {session.refusal() ? refusal_name(*session.refusal()) : "none", raw.alert};
  }

  /// As server 1 sees one that dials it.
  Seen by_server(const RawOptions& options) {
    const auto session = TlsSession::accept(context_);
    RawPeer raw(RawPeer::Role::kDials, options);
    return seen_by(*session, raw);
  }

  /// As server 1 sees what should be server 2.
  Seen by_client(const RawOptions& options) {
    const auto session = TlsSession::dial(context_, ServerId(2));
    RawPeer raw(RawPeer::Role::kIsDialled, options);
    return seen_by(*session, raw);
  }

  Seen by_server(const certs_tool::Request& request) {
    return by_server({.pair = certs_tool::make_certificate(cluster_.authority, request)});
  }

  Seen by_client(const certs_tool::Request& request) {
    return by_client({.pair = certs_tool::make_certificate(cluster_.authority, request)});
  }

  certs_tool::Request with_uris(std::vector<std::string> uris) {
    certs_tool::Request request = cluster_.request(2);
    request.uris = std::move(uris);
    return request;
  }

  certs_tool::Request with_usage(const std::string& usage) {
    certs_tool::Request request = cluster_.request(2);
    request.usage = usage;
    return request;
  }

  support::Cluster cluster_;
  TlsContext context_ = cluster_.context(1);
  certs_tool::Time now_ = std::chrono::system_clock::now();
};

TEST_F(TlsRefusalTest, AMemberIsNotRefused) {
  EXPECT_EQ(by_server(cluster_.request(2)), (Seen{"none", ""}));
  EXPECT_EQ(by_client(cluster_.request(2)), (Seen{"none", ""}));
}

TEST_F(TlsRefusalTest, NoCertificate) {
  EXPECT_EQ(by_server(RawOptions()), (Seen{"no_certificate", "unknown"}));
}

TEST_F(TlsRefusalTest, SelfSigned) {
  const auto pair = certs_tool::make_self_signed(cluster_.request(2));

  EXPECT_EQ(by_server({.pair = pair}), (Seen{"self_signed", "unknown CA"}));
  EXPECT_EQ(by_client({.pair = pair}), (Seen{"self_signed", "unknown CA"}));
}

TEST_F(TlsRefusalTest, AnotherAuthority) {
  const auto other = certs_tool::make_authority("other", certs_tool::valid_for_days(1));
  const auto pair = certs_tool::make_certificate(other, cluster_.request(2));

  EXPECT_EQ(by_server({.pair = pair}), (Seen{"unknown_authority", "unknown CA"}));
  EXPECT_EQ(by_client({.pair = pair}), (Seen{"unknown_authority", "unknown CA"}));
}

TEST_F(TlsRefusalTest, AnotherAuthorityWithTheSameName) {
  const auto other = certs_tool::make_authority("authority", certs_tool::valid_for_days(1));
  const auto pair = certs_tool::make_certificate(other, cluster_.request(2));

  EXPECT_EQ(by_server({.pair = pair}), (Seen{"unknown_authority", "unknown CA"}));
  EXPECT_EQ(by_client({.pair = pair}), (Seen{"unknown_authority", "unknown CA"}));
}

TEST_F(TlsRefusalTest, Expired) {
  certs_tool::Request request = cluster_.request(2);
  request.validity = {.begin = now_ - hours(48), .end = now_ - hours(1)};

  EXPECT_EQ(by_server(request), (Seen{"expired", "certificate expired"}));
  EXPECT_EQ(by_client(request), (Seen{"expired", "certificate expired"}));
}

TEST_F(TlsRefusalTest, NotYetValid) {
  certs_tool::Request request = cluster_.request(2);
  request.validity = {.begin = now_ + hours(1), .end = now_ + hours(48)};

  EXPECT_EQ(by_server(request), (Seen{"not_yet_valid", "bad certificate"}));
  EXPECT_EQ(by_client(request), (Seen{"not_yet_valid", "bad certificate"}));
}

TEST_F(TlsRefusalTest, ForOneSideOnly) {
  for (const char* usage : {"clientAuth", "serverAuth"}) {
    EXPECT_EQ(by_server(with_usage(usage)), (Seen{"wrong_usage", "unsupported certificate"}));
    EXPECT_EQ(by_client(with_usage(usage)), (Seen{"wrong_usage", "unsupported certificate"}));
  }
}

TEST_F(TlsRefusalTest, ForSomethingElse) {
  EXPECT_EQ(by_server(with_usage("codeSigning")), (Seen{"wrong_usage", "unsupported certificate"}));
  EXPECT_EQ(by_client(with_usage("codeSigning")), (Seen{"wrong_usage", "unsupported certificate"}));
}

TEST_F(TlsRefusalTest, ForWhateverItIs) {
  EXPECT_EQ(by_server(with_usage("")), (Seen{"wrong_usage", "unsupported certificate"}));
  EXPECT_EQ(by_client(with_usage("")), (Seen{"wrong_usage", "unsupported certificate"}));
}

TEST_F(TlsRefusalTest, NoName) {
  EXPECT_EQ(by_server(with_uris({})), (Seen{"no_name", "bad certificate"}));
  EXPECT_EQ(by_client(with_uris({})), (Seen{"no_name", "bad certificate"}));
}

TEST_F(TlsRefusalTest, SeveralNames) {
  const auto request = with_uris({"buoyant://harbour/2", "buoyant://harbour/3"});

  EXPECT_EQ(by_server(request), (Seen{"several_names", "bad certificate"}));
  EXPECT_EQ(by_client(request), (Seen{"several_names", "bad certificate"}));
}

TEST_F(TlsRefusalTest, ANameOfAnotherScheme) {
  const auto request = with_uris({"https://harbour/2"});

  EXPECT_EQ(by_server(request), (Seen{"malformed_name", "bad certificate"}));
  EXPECT_EQ(by_client(request), (Seen{"malformed_name", "bad certificate"}));
}

TEST_F(TlsRefusalTest, ANameThatGoesOnBehindAZero) {
  const auto request = with_uris({std::string("buoyant://harbour/2\0", 20)});

  EXPECT_EQ(by_server(request), (Seen{"malformed_name", "bad certificate"}));
  EXPECT_EQ(by_client(request), (Seen{"malformed_name", "bad certificate"}));
}

TEST_F(TlsRefusalTest, AnotherCluster) {
  const auto request = with_uris({"buoyant://haven/2"});

  EXPECT_EQ(by_server(request), (Seen{"wrong_cluster", "bad certificate"}));
  EXPECT_EQ(by_client(request), (Seen{"wrong_cluster", "bad certificate"}));
}

TEST_F(TlsRefusalTest, AnotherServerThanWasDialled) {
  EXPECT_EQ(by_client(cluster_.request(3)), (Seen{"wrong_id", "bad certificate"}));
}

TEST_F(TlsRefusalTest, NoApplication) {
  const RawOptions options{.pair = cluster_.pair(2), .application = ""};

  EXPECT_EQ(by_server(options), (Seen{"wrong_application", "handshake failure"}));
  EXPECT_EQ(by_client(options), (Seen{"wrong_application", "handshake failure"}));
}

TEST_F(TlsRefusalTest, AnotherApplication) {
  const RawOptions options{.pair = cluster_.pair(2), .application = "\x02h2"};

  EXPECT_EQ(by_server(options), (Seen{"wrong_application", "no application protocol"}));
  EXPECT_EQ(by_client(options), (Seen{"wrong_application", "handshake failure"}));
}

TEST_F(TlsRefusalTest, AnOldVersion) {
  const RawOptions options{.pair = cluster_.pair(2), .version_max = TLS1_1_VERSION};

  EXPECT_EQ(by_server(options), (Seen{"no_common_version", "protocol version"}));
  EXPECT_EQ(by_client(options), (Seen{"refused_by_peer", ""}));
}

TEST_F(TlsRefusalTest, NoCipherWithForwardSecrecy) {
  const RawOptions options{
      .pair = cluster_.pair(2), .version_max = TLS1_2_VERSION, .ciphers = "ECDHE-ECDSA-AES128-SHA"};

  EXPECT_EQ(by_server(options), (Seen{"no_common_cipher", "handshake failure"}));
  EXPECT_EQ(by_client(options), (Seen{"refused_by_peer", ""}));
}

TEST(TlsRefusalTextTest, EachHasItsOwnNameAndSentence) {
  std::set<std::string> names;
  std::set<std::string> messages;
  int count = 0;
#define BUOYANT_COLLECT(enumerator, name, message)       \
  names.insert(refusal_name(Refusal::enumerator));       \
  messages.insert(refusal_message(Refusal::enumerator)); \
  ++count;
  BUOYANT_TLS_REFUSALS(BUOYANT_COLLECT)
#undef BUOYANT_COLLECT

  EXPECT_EQ(names.size(), static_cast<std::size_t>(count));
  EXPECT_EQ(messages.size(), static_cast<std::size_t>(count));
}

TEST(TlsRefusalTextTest, ASignatureOfSomebodyElseIsThatOfAnotherAuthority) {
  EXPECT_EQ(refusal_of_chain(X509_V_ERR_CERT_SIGNATURE_FAILURE), Refusal::kUnknownAuthority);
}

TEST(TlsRefusalTextTest, WhatElseIsWrongWithAChainIsToldAsSuch) {
  EXPECT_EQ(refusal_of_chain(X509_V_ERR_PATH_LENGTH_EXCEEDED), Refusal::kInvalidChain);
}

}  // namespace buoyant::tls::refusal_test
