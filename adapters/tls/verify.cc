// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/tls/verify.h"

#include "adapters/tls/owned.h"
#include "buoyant/base/assert.h"

#include <cstdint>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

namespace buoyant::tls {

namespace {

std::string_view text_of(const ASN1_STRING* text) {
  const auto* const data = reinterpret_cast<const char*>(ASN1_STRING_get0_data(text));
  return {data, static_cast<std::size_t>(ASN1_STRING_length(text))};
}

bool has_agreed_on_application(const SSL* ssl) {
  const unsigned char* name = nullptr;
  unsigned int size = 0;
  SSL_get0_alpn_selected(ssl, &name, &size);
  return kApplication == std::string_view(reinterpret_cast<const char*>(name), size);
}

std::optional<Refusal> refuse_name(PeerCheck& check, X509& certificate) {
  const NameFound found = name_of(certificate);
  if (!found.name) {
    return found.refusal;
  }
  if (found.name->cluster != check.cluster) {
    return Refusal::kWrongCluster;
  }
  if (check.expected.is_set() && found.name->id != check.expected) {
    return Refusal::kWrongId;
  }
  check.peer = found.name->id;
  return std::nullopt;
}

/// `store` has OpenSSL's own error when the chain is at fault: it chooses the alert by it.
std::optional<Refusal> refuse(PeerCheck& check, const SSL* ssl, X509_STORE_CTX* store) {
  // Both are agreed on before any certificate comes.
  if (!has_agreed_on_application(ssl)) {
    X509_STORE_CTX_set_error(store, X509_V_ERR_APPLICATION_VERIFICATION);
    return Refusal::kWrongApplication;
  }
  if (X509_verify_cert(store) != 1) {
    return refusal_of_chain(X509_STORE_CTX_get_error(store));
  }
  X509* const certificate = X509_STORE_CTX_get0_cert(store);
  if (!is_for_both_sides(*certificate)) {
    X509_STORE_CTX_set_error(store, X509_V_ERR_INVALID_PURPOSE);
    return Refusal::kWrongUsage;
  }
  const auto refusal = refuse_name(check, *certificate);
  if (refusal) {
    X509_STORE_CTX_set_error(store, X509_V_ERR_HOSTNAME_MISMATCH);
  }
  return refusal;
}

}  // namespace

NameFound name_of(X509& certificate) {
  int critical = 0;
  const OwnedNames names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(&certificate, NID_subject_alt_name, &critical, nullptr)));
  if (names == nullptr) {
    // -1: there are none. Else several extensions, or one that cannot be read.
    return {.refusal = critical == -1 ? Refusal::kNoName : Refusal::kMalformedName};
  }
  const ASN1_STRING* uri = nullptr;
  for (int index = 0; index < sk_GENERAL_NAME_num(names.get()); ++index) {
    const GENERAL_NAME* const name = sk_GENERAL_NAME_value(names.get(), index);
    if (name->type != GEN_URI) {
      continue;
    }
    if (uri != nullptr) {
      return {.refusal = Refusal::kSeveralNames};
    }
    uri = name->d.uniformResourceIdentifier;
  }
  if (uri == nullptr) {
    return {.refusal = Refusal::kNoName};
  }
  return {.name = parse_uri(text_of(uri)), .refusal = Refusal::kMalformedName};
}

bool is_for_both_sides(X509& certificate) {
  const std::uint32_t usage = X509_get_extended_key_usage(&certificate);
  // All bits: the extension is missing.
  const bool is_told = usage != UINT32_MAX;
  return is_told && (usage & XKU_SSL_SERVER) != 0 && (usage & XKU_SSL_CLIENT) != 0;
}

int verify_peer(X509_STORE_CTX* store, void* /*unused*/) {
  const auto* const ssl = static_cast<const SSL*>(
      X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  auto* const check = static_cast<PeerCheck*>(SSL_get_app_data(ssl));
  BUOYANT_ASSERT(check != nullptr);
  check->refusal = refuse(*check, ssl, store);
  return check->refusal ? 0 : 1;
}

}  // namespace buoyant::tls
