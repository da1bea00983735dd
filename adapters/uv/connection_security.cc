// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What a secure connection does besides: the handshake, and what lies between the frames and
/// the socket.

#include "adapters/uv/connection.h"
#include "adapters/uv/context.h"
#include "buoyant/base/assert.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace buoyant::uv {

namespace {

using State = port::SecureStream::State;

/// What a step of the handshake gets at most: strangers may have us hold this much.
constexpr std::size_t kHandshakeReadMax = std::size_t{4} << 10U;

std::span<const std::byte> bytes_in(const uv_buf_t& buffer) {
  return {reinterpret_cast<const std::byte*>(buffer.base), buffer.len};
}

}  // namespace

bool Connection::is_securing() const noexcept {
  return context_.options.security != nullptr &&
         (secure_ == nullptr || secure_->state() == State::kHandshaking);
}

ServerId Connection::proven_peer() const noexcept {
  return secure_ == nullptr ? ServerId() : secure_->peer();
}

bool Connection::wants_to_read() const noexcept {
  // What was received for the step that waits in line is enough.
  return is_securing() ? held_.empty() && (secure_ != nullptr || !expected_.is_set()) : reads_;
}

std::span<std::byte> Connection::ciphertext_target() const {
  const std::size_t room = is_securing() ? kHandshakeReadMax : secure_->receive_room();
  const std::span<std::byte> target(context_.received);
  return target.first(std::min(target.size(), room));
}

void Connection::on_ciphertext(std::size_t count) {
  const auto received = std::span<const std::byte>(context_.received).first(count);
  if (is_securing()) {
    held_.assign(received.begin(), received.end());
    uv_read_stop(reinterpret_cast<uv_stream_t*>(&tcp_));
    await_handshake_step();
    return;
  }
  const std::size_t taken = secure_->feed(received);
  BUOYANT_ASSERT(taken == count);
  deliver();
  look_at_security();
}

void Connection::await_handshake_step() {
  const bool has_token = secure_ != nullptr || expected_.is_set();
  handshake_.wait(has_token ? HandshakeLine::Kind::kBegun : HandshakeLine::Kind::kStrangers,
                  [this] { on_handshake_step(); });
}

void Connection::on_handshake_step() {
  if (secure_ == nullptr) {
    port::StreamSecurity& security = *context_.options.security;
    secure_ = expected_.is_set() ? security.dial(expected_) : security.accept();
  }
  if (!held_.empty()) {
    const std::size_t taken = secure_->feed(held_);
    BUOYANT_ASSERT(taken == held_.size());
    held_.clear();
  }
  if (secure_->state() == State::kFailed) {
    look_at_security();
    return;
  }
  if (!is_securing() && expected_.is_set()) {
    // What is said now leaves together with the last of the handshake.
    events_->on_open();
    if (closing_) {
      return;
    }
  }
  write();
  reading_.post([this] { resume_reading(); });
}

bool Connection::refill() {
  if (secure_ == nullptr || is_securing()) {
    return false;
  }
  const std::size_t count = secure_->read(reader_.writable());
  reader_.commit(count);
  return count > 0;
}

void Connection::look_at_security() {
  if (closing_ || secure_ == nullptr) {
    return;
  }
  // The other side may be owed an answer, or the reason why it is refused.
  if (!secure_->output().empty()) {
    write();
  }
  if (secure_->state() == State::kFailed) {
    end(secure_->failure());
  } else if (secure_->state() == State::kClosed) {
    end(Error(Errc::kTransportFailed, "closed by the other side", UV_EOF));
  }
}

void Connection::say_farewell() {
  if (secure_ == nullptr || in_flight_ > 0 || end_.is_active()) {
    return;
  }
  secure_->close();
  const auto last = secure_->output();
  if (!last.empty()) {
    uv_buf_t buffer = uv_buf_init(const_cast<char*>(reinterpret_cast<const char*>(last.data())),
                                  static_cast<unsigned int>(last.size()));
    // Whether it leaves or not: the socket is closed after it.
    uv_try_write(reinterpret_cast<uv_stream_t*>(&tcp_), &buffer, 1);
  }
}

void Connection::seal() {
  std::array<uv_buf_t, 64> space;
  while (!queue_.empty()) {
    const auto pieces = queue_.front(space, context_.gathered.size());
    std::span<const std::byte> record = bytes_in(pieces.front());
    if (pieces.size() > 1) {
      // One record for many small pieces: each has its cost.
      std::size_t size = 0;
      for (const uv_buf_t& piece : pieces) {
        std::memcpy(context_.gathered.data() + size, piece.base, piece.len);
        size += piece.len;
      }
      record = std::span<const std::byte>(context_.gathered).first(size);
    }
    const std::size_t taken = secure_->write(record);
    queue_.consume(taken);
    if (taken < record.size()) {
      return;
    }
  }
}

bool Connection::has_output() {
  if (context_.options.security == nullptr) {
    return !queue_.empty();
  }
  if (secure_ == nullptr) {
    return false;
  }
  // What the kernel did not take goes first: then the rest lies in one place.
  if (secure_->output().size() < context_.gathered.size()) {
    seal();
  }
  return !secure_->output().empty();
}

std::span<uv_buf_t> Connection::output(std::span<uv_buf_t> space, std::size_t bytes_max) const {
  if (secure_ == nullptr) {
    return queue_.front(space, bytes_max);
  }
  const auto bytes = secure_->output();
  space[0] = uv_buf_init(const_cast<char*>(reinterpret_cast<const char*>(bytes.data())),
                         static_cast<unsigned int>(std::min(bytes.size(), bytes_max)));
  return space.first(1);
}

void Connection::consume_output(std::size_t bytes) {
  if (secure_ == nullptr) {
    queue_.consume(bytes);
  } else {
    secure_->consume(bytes);
  }
}

}  // namespace buoyant::uv
