// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/model/frame.h"

#include "buoyant/base/assert.h"
#include "buoyant/base/checksum.h"
#include "buoyant/base/little_endian.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace buoyant {

namespace {

constexpr std::uint32_t kMagic = 0x594f5542;  // "BUOY" as it stands in the stream.
constexpr std::size_t kReceiveBytes = std::size_t{128} << 10U;
constexpr std::size_t kReadBytesMin = 4096;
constexpr std::array<std::byte, 8> kZeros{};

std::uint32_t header_checksum(ByteView first) noexcept {
  return static_cast<std::uint32_t>(checksum(first));
}

}  // namespace

std::size_t FrameHeader::body_bytes() const noexcept {
  return padded(meta_bytes) + padded(payload_bytes);
}

void encode_frame_header(const FrameHeader& header, std::span<std::byte> target) noexcept {
  BUOYANT_ASSERT(target.size() >= kFrameHeaderBytes);
  std::byte* at = target.data();
  store_le32(at, kMagic);
  at[4] = std::byte{header.version};
  at[5] = static_cast<std::byte>(header.type);
  at[6] = std::byte{0};
  at[7] = std::byte{0};
  store_le64(at + 8, header.group.value());
  store_le32(at + 16, header.meta_bytes);
  store_le32(at + 20, header.payload_bytes);
  store_le64(at + 24, header.body_checksum);
  store_le32(at + 32, 0);
  store_le32(at + 36, header_checksum({at, 36}));
}

Result<FrameHeader> decode_frame_header(
    std::span<const std::byte, kFrameHeaderBytes> source) noexcept {
  const std::byte* at = source.data();
  if (load_le32(at) != kMagic) {
    return fail(Errc::kMalformed, "frame magic");
  }
  if (load_le32(at + 36) != header_checksum({at, 36})) {
    return fail(Errc::kMalformed, "frame header checksum");
  }
  if (at[4] != std::byte{1}) {
    return fail(Errc::kUnsupportedVersion, "frame version");
  }
  if (at[6] != std::byte{0} || at[7] != std::byte{0} || load_le32(at + 32) != 0) {
    return fail(Errc::kMalformed, "frame flags");
  }
  FrameHeader header;
  header.version = std::to_integer<std::uint8_t>(at[4]);
  header.type = static_cast<FrameType>(at[5]);
  header.group = GroupId(load_le64(at + 8));
  header.meta_bytes = load_le32(at + 16);
  header.payload_bytes = load_le32(at + 20);
  header.body_checksum = load_le64(at + 24);
  return header;
}

std::size_t Frame::bytes() const noexcept {
  std::size_t total = 0;
  for (const Bytes& piece : pieces) {
    total += piece.size();
  }
  return total;
}

namespace {

/// Lays payloads out as pieces: small ones copied next to each other, large ones referenced.
class PieceWriter {
 public:
  explicit PieceWriter(std::size_t copied_bytes) : buffer_(copied_bytes) {}

  std::byte* reserve(std::size_t size) {
    std::byte* at = buffer_.data() + end_;
    end_ += size;
    return at;
  }

  void copy(ByteView view) {
    if (!view.empty()) {
      std::memcpy(reserve(view.size()), view.data(), view.size());
    }
  }

  void reference(const Bytes& payload) {
    flush();
    pieces_.push_back(payload);
  }

  std::byte* first() { return buffer_.data(); }

  std::vector<Bytes> finish() {
    flush();
    return std::move(pieces_);
  }

 private:
  void flush() {
    if (end_ > begin_) {
      pieces_.push_back(buffer_.share(begin_, end_ - begin_));
      begin_ = end_;
    }
  }

  Buffer buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::vector<Bytes> pieces_;
};

const Bytes& payload_of(const Bytes& payload) noexcept {
  return payload;
}

const Bytes& payload_of(const Entry& entry) noexcept {
  return entry.payload;
}

/// Of all that follows the header.
std::uint64_t body_checksum(std::span<const Bytes> pieces) {
  const ByteView first = pieces.front().view().subspan(kFrameHeaderBytes);
  if (pieces.size() == 1) {
    // The same value, without a stream's memory: what most frames are.
    return checksum(first);
  }
  ChecksumStream body;
  body.add(first);
  for (const Bytes& piece : pieces.subspan(1)) {
    body.add(piece.view());
  }
  return body.value();
}

/// `Item` is a payload or an entry: entries lend their payloads without a new reference to each.
template <class Item>
Frame frame_of(FrameType type, GroupId group, ByteView meta, std::span<const Item> items) {
  std::size_t payload_bytes = 0;
  std::size_t copied = kFrameHeaderBytes + padded(meta.size());
  for (const Item& item : items) {
    const Bytes& payload = payload_of(item);
    payload_bytes += payload.size();
    copied += payload.size() < kPayloadReferenceBytesMin ? payload.size() : 0;
  }
  BUOYANT_ASSERT(padded(meta.size()) + padded(payload_bytes) <= kFrameBytesHardMax);
  const std::size_t padding = padded(payload_bytes) - payload_bytes;

  PieceWriter writer(copied + padding);
  writer.reserve(kFrameHeaderBytes);
  writer.copy(meta);
  writer.copy({kZeros.data(), padded(meta.size()) - meta.size()});
  for (const Item& item : items) {
    const Bytes& payload = payload_of(item);
    if (payload.size() < kPayloadReferenceBytesMin) {
      writer.copy(payload.view());
    } else {
      writer.reference(payload);
    }
  }
  writer.copy({kZeros.data(), padding});

  // The header lies at the front of the first piece, which nobody else has seen yet.
  std::byte* first = writer.first();
  Frame frame{.type = type, .pieces = writer.finish()};
  FrameHeader header{.type = type, .group = group};
  header.meta_bytes = static_cast<std::uint32_t>(meta.size());
  header.payload_bytes = static_cast<std::uint32_t>(payload_bytes);
  header.body_checksum = body_checksum(frame.pieces);
  encode_frame_header(header, {first, kFrameHeaderBytes});
  return frame;
}

}  // namespace

