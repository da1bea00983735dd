// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "sessions/framing.h"

#include "buoyant/base/assert.h"
#include "buoyant/base/little_endian.h"

#include <array>
#include <cstring>

namespace buoyant::sessions {

namespace {

constexpr std::size_t kKindBytes = 1;
constexpr std::size_t kNumberBytes = 8;
constexpr std::size_t kDoBytes = kKindBytes + 2 * kNumberBytes;
constexpr std::size_t kStatusBytes = 1;

using DoHead = std::array<std::byte, kDoBytes>;

DoHead do_head(SessionId session, std::uint64_t sequence) {
  BUOYANT_ASSERT(sequence > 0);
  DoHead head{};
  head[0] = static_cast<std::byte>(Kind::kDo);
  store_le64(head.data() + kKindBytes, session.value());
  store_le64(head.data() + kKindBytes + kNumberBytes, sequence);
  return head;
}

Bytes joined(ByteView head, ByteView rest) {
  Buffer buffer(head.size() + rest.size());
  std::memcpy(buffer.data(), head.data(), head.size());
  if (!rest.empty()) {
    std::memcpy(buffer.data() + head.size(), rest.data(), rest.size());
  }
  return std::move(buffer).freeze(head.size() + rest.size());
}

Bytes numbered(std::uint8_t first, std::uint64_t number) {
  std::array<std::byte, kKindBytes + kNumberBytes> bytes{static_cast<std::byte>(first)};
  store_le64(bytes.data() + kKindBytes, number);
  return Bytes::copy_of(ByteView(bytes));
}

/// The error that a status is; nothing: it is none.
std::optional<Errc> error_of(const Bytes& reply) {
  if (reply.empty()) {
    return Errc::kMalformed;
  }
  switch (static_cast<Status>(*reply.data())) {
    case Status::kDone:
      return std::nullopt;
    case Status::kExpired:
      return Errc::kSessionExpired;
    case Status::kStale:
      return Errc::kStaleSequence;
    case Status::kReplyNotKept:
      return Errc::kTooLarge;
    case Status::kMalformed:
      break;
  }
  return Errc::kMalformed;
}

}  // namespace

// Commands.

Bytes encode_plain(ByteView command) {
  constexpr std::array<std::byte, kKindBytes> kHead{static_cast<std::byte>(Kind::kPlain)};
  return joined(kHead, command);
}

Bytes encode_open() {
  constexpr std::array<std::byte, kKindBytes> kHead{static_cast<std::byte>(Kind::kOpen)};
  return Bytes::copy_of(ByteView(kHead));
}

Bytes encode_do(SessionId session, std::uint64_t sequence, ByteView command) {
  return joined(do_head(session, sequence), command);
}

Bytes encode_close(SessionId session) {
  return numbered(static_cast<std::uint8_t>(Kind::kClose), session.value());
}

void begin_plain(std::string& bytes) {
  bytes += static_cast<char>(Kind::kPlain);
}

void begin_do(SessionId session, std::uint64_t sequence, std::string& bytes) {
  bytes += text_of(do_head(session, sequence));
}

std::optional<Frame> read_frame(const Bytes& payload) {
  if (payload.empty()) {
    return std::nullopt;
  }
  Frame frame{static_cast<Kind>(*payload.data()), {}, 0, {}};
  switch (frame.kind) {
    case Kind::kPlain:
      frame.command = payload.slice(kKindBytes, payload.size() - kKindBytes);
      return frame;
    case Kind::kOpen:
      return payload.size() == kKindBytes ? std::optional(frame) : std::nullopt;
    case Kind::kDo:
      if (payload.size() < kDoBytes) {
        return std::nullopt;
      }
      frame.session = SessionId(load_le64(payload.data() + kKindBytes));
      frame.sequence = load_le64(payload.data() + kKindBytes + kNumberBytes);
      frame.command = payload.slice(kDoBytes, payload.size() - kDoBytes);
      return frame.sequence > 0 ? std::optional(frame) : std::nullopt;
    case Kind::kClose:
      if (payload.size() != kKindBytes + kNumberBytes) {
        return std::nullopt;
      }
      frame.session = SessionId(load_le64(payload.data() + kKindBytes));
      return frame;
  }
  return std::nullopt;
}

// Replies.

Bytes encode_reply(Status status) {
  const std::array<std::byte, kStatusBytes> bytes{static_cast<std::byte>(status)};
  return Bytes::copy_of(ByteView(bytes));
}

Bytes encode_opened(SessionId session) {
  return numbered(static_cast<std::uint8_t>(Status::kDone), session.value());
}

Bytes encode_done(const Bytes& reply) {
  constexpr std::array<std::byte, kStatusBytes> kHead{static_cast<std::byte>(Status::kDone)};
  return joined(kHead, reply.view());
}

Result<SessionId> decode_open_reply(const Bytes& reply) {
  if (const auto error = error_of(reply)) {
    return fail(*error, "session");
  }
  if (reply.size() != kStatusBytes + kNumberBytes) {
    return fail(Errc::kMalformed, "session");
  }
  return SessionId(load_le64(reply.data() + kStatusBytes));
}

Result<Bytes> decode_do_reply(const Bytes& reply) {
  if (const auto error = error_of(reply)) {
    return fail(*error, "session");
  }
  return reply.slice(kStatusBytes, reply.size() - kStatusBytes);
}

Result<void> decode_close_reply(const Bytes& reply) {
  if (const auto error = error_of(reply)) {
    return fail(*error, "session");
  }
  return {};
}

}  // namespace buoyant::sessions
