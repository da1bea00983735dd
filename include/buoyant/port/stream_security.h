// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Port: what makes a stream of bytes between two servers private, and proves who they are.
///
/// A transport that has a StreamSecurity sends and takes nothing else than what its streams
/// make and accept. Loop thread only, and nothing blocks, but for
/// StreamSecurity::read_renewal.
#pragma once

#include "buoyant/base/error.h"
#include "buoyant/base/result.h"
#include "buoyant/model/ids.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace buoyant::port {

/// One connection. What the socket received goes into feed(), what output() shows goes out and is
/// then consumed; write() and read() take and give the application's bytes. After any call there
/// may be something to send, in kFailed too: that tells the other side why.
class SecureStream {
 public:
  /// kClosed: the other side said that it ends.
  enum class State : std::uint8_t { kHandshaking, kOpen, kClosed, kFailed };

  SecureStream() = default;
  SecureStream(const SecureStream&) = delete;
  SecureStream& operator=(const SecureStream&) = delete;
  virtual ~SecureStream() = default;

  [[nodiscard]] virtual State state() const noexcept = 0;

  /// Why it failed, with a sentence as context. kTransportFailed: the stream ended, and nobody is
  /// to blame; kMalformed: the other side sent what no peer does; others: it was refused, or
  /// refused us. Requires: kFailed.
  [[nodiscard]] virtual Error failure() const noexcept = 0;

  /// The other side, proven; none before it is open.
  [[nodiscard]] virtual ServerId peer() const noexcept = 0;

  /// How much feed() takes now.
  [[nodiscard]] virtual std::size_t receive_room() const noexcept = 0;

  /// Takes what was received, as much as there is room for; how much that was. During the
  /// handshake it does one flight of it: the only costly call.
  virtual std::size_t feed(std::span<const std::byte> received) = 0;

  /// The stream has ended; what was received before can still be read.
  virtual void feed_end() = 0;

  /// What is to be sent next; a part of it when it lies in two places. The bytes stay where they
  /// are until they are consumed.
  [[nodiscard]] virtual std::span<const std::byte> output() const = 0;

  /// The first bytes of output() were sent. Requires: no more than it showed.
  virtual void consume(std::size_t bytes) = 0;

  /// Takes bytes to send, as much as there is room for; how much that was.
  virtual std::size_t write(std::span<const std::byte> bytes) = 0;

  /// Gives received bytes; how much that was. 0: there are none now (see state()).
  virtual std::size_t read(std::span<std::byte> target) = 0;

  /// Says, behind what was written, that we send nothing more.
  virtual void close() = 0;
};

/// Who we are, and whom we trust. Shared by who made it and those who use it.
class StreamSecurity {
 public:
  /// What proves who we are, read and found good.
  class Renewal {
   public:
    Renewal() = default;
    Renewal(const Renewal&) = delete;
    Renewal& operator=(const Renewal&) = delete;
    virtual ~Renewal() = default;
  };

  StreamSecurity(const StreamSecurity&) = delete;
  StreamSecurity& operator=(const StreamSecurity&) = delete;
  virtual ~StreamSecurity() = default;

  /// The side that dialled `expected`: nobody else will do. Requires: an id.
  virtual std::unique_ptr<SecureStream> dial(ServerId expected) = 0;

  /// The side that was dialled.
  virtual std::unique_ptr<SecureStream> accept() = 0;

  /// Reads again from where it came what proves who we are, and checks it; nothing changes by it.
  /// It blocks: for a thread that may, not the loop's, while this lives.
  /// Errors: kInvalidOptions, kWrongCluster, kWrongIdentity.
  [[nodiscard]] virtual Result<std::unique_ptr<Renewal>> read_renewal() const = 0;

  /// Streams are made with it from now on; those that stand go on.
  /// Requires: it is of this object's read_renewal.
  virtual void adopt(std::unique_ptr<Renewal> renewal) = 0;

  /// When what proves who we are expires: new streams are refused from then on.
  [[nodiscard]] virtual std::chrono::system_clock::time_point expires_at() const noexcept = 0;

 protected:
  StreamSecurity() = default;
  StreamSecurity(StreamSecurity&&) = default;
  StreamSecurity& operator=(StreamSecurity&&) = default;
};

}  // namespace buoyant::port
