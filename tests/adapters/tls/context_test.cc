// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/tls/context.h"

#include "adapters/tls/session.h"
#include "tests/adapters/tls/support.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <chrono>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <string>

namespace buoyant::tls::context_test {

using std::chrono::hours;
using support::kCluster;

std::string rsa_key(unsigned int bits) {
  const OwnedKey key(EVP_RSA_gen(bits));
  const OwnedBio bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string encrypted(const std::string& key_text) {
  const OwnedKey key(PEM_read_bio_PrivateKey(reader_of(key_text).get(), nullptr, nullptr, nullptr));
  const OwnedBio out(BIO_new(BIO_s_mem()));
  char password[] = "secret";
  PEM_write_bio_PKCS8PrivateKey(out.get(), key.get(), EVP_aes_128_cbc(), password, 6, nullptr,
                                nullptr);
  char* data = nullptr;
  const long size = BIO_get_mem_data(out.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

class TlsContextTest : public testing::Test {
 protected:
  /// Why a context of server 1 is not created; empty: it is.
  static std::string why_not_files(const TlsFiles& files) {
    const auto context = TlsContext::create(files, {kCluster, ServerId(1)});
    return context ? "" : context.error().context();
  }

  std::string why_not(const PemTexts& texts) { return why_not_files(cluster_.write(1, texts)); }

  std::string why_not(const certs_tool::Request& request) {
    return why_not_files(
        cluster_.write(1, certs_tool::make_certificate(cluster_.authority, request)));
  }

  /// As a host does it.
  static Result<void> renew(TlsContext& context) {
    auto renewal = context.read_renewal();
    if (!renewal) {
      return fail(renewal.error());
    }
    context.adopt(std::move(*renewal));
    return {};
  }

  /// True when two sessions, one of each, come to know each other.
  static bool meet(const TlsContext& dialler, const TlsContext& dialled) {
    const auto client = TlsSession::dial(dialler, dialled.own().id);
    const auto server = TlsSession::accept(dialled);
    support::exchange(*client, *server);
    return client->peer() == dialled.own().id && server->peer() == dialler.own().id;
  }

  support::Cluster cluster_;
  certs_tool::Pair own_ = cluster_.pair(1);
  certs_tool::Time now_ = std::chrono::system_clock::now();
};

TEST_F(TlsContextTest, AFileThatIsMissingIsNamed) {
  TlsFiles files = cluster_.write(1, own_);
  files.key = cluster_.folder.file("nothing.pem");
  const auto context = TlsContext::create(files, {kCluster, ServerId(1)});

  ASSERT_FALSE(context);
  EXPECT_EQ(context.error(), Error(Errc::kInvalidOptions, "", ENOENT));
  EXPECT_STREQ(context.error().context(), "the key file cannot be read");
  files = cluster_.write(1, own_);
  files.certificates = cluster_.folder.file("nothing.pem");
  EXPECT_EQ(why_not_files(files), "the certificate file cannot be read");
  files = cluster_.write(1, own_);
  files.authorities = cluster_.folder.file("nothing.pem");
  EXPECT_EQ(why_not_files(files), "the file of authorities cannot be read");
}

TEST_F(TlsContextTest, ADirectoryIsNoFile) {
  TlsFiles files = cluster_.write(1, own_);
  files.certificates = cluster_.folder.file("");

  EXPECT_EQ(why_not_files(files), "the certificate file cannot be read");
}

TEST_F(TlsContextTest, AFileWithoutPemIsNamed) {
  const std::string authority = cluster_.authority.certificate;

  EXPECT_EQ(why_not({"", own_.key, authority}), "the certificate file has no PEM certificate");
  EXPECT_EQ(why_not({own_.certificate, "key", authority}),
            "the key file has no PEM key that opens without password");
  EXPECT_EQ(why_not({own_.certificate, own_.key, "none"}),
            "the file of authorities has no PEM certificate");
}

TEST_F(TlsContextTest, AFileThatIsDamagedIsNamed) {
  const std::string half = own_.certificate.substr(0, own_.certificate.size() / 2);
  std::string flipped = cluster_.authority.certificate;
  flipped[60] = '!';

  EXPECT_EQ(why_not({half, own_.key, cluster_.authority.certificate}),
            "the certificate file is damaged");
  EXPECT_EQ(why_not({own_.certificate, own_.key, cluster_.authority.certificate + flipped}),
            "the file of authorities is damaged");
}

TEST_F(TlsContextTest, AFileBeyondItsBoundIsNotRead) {
  const std::string long_text(kFileBytesMax + 1, ' ');

  EXPECT_EQ(why_not({long_text, own_.key, cluster_.authority.certificate}),
            "the certificate file is too large");
}

TEST_F(TlsContextTest, AKeyBehindAPasswordIsRefusedAndNobodyIsAsked) {
  EXPECT_EQ(why_not({own_.certificate, encrypted(own_.key), cluster_.authority.certificate}),
            "the key file has no PEM key that opens without password");
}

TEST_F(TlsContextTest, AnothersKeyIsRefused) {
  EXPECT_EQ(why_not({own_.certificate, cluster_.pair(1).key, cluster_.authority.certificate}),
            "the key does not belong to our own certificate");
}

TEST_F(TlsContextTest, AKeyThatSignsSlowlyIsRefused) {
  EXPECT_EQ(why_not({own_.certificate, rsa_key(kRsaBitsMax + 8), cluster_.authority.certificate}),
            "an RSA key of more than 2048 bits would hold the loop; use one on a curve");
}

TEST_F(TlsContextTest, ACertificateBeyondItsDatesIsRefused) {
  certs_tool::Request request = cluster_.request(1);
  request.validity = {.begin = now_ - hours(2), .end = now_ - hours(1)};
  EXPECT_EQ(why_not(request), "our own certificate has expired");

  request.validity = {.begin = now_ + hours(1), .end = now_ + hours(2)};
  EXPECT_EQ(why_not(request), "our own certificate is not valid yet");
}

TEST_F(TlsContextTest, ACertificateOfSomebodyElseIsRefused) {
  const auto other = certs_tool::server_request("haven", 1, certs_tool::valid_for_days(1));
  EXPECT_EQ(why_not(other), "our own certificate is for another cluster");
  EXPECT_EQ(why_not(cluster_.request(2)), "our own certificate is for another server");

  const auto context =
      TlsContext::create(cluster_.write(1, cluster_.pair(2)), {kCluster, ServerId(1)});

  ASSERT_FALSE(context);
  EXPECT_EQ(context.error().code(), Errc::kWrongIdentity);
}

TEST_F(TlsContextTest, ACertificateWithoutExactlyOneNameIsRefused) {
  certs_tool::Request request = cluster_.request(1);
  request.uris.clear();
  EXPECT_EQ(why_not(request),
            "our own certificate does not have exactly one URI, buoyant://CLUSTER/ID");

  request.uris = {"buoyant://harbour/1", "buoyant://harbour/1"};
  EXPECT_EQ(why_not(request),
            "our own certificate does not have exactly one URI, buoyant://CLUSTER/ID");
}

TEST_F(TlsContextTest, ACertificateForOneSideOnlyIsRefused) {
  certs_tool::Request request = cluster_.request(1);
  request.usage = "clientAuth";
  EXPECT_EQ(why_not(request), "our own certificate is not for both clientAuth and serverAuth");

  request.usage = "serverAuth";
  EXPECT_EQ(why_not(request), "our own certificate is not for both clientAuth and serverAuth");
}

TEST_F(TlsContextTest, ACertificateOfAnotherAuthorityIsRefused) {
  const auto other = certs_tool::make_authority("other", certs_tool::valid_for_days(1));

  EXPECT_EQ(why_not({own_.certificate, own_.key, other.certificate}),
            "our own certificate is not signed by an authority of ours");
}

TEST_F(TlsContextTest, ItTellsWhenTheCertificateExpires) {
  certs_tool::Request request = cluster_.request(1);
  const auto end = std::chrono::floor<std::chrono::seconds>(now_ + hours(24 * 3));
  request.validity.end = end;
  const auto files = cluster_.write(1, certs_tool::make_certificate(cluster_.authority, request));

  const auto context = TlsContext::create(files, {kCluster, ServerId(1)});

  ASSERT_TRUE(context);
  EXPECT_EQ(context->expires_at(), end);
}

TEST_F(TlsContextTest, ARenewedCertificateCountsFromTheNextSessionOn) {
  TlsContext context = cluster_.context(1);
  const auto before = context.expires_at();
  certs_tool::Request request = cluster_.request(1);
  request.validity = certs_tool::valid_for_days(20);
  cluster_.write(1, certs_tool::make_certificate(cluster_.authority, request));

  auto renewal = context.read_renewal();
  ASSERT_TRUE(renewal);
  EXPECT_EQ(context.expires_at(), before);
  context.adopt(std::move(*renewal));

  EXPECT_GT(context.expires_at(), before + hours(24 * 9));
  EXPECT_TRUE(meet(context, cluster_.context(2)));
  EXPECT_TRUE(meet(cluster_.context(2), context));
}

TEST_F(TlsContextTest, ABadReloadSaysWhyAndChangesNothing) {
  TlsContext context = cluster_.context(1);
  const auto before = context.expires_at();
  certs_tool::Request request = cluster_.request(1);
  request.validity = certs_tool::valid_for_days(20);
  const auto renewed = certs_tool::make_certificate(cluster_.authority, request);
  cluster_.write(1, {renewed.certificate, own_.key, cluster_.authority.certificate});

  const auto reloaded = renew(context);

  ASSERT_FALSE(reloaded);
  EXPECT_STREQ(reloaded.error().context(), "the key does not belong to our own certificate");
  EXPECT_EQ(context.expires_at(), before);
  EXPECT_TRUE(meet(context, cluster_.context(2)));
}

TEST_F(TlsContextTest, AnAuthorityIsReplacedInThreeSteps) {
  const auto other = certs_tool::make_authority("other", certs_tool::valid_for_days(30));
  const auto renewed = certs_tool::make_certificate(other, cluster_.request(1));
  const TlsContext old_fellow = cluster_.context(2);
  TlsContext context = cluster_.context(1);
  const auto session = TlsSession::dial(context, ServerId(2));
  const auto accepted = TlsSession::accept(old_fellow);
  support::exchange(*session, *accepted);

  cluster_.write(
      1, {renewed.certificate, renewed.key, cluster_.authority.certificate + other.certificate});
  ASSERT_TRUE(renew(context));
  EXPECT_FALSE(meet(context, old_fellow));
  cluster_.write(1, {renewed.certificate, renewed.key, other.certificate});
  ASSERT_TRUE(renew(context));
  const auto refused = TlsSession::accept(context);
  const auto dialled = TlsSession::dial(old_fellow, ServerId(1));
  support::exchange(*refused, *dialled);

  EXPECT_EQ(dialled->refusal(), Refusal::kUnknownAuthority);
  EXPECT_EQ(session->write(view_of("still here")), 10U);
  support::exchange(*session, *accepted);
  EXPECT_EQ(support::read_all(*accepted), "still here");
}

}  // namespace buoyant::tls::context_test