Frame make_frame(FrameType type, GroupId group, ByteView meta, std::span<const Bytes> payloads) {
  return frame_of(type, group, meta, payloads);
}

Frame make_entries_frame(FrameType type, GroupId group, ByteView meta,
                         std::span<const Entry> entries) {
  return frame_of(type, group, meta, entries);
}

FrameReader::FrameReader(std::size_t body_bytes_max) : body_bytes_max_(body_bytes_max) {
  BUOYANT_ASSERT(body_bytes_max <= kFrameBytesHardMax);
}

void FrameReader::set_body_bytes_max(std::size_t body_bytes_max) noexcept {
  BUOYANT_ASSERT(body_bytes_max <= kFrameBytesHardMax);
  body_bytes_max_ = body_bytes_max;
}

std::span<std::byte> FrameReader::writable() {
  const std::size_t wanted = kFrameHeaderBytes + (header_ ? header_->body_bytes() : 0);
  const bool too_small = buffer_.capacity() - consumed_ < wanted;
  // Between frames a few bytes at the end of the buffer are not worth a read of their own; the
  // rest of a started frame that fits is.
  const bool cramped = !header_ && buffer_.capacity() - filled_ < kReadBytesMin;
  if (too_small || cramped || filled_ == buffer_.capacity()) {
    make_room(wanted);
  }
  return {buffer_.data() + filled_, buffer_.capacity() - filled_};
}

void FrameReader::commit(std::size_t count) noexcept {
  BUOYANT_ASSERT(count <= buffer_.capacity() - filled_);
  filled_ += count;
}

void FrameReader::make_room(std::size_t wanted) {
  // The started frame moves to the front: into a new buffer, because slices of this one may be
  // in use, unless none is and it is large enough.
  const std::size_t pending = pending_bytes();
  if (buffer_.capacity() == kReceiveBytes && wanted <= kReceiveBytes && !buffer_.is_shared()) {
    std::memmove(buffer_.data(), buffer_.data() + consumed_, pending);
  } else {
    Buffer larger(std::max(wanted, kReceiveBytes));
    if (pending > 0) {
      std::memcpy(larger.data(), buffer_.data() + consumed_, pending);
    }
    buffer_ = std::move(larger);
  }
  consumed_ = 0;
  filled_ = pending;
}

Result<std::optional<ReceivedFrame>> FrameReader::next() {
  if (error_) {
    return fail(*error_);
  }
  if (!header_) {
    if (pending_bytes() < kFrameHeaderBytes) {
      return std::nullopt;
    }
    const std::byte* at = buffer_.data() + consumed_;
    auto header =
        decode_frame_header(std::span<const std::byte, kFrameHeaderBytes>(at, kFrameHeaderBytes));
    if (!header) {
      error_ = header.error();
      return fail(*error_);
    }
    if (header->body_bytes() > body_bytes_max_) {
      error_ = Error(Errc::kTooLarge, "frame over the cap");
      return fail(*error_);
    }
    header_ = *header;
  }
  const std::size_t body = header_->body_bytes();
  if (pending_bytes() < kFrameHeaderBytes + body) {
    return std::nullopt;
  }
  const std::size_t meta_at = consumed_ + kFrameHeaderBytes;
  if (checksum({buffer_.data() + meta_at, body}) != header_->body_checksum) {
    error_ = Error(Errc::kMalformed, "frame body checksum");
    return fail(*error_);
  }
  ReceivedFrame frame;
  frame.header = *header_;
  frame.meta = buffer_.share(meta_at, header_->meta_bytes);
  frame.payload = buffer_.share(meta_at + padded(header_->meta_bytes), header_->payload_bytes);
  consumed_ = meta_at + body;
  header_.reset();
  return frame;
}

}  // namespace buoyant
