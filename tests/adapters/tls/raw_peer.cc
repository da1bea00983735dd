// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/adapters/tls/raw_peer.h"

#include "buoyant/base/assert.h"

#include <array>
#include <cstring>
#include <openssl/err.h>
#include <openssl/pem.h>

namespace buoyant::tls::support {

namespace raw_peer {

int select_application(SSL*, const unsigned char** selected, unsigned char* size,
                       const unsigned char* offered, unsigned int offered_size, void* own) {
  const auto& wanted = *static_cast<const std::string*>(own);
  unsigned char* chosen = nullptr;
  const int status =
      SSL_select_next_proto(&chosen, size, reinterpret_cast<const unsigned char*>(wanted.data()),
                            static_cast<unsigned int>(wanted.size()), offered, offered_size);
  *selected = chosen;
  return status == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

/// The first of the certificates is its own, the others are sent with it.
void use(SSL_CTX* context, const certs_tool::Pair& pair) {
  const OwnedBio reader = reader_of(pair.certificate);
  const OwnedCertificate certificate(PEM_read_bio_X509(reader.get(), nullptr, nullptr, nullptr));
  const OwnedKey key(PEM_read_bio_PrivateKey(reader_of(pair.key).get(), nullptr, nullptr, nullptr));
  BUOYANT_ASSERT(SSL_CTX_use_certificate(context, certificate.get()) == 1);
  BUOYANT_ASSERT(SSL_CTX_use_PrivateKey(context, key.get()) == 1);
  while (X509* const above = PEM_read_bio_X509(reader.get(), nullptr, nullptr, nullptr)) {
    BUOYANT_ASSERT(SSL_CTX_add0_chain_cert(context, above) == 1);
  }
  ERR_clear_error();
}

}  // namespace raw_peer

RawPeer::RawPeer(Role role, const RawOptions& options)
    : context_(SSL_CTX_new(TLS_method())), application_(options.application) {
  SSL_CTX_set_security_level(context_.get(), 0);
  SSL_CTX_set_min_proto_version(context_.get(), TLS1_VERSION);
  SSL_CTX_set_max_proto_version(context_.get(), options.version_max);
  // It looks at nobody's certificate, but wants one.
  SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, [](int, X509_STORE_CTX*) { return 1; });
  SSL_CTX_set_info_callback(context_.get(), on_event);
  if (!options.ciphers.empty()) {
    BUOYANT_ASSERT(SSL_CTX_set_cipher_list(context_.get(), options.ciphers.c_str()) == 1);
  }
  if (options.pair) {
    raw_peer::use(context_.get(), *options.pair);
  }
  if (!application_.empty()) {
    SSL_CTX_set_alpn_protos(context_.get(),
                            reinterpret_cast<const unsigned char*>(application_.data()),
                            static_cast<unsigned int>(application_.size()));
    SSL_CTX_set_alpn_select_cb(context_.get(), raw_peer::select_application, &application_);
  }
  ssl_.reset(SSL_new(context_.get()));
  in_ = BIO_new(BIO_s_mem());
  out_ = BIO_new(BIO_s_mem());
  SSL_set_bio(ssl_.get(), in_, out_);
  SSL_set_app_data(ssl_.get(), this);
  if (role == Role::kDials) {
    SSL_set_connect_state(ssl_.get());
  } else {
    SSL_set_accept_state(ssl_.get());
  }
  go_on();
}

std::size_t RawPeer::feed(ByteView ciphertext) {
  BIO_write(in_, ciphertext.data(), static_cast<int>(ciphertext.size()));
  go_on();
  return ciphertext.size();
}

void RawPeer::go_on() {
  ERR_clear_error();
  if (SSL_do_handshake(ssl_.get()) == 1) {
    std::array<char, 4096> buffer{};
    int count = 0;
    while ((count = SSL_read(ssl_.get(), buffer.data(), static_cast<int>(buffer.size()))) > 0) {
      received.append(buffer.data(), static_cast<std::size_t>(count));
    }
  }
  ERR_clear_error();
  take_output();
}

void RawPeer::write(const std::string& text) {
  SSL_write(ssl_.get(), text.data(), static_cast<int>(text.size()));
  ERR_clear_error();
  take_output();
}

void RawPeer::ask_for_renegotiation() {
  BUOYANT_ASSERT(SSL_renegotiate(ssl_.get()) == 1);
  go_on();
}

void RawPeer::ask_for_new_keys() {
  BUOYANT_ASSERT(SSL_key_update(ssl_.get(), SSL_KEY_UPDATE_REQUESTED) == 1);
  go_on();
}

bool RawPeer::has_ticket() const {
  const SSL_SESSION* const session = SSL_get0_session(ssl_.get());
  return session != nullptr && SSL_SESSION_has_ticket(session) == 1;
}

void RawPeer::take_output() {
  char* data = nullptr;
  const long size = BIO_get_mem_data(out_, &data);
  output_.append(data, static_cast<std::size_t>(size));
  BIO_reset(out_);
}

void RawPeer::on_event(const SSL* ssl, int where, int value) {
  if (where == SSL_CB_READ_ALERT) {
    static_cast<RawPeer*>(SSL_get_app_data(ssl))->alert = SSL_alert_desc_string_long(value);
  }
}

}  // namespace buoyant::tls::support
