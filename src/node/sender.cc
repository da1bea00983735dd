// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "node/sender.h"

#include <algorithm>
#include <utility>
#include <variant>

namespace buoyant::node {

namespace {

Term term_of(const Message& message) noexcept {
  return std::visit([](const auto& value) { return value.term; }, message);
}

/// A pre-vote and a vote are different promises in the same type.
bool is_pre_vote(const Message& message) noexcept {
  if (const auto* request = std::get_if<RequestVote>(&message)) {
    return request->pre_vote;
  }
  const auto* reply = std::get_if<RequestVoteReply>(&message);
  return reply != nullptr && reply->pre_vote;
}

bool replaces(const Message& newer, const Message& older) noexcept {
  return newer.index() == older.index() && term_of(newer) == term_of(older) &&
         is_pre_vote(newer) == is_pre_vote(older);
}

PeerMessage to_peer_message(const Message& message) {
  return std::visit([](const auto& value) { return PeerMessage(value); }, message);
}

}  // namespace

port::Channel channel_of(const PeerMessage& message) noexcept {
  if (std::holds_alternative<InstallSnapshot>(message)) {
    return port::Channel::kSnapshot;
  }
  if (std::holds_alternative<InstallSnapshotReply>(message)) {
    return port::Channel::kSnapshotReply;
  }
  const bool reply = std::holds_alternative<RequestVoteReply>(message) ||
                     std::holds_alternative<AppendEntriesReply>(message) ||
                     std::holds_alternative<HeartbeatReply>(message) ||
                     std::holds_alternative<ForwardReply>(message) ||
                     std::holds_alternative<ReadReply>(message) ||
                     std::holds_alternative<ControlReply>(message);
  return reply ? port::Channel::kReply : port::Channel::kRequest;
}

void Sender::post(core::Envelope envelope, WriteId after, WriteId durable) {
  if (after <= durable) {
    send(envelope.to, envelope.message);
    return;
  }
  hold({.after = after, .to = envelope.to, .message = std::move(envelope.message)});
}

void Sender::hold(Held held) {
  std::size_t of_peer = 0;
  auto oldest = held_.end();
  for (auto at = held_.begin(); at != held_.end();) {
    if (at->to != held.to) {
      ++at;
    } else if (replaces(held.message, at->message)) {
      at = held_.erase(at);
    } else {
      oldest = of_peer == 0 ? at : oldest;
      ++of_peer;
      ++at;
    }
  }
  if (of_peer >= held_per_peer_max_) {
    held_.erase(oldest);
  }
  auto place = held_.end();
  while (place != held_.begin() && std::prev(place)->after > held.after) {
    --place;
  }
  held_.insert(place, std::move(held));
}

void Sender::release(WriteId durable) {
  while (!held_.empty() && held_.front().after <= durable) {
    send(held_.front().to, held_.front().message);
    held_.pop_front();
  }
}

void Sender::send(ServerId to, const Message& message) {
  const PeerMessage outgoing = to_peer_message(message);
  // A full queue or a missing connection loses the message, as the network would.
  (void)transport_.send(to, channel_of(outgoing), codec_.encode(GroupId(), outgoing));
}

}  // namespace buoyant::node
