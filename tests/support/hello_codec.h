// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A codec that knows the handshake only, for tests of transports without FlatBuffers.
#pragma once

#include "buoyant/base/assert.h"
#include "buoyant/base/little_endian.h"
#include "buoyant/port/codec.h"

#include <array>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <vector>

namespace buoyant::tests {

/// Fixed fields, then the cluster id.
class HelloCodec final : public port::Codec {
 public:
  Frame encode(GroupId, const PeerMessage&) noexcept override { return unused(); }

  Frame encode_append(GroupId, const AppendEntries&, std::span<const Entry>) noexcept override {
    return unused();
  }

  Frame encode_forward(GroupId, const Forward&, std::span<const Bytes>) noexcept override {
    return unused();
  }

  Frame encode_snapshot(GroupId, const InstallSnapshot&, const Bytes&) noexcept override {
    return unused();
  }

  Frame encode_hello(const Hello& hello) noexcept override {
    const auto purpose = static_cast<std::uint64_t>(hello.purpose);
    return pack(FrameType::kHello,
                {hello.version_min, hello.version_max | purpose << 16U, hello.expected.value(),
                 hello.configuration_index.value(), hello.bootstrap},
                hello.identity);
  }

  Frame encode_hello_reply(const HelloReply& reply) noexcept override {
    return pack(FrameType::kHelloReply,
                {static_cast<std::uint64_t>(reply.refusal), reply.version, 0,
                 reply.configuration_index.value(), reply.bootstrap},
                reply.identity);
  }

  Result<port::Decoded> decode(const ReceivedFrame&) noexcept override {
    return fail(Errc::kMalformed, "not in this codec");
  }

  Result<Hello> decode_hello(const ReceivedFrame& frame) noexcept override {
    Hello hello;
    if (!unpack(FrameType::kHello, frame, hello.identity)) {
      return fail(Errc::kMalformed, "hello");
    }
    hello.version_min = static_cast<std::uint16_t>(number(frame, 0));
    hello.version_max = static_cast<std::uint16_t>(number(frame, 1));
    hello.expected = ServerId(number(frame, 2));
    hello.configuration_index = Index(number(frame, 3));
    hello.bootstrap = number(frame, 4);
    hello.purpose = static_cast<LinkPurpose>(number(frame, 1) >> 16U);
    return hello;
  }

  Result<HelloReply> decode_hello_reply(const ReceivedFrame& frame) noexcept override {
    HelloReply reply;
    if (!unpack(FrameType::kHelloReply, frame, reply.identity)) {
      return fail(Errc::kMalformed, "hello reply");
    }
    reply.refusal = static_cast<Refusal>(number(frame, 0));
    reply.version = static_cast<std::uint16_t>(number(frame, 1));
    reply.configuration_index = Index(number(frame, 3));
    reply.bootstrap = number(frame, 4);
    return reply;
  }

  Bytes encode_configuration(const Configuration&) noexcept override { return {}; }

  Result<Configuration> decode_configuration(ByteView) noexcept override {
    return fail(Errc::kMalformed, "not in this codec");
  }

 private:
  static constexpr std::size_t kNumbers = 9;

  static Frame unused() {
    BUOYANT_ASSERT(false);
    return {};
  }

  static Frame pack(FrameType type, const std::array<std::uint64_t, 5>& numbers,
                    const Identity& identity) {
    std::vector<std::byte> meta(kNumbers * 8 + identity.cluster.size());
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      store_le64(meta.data() + i * 8, numbers[i]);
    }
    store_le64(meta.data() + 40, identity.server.value());
    store_le64(meta.data() + 48, identity.incarnation);
    store_le64(meta.data() + 56, identity.start_counter);
    store_le64(meta.data() + 64, identity.start_id);
    std::memcpy(meta.data() + kNumbers * 8, identity.cluster.data(), identity.cluster.size());
    return make_frame(type, GroupId(), meta, {});
  }

  static std::uint64_t number(const ReceivedFrame& frame, std::size_t i) {
    return load_le64(frame.meta.data() + i * 8);
  }

  static bool unpack(FrameType type, const ReceivedFrame& frame, Identity& identity) {
    if (frame.header.type != type || frame.meta.size() <= kNumbers * 8) {
      return false;
    }
    identity.server = ServerId(number(frame, 5));
    identity.incarnation = number(frame, 6);
    identity.start_counter = number(frame, 7);
    identity.start_id = number(frame, 8);
    identity.cluster = std::string(frame.meta.text().substr(kNumbers * 8));
    return true;
  }
};

}  // namespace buoyant::tests
