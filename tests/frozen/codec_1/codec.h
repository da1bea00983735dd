// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// port::Codec with FlatBuffers: schemas/rpc.fbs for messages, schemas/entry.fbs for
/// configurations.
///
/// A verified buffer is not a valid message: every value that was read also passes validate.h.
/// What is encoded passes the same rules, as assertions, so that no server sends what its peers
/// refuse.
///
/// "Accepted" means: encoding what was decoded, and decoding that, gives an equal value. Fields
/// of later versions are ignored and do not survive it.
///
/// Bounds: decode() allocates at most kDecodeAmplification bytes for each byte of the frame, the
/// more so the smaller the payloads are; refused frames are mostly refused before anything is
/// allocated.
#pragma once

#include "buoyant/port/codec.h"

#include <cstddef>
#include <memory>
#include <span>

namespace buoyant::flatbuf_1 {

/// An Entry in memory is this many times as large as the length field of an entry without
/// payload, the least that an entry takes on the wire; rounded up.
inline constexpr std::size_t kDecodeAmplification = 16;

/// The largest payload of a configuration entry: 2 * 64 members with the longest addresses take
/// less.
inline constexpr std::size_t kConfigurationBytesMax = std::size_t{64} << 10U;

class MetaBuilder;

/// Owned by the assembly. Loop thread only: encoding reuses one builder.
class FlatbuffersCodec final : public port::Codec {
 public:
  FlatbuffersCodec();
  ~FlatbuffersCodec() override;

  [[nodiscard]] Frame encode(GroupId group, const PeerMessage& message) noexcept override;

  [[nodiscard]] Frame encode_append(GroupId group, const AppendEntries& message,
                                    std::span<const Entry> entries) noexcept override;

  [[nodiscard]] Frame encode_forward(GroupId group, const Forward& message,
                                     std::span<const Bytes> payloads) noexcept override;

  [[nodiscard]] Frame encode_snapshot(GroupId group, const InstallSnapshot& message,
                                      const Bytes& part) noexcept override;

  [[nodiscard]] Frame encode_hello(const Hello& hello) noexcept override;

  [[nodiscard]] Frame encode_hello_reply(const HelloReply& reply) noexcept override;

  [[nodiscard]] Result<port::Decoded> decode(const ReceivedFrame& frame) noexcept override;

  [[nodiscard]] Result<Hello> decode_hello(const ReceivedFrame& frame) noexcept override;

  [[nodiscard]] Result<HelloReply> decode_hello_reply(const ReceivedFrame& frame) noexcept override;

  [[nodiscard]] Bytes encode_configuration(const Configuration& configuration) noexcept override;

  [[nodiscard]] Result<Configuration> decode_configuration(ByteView payload) noexcept override;

 private:
  /// With its members as a configuration.
  Frame encode_control(GroupId group, const ControlRequest& message) noexcept;

  std::unique_ptr<MetaBuilder> builder_;
};

}  // namespace buoyant::flatbuf_1
