// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "node/receiver.h"

#include "buoyant/base/assert.h"
#include "node/sender.h"

#include <span>
#include <utility>
#include <variant>

namespace buoyant::node {

namespace {

/// The message as the core knows it; nullopt: it is for the node.
std::optional<Message> core_message(PeerMessage& message) {
  return std::visit(
      [](auto& value) -> std::optional<Message> {
        using Value = std::decay_t<decltype(value)>;
        if constexpr (std::is_constructible_v<Message, Value>) {
          return Message(std::move(value));
        } else {
          return std::nullopt;
        }
      },
      message);
}

}  // namespace

Receiver::Outcome Receiver::receive(Instant now, core::Raft& raft, ServerId peer,
                                    port::Channel channel, const ReceivedFrame& frame) {
  Outcome outcome;
  if (frame.header.group.is_set()) {
    return outcome;
  }
  Result<port::Decoded> decoded = codec_.decode(frame);
  if (!decoded) {
    outcome.wrong = decoded.error().context();
    return outcome;
  }
  if (channel_of(decoded->message) != channel) {
    return outcome;
  }
  outcome.acceptable = true;
  if (const auto* forward = std::get_if<Forward>(&decoded->message)) {
    outcome.forward = *forward;
    outcome.payloads = std::move(decoded->payloads);
    return outcome;
  }
  if (auto* reply = std::get_if<ForwardReply>(&decoded->message)) {
    outcome.forward_reply = std::move(*reply);
    return outcome;
  }
  if (auto* snapshot = std::get_if<InstallSnapshot>(&decoded->message)) {
    outcome.snapshot = std::move(*snapshot);
    outcome.payloads = std::move(decoded->payloads);
    return outcome;
  }
  if (const auto* reply = std::get_if<InstallSnapshotReply>(&decoded->message)) {
    outcome.snapshot_reply = *reply;
    return outcome;
  }
  if (const auto* request = std::get_if<ReadRequest>(&decoded->message)) {
    outcome.read_request = *request;
    return outcome;
  }
  if (const auto* reply = std::get_if<ReadReply>(&decoded->message)) {
    outcome.read_reply = *reply;
    return outcome;
  }
  if (auto* control = std::get_if<ControlRequest>(&decoded->message)) {
    outcome.control = std::move(*control);
    return outcome;
  }
  if (const auto* reply = std::get_if<ControlReply>(&decoded->message)) {
    outcome.control_reply = *reply;
    return outcome;
  }
  const std::optional<Message> message = core_message(decoded->message);
  if (!message) {
    outcome.acceptable = false;
    return outcome;
  }
  const core::Received received = raft.receive(now, peer, *message);
  if (const auto* append = std::get_if<AppendEntries>(&*message)) {
    keep(*append, std::move(decoded->entries), received.appended, frame.payload, outcome);
  }
  return outcome;
}

void Receiver::keep(const AppendEntries& message, std::vector<Entry> entries,
                    const IndexRange& appended, const Bytes& region, Outcome& outcome) {
  if (appended.empty()) {
    return;
  }
  BUOYANT_ASSERT(message.prev.index < appended.first);
  const std::uint64_t skipped = appended.first - message.prev.index.next();
  BUOYANT_ASSERT(skipped + appended.count() <= entries.size());
  const std::size_t pinned = compact_payloads(entries, region);
  const std::span<const Entry> accepted =
      std::span<const Entry>(entries).subspan(skipped, appended.count());
  cache_.append(appended.first, accepted, pinned);
  if (appended.first == Index(1)) {
    outcome.first_entry_checksum = entry_checksum(Index(1), accepted.front());
  }
}

}  // namespace buoyant::node
