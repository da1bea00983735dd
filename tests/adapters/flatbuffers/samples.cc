// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/adapters/flatbuffers/samples.h"

#include "tests/support/print.h"

#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace buoyant::flatbuf::samples {

constexpr std::uint64_t kAny = std::numeric_limits<std::uint64_t>::max();
constexpr LogPosition kMaximal{.term = Term(kNumberMax), .index = Index(kNumberMax)};

Member voter(std::uint64_t id) {
  return {.id = ServerId(id),
          .address = "10.0.0." + std::to_string(id) + ":7001",
          .role = MemberRole::kVoter};
}

Configuration three_voters() {
  return {.members = {voter(1), voter(2), voter(3)}, .outgoing = {}};
}

Configuration joint() {
  Configuration configuration{.members = {voter(2), voter(3), voter(4), voter(5)},
                              .outgoing = {voter(1), voter(2), voter(3)}};
  configuration.members.back().role = MemberRole::kLearner;
  return configuration;
}

AppendEntries completed(AppendEntries message, const std::vector<Entry>& entries,
                        port::Codec& codec) {
  message.runs.clear();
  message.configurations.clear();
  Index index = message.prev.index;
  for (const Entry& entry : entries) {
    index = index.next();
    append_run(message.runs, entry.term, 1);
    if (entry.kind == EntryKind::kConfiguration) {
      message.configurations.push_back(
          {.index = index, .configuration = *codec.decode_configuration(entry.payload.view())});
    }
  }
  return message;
}

Sample peer(std::string name, PeerMessage message) {
  return {.name = std::move(name), .value = PeerSample{std::move(message), {}, {}}};
}

void add_votes(std::vector<Sample>& samples) {
  samples.push_back(peer("request_vote", RequestVote{.term = Term(7),
                                                     .last = {Term(6), Index(1234)},
                                                     .pre_vote = false,
                                                     .transfer = true,
                                                     .campaign = 3}));
  samples.push_back(
      peer("request_vote_pre",
           RequestVote{
               .term = Term(1), .last = {}, .pre_vote = true, .transfer = false, .campaign = 0}));
  samples.push_back(peer("request_vote_maximal", RequestVote{.term = Term(kNumberMax),
                                                             .last = kMaximal,
                                                             .pre_vote = true,
                                                             .transfer = true,
                                                             .campaign = kAny}));
  samples.push_back(
      peer("request_vote_reply",
           RequestVoteReply{.term = Term(7), .granted = true, .pre_vote = false, .campaign = 3}));
  samples.push_back(peer("request_vote_reply_empty", RequestVoteReply{}));
  samples.push_back(
      peer("request_vote_reply_maximal",
           RequestVoteReply{
               .term = Term(kNumberMax), .granted = true, .pre_vote = true, .campaign = kAny}));
}

void add_replies(std::vector<Sample>& samples) {
  samples.push_back(peer("append_entries_reply", AppendEntriesReply{.term = Term(3),
                                                                    .accepted = true,
                                                                    .match = Index(99),
                                                                    .rejected = {},
                                                                    .hint = {},
                                                                    .round = Round(12)}));
  samples.push_back(
      peer("append_entries_reply_rejected", AppendEntriesReply{.term = Term(3),
                                                               .accepted = false,
                                                               .match = {},
                                                               .rejected = Index(99),
                                                               .hint = {Term(2), Index(98)},
                                                               .round = Round(13)}));
  samples.push_back(
      peer("append_entries_reply_maximal", AppendEntriesReply{.term = kMaximal.term,
                                                              .accepted = false,
                                                              .match = {},
                                                              .rejected = kMaximal.index,
                                                              .hint = kMaximal,
                                                              .round = Round(kNumberMax)}));
  samples.push_back(peer("heartbeat", Heartbeat{Term(3), Index(90), Round(14)}));
  samples.push_back(
      peer("heartbeat_maximal", Heartbeat{kMaximal.term, kMaximal.index, Round(kNumberMax)}));
  samples.push_back(peer("heartbeat_reply", HeartbeatReply{Term(3), Round(14), Index(91)}));
  samples.push_back(peer("heartbeat_reply_maximal",
                         HeartbeatReply{kMaximal.term, Round(kNumberMax), kMaximal.index}));
  samples.push_back(
      peer("append_entries_reply_promising", AppendEntriesReply{.term = Term(3),
                                                                .accepted = true,
                                                                .match = Index(99),
                                                                .rejected = {},
                                                                .hint = {},
                                                                .round = Round(12),
                                                                .lease_promise_ms = 900,
                                                                .space = SpaceState::kLow}));
  samples.push_back(
      peer("heartbeat_reply_promising", HeartbeatReply{.term = Term(3),
                                                       .round = Round(14),
                                                       .received = Index(91),
                                                       .lease_promise_ms = 0xffffffff,
                                                       .space = SpaceState::kLow,
                                                       .preference = Preference::kAvoid}));
  samples.push_back(peer("timeout_now", TimeoutNow{Term(3)}));
  samples.push_back(peer("timeout_now_maximal", TimeoutNow{kMaximal.term}));
}

