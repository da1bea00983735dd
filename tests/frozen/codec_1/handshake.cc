// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/base/assert.h"
#include "codec_1/rpc_generated.h"
#include "tests/frozen/codec_1/codec.h"
#include "tests/frozen/codec_1/meta_builder.h"
#include "tests/frozen/codec_1/meta_view.h"
#include "tests/frozen/codec_1/validate.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

namespace buoyant::flatbuf_1 {

namespace {

flatbuffers::Offset<wire_1::Identity> create_identity(flatbuffers::FlatBufferBuilder& fields,
                                                      const Identity& identity) {
  const auto cluster = fields.CreateString(identity.cluster);
  return wire_1::CreateIdentity(fields, cluster, identity.server.value(), identity.incarnation,
                                identity.start_counter, identity.start_id);
}

Identity read_identity(const wire_1::Identity* table) {
  // Cut off before it is copied: one byte over the limit is refused like a million.
  const flatbuffers::String* cluster = table->cluster();
  const std::size_t size = std::min<std::size_t>(cluster->size(), kClusterBytesMax + 1);
  return {.cluster = std::string(cluster->c_str(), size),
          .server = ServerId(table->server()),
          .incarnation = table->incarnation(),
          .start_counter = table->start_counter(),
          .start_id = table->start_id()};
}

/// The table of a handshake frame; reads it while `aligned` lives.
template <class Table>
Result<Root<Table>> open_handshake(const ReceivedFrame& frame, FrameType type,
                                   const AlignedView& aligned) {
  if (frame.header.type != type) {
    return fail(Errc::kMalformed, "not the handshake");
  }
  if (!frame.payload.empty()) {
    return fail(Errc::kMalformed, "a payload where none belongs");
  }
  const auto table = Root<Table>::verified(aligned.view(), 4);
  if (!table) {
    return fail(Errc::kMalformed, "not the table of its frame type");
  }
  return table;
}

template <class Value>
Result<Value> checked(Value value) {
  if (Defect defect = defect_of(value)) {
    return fail(Errc::kMalformed, defect);
  }
  return value;
}

}  // namespace

Frame FlatbuffersCodec::encode_hello(const Hello& hello) noexcept {
  BUOYANT_ASSERT(defect_of(hello) == nullptr);
  flatbuffers::FlatBufferBuilder& fields = builder_->begin();
  const auto identity = create_identity(fields, hello.identity);
  return builder_->frame(
      FrameType::kHello, GroupId(),
      wire_1::CreateHello(fields, hello.version_min, hello.version_max, identity,
                          hello.expected.value(), hello.configuration_index.value(),
                          hello.bootstrap, static_cast<std::uint8_t>(hello.purpose),
                          static_cast<std::uint8_t>(hello.refusal)));
}

Frame FlatbuffersCodec::encode_hello_reply(const HelloReply& reply) noexcept {
  BUOYANT_ASSERT(defect_of(reply) == nullptr);
  flatbuffers::FlatBufferBuilder& fields = builder_->begin();
  const auto identity = create_identity(fields, reply.identity);
  return builder_->frame(
      FrameType::kHelloReply, GroupId(),
      wire_1::CreateHelloReply(fields, static_cast<std::uint8_t>(reply.refusal), reply.version,
                               identity, reply.configuration_index.value(), reply.bootstrap));
}

Result<Hello> FlatbuffersCodec::decode_hello(const ReceivedFrame& frame) noexcept {
  const AlignedView aligned(frame.meta.view());
  const auto table = open_handshake<wire_1::Hello>(frame, FrameType::kHello, aligned);
  if (!table) {
    return fail(table.error());
  }
  const Root<wire_1::Hello>& hello = *table;
  return checked(Hello{.version_min = hello->version_min(),
                       .version_max = hello->version_max(),
                       .identity = read_identity(hello->identity()),
                       .expected = ServerId(hello->expected()),
                       .configuration_index = Index(hello->configuration_index()),
                       .bootstrap = hello->bootstrap(),
                       .purpose = static_cast<LinkPurpose>(hello->purpose()),
                       .refusal = static_cast<Refusal>(hello->refusal())});
}

Result<HelloReply> FlatbuffersCodec::decode_hello_reply(const ReceivedFrame& frame) noexcept {
  const AlignedView aligned(frame.meta.view());
  const auto table = open_handshake<wire_1::HelloReply>(frame, FrameType::kHelloReply, aligned);
  if (!table) {
    return fail(table.error());
  }
  const Root<wire_1::HelloReply>& reply = *table;
  return checked(HelloReply{.refusal = static_cast<Refusal>(reply->refusal()),
                            .version = reply->version(),
                            .identity = read_identity(reply->identity()),
                            .configuration_index = Index(reply->configuration_index()),
                            .bootstrap = reply->bootstrap()});
}

}  // namespace buoyant::flatbuf_1
