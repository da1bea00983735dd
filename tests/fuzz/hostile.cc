// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/fuzz/hostile.h"

#include "adapters/flatbuffers/validate.h"
#include "buoyant/base/checksum.h"

#include <utility>

namespace buoyant::fuzz {

/// Reads fields as the script says.
class Maker {
 public:
  Maker(Input& input, const NodeStatus& status, port::Codec& codec)
      : input_(input), status_(status), codec_(codec) {}

  /// The message of the choice.
  std::optional<Frame> make(std::size_t choice) {
    switch (choice) {
      case 0:
        return plain(RequestVote{.term = term(),
                                 .last = position(),
                                 .pre_vote = input_.flag(),
                                 .transfer = input_.flag(),
                                 .campaign = input_.near(1)});
      case 1:
        return plain(RequestVoteReply{.term = term(),
                                      .granted = input_.flag(),
                                      .pre_vote = input_.flag(),
                                      .campaign = input_.near(1)});
      case 2:
        return plain(
            AppendEntriesReply{.term = term(),
                               .accepted = input_.flag(),
                               .match = index(),
                               .rejected = index(),
                               .hint = position(),
                               .round = round(),
                               .lease_promise_ms = static_cast<std::uint32_t>(input_.near(1000)),
                               .space = static_cast<SpaceState>(input_.below(2))});
      case 3:
        return plain(Heartbeat{.term = term(), .commit = index(), .round = round()});
      case 4:
        return plain(
            HeartbeatReply{.term = term(),
                           .round = round(),
                           .received = index(),
                           .lease_promise_ms = static_cast<std::uint32_t>(input_.near(1000)),
                           .space = static_cast<SpaceState>(input_.below(2)),
                           .preference = static_cast<Preference>(input_.below(3))});
      case 5:
        return plain(TimeoutNow{.term = term()});
      case 6:
        return forward_reply();
      case 7:
        return plain(InstallSnapshotReply{.term = term(),
                                          .snapshot = snapshot_id(),
                                          .progress = static_cast<InstallProgress>(input_.below(3)),
                                          .offset = input_.near(4)});
      case 8:
        return plain(ReadRequest{.sequence = input_.near(1), .lease = input_.flag()});
      case 9:
        return plain(ReadReply{.sequence = input_.near(1),
                               .granted = input_.flag(),
                               .index = index(),
                               .refusal = static_cast<Errc>(input_.byte())});
      case 10:
        return control();
      case 11:
        return plain(ControlReply{.sequence = input_.near(1),
                                  .done = input_.flag(),
                                  .index = index(),
                                  .refusal = static_cast<Errc>(input_.byte())});
      case 12:
        return forward();
      case 13:
        return snapshot();
      default:
        return append();
    }
  }

 private:
  Term term() { return Term(input_.near(status_.standing.term.value())); }

  Index index() { return Index(input_.near(status_.last.index.value())); }

  Round round() { return Round(input_.near(2)); }

  LogPosition position() {
    return {.term = Term(input_.near(status_.last.term.value())), .index = index()};
  }

  template <class Body>
  std::optional<Frame> plain(Body body) {
    if (flatbuf::defect_of(body) != nullptr) {
      return std::nullopt;
    }
    return codec_.encode(GroupId(), std::move(body));
  }

  SnapshotId snapshot_id() {
    return {.position = position(),
            .creator = ServerId(input_.below(4)),
            .sequence = input_.near(1),
            .checksum = input_.below(4)};
  }

  std::optional<Frame> forward_reply() {
    ForwardReply reply;
    const std::size_t count = input_.below(4);
    for (std::size_t i = 0; i < count; ++i) {
      reply.results.push_back({.first_sequence = input_.near(1),
                               .count = input_.near(2),
                               .first = input_.flag() ? position() : LogPosition(),
                               .refusal = static_cast<Errc>(input_.below(32))});
    }
    return plain(std::move(reply));
  }

  std::optional<Frame> control() {
    ControlRequest request{.sequence = input_.near(1),
                           .kind = static_cast<ControlKind>(input_.below(2)),
                           .target = ServerId(input_.below(5)),
                           .based_on = {},
                           .members = {}};
    if (request.kind == ControlKind::kChangeMembership) {
      request.target = {};
      request.based_on = Index(input_.near(status_.configuration_index.value()));
      request.members = hostile_members(input_);
      if (!validate({.members = request.members, .outgoing = {}})) {
        return std::nullopt;
      }
    }
    return plain(std::move(request));
  }

