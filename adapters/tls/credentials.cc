// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/tls/credentials.h"

#include "adapters/tls/verify.h"
#include "buoyant/base/assert.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <utility>
#include <vector>

namespace buoyant::tls {

namespace {

using Certificates = std::vector<OwnedCertificate>;

// Ciphers with forward secrecy and authenticated encryption; curves whose arithmetic is fast.
constexpr const char* kCiphers12 = "ECDHE+AESGCM:ECDHE+CHACHA20";
constexpr const char* kCiphers13 =
    "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
constexpr const char* kGroups = "X25519:P-256";
/// 112 bits: no RSA below 2048, no SHA-1.
constexpr int kSecurityLevel = 2;
static_assert(kPeerIntermediatesMax == 3, "an error's text says so");
static_assert(kRsaBitsMax == 2048, "an error's text says so");

/// kApplication as it is on the wire: its length, then its letters.
constexpr std::array<unsigned char, 10> kApplicationList = {9,   'b', 'u', 'o', 'y',
                                                            'a', 'n', 't', '/', '1'};
static_assert(kApplicationList.size() == 1 + kApplication.size());

struct Texts {
  const char* none;
  const char* damaged;
};

/// Nobody is asked for a password: the key must lie there without one.
int have_no_password(char*, int, int, void*) {
  return -1;
}

Result<Certificates> read_certificates(const std::string& text, Texts errors) {
  const OwnedBio bio = reader_of(text);
  Certificates certificates;
  while (X509* const certificate =
             PEM_read_bio_X509(bio.get(), nullptr, have_no_password, nullptr)) {
    certificates.emplace_back(certificate);
  }
  const unsigned long error = ERR_peek_last_error();
  ERR_clear_error();
  if (ERR_GET_LIB(error) != ERR_LIB_PEM || ERR_GET_REASON(error) != PEM_R_NO_START_LINE) {
    return fail(Errc::kInvalidOptions, errors.damaged);
  }
  if (certificates.empty()) {
    return fail(Errc::kInvalidOptions, errors.none);
  }
  return certificates;
}

Result<OwnedKey> read_key(const std::string& text) {
  const OwnedBio bio = reader_of(text);
  OwnedKey key(PEM_read_bio_PrivateKey(bio.get(), nullptr, have_no_password, nullptr));
  ERR_clear_error();
  if (key == nullptr) {
    return fail(Errc::kInvalidOptions, "the key file has no PEM key that opens without password");
  }
  if (EVP_PKEY_is_a(key.get(), "RSA") == 1 && EVP_PKEY_get_bits(key.get()) > kRsaBitsMax) {
    return fail(Errc::kInvalidOptions,
                "an RSA key of more than 2048 bits would hold the loop; use one on a curve");
  }
  return key;
}

std::time_t time_of(const ASN1_TIME* time) {
  std::tm parts{};
  // A time that cannot be read is long past.
  return ASN1_TIME_to_tm(time, &parts) == 1 ? timegm(&parts) : 0;
}

Result<std::time_t> check_validity(const Certificates& chain) {
  const std::time_t now = std::time(nullptr);
  std::time_t end = time_of(X509_get0_notAfter(chain.front().get()));
  for (const OwnedCertificate& certificate : chain) {
    if (time_of(X509_get0_notBefore(certificate.get())) > now) {
      return fail(Errc::kInvalidOptions, "our own certificate is not valid yet");
    }
    end = std::min(end, time_of(X509_get0_notAfter(certificate.get())));
  }
  if (end <= now) {
    return fail(Errc::kInvalidOptions, "our own certificate has expired");
  }
  return end;
}

Result<void> check_name(X509& certificate, const PeerName& own) {
  const NameFound found = name_of(certificate);
  if (!found.name) {
    return fail(Errc::kInvalidOptions,
                "our own certificate does not have exactly one URI, buoyant://CLUSTER/ID");
  }
  if (found.name->cluster != own.cluster) {
    return fail(Errc::kWrongCluster, "our own certificate is for another cluster");
  }
  if (found.name->id != own.id) {
    return fail(Errc::kWrongIdentity, "our own certificate is for another server");
  }
  if (!is_for_both_sides(certificate)) {
    return fail(Errc::kInvalidOptions,
                "our own certificate is not for both clientAuth and serverAuth");
  }
  return {};
}

OwnedStore make_store(const Certificates& authorities) {
  OwnedStore store(X509_STORE_new());
  BUOYANT_ASSERT(store != nullptr);
  for (const OwnedCertificate& authority : authorities) {
    // The same one twice does no harm, and is no error.
    const int status = X509_STORE_add_cert(store.get(), authority.get());
    BUOYANT_ASSERT(status == 1);
  }
  return store;
}

OwnedChain chain_above(const Certificates& own) {
  OwnedChain chain(sk_X509_new_null());
  BUOYANT_ASSERT(chain != nullptr);
  for (auto above = own.begin() + 1; above != own.end(); ++above) {
    X509_up_ref(above->get());
    sk_X509_push(chain.get(), above->get());
  }
  return chain;
}

/// Peers trust the same authorities: what fails here would fail there.
Result<void> check_chain(X509_STORE& store, const Certificates& own) {
  const OwnedChain above = chain_above(own);
  const OwnedStoreContext context(X509_STORE_CTX_new());
  BUOYANT_ASSERT(context != nullptr);
  const int status = X509_STORE_CTX_init(context.get(), &store, own.front().get(), above.get());
  BUOYANT_ASSERT(status == 1);
  X509_STORE_CTX_set_depth(context.get(), kPeerIntermediatesMax);
  const bool is_trusted = X509_verify_cert(context.get()) == 1;
  ERR_clear_error();
  if (!is_trusted) {
    return fail(Errc::kInvalidOptions, "our own certificate is not signed by an authority of ours",
                X509_STORE_CTX_get_error(context.get()));
  }
  return {};
}

int select_application(SSL*, const unsigned char** selected, unsigned char* selected_size,
                       const unsigned char* offered, unsigned int offered_size, void*) {
  unsigned char* chosen = nullptr;
  const int status = SSL_select_next_proto(&chosen, selected_size, kApplicationList.data(),
                                           static_cast<unsigned int>(kApplicationList.size()),
                                           offered, offered_size);
  *selected = chosen;
  return status == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

/// What holds for every session, whoever we are.
OwnedSslContext make_ssl_context() {
  OwnedSslContext ssl(SSL_CTX_new(TLS_method()));
  BUOYANT_ASSERT(ssl != nullptr);
  SSL_CTX* const context = ssl.get();
  SSL_CTX_set_security_level(context, kSecurityLevel);
  bool is_set = SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1;
  is_set = is_set && SSL_CTX_set_max_proto_version(context, 0) == 1;
  is_set = is_set && SSL_CTX_set_cipher_list(context, kCiphers12) == 1;
  is_set = is_set && SSL_CTX_set_ciphersuites(context, kCiphers13) == 1;
  is_set = is_set && SSL_CTX_set1_groups_list(context, kGroups) == 1;
  // Every session is a whole handshake: who was let in once is looked at again.
  is_set = is_set && SSL_CTX_set_num_tickets(context, 0) == 1;
  // 0: done, for once.
  is_set =
      is_set && SSL_CTX_set_alpn_protos(context, kApplicationList.data(),
                                        static_cast<unsigned int>(kApplicationList.size())) == 0;
  BUOYANT_ASSERT(is_set);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_max_cert_list(context, kPeerChainBytesMax);
  SSL_CTX_set_verify_depth(context, kPeerIntermediatesMax);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  SSL_CTX_set_cert_verify_callback(context, verify_peer, nullptr);
  SSL_CTX_set_alpn_select_cb(context, select_application, nullptr);
  return ssl;
}

Result<OwnedSslContext> equip(const Certificates& own, EVP_PKEY& key, OwnedStore store) {
  OwnedSslContext ssl = make_ssl_context();
  const OwnedChain above = chain_above(own);
  const bool is_good = SSL_CTX_use_certificate(ssl.get(), own.front().get()) == 1 &&
                       SSL_CTX_set1_chain(ssl.get(), above.get()) == 1 &&
                       SSL_CTX_use_PrivateKey(ssl.get(), &key) == 1;
  ERR_clear_error();
  if (!is_good) {
    return fail(Errc::kInvalidOptions, "our own certificate's key or signature is too weak");
  }
  SSL_CTX_set_cert_store(ssl.get(), store.release());
  return ssl;
}

}  // namespace

Result<Credentials> make_credentials(const PemTexts& texts, const PeerName& own) {
  ERR_clear_error();
  const auto chain = read_certificates(
      texts.certificates,
      {"the certificate file has no PEM certificate", "the certificate file is damaged"});
  if (!chain) {
    return fail(chain.error());
  }
  if (chain->size() > 1 + kPeerIntermediatesMax) {
    return fail(Errc::kInvalidOptions, "the certificate file has more than the 4 that peers take");
  }
  const auto key = read_key(texts.key);
  if (!key) {
    return fail(key.error());
  }
  const auto authorities = read_certificates(
      texts.authorities,
      {"the file of authorities has no PEM certificate", "the file of authorities is damaged"});
  if (!authorities) {
    return fail(authorities.error());
  }
  X509& certificate = *chain->front();
  if (X509_check_private_key(&certificate, key->get()) != 1) {
    ERR_clear_error();
    return fail(Errc::kInvalidOptions, "the key does not belong to our own certificate");
  }
  const auto end = check_validity(*chain);
  if (!end) {
    return fail(end.error());
  }
  if (const auto checked = check_name(certificate, own); !checked) {
    return fail(checked.error());
  }
  OwnedStore store = make_store(*authorities);
  if (const auto checked = check_chain(*store, *chain); !checked) {
    return fail(checked.error());
  }
  auto ssl = equip(*chain, **key, std::move(store));
  if (!ssl) {
    return fail(ssl.error());
  }
  return Credentials{.ssl = std::move(*ssl),
                     .expires_at = std::chrono::system_clock::from_time_t(*end)};
}

}  // namespace buoyant::tls
