// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/frozen/codec_1/decode.h"

#include "codec_1/rpc_generated.h"
#include "tests/frozen/codec_1/codec.h"
#include "tests/frozen/codec_1/meta_view.h"
#include "tests/frozen/codec_1/validate.h"

#include <cstddef>
#include <cstdint>
#include <utility>

namespace buoyant::flatbuf_1 {

namespace {

/// A root table and whether everything that was read from it had a form that we write.
template <class Table>
struct Source {
  Root<Table> table;
  bool valid = true;

  bool flag(flatbuffers::voffset_t slot) { return table.flag(slot, valid); }
};

LogPosition position(std::uint64_t term, std::uint64_t index) noexcept {
  return {.term = Term(term), .index = Index(index)};
}

RequestVote read(Source<wire_1::RequestVote>& source) {
  const auto& table = source.table;
  return {.term = Term(table->term()),
          .last = position(table->last_term(), table->last_index()),
          .pre_vote = source.flag(wire_1::RequestVote::VT_PRE_VOTE),
          .transfer = source.flag(wire_1::RequestVote::VT_TRANSFER),
          .campaign = table->campaign()};
}

RequestVoteReply read(Source<wire_1::RequestVoteReply>& source) {
  const auto& table = source.table;
  return {.term = Term(table->term()),
          .granted = source.flag(wire_1::RequestVoteReply::VT_GRANTED),
          .pre_vote = source.flag(wire_1::RequestVoteReply::VT_PRE_VOTE),
          .campaign = table->campaign()};
}

AppendEntriesReply read(Source<wire_1::AppendEntriesReply>& source) {
  const auto& table = source.table;
  return {.term = Term(table->term()),
          .accepted = source.flag(wire_1::AppendEntriesReply::VT_ACCEPTED),
          .match = Index(table->match()),
          .rejected = Index(table->rejected()),
          .hint = position(table->hint_term(), table->hint_index()),
          .round = Round(table->round()),
          .lease_promise_ms = table->lease_promise_ms(),
          .space = static_cast<SpaceState>(table->space_state())};
}

Heartbeat read(Source<wire_1::Heartbeat>& source) {
  const auto& table = source.table;
  return {.term = Term(table->term()),
          .commit = Index(table->commit()),
          .round = Round(table->round())};
}

HeartbeatReply read(Source<wire_1::HeartbeatReply>& source) {
  const auto& table = source.table;
  return {.term = Term(table->term()),
          .round = Round(table->round()),
          .received = Index(table->received()),
          .lease_promise_ms = table->lease_promise_ms(),
          .space = static_cast<SpaceState>(table->space_state()),
          .preference = static_cast<Preference>(table->preference())};
}

TimeoutNow read(Source<wire_1::TimeoutNow>& source) {
  return {.term = Term(source.table->term())};
}

ForwardReply read(Source<wire_1::ForwardReply>& source) {
  const auto* results = source.table->results();
  ForwardReply message;
  message.results.reserve(size_of(results));
  for (std::size_t i = 0; i < size_of(results); ++i) {
    const wire_1::ForwardResult result = element(results, i);
    message.results.push_back({.first_sequence = result.first_sequence(),
                               .count = result.count(),
                               .first = position(result.first_term(), result.first_index()),
                               .refusal = static_cast<Errc>(result.refusal())});
  }
  return message;
}

InstallSnapshotReply read(Source<wire_1::InstallSnapshotReply>& source) {
  const auto& table = source.table;
  return {.term = Term(table->term()),
          .snapshot = read_snapshot_id(*table->snapshot()),
          .progress = static_cast<InstallProgress>(table->progress()),
          .offset = table->offset()};
}

ReadRequest read(Source<wire_1::ReadRequest>& source) {
  return {.sequence = source.table->sequence(),
          .lease = source.flag(wire_1::ReadRequest::VT_LEASE)};
}

ReadReply read(Source<wire_1::ReadReply>& source) {
  const auto& table = source.table;
  return {.sequence = table->sequence(),
          .granted = source.flag(wire_1::ReadReply::VT_GRANTED),
          .index = Index(table->index()),
          .refusal = static_cast<Errc>(table->refusal())};
}

ControlReply read(Source<wire_1::ControlReply>& source) {
  const auto& table = source.table;
  return {.sequence = table->sequence(),
          .done = source.flag(wire_1::ControlReply::VT_DONE),
          .index = Index(table->index()),
          .refusal = static_cast<Errc>(table->refusal())};
}

/// A message that is a table and nothing else.
template <class Table>
Result<port::Decoded> decode_table(ByteView meta, const Bytes& payload) {
  if (!payload.empty()) {
    return fail(Errc::kMalformed, "a payload where none belongs");
  }
  Source<Table> source{.table = Root<Table>::verified(meta, 4)};
  if (!source.table) {
    return fail(Errc::kMalformed, "not the table of its frame type");
  }
  auto message = read(source);
  if (!source.valid) {
    return fail(Errc::kMalformed, "neither true nor false");
  }
  if (Defect defect = defect_of(message)) {
    return fail(Errc::kMalformed, defect);
  }
  return port::Decoded{.message = std::move(message), .entries = {}, .payloads = {}};
}

}  // namespace

Result<port::Decoded> FlatbuffersCodec::decode(const ReceivedFrame& frame) noexcept {
  const AlignedView aligned(frame.meta.view());
  const ByteView meta = aligned.view();
  switch (frame.header.type) {
    case FrameType::kHello:
    case FrameType::kHelloReply:
      return fail(Errc::kMalformed, "a second handshake");
    case FrameType::kRequestVote:
      return decode_table<wire_1::RequestVote>(meta, frame.payload);
    case FrameType::kRequestVoteReply:
      return decode_table<wire_1::RequestVoteReply>(meta, frame.payload);
    case FrameType::kAppendEntries:
      return decode_append(meta, frame.payload);
    case FrameType::kAppendEntriesReply:
      return decode_table<wire_1::AppendEntriesReply>(meta, frame.payload);
    case FrameType::kHeartbeat:
      return decode_table<wire_1::Heartbeat>(meta, frame.payload);
    case FrameType::kHeartbeatReply:
      return decode_table<wire_1::HeartbeatReply>(meta, frame.payload);
    case FrameType::kTimeoutNow:
      return decode_table<wire_1::TimeoutNow>(meta, frame.payload);
    case FrameType::kForward:
      return decode_forward(meta, frame.payload);
    case FrameType::kForwardReply:
      return decode_table<wire_1::ForwardReply>(meta, frame.payload);
    case FrameType::kInstallSnapshot:
      return decode_snapshot(meta, frame.payload);
    case FrameType::kInstallSnapshotReply:
      return decode_table<wire_1::InstallSnapshotReply>(meta, frame.payload);
    case FrameType::kReadRequest:
      return decode_table<wire_1::ReadRequest>(meta, frame.payload);
    case FrameType::kReadReply:
      return decode_table<wire_1::ReadReply>(meta, frame.payload);
    case FrameType::kControlRequest:
      return decode_control(meta, frame.payload);
    case FrameType::kControlReply:
      return decode_table<wire_1::ControlReply>(meta, frame.payload);
  }
  return fail(Errc::kUnsupportedVersion, "a frame type of a later version");
}

}  // namespace buoyant::flatbuf_1
