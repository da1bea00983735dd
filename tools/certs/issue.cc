// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/certs/issue.h"

#include "adapters/tls/name.h"
#include "adapters/tls/owned.h"
#include "buoyant/base/assert.h"

#include <array>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

namespace buoyant::certs_tool {

namespace {

using tls::OwnedBio;
using tls::OwnedCertificate;
using tls::OwnedKey;

// What follows fails only without memory or random numbers: there is nothing to go on with.

std::string text_in(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

OwnedBio text_bio() {
  OwnedBio bio(BIO_new(BIO_s_mem()));
  BUOYANT_ASSERT(bio != nullptr);
  return bio;
}

Pair pair_of(X509* certificate, EVP_PKEY* key) {
  const OwnedBio certificate_text = text_bio();
  const OwnedBio key_text = text_bio();
  BUOYANT_ASSERT(PEM_write_bio_X509(certificate_text.get(), certificate) == 1);
  BUOYANT_ASSERT(PEM_write_bio_PKCS8PrivateKey(key_text.get(), key, nullptr, nullptr, 0, nullptr,
                                               nullptr) == 1);
  return {.certificate = text_in(certificate_text.get()), .key = text_in(key_text.get())};
}

OwnedCertificate read_certificate(const std::string& text) {
  OwnedCertificate certificate(
      PEM_read_bio_X509(tls::reader_of(text).get(), nullptr, nullptr, nullptr));
  BUOYANT_ASSERT(certificate != nullptr);
  return certificate;
}

OwnedKey read_key(const std::string& text) {
  OwnedKey key(PEM_read_bio_PrivateKey(tls::reader_of(text).get(), nullptr, nullptr, nullptr));
  BUOYANT_ASSERT(key != nullptr);
  return key;
}

OwnedKey make_key() {
  OwnedKey key(EVP_EC_gen("P-256"));
  BUOYANT_ASSERT(key != nullptr);
  return key;
}

void set_serial(X509* certificate) {
  std::array<unsigned char, 16> bytes{};
  BUOYANT_ASSERT(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1);
  // Positive and not zero.
  bytes[0] = static_cast<unsigned char>((bytes[0] & 0x7FU) | 0x40U);
  BIGNUM* const number = BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr);
  BUOYANT_ASSERT(BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != nullptr);
  BN_free(number);
}

void set_time(ASN1_TIME* target, Time time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  BUOYANT_ASSERT(ASN1_TIME_set(target, seconds) != nullptr);
}

/// All but extensions, issuer and signature.
OwnedCertificate draft(const std::string& common_name, const Validity& validity, EVP_PKEY* key) {
  OwnedCertificate certificate(X509_new());
  BUOYANT_ASSERT(certificate != nullptr);
  BUOYANT_ASSERT(X509_set_version(certificate.get(), X509_VERSION_3) == 1);
  set_serial(certificate.get());
  set_time(X509_getm_notBefore(certificate.get()), validity.begin);
  set_time(X509_getm_notAfter(certificate.get()), validity.end);
  const auto* const text = reinterpret_cast<const unsigned char*>(common_name.data());
  BUOYANT_ASSERT(X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN",
                                            MBSTRING_UTF8, text,
                                            static_cast<int>(common_name.size()), -1, 0) == 1);
  BUOYANT_ASSERT(X509_set_pubkey(certificate.get(), key) == 1);
  return certificate;
}

void add_extension(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context{};
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
  BUOYANT_ASSERT(extension != nullptr);
  BUOYANT_ASSERT(X509_add_ext(certificate, extension, -1) == 1);
  X509_EXTENSION_free(extension);
}

/// Not by OpenSSL's own notation: a comma in a URI would end it.
void add_uris(X509* certificate, const std::vector<std::string>& uris) {
  const tls::OwnedNames names(GENERAL_NAMES_new());
  for (const std::string& uri : uris) {
    GENERAL_NAME* const name = GENERAL_NAME_new();
    ASN1_IA5STRING* const text = ASN1_IA5STRING_new();
    BUOYANT_ASSERT(ASN1_STRING_set(text, uri.data(), static_cast<int>(uri.size())) == 1);
    GENERAL_NAME_set0_value(name, GEN_URI, text);
    BUOYANT_ASSERT(sk_GENERAL_NAME_push(names.get(), name) > 0);
  }
  BUOYANT_ASSERT(X509_add1_ext_i2d(certificate, NID_subject_alt_name, names.get(), 0, 0) == 1);
}

void sign(X509* certificate, const X509* issuer, EVP_PKEY* key) {
  BUOYANT_ASSERT(X509_set_issuer_name(certificate, X509_get_subject_name(issuer)) == 1);
  BUOYANT_ASSERT(X509_sign(certificate, key, EVP_sha256()) > 0);
}

/// `issuer` null: itself.
Pair issue(const Request& request, X509* issuer, EVP_PKEY* issuer_key) {
  const OwnedKey key = make_key();
  const OwnedCertificate certificate = draft(request.common_name, request.validity, key.get());
  X509* const above = issuer == nullptr ? certificate.get() : issuer;
  add_extension(certificate.get(), above, NID_basic_constraints, "critical,CA:FALSE");
  add_extension(certificate.get(), above, NID_key_usage, "critical,digitalSignature");
  add_extension(certificate.get(), above, NID_subject_key_identifier, "hash");
  if (issuer != nullptr) {
    add_extension(certificate.get(), above, NID_authority_key_identifier, "keyid:always");
  }
  if (!request.usage.empty()) {
    add_extension(certificate.get(), above, NID_ext_key_usage, request.usage);
  }
  if (!request.uris.empty()) {
    add_uris(certificate.get(), request.uris);
  }
  sign(certificate.get(), above, issuer == nullptr ? key.get() : issuer_key);
  return pair_of(certificate.get(), key.get());
}

struct AuthorityRequest {
  std::string common_name;
  Validity validity;
  int authorities_below = 0;
};

/// `issuer` null: itself.
Pair issue_authority(const AuthorityRequest& request, X509* issuer, EVP_PKEY* issuer_key) {
  const OwnedKey key = make_key();
  const OwnedCertificate certificate = draft(request.common_name, request.validity, key.get());
  X509* const above = issuer == nullptr ? certificate.get() : issuer;
  add_extension(certificate.get(), above, NID_basic_constraints,
                "critical,CA:TRUE,pathlen:" + std::to_string(request.authorities_below));
  add_extension(certificate.get(), above, NID_key_usage, "critical,keyCertSign,cRLSign");
  add_extension(certificate.get(), above, NID_subject_key_identifier, "hash");
  if (issuer != nullptr) {
    add_extension(certificate.get(), above, NID_authority_key_identifier, "keyid:always");
  }
  sign(certificate.get(), above, issuer == nullptr ? key.get() : issuer_key);
  return pair_of(certificate.get(), key.get());
}

}  // namespace