  std::optional<Frame> forward() {
    const Forward message{.first_sequence = input_.near(1)};
    std::vector<Bytes> payloads;
    const std::size_t count = input_.below(40);
    for (std::size_t i = 0; i < count; ++i) {
      payloads.push_back(Bytes::copy_of(input_.bytes(input_.below(4))));
    }
    if (flatbuf::defect_of(message) != nullptr ||
        payloads.size() > kNumberMax - message.first_sequence + 1) {
      return std::nullopt;
    }
    return codec_.encode_forward(GroupId(), message, payloads);
  }

  std::optional<Frame> snapshot() {
    InstallSnapshot message{.term = term(),
                            .snapshot = {.id = snapshot_id(),
                                         .configuration = configuration(),
                                         .configuration_index = index(),
                                         .bytes = input_.near(4)},
                            .offset = 0};
    const Bytes contents = Bytes::copy_of(input_.bytes(input_.below(8)));
    if (input_.flag()) {
      // One that can be completed.
      message.snapshot.bytes = contents.size();
      message.snapshot.id.checksum = checksum(contents.view(), snapshot_seed(message.snapshot));
    } else {
      message.offset = input_.near(0);
    }
    if (flatbuf::defect_of(message) != nullptr ||
        contents.size() > message.snapshot.bytes - message.offset) {
      return std::nullopt;
    }
    return codec_.encode_snapshot(GroupId(), message, contents);
  }

  /// Legal whatever the script says.
  Configuration configuration() {
    Configuration configuration{.members = hostile_members(input_), .outgoing = {}};
    if (input_.flag()) {
      configuration.outgoing = hostile_members(input_);
    }
    if (!validate(configuration) || configuration.empty()) {
      configuration = {.members = {{.id = ServerId(1), .address = "one:1"}}, .outgoing = {}};
    }
    return configuration;
  }

  std::optional<Frame> append() {
    AppendEntries message{.term = term(),
                          .prev = position(),
                          .commit = index(),
                          .round = round(),
                          .runs = {},
                          .configurations = {}};
    std::vector<Entry> entries;
    const std::size_t count = input_.below(24);
    Term present(std::max<std::uint64_t>(message.prev.term.value(), 1));
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint8_t choice = input_.byte();
      present = Term(present.value() + (choice >= 192 ? choice % 4 : 0));
      append_run(message.runs, present, 1);
      entries.push_back(entry(present, choice));
    }
    if (flatbuf::defect_of(message) != nullptr) {
      return std::nullopt;
    }
    return codec_.encode_append(GroupId(), message, entries);
  }

  Entry entry(Term term, std::uint8_t choice) {
    if (choice % 8 == 0) {
      return {.term = term, .kind = EntryKind::kNoop, .payload = {}};
    }
    if (choice % 8 == 1) {
      return {.term = term,
              .kind = EntryKind::kConfiguration,
              .payload = codec_.encode_configuration(configuration())};
    }
    return {.term = term,
            .kind = EntryKind::kCommand,
            .payload = Bytes::copy_of(input_.bytes(input_.below(4)))};
  }

  Input& input_;
  const NodeStatus& status_;
  port::Codec& codec_;
};

std::vector<Member> hostile_members(Input& input) {
  std::vector<Member> members;
  const std::uint8_t voters = input.byte();
  const std::uint8_t learners = input.byte();
  for (std::uint64_t i = 0; i < 8; ++i) {
    const auto bit = static_cast<std::uint8_t>(1U << i);
    if ((voters & bit) != 0 || (learners & bit) != 0) {
      members.push_back({.id = ServerId(i + 1),
                         .address = std::string(1, static_cast<char>('a' + i)),
                         .role = (voters & bit) != 0 ? MemberRole::kVoter : MemberRole::kLearner});
    }
  }
  return members;
}

std::optional<Frame> hostile_frame(Input& input, const NodeStatus& status, port::Codec& codec) {
  return Maker(input, status, codec).make(input.below(18));
}

}  // namespace buoyant::fuzz
