// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "simulation/frames.h"

#include "buoyant/base/assert.h"

#include <cstring>
#include <span>
#include <utility>
#include <variant>

namespace buoyant::simulation {

namespace {

std::string text(std::uint64_t value) {
  return std::to_string(value);
}

std::string text(const LogPosition& at) {
  return text(at.index.value()) + "/" + text(at.term.value());
}

std::string describe(const RequestVote& message) {
  return std::string(message.pre_vote ? "pre-vote" : "vote") + " in term " +
         text(message.term.value()) + "? last " + text(message.last) + " campaign " +
         text(message.campaign) + (message.transfer ? " transfer" : "");
}

std::string describe(const RequestVoteReply& message) {
  return std::string(message.pre_vote ? "pre-vote" : "vote") +
         (message.granted ? " granted" : " refused") + " in term " + text(message.term.value()) +
         " campaign " + text(message.campaign);
}

std::string describe(const AppendEntries& message) {
  std::string line = "append in term " + text(message.term.value()) + " prev " +
                     text(message.prev) + " commit " + text(message.commit.value()) + " round " +
                     text(message.round.value()) + " entries";
  for (const TermRun& run : message.runs) {
    line += " " + text(run.count) + "x" + text(run.term.value());
  }
  return line;
}

std::string describe(const AppendEntriesReply& message) {
  return "append in term " + text(message.term.value()) +
         (message.accepted
              ? " accepted match " + text(message.match.value())
              : " rejected " + text(message.rejected.value()) + " hint " + text(message.hint)) +
         " round " + text(message.round.value());
}

std::string describe(const Heartbeat& message) {
  return "heartbeat in term " + text(message.term.value()) + " commit " +
         text(message.commit.value()) + " round " + text(message.round.value());
}

std::string describe(const HeartbeatReply& message) {
  return "heartbeat answered in term " + text(message.term.value()) + " round " +
         text(message.round.value()) + " received " + text(message.received.value());
}

std::string describe(const TimeoutNow& message) {
  return "campaign now, term " + text(message.term.value());
}

std::string describe(const Forward& message) {
  return "forward from " + text(message.first_sequence);
}

std::string describe(const ForwardReply& message) {
  std::string line = "forwarded:";
  for (const ForwardResult& result : message.results) {
    line += " " + text(result.first_sequence) + "+" + text(result.count) +
            (result.first.index.is_set() ? " at " + text(result.first)
                                         : std::string(" ") + errc_name(result.refusal));
  }
  return line;
}

std::string describe(const InstallSnapshot& message) {
  return "snapshot in term " + text(message.term.value()) + " " +
         text(message.snapshot.id.position) + " from " + text(message.offset) + " of " +
         text(message.snapshot.bytes);
}

std::string describe(const InstallSnapshotReply& message) {
  constexpr const char* kProgress[] = {" wanted", " complete", " refused"};
  return "snapshot in term " + text(message.term.value()) + " " + text(message.snapshot.position) +
         kProgress[static_cast<std::size_t>(message.progress)] + " from " + text(message.offset);
}

std::string describe(const ReadRequest& message) {
  return "read " + text(message.sequence) + (message.lease ? " by lease" : "");
}

std::string describe(const ReadReply& message) {
  return "read " + text(message.sequence) +
         (message.granted ? " granted at " + text(message.index.value())
                          : std::string(" refused: ") + errc_name(message.refusal));
}

std::string describe(const ControlRequest& message) {
  std::string line = "control " + text(message.sequence);
  if (message.kind == ControlKind::kTransfer) {
    return line + ": transfer to " + text(message.target.value());
  }
  line += ": change from " + text(message.based_on.value()) + " to";
  for (const Member& member : message.members) {
    line += " " + text(member.id.value());
    line += member.role == MemberRole::kLearner ? "(learner)" : "";
  }
  return line;
}

std::string describe(const ControlReply& message) {
  return "control " + text(message.sequence) +
         (message.done ? " done at " + text(message.index.value())
                       : std::string(" refused: ") + errc_name(message.refusal));
}

}  // namespace

ReceivedFrame parse_frame(const std::vector<std::byte>& bytes) {
  BUOYANT_ASSERT(bytes.size() >= kFrameHeaderBytes);
  const auto header = decode_frame_header(
      std::span<const std::byte, kFrameHeaderBytes>(bytes.data(), kFrameHeaderBytes));
  BUOYANT_ASSERT(header.has_value());
  BUOYANT_ASSERT(bytes.size() == kFrameHeaderBytes + header->body_bytes());
  const std::size_t body = header->body_bytes();
  // A block of its own: the meta must be aligned.
  Buffer buffer(body == 0 ? 1 : body);
  std::memcpy(buffer.data(), bytes.data() + kFrameHeaderBytes, body);
  const Bytes all = std::move(buffer).freeze(body);
  return {.header = *header,
          .meta = all.slice(0, header->meta_bytes),
          .payload = all.slice(padded(header->meta_bytes), header->payload_bytes)};
}

std::string describe_message(const PeerMessage& message) {
  return std::visit([](const auto& value) { return describe(value); }, message);
}

std::string describe_frame(port::Codec& codec, const ReceivedFrame& frame) {
  const Result<port::Decoded> decoded = codec.decode(frame);
  return decoded ? describe_message(decoded->message) : "malformed";
}

}  // namespace buoyant::simulation
