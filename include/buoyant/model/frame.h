// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Frames: how messages are cut out of a byte stream. Length and checksums, no meaning.
///
/// A frame is a fixed header, a FlatBuffer ("meta") and raw payload bytes:
///
///   offset  bytes  field (little-endian)
///        0      4  magic "BUOY"
///        4      1  wire version
///        5      1  type (FrameType)
///        6      2  flags, zero
///        8      8  group
///       16      4  meta bytes
///       20      4  payload bytes
///       24      8  checksum of the body
///       32      4  reserved, zero
///       36      4  checksum of the 36 bytes before
///       40         body: meta, zeros up to a multiple of 8, payload, zeros up to a multiple of 8
///
/// Every frame is a multiple of 8 bytes long, so that in a receive buffer each meta is aligned
/// as FlatBuffers needs it. The length is capped before anything is allocated (W1).
#pragma once

#include "buoyant/base/bytes.h"
#include "buoyant/base/export.h"
#include "buoyant/base/result.h"
#include "buoyant/model/entry.h"
#include "buoyant/model/ids.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace buoyant {

/// What a frame carries. Values are sent; they are only appended.
enum class FrameType : std::uint8_t {
  kHello = 1,
  kHelloReply = 2,
  kRequestVote = 3,
  kRequestVoteReply = 4,
  kAppendEntries = 5,
  kAppendEntriesReply = 6,
  kHeartbeat = 7,
  kHeartbeatReply = 8,
  kTimeoutNow = 9,
  kForward = 10,
  kForwardReply = 11,
  kInstallSnapshot = 12,
  kInstallSnapshotReply = 13,
  kReadRequest = 14,
  kReadReply = 15,
  kControlRequest = 16,
  kControlReply = 17,
};

inline constexpr std::size_t kFrameHeaderBytes = 40;
/// The largest body that any option can allow.
inline constexpr std::size_t kFrameBytesHardMax = std::size_t{64} << 20U;
/// The largest body before the handshake is over.
inline constexpr std::size_t kHelloBytesMax = 4096;

struct BUOYANT_EXPORT FrameHeader {
  std::uint8_t version = 1;
  FrameType type = FrameType::kHello;
  GroupId group;
  std::uint32_t meta_bytes = 0;
  std::uint32_t payload_bytes = 0;
  std::uint64_t body_checksum = 0;

  /// The length of the body with its padding.
  [[nodiscard]] std::size_t body_bytes() const noexcept;

  friend bool operator==(const FrameHeader&, const FrameHeader&) = default;
};

/// `size` rounded up to a multiple of 8.
constexpr std::size_t padded(std::size_t size) noexcept {
  return (size + 7) & ~std::size_t{7};
}

/// Writes the header with its checksum. Requires: target.size() >= kFrameHeaderBytes.
BUOYANT_EXPORT void encode_frame_header(const FrameHeader& header,
                                        std::span<std::byte> target) noexcept;

/// Reads and checks a header; it does not look at the cap.
/// Errors: kMalformed (magic, checksum, reserved bits), kUnsupportedVersion.
BUOYANT_EXPORT Result<FrameHeader> decode_frame_header(
    std::span<const std::byte, kFrameHeaderBytes> source) noexcept;

/// A frame on its way out: its bytes are the pieces, one after the other. Pieces are shared, so
/// one encoded range serves every follower.
struct BUOYANT_EXPORT Frame {
  FrameType type = FrameType::kHello;
  std::vector<Bytes> pieces;

  /// The length of all pieces.
  [[nodiscard]] std::size_t bytes() const noexcept;
};

/// Builds a frame around an encoded meta and payloads. Payloads of at least
/// `kPayloadReferenceBytesMin` are referenced where they lie, smaller ones are copied next to
/// each other: below that a copy is cheaper than one more element in writev.
BUOYANT_EXPORT Frame make_frame(FrameType type, GroupId group, ByteView meta,
                                std::span<const Bytes> payloads);

/// The same with the payloads of entries, in their order.
BUOYANT_EXPORT Frame make_entries_frame(FrameType type, GroupId group, ByteView meta,
                                        std::span<const Entry> entries);

inline constexpr std::size_t kPayloadReferenceBytesMin = 2048;

/// A frame that came in, checked for length and checksum only. Both parts share the receive
/// buffer.
struct ReceivedFrame {
  FrameHeader header;
  Bytes meta;  ///< Aligned to 8 bytes.
  Bytes payload;
};

/// Cuts a byte stream into frames.
///
/// The owner reads from its socket into `writable()`, tells how much with `commit`, and takes
/// frames with `next` until there is none. A frame that does not fit the current buffer gets
/// one of its own size, after its header was checked against the cap.
class BUOYANT_EXPORT FrameReader {
 public:
  /// `body_bytes_max` caps the body of every frame; at most kFrameBytesHardMax.
  explicit FrameReader(std::size_t body_bytes_max);

  /// Changes the cap for the frames that were not looked at yet (after the handshake).
  void set_body_bytes_max(std::size_t body_bytes_max) noexcept;

  /// Where to read to; never empty. Valid until the next call.
  std::span<std::byte> writable();

  /// The first `count` bytes of writable() were filled.
  void commit(std::size_t count) noexcept;

  /// The next complete frame; nullopt: more bytes are needed. After an error the stream is
  /// lost; every later call fails with the same error.
  /// Errors: kMalformed (header or checksum), kTooLarge (over the cap), kUnsupportedVersion.
  Result<std::optional<ReceivedFrame>> next();

  /// The length of the frame under way, if its header is here; else of a header.
  [[nodiscard]] std::size_t frame_bytes() const noexcept {
    return kFrameHeaderBytes + (header_ ? header_->body_bytes() : 0);
  }

  /// Bytes received of a frame that is not complete yet.
  [[nodiscard]] std::size_t pending_bytes() const noexcept { return filled_ - consumed_; }

 private:
  void make_room(std::size_t wanted);

  std::size_t body_bytes_max_;
  Buffer buffer_;
  std::size_t filled_ = 0;    ///< Bytes of the buffer that were read from the stream.
  std::size_t consumed_ = 0;  ///< Of those, bytes that were given out as frames.
  std::optional<FrameHeader> header_;
  std::optional<Error> error_;
};

}  // namespace buoyant
