// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/tls/session.h"

#include "buoyant/base/assert.h"

#include <algorithm>
#include <openssl/err.h>
#include <openssl/ssl.h>

namespace buoyant::tls {

std::unique_ptr<TlsSession> TlsSession::dial(const TlsContext& context, ServerId expected) {
  BUOYANT_ASSERT(expected.is_set());
  auto session = std::unique_ptr<TlsSession>(new TlsSession(context, Side::kClient, expected));
  session->advance();
  return session;
}

std::unique_ptr<TlsSession> TlsSession::accept(const TlsContext& context) {
  return std::unique_ptr<TlsSession>(new TlsSession(context, Side::kServer, ServerId()));
}

TlsSession::TlsSession(const TlsContext& context, Side own, ServerId expected)
    : check_{.cluster = context.own().cluster, .expected = expected},
      ssl_(SSL_new(context.credentials_.ssl.get())) {
  BUOYANT_ASSERT(ssl_ != nullptr);
  BIO* inner = nullptr;
  BIO* outer = nullptr;
  const int status = BIO_new_bio_pair(&inner, kSendBytesMax, &outer, kReceiveBytesMax);
  BUOYANT_ASSERT(status == 1);
  transport_.reset(outer);
  SSL_set_bio(ssl_.get(), inner, inner);
  SSL_set_app_data(ssl_.get(), &check_);
  if (own == Side::kClient) {
    SSL_set_connect_state(ssl_.get());
  } else {
    SSL_set_accept_state(ssl_.get());
  }
}

ServerId TlsSession::peer() const noexcept {
  return state_ == State::kOpen || state_ == State::kClosed ? check_.peer : ServerId();
}

Error TlsSession::failure() const noexcept {
  const Refusal refusal = refusal_.value_or(Refusal::kProtocolError);
  return Error(refusal_code(refusal), refusal == Refusal::kRefusedByPeer
                                          ? alert_message(alert_)
                                          : refusal_message(refusal));
}

std::size_t TlsSession::receive_room() const noexcept {
  return BIO_ctrl_get_write_guarantee(transport_.get());
}

std::size_t TlsSession::feed(std::span<const std::byte> ciphertext) {
  BUOYANT_ASSERT(!has_ended_);
  if (state_ == State::kClosed || state_ == State::kFailed) {
    return ciphertext.size();
  }
  const std::size_t taken = std::min(receive_room(), ciphertext.size());
  if (taken == 0) {
    return 0;
  }
  const int written = BIO_write(transport_.get(), ciphertext.data(), static_cast<int>(taken));
  BUOYANT_ASSERT(written == static_cast<int>(taken));
  if (state_ == State::kHandshaking) {
    handshake_bytes_ += taken;
    advance();
    if (state_ == State::kHandshaking && handshake_bytes_ > kHandshakeBytesMax) {
      fail(Refusal::kHandshakeTooLarge);
    }
  }
  return taken;
}

void TlsSession::feed_end() {
  has_ended_ = true;
  BIO_shutdown_wr(transport_.get());
  advance();
}

std::span<const std::byte> TlsSession::output() const {
  char* data = nullptr;
  const int size = BIO_nread0(transport_.get(), &data);
  if (size <= 0) {
    return {};
  }
  return {reinterpret_cast<const std::byte*>(data), static_cast<std::size_t>(size)};
}

void TlsSession::consume(std::size_t bytes) {
  if (bytes == 0) {
    return;
  }
  char* data = nullptr;
  const int consumed = BIO_nread(transport_.get(), &data, static_cast<int>(bytes));
  BUOYANT_ASSERT(consumed == static_cast<int>(bytes));
  // The handshake may have waited for room.
  advance();
}

void TlsSession::advance() {
  if (state_ != State::kHandshaking) {
    return;
  }
  ERR_clear_error();
  const int result = SSL_do_handshake(ssl_.get());
  if (result == 1) {
    BUOYANT_ASSERT(check_.peer.is_set());
    state_ = State::kOpen;
    return;
  }
  note(result);
}

std::size_t TlsSession::write(std::span<const std::byte> plaintext) {
  if (state_ != State::kOpen || has_said_farewell_) {
    return 0;
  }
  std::size_t taken = 0;
  while (taken < plaintext.size()) {
    const std::size_t size = std::min(plaintext.size() - taken, kRecordBytesMax);
    // Once OpenSSL has begun a record it wants the same bytes again until all of it is out: so
    // none is begun that does not fit.
    if (BIO_ctrl_get_write_guarantee(SSL_get_wbio(ssl_.get())) < size + kRecordOverheadMax) {
      break;
    }
    ERR_clear_error();
    std::size_t written = 0;
    const int result = SSL_write_ex(ssl_.get(), plaintext.data() + taken, size, &written);
    if (result != 1) {
      note(result);
      break;
    }
    taken += written;
  }
  return taken;
}

std::size_t TlsSession::read(std::span<std::byte> target) {
  std::size_t given = 0;
  while (state_ == State::kOpen && given < target.size()) {
    ERR_clear_error();
    std::size_t got = 0;
    const int result = SSL_read_ex(ssl_.get(), target.data() + given, target.size() - given, &got);
    if (result != 1) {
      note(result);
      break;
    }
    given += got;
  }
  return given;
}

void TlsSession::close() {
  if (state_ == State::kHandshaking || state_ == State::kFailed || has_said_farewell_) {
    return;
  }
  has_said_farewell_ = true;
  ERR_clear_error();
  SSL_shutdown(ssl_.get());
  ERR_clear_error();
}

void TlsSession::note(int result) {
  const int what = SSL_get_error(ssl_.get(), result);
  if (what == SSL_ERROR_WANT_READ || what == SSL_ERROR_WANT_WRITE) {
    return;
  }
  if (what == SSL_ERROR_ZERO_RETURN) {
    if (state_ == State::kHandshaking) {
      fail(Refusal::kRefusedByPeer);
    } else {
      state_ = State::kClosed;
    }
    return;
  }
  const unsigned long error = ERR_peek_error();
  const char* const word = ERR_reason_error_string(error);
  detail_ = word == nullptr ? "" : word;
  alert_ = alert_of_library(error);
  ERR_clear_error();
  fail(check_.refusal.value_or(refusal_of_library(error)));
}

void TlsSession::fail(Refusal refusal) {
  state_ = State::kFailed;
  refusal_ = refusal;
}

}  // namespace buoyant::tls