void add_append(std::vector<Sample>& samples, port::Codec& codec, std::string name,
                AppendEntries message, std::vector<Entry> entries) {
  message = completed(std::move(message), entries, codec);
  samples.push_back(
      {.name = std::move(name), .value = PeerSample{std::move(message), std::move(entries), {}}});
}

Entry command(std::uint64_t term, const std::string& text) {
  return {.term = Term(term), .kind = EntryKind::kCommand, .payload = Bytes::copy_of(text)};
}

void add_appends(std::vector<Sample>& samples, port::Codec& codec) {
  const AppendEntries usual{.term = Term(5),
                            .prev = {Term(2), Index(40)},
                            .commit = Index(41),
                            .round = Round(6),
                            .runs = {},
                            .configurations = {}};
  add_append(samples, codec, "append_entries_empty", usual, {});
  add_append(samples, codec, "append_entries_one", usual, {command(5, "a line")});
  const Entry noop{.term = Term(4), .kind = EntryKind::kNoop, .payload = {}};
  const Entry three{.term = Term(4),
                    .kind = EntryKind::kConfiguration,
                    .payload = codec.encode_configuration(three_voters())};
  const Entry both{.term = Term(5),
                   .kind = EntryKind::kConfiguration,
                   .payload = codec.encode_configuration(joint())};
  add_append(
      samples, codec, "append_entries_mixed", usual,
      {command(2, "x"), command(2, ""), noop, command(4, "seven b"), three, command(5, "y"), both});
  AppendEntries from_start = usual;
  from_start.prev = {};
  add_append(samples, codec, "append_entries_large", from_start,
             {command(1, std::string(5000, 'l')), command(5, "after"),
              command(5, std::string(2048, 'm'))});
  std::vector<Entry> many;
  for (std::uint64_t i = 0; i < 100; ++i) {
    many.push_back(command(2 + i / 40, std::string(i % 9, 'c')));
  }
  add_append(samples, codec, "append_entries_many", usual, many);
  const AppendEntries maximal{.term = kMaximal.term,
                              .prev = {kMaximal.term, Index(kNumberMax - 1)},
                              .commit = kMaximal.index,
                              .round = Round(kNumberMax),
                              .runs = {},
                              .configurations = {}};
  add_append(samples, codec, "append_entries_maximal", maximal, {command(kNumberMax, "last")});
}

void add_forwards(std::vector<Sample>& samples) {
  samples.push_back({.name = "forward_empty", .value = PeerSample{Forward{}, {}, {}}});
  samples.push_back(
      {.name = "forward",
       .value = PeerSample{Forward{.first_sequence = 17},
                           {},
                           {Bytes::copy_of("one"), Bytes(), Bytes::copy_of(std::string(3000, 'p')),
                            Bytes::copy_of("four")}}});
  samples.push_back({.name = "forward_maximal",
                     .value = PeerSample{Forward{.first_sequence = kNumberMax}, {}, {}}});
  samples.push_back(peer("forward_reply_empty", ForwardReply{}));
  const ForwardResult accepted{
      .first_sequence = 17, .count = 3, .first = {Term(5), Index(60)}, .refusal = Errc::kNotLeader};
  const ForwardResult refused{
      .first_sequence = 20, .count = 1, .first = {}, .refusal = Errc::kBusy};
  samples.push_back(peer("forward_reply", ForwardReply{{accepted, refused}}));
  const ForwardResult maximal{
      .first_sequence = kNumberMax, .count = 1, .first = kMaximal, .refusal = Errc::kNotLeader};
  samples.push_back(peer("forward_reply_maximal", ForwardReply{{maximal}}));
}

void add_snapshots(std::vector<Sample>& samples) {
  const SnapshotId usual{.position = {Term(4), Index(800)},
                         .creator = ServerId(2),
                         .sequence = 7,
                         .checksum = 0xabcdef0123456789};
  const SnapshotId maximal{
      .position = kMaximal, .creator = ServerId(kAny), .sequence = kAny, .checksum = kAny};
  const SnapshotMetadata metadata{
      .id = usual, .configuration = three_voters(), .configuration_index = Index(1), .bytes = 5003};
  samples.push_back(
      {.name = "install_snapshot_question",
       .value = PeerSample{
           InstallSnapshot{.term = Term(5), .snapshot = metadata, .offset = 0}, {}, {Bytes()}}});
  samples.push_back(
      {.name = "install_snapshot",
       .value = PeerSample{InstallSnapshot{.term = Term(5), .snapshot = metadata, .offset = 5000},
                           {},
                           {Bytes::copy_of("end")}}});
  samples.push_back(
      {.name = "install_snapshot_maximal",
       .value = PeerSample{InstallSnapshot{.term = kMaximal.term,
                                           .snapshot = {.id = maximal,
                                                        .configuration = joint(),
                                                        .configuration_index = kMaximal.index,
                                                        .bytes = kNumberMax},
                                           .offset = kNumberMax - 3000},
                           {},
                           {Bytes::copy_of(std::string(3000, 's'))}}});
  samples.push_back(
      peer("install_snapshot_reply", InstallSnapshotReply{.term = Term(5),
                                                          .snapshot = usual,
                                                          .progress = InstallProgress::kWanted,
                                                          .offset = 5000}));
  samples.push_back(peer("install_snapshot_reply_maximal",
                         InstallSnapshotReply{.term = kMaximal.term,
                                              .snapshot = maximal,
                                              .progress = InstallProgress::kRefused,
                                              .offset = kNumberMax}));
}