Validity valid_for_days(int days) {
  const Time now = std::chrono::system_clock::now();
  return {.begin = now - std::chrono::hours(1), .end = now + std::chrono::hours(24) * days};
}

Pair make_authority(const std::string& common_name, const Validity& validity,
                    int authorities_below) {
  return issue_authority({common_name, validity, authorities_below}, nullptr, nullptr);
}

Pair make_authority_below(const Pair& authority, const std::string& common_name,
                          const Validity& validity, int authorities_below) {
  const OwnedCertificate issuer = read_certificate(authority.certificate);
  const OwnedKey key = read_key(authority.key);
  return issue_authority({common_name, validity, authorities_below}, issuer.get(), key.get());
}

Pair make_certificate(const Pair& authority, const Request& request) {
  const OwnedCertificate issuer = read_certificate(authority.certificate);
  const OwnedKey key = read_key(authority.key);
  return issue(request, issuer.get(), key.get());
}

Pair make_self_signed(const Request& request) {
  return issue(request, nullptr, nullptr);
}

Request server_request(const std::string& cluster, std::uint64_t id, const Validity& validity) {
  return {.common_name = "buoyant server " + std::to_string(id),
          .uris = {tls::to_uri({.cluster = cluster, .id = ServerId(id)})},
          .validity = validity};
}

}  // namespace buoyant::certs_tool
