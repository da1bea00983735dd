// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What OpenSSL hands out, owned: freed at the end of its owner's life.
#pragma once

#include "buoyant/base/assert.h"

#include <memory>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <string_view>

namespace buoyant::tls {

template <auto kFree>
struct Freed {
  template <class T>
  void operator()(T* object) const noexcept {
    kFree(object);
  }
};

/// OPENSSL_free and sk_free are macros.
struct FreedNames {
  void operator()(GENERAL_NAMES* names) const noexcept { GENERAL_NAMES_free(names); }
};

struct FreedCertificates {
  void operator()(STACK_OF(X509) * chain) const noexcept { sk_X509_pop_free(chain, X509_free); }
};

using OwnedBio = std::unique_ptr<BIO, Freed<BIO_free>>;
using OwnedCertificate = std::unique_ptr<X509, Freed<X509_free>>;
using OwnedChain = std::unique_ptr<STACK_OF(X509), FreedCertificates>;
using OwnedKey = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using OwnedNames = std::unique_ptr<GENERAL_NAMES, FreedNames>;
using OwnedSsl = std::unique_ptr<SSL, Freed<SSL_free>>;
using OwnedSslContext = std::unique_ptr<SSL_CTX, Freed<SSL_CTX_free>>;
using OwnedStore = std::unique_ptr<X509_STORE, Freed<X509_STORE_free>>;
using OwnedStoreContext = std::unique_ptr<X509_STORE_CTX, Freed<X509_STORE_CTX_free>>;

/// Reads `text`, which must outlive it.
inline OwnedBio reader_of(std::string_view text) {
  OwnedBio bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  BUOYANT_ASSERT(bio != nullptr);
  return bio;
}

}  // namespace buoyant::tls
