// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Port: values to bytes and back, for the wire and for configurations in the log.
///
/// Owned by the assembly; loop thread only; stateless as far as callers can see.
#pragma once

#include "buoyant/base/bytes.h"
#include "buoyant/base/result.h"
#include "buoyant/model/entry.h"
#include "buoyant/model/frame.h"
#include "buoyant/model/hello.h"
#include "buoyant/model/message.h"

#include <span>
#include <vector>

namespace buoyant::port {

/// A message and what travels beside it.
struct Decoded {
  PeerMessage message;
  /// Of AppendEntries: the entries, as many as its runs count, with the same terms. Payloads
  /// are slices of the receive buffer.
  std::vector<Entry> entries;
  /// Of Forward: the proposals. Of InstallSnapshot: one element, the part.
  std::vector<Bytes> payloads;
};

class Codec {
 public:
  Codec() = default;
  Codec(const Codec&) = delete;
  Codec& operator=(const Codec&) = delete;
  virtual ~Codec() = default;

  /// Encodes a message without entries and payloads.
  /// Requires: it is no AppendEntries with runs, no Forward and no InstallSnapshot.
  [[nodiscard]] virtual Frame encode(GroupId group, const PeerMessage& message) noexcept = 0;

  /// Encodes AppendEntries with its entries; the result serves every follower that gets this
  /// range. `message.runs` and `message.configurations` are not looked at: they follow from
  /// the entries.
  /// Requires: entries match the message; their payloads fit kFrameBytesHardMax.
  [[nodiscard]] virtual Frame encode_append(GroupId group, const AppendEntries& message,
                                            std::span<const Entry> entries) noexcept = 0;

  [[nodiscard]] virtual Frame encode_forward(GroupId group, const Forward& message,
                                             std::span<const Bytes> payloads) noexcept = 0;

  /// Requires: the part is within the snapshot and fits kFrameBytesHardMax.
  [[nodiscard]] virtual Frame encode_snapshot(GroupId group, const InstallSnapshot& message,
                                              const Bytes& part) noexcept = 0;

  [[nodiscard]] virtual Frame encode_hello(const Hello& hello) noexcept = 0;

  [[nodiscard]] virtual Frame encode_hello_reply(const HelloReply& reply) noexcept = 0;

  /// Verifies and validates a frame of any type but the handshake's; accepted means that
  /// encoding the result gives an equal message (HAZARDS: verified is not valid). Allocates at
  /// most in proportion to the frame's own size.
  /// Errors: kMalformed, kUnsupportedVersion (a type of a later version).
  [[nodiscard]] virtual Result<Decoded> decode(const ReceivedFrame& frame) noexcept = 0;

  /// Errors: kMalformed, also when the frame is of another type.
  [[nodiscard]] virtual Result<Hello> decode_hello(const ReceivedFrame& frame) noexcept = 0;

  /// Errors: kMalformed, also when the frame is of another type.
  [[nodiscard]] virtual Result<HelloReply> decode_hello_reply(
      const ReceivedFrame& frame) noexcept = 0;

  /// The payload of a configuration entry. Equal configurations give equal bytes, for ever:
  /// the first entry's checksum tells clusters apart.
  [[nodiscard]] virtual Bytes encode_configuration(const Configuration& configuration) noexcept = 0;

  /// Errors: kMalformed, kInvalidConfiguration.
  [[nodiscard]] virtual Result<Configuration> decode_configuration(ByteView payload) noexcept = 0;
};

}  // namespace buoyant::port
