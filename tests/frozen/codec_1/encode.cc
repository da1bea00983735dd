// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/frozen/codec_1/encode.h"

#include "buoyant/base/assert.h"
#include "codec_1/rpc_generated.h"
#include "tests/frozen/codec_1/codec.h"
#include "tests/frozen/codec_1/meta_builder.h"
#include "tests/frozen/codec_1/validate.h"

#include <cstdint>
#include <memory>
#include <type_traits>
#include <variant>
#include <vector>

namespace buoyant::flatbuf_1 {

namespace {

/// Encodes each message that has no payload.
class Encoder {
 public:
  Encoder(MetaBuilder& builder, GroupId group)
      : builder_(builder), fields_(builder.begin()), group_(group) {}

  Frame operator()(const RequestVote& message) {
    return frame(FrameType::kRequestVote,
                 wire_1::CreateRequestVote(fields_, message.term.value(), message.last.term.value(),
                                           message.last.index.value(), message.pre_vote,
                                           message.transfer, message.campaign));
  }

  Frame operator()(const RequestVoteReply& message) {
    return frame(FrameType::kRequestVoteReply,
                 wire_1::CreateRequestVoteReply(fields_, message.term.value(), message.granted,
                                                message.pre_vote, message.campaign));
  }

  Frame operator()(const AppendEntriesReply& message) {
    return frame(FrameType::kAppendEntriesReply,
                 wire_1::CreateAppendEntriesReply(
                     fields_, message.term.value(), message.accepted, message.match.value(),
                     message.rejected.value(), message.hint.term.value(),
                     message.hint.index.value(), message.round.value(), message.lease_promise_ms,
                     static_cast<std::uint8_t>(message.space)));
  }

  Frame operator()(const Heartbeat& message) {
    return frame(FrameType::kHeartbeat,
                 wire_1::CreateHeartbeat(fields_, message.term.value(), message.commit.value(),
                                         message.round.value()));
  }

  Frame operator()(const HeartbeatReply& message) {
    return frame(FrameType::kHeartbeatReply,
                 wire_1::CreateHeartbeatReply(fields_, message.term.value(), message.round.value(),
                                              message.received.value(), message.lease_promise_ms,
                                              static_cast<std::uint8_t>(message.space),
                                              static_cast<std::uint8_t>(message.preference)));
  }

  Frame operator()(const TimeoutNow& message) {
    return frame(FrameType::kTimeoutNow, wire_1::CreateTimeoutNow(fields_, message.term.value()));
  }

  Frame operator()(const ForwardReply& message) {
    std::vector<wire_1::ForwardResult> results;
    results.reserve(message.results.size());
    for (const ForwardResult& result : message.results) {
      results.emplace_back(result.first_sequence, result.count, result.first.term.value(),
                           result.first.index.value(), static_cast<std::uint8_t>(result.refusal));
    }
    const auto list = fields_.CreateVectorOfStructs(results.data(), results.size());
    return frame(FrameType::kForwardReply, wire_1::CreateForwardReply(fields_, list));
  }

  Frame operator()(const InstallSnapshotReply& message) {
    const auto id = create_snapshot_id(fields_, message.snapshot);
    return frame(FrameType::kInstallSnapshotReply,
                 wire_1::CreateInstallSnapshotReply(fields_, message.term.value(), id,
                                                    static_cast<std::uint8_t>(message.progress),
                                                    message.offset));
  }

  Frame operator()(const ReadRequest& message) {
    return frame(FrameType::kReadRequest,
                 wire_1::CreateReadRequest(fields_, message.sequence, message.lease));
  }

  Frame operator()(const ReadReply& message) {
    return frame(
        FrameType::kReadReply,
        wire_1::CreateReadReply(fields_, message.sequence, message.granted, message.index.value(),
                                refusal_of(message.granted, message)));
  }

  Frame operator()(const ControlReply& message) {
    return frame(
        FrameType::kControlReply,
        wire_1::CreateControlReply(fields_, message.sequence, message.done, message.index.value(),
                                   refusal_of(message.done, message)));
  }

 private:
  /// Zero where it has no meaning, so that equal messages have equal bytes.
  template <class Reply>
  static std::uint8_t refusal_of(bool succeeded, const Reply& reply) {
    return succeeded ? std::uint8_t{0} : static_cast<std::uint8_t>(reply.refusal);
  }

  template <class Table>
  Frame frame(FrameType type, flatbuffers::Offset<Table> root) {
    return builder_.frame(type, group_, root);
  }

  MetaBuilder& builder_;
  flatbuffers::FlatBufferBuilder& fields_;
  GroupId group_;
};

}  // namespace

FlatbuffersCodec::FlatbuffersCodec() : builder_(std::make_unique<MetaBuilder>()) {}

FlatbuffersCodec::~FlatbuffersCodec() = default;

Frame FlatbuffersCodec::encode(GroupId group, const PeerMessage& message) noexcept {
  if (const auto* control = std::get_if<ControlRequest>(&message)) {
    return encode_control(group, *control);
  }
  if (const auto* append = std::get_if<AppendEntries>(&message)) {
    BUOYANT_ASSERT(append->runs.empty());
    return encode_append(group, *append, {});
  }
  return std::visit(
      [&](const auto& value) -> Frame {
        using Value = std::remove_cvref_t<decltype(value)>;
        constexpr bool travels_without_payloads = std::is_invocable_v<Encoder, const Value&>;
        BUOYANT_ASSERT(travels_without_payloads);
        if constexpr (travels_without_payloads) {
          BUOYANT_ASSERT(defect_of(value) == nullptr);
          return Encoder(*builder_, group)(value);
        }
        return {};
      },
      message);
}

}  // namespace buoyant::flatbuf_1
