// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// One mutually authenticated TLS connection over any stream of bytes: it knows no socket, no
/// thread and no clock but the wall clock that certificates are compared with, and never waits.
///
///   handshaking -> open -> closed     the other side said that it ends
///        |           |
///        +-----------+---> failed     refusal() says why
///
/// **Use.** What the socket received goes into feed(), what output() shows goes out and is then
/// consumed; between the two, write() and read() take and give the application's bytes. After
/// any call there may be something to send. When the stream ends, feed_end(). In `failed` a
/// last alert may wait in output(): the other side learns why, if it is sent.
///
/// **Who it is.** Both sides verify the other's chain, its dates, that it is for both sides of
/// a connection, and its name: our cluster, and for who dials the server that was dialled. Who was
/// dialled must compare peer() with the hello. Under TLS 1.3 the dialling side is open before the
/// other one has seen its certificate: a refusal then comes as an alert while it reads.
///
/// **Bounds.** Ciphertext that was received waits in at most kReceiveBytesMax; beyond, feed()
/// takes less: read() first. Ciphertext to send waits in at most kSendBytesMax; beyond, write()
/// takes less, and what the handshake wants to say waits: consume() first. A handshake that
/// takes more than kHandshakeBytesMax is refused.
///
/// **Work.** feed() and consume() do at most one flight of the handshake: a key exchange, one
/// signature of ours (the dialled side on the first bytes, the dialler on the dialled side's
/// answer), the verification of at most five signatures of certificates and one of the other
/// side's. Nothing of a chain is verified unless the certificate above it is of an authority that
/// we trust. read() decrypts no more than it is asked for and one record; write() encrypts no
/// more than there is room for.
///
/// **Thread.** One thread only, the loop's.
#pragma once

#include "adapters/tls/context.h"
#include "adapters/tls/owned.h"
#include "adapters/tls/refusal.h"
#include "adapters/tls/verify.h"
#include "buoyant/model/ids.h"
#include "buoyant/port/stream_security.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

namespace buoyant::tls {

/// The most plaintext in one record, and the most that is added to it (and to what TLS itself
/// may have to say before it).
inline constexpr std::size_t kRecordBytesMax = std::size_t{16} * 1024;
inline constexpr std::size_t kRecordOverheadMax = 256;

inline constexpr std::size_t kReceiveBytesMax = 4 * (kRecordBytesMax + kRecordOverheadMax);
inline constexpr std::size_t kSendBytesMax = 4 * (kRecordBytesMax + kRecordOverheadMax);
inline constexpr std::size_t kHandshakeBytesMax = std::size_t{32} * 1024;

class TlsSession final : public port::SecureStream {
 public:
  /// The side that dialled `expected`; its first bytes are in output(). Requires: an id.
  static std::unique_ptr<TlsSession> dial(const TlsContext& context, ServerId expected);

  /// The side that was dialled.
  static std::unique_ptr<TlsSession> accept(const TlsContext& context);

  [[nodiscard]] State state() const noexcept override { return state_; }

  /// Nothing unless it failed.
  [[nodiscard]] std::optional<Refusal> refusal() const noexcept { return refusal_; }

  /// OpenSSL's own word for it, or that of the other side's alert; empty: none. Static storage.
  [[nodiscard]] const char* detail() const noexcept { return detail_; }

  /// Its context is the refusal's sentence; when the other side refused us that of its alert.
  [[nodiscard]] Error failure() const noexcept override;

  /// The other side's id by its certificate; none before it is open.
  [[nodiscard]] ServerId peer() const noexcept override;

  [[nodiscard]] std::size_t receive_room() const noexcept override;

  /// Takes what was received, as much as there is room for; how much that was. Once it is closed
  /// or failed it takes all and forgets it.
  std::size_t feed(std::span<const std::byte> ciphertext) override;

  /// The stream has ended. What was received before can still be read; without a farewell among
  /// it, the session then fails as kTruncated.
  void feed_end() override;

  /// What is to be sent next; a part of it when it lies in two places. Stays until consumed.
  [[nodiscard]] std::span<const std::byte> output() const override;

  /// The first bytes of output() were sent. Requires: no more than it showed.
  void consume(std::size_t bytes) override;

  /// Takes plaintext to send, as much as there is room for, in whole records but for the last;
  /// how much that was. None unless it is open, or after close().
  std::size_t write(std::span<const std::byte> plaintext) override;

  /// Gives received plaintext; how much that was. 0: there is none now (see state()).
  std::size_t read(std::span<std::byte> target) override;

  /// Says farewell, once, behind what was written: we send nothing more. Reading goes on. During
  /// the handshake there is nothing to say.
  void close() override;

 private:
  /// Which end of the connection we are, in the words of TLS.
  enum class Side : std::uint8_t { kClient, kServer };

  TlsSession(const TlsContext& context, Side own, ServerId expected);

  /// Goes on with the handshake as far as it comes.
  void advance();
  /// After a call of OpenSSL that did not succeed.
  void note(int result);
  void fail(Refusal refusal);

  PeerCheck check_;
  OwnedSsl ssl_;        ///< Owns one end of the pair of buffers.
  OwnedBio transport_;  ///< The other end.
  State state_ = State::kHandshaking;
  std::optional<Refusal> refusal_;
  const char* detail_ = "";
  int alert_ = -1;  ///< That of the other side; none: -1.
  std::size_t handshake_bytes_ = 0;
  bool has_ended_ = false;
  bool has_said_farewell_ = false;
};

}  // namespace buoyant::tls