void add_requests(std::vector<Sample>& samples) {
  samples.push_back(peer("read_request", ReadRequest{.sequence = 12, .lease = true}));
  samples.push_back(peer("read_request_maximal", ReadRequest{.sequence = kNumberMax}));
  samples.push_back(peer(
      "read_reply",
      ReadReply{.sequence = 12, .granted = true, .index = Index(77), .refusal = Errc::kNotLeader}));
  samples.push_back(peer(
      "read_reply_refused",
      ReadReply{.sequence = kNumberMax, .granted = false, .index = {}, .refusal = Errc::kBusy}));
  samples.push_back(
      peer("control_request_change", ControlRequest{.sequence = 3,
                                                    .kind = ControlKind::kChangeMembership,
                                                    .target = {},
                                                    .based_on = Index(1),
                                                    .members = joint().members}));
  samples.push_back(peer("control_request_transfer", ControlRequest{.sequence = kNumberMax,
                                                                    .kind = ControlKind::kTransfer,
                                                                    .target = ServerId(kAny),
                                                                    .based_on = {},
                                                                    .members = {}}));
  samples.push_back(peer(
      "control_reply",
      ControlReply{.sequence = 3, .done = true, .index = Index(90), .refusal = Errc::kNotLeader}));
  samples.push_back(
      peer("control_reply_refused",
           ControlReply{
               .sequence = kNumberMax, .done = false, .index = {}, .refusal = Errc::kNotCaughtUp}));
}

std::vector<Sample> all(port::Codec& codec) {
  std::vector<Sample> samples;
  add_handshakes(samples);
  add_votes(samples);
  add_appends(samples, codec);
  add_replies(samples);
  add_forwards(samples);
  add_snapshots(samples);
  add_requests(samples);
  return samples;
}

/// Overloads for the three kinds of samples.
struct Encode {
  port::Codec& codec;

  Frame operator()(const PeerSample& sample) const {
    const GroupId group;
    if (const auto* append = std::get_if<AppendEntries>(&sample.message)) {
      return codec.encode_append(group, *append, sample.entries);
    }
    if (const auto* forward = std::get_if<Forward>(&sample.message)) {
      return codec.encode_forward(group, *forward, sample.payloads);
    }
    if (const auto* snapshot = std::get_if<InstallSnapshot>(&sample.message)) {
      return codec.encode_snapshot(group, *snapshot, sample.payloads.front());
    }
    return codec.encode(group, sample.message);
  }

  Frame operator()(const Hello& hello) const { return codec.encode_hello(hello); }

  Frame operator()(const HelloReply& reply) const { return codec.encode_hello_reply(reply); }
};

Frame encode(port::Codec& codec, const Sample& sample) {
  return std::visit(Encode{codec}, sample.value);
}

template <class Value>
Result<Sample> unnamed(Result<Value> value) {
  if (!value) {
    return fail(value.error());
  }
  return Sample{.name = {}, .value = std::move(*value)};
}

Result<Sample> decode(port::Codec& codec, const ReceivedFrame& frame) {
  if (frame.header.type == FrameType::kHello) {
    return unnamed(codec.decode_hello(frame));
  }
  if (frame.header.type == FrameType::kHelloReply) {
    return unnamed(codec.decode_hello_reply(frame));
  }
  auto decoded = codec.decode(frame);
  if (!decoded) {
    return fail(decoded.error());
  }
  return Sample{.name = {},
                .value = PeerSample{std::move(decoded->message), std::move(decoded->entries),
                                    std::move(decoded->payloads)}};
}

struct Print {
  std::string operator()(const PeerSample& sample) const {
    return testing::PrintToString(sample.message) + testing::PrintToString(sample.entries) +
           testing::PrintToString(sample.payloads);
  }

  std::string operator()(const Hello& hello) const { return testing::PrintToString(hello); }

  std::string operator()(const HelloReply& reply) const { return testing::PrintToString(reply); }
};

std::string compare(port::Codec& codec, const ReceivedFrame& frame, const Sample& sample) {
  const auto decoded = decode(codec, frame);
  if (!decoded) {
    return testing::PrintToString(decoded.error());
  }
  return decoded->value == sample.value ? "" : std::visit(Print{}, decoded->value);
}

}  // namespace buoyant::flatbuf::samples
