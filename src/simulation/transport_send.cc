// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The sending half of the simulated transport: queues, and what is lost, repeated and late.

#include "buoyant/base/assert.h"
#include "simulation/frames.h"
#include "simulation/transport.h"

#include <algorithm>
#include <utility>

namespace buoyant::simulation {

namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

/// Frames of the protocol may come twice or late: Raft repeats and reorders by itself across
/// connections. Forwarded proposals and what is asked for a user may not: a transport that repeats
/// one breaks its contract.
bool may_be_repeated(FrameType type) noexcept {
  return type != FrameType::kHello && type != FrameType::kHelloReply &&
         type != FrameType::kForward && type != FrameType::kForwardReply &&
         type != FrameType::kControlRequest && type != FrameType::kControlReply;
}

std::vector<std::byte> bytes_of(const Frame& frame) {
  std::vector<std::byte> bytes;
  bytes.reserve(frame.bytes());
  for (const Bytes& piece : frame.pieces) {
    bytes.insert(bytes.end(), piece.data(), piece.data() + piece.size());
  }
  return bytes;
}

}  // namespace

void SimulatedTransport::put(Link& link, const Frame& frame) {
  const std::vector<std::byte> bytes = bytes_of(frame);
  link.unflushed.insert(link.unflushed.end(), bytes.begin(), bytes.end());
}

port::SendResult SimulatedTransport::send(ServerId peer, port::Channel channel,
                                          const Frame& frame) noexcept {
  const LinkPointer link = link_of(peer, channel);
  if (!link || !process_->is_alive()) {
    return port::SendResult::kNotConnected;
  }
  const auto known = dialled_.find(link->key);
  const std::size_t queued = queued_bytes_of(*link);
  if (queued > 0 && queued + frame.bytes() > queue_bytes_max(link->key.purpose)) {
    if (port::is_dialled(channel) && known != dialled_.end()) {
      known->second.was_full = true;
    }
    return port::SendResult::kQueueFull;
  }
  ++process_->context().totals.frames;
  watch(peer, bytes_of(frame));
  if (known != dialled_.end()) {
    ++known->second.frames_sent;
    known->second.bytes_sent += frame.bytes();
  }
  put_with_faults(link, channel, frame);
  return port::SendResult::kQueued;
}

void SimulatedTransport::watch(ServerId to, const std::vector<std::byte>& bytes) {
  const ReceivedFrame frame = parse_frame(bytes);
  const Result<port::Decoded> decoded = codec_.decode(frame);
  Context& context = process_->context();
  if (!decoded) {
    context.violate("encoding", "a server sends a frame that does not decode");
    return;
  }
  context.record(
      process_->server(), "send", {to.value(), frame.header.body_checksum},
      [&] { return "to " + std::to_string(to.value()) + ": " + describe_frame(codec_, frame); },
      {static_cast<std::uint64_t>(frame.header.type)});
  if (to == process_->server()) {
    context.violate("self_addressed", "a server sends a message to itself");
  }
  watcher_.on_sent(*process_, to, *decoded);
}

void SimulatedTransport::put_with_faults(const LinkPointer& link, port::Channel channel,
                                         const Frame& frame) {
  Context& context = process_->context();
  const bool repeatable = may_be_repeated(frame.type);
  // Each draw is made whether its fault is on or not, or on one's absence would change the others.
  const bool lose = random_.chance(4, 100);
  const bool overtake = random_.chance(5, 100);
  const bool twice = random_.chance(5, 100);
  const bool again = random_.chance(2, 100);
  const Duration soon = random_.between(microseconds(100), context.plan.heartbeat_interval * 2);
  const Duration late = random_.between(milliseconds(100), seconds(20));
  const auto tell = [&](const char* what) {
    if (context.is_traced()) {
      const std::uint64_t checksum = parse_frame(bytes_of(frame)).header.body_checksum;
      context.tell(process_->server(), what, {link->key.peer.value(), checksum});
    }
  };
  if (twice && repeatable && context.has(Fault::kDuplication)) {
    tell("repeat");
    inject_later(soon, link->key.peer, channel, bytes_of(frame));
  }
  if (again && repeatable && context.has(Fault::kOldFrames)) {
    // Also of a frame that is lost at first: it comes when nobody waits for it any more.
    tell("repeat");
    inject_later(late, link->key.peer, channel, bytes_of(frame));
  }
  if (link->key.purpose == LinkPurpose::kSnapshots) {
    if (survives_faults_of_snapshots(link, lose && context.has(Fault::kLoss))) {
      put(*link, frame);
    }
    return;
  }
  if (lose && context.has(Fault::kLoss)) {
    tell("lose");
    return;
  }
  if (overtake && repeatable && context.has(Fault::kReordering)) {
    tell("delay");
    inject_later(soon, link->key.peer, channel, bytes_of(frame));
    return;
  }
  put(*link, frame);
}

bool SimulatedTransport::survives_faults_of_snapshots(const LinkPointer& link, bool lose) {
  const Context& context = process_->context();
  const bool breaks = random_.chance(1, 25);
  const bool stops = random_.chance(1, 10);
  const bool lasting = random_.chance(1, 4);
  const Duration pause = random_.between(milliseconds(1), context.plan.election_timeout / 4);
  const Duration clog = random_.between(milliseconds(1), context.plan.election_timeout * 4);
  const bool strikes = context.has(Fault::kSnapshotLinks);
  // Nobody repeats a part that is only lost, or waits for one that was overtaken: who sends a
  // snapshot relies on its connection, which keeps the order or ends.
  if (lose || (strikes && breaks)) {
    end(link, "connection reset", true);
    return false;
  }
  if (strikes && stops && !link->stands_still) {
    link->stands_still = true;
    post(lasting ? clog : pause, [link](SimulatedTransport& self) {
      link->stands_still = false;
      if (self.is_live(link)) {
        self.flush_link(*link);
      }
    });
  }
  return true;
}

void SimulatedTransport::inject_later(Duration delay, ServerId peer, port::Channel channel,
                                      std::vector<std::byte> bytes) {
  post(delay, [peer, channel, bytes = std::move(bytes)](SimulatedTransport& self) {
    const LinkPointer link = self.link_of(peer, channel);
    if (link && self.process_->context().faulty) {
      self.flush_link(*link);
      link->unflushed.insert(link->unflushed.end(), bytes.begin(), bytes.end());
      self.flush_link(*link);
    }
  });
}

void SimulatedTransport::flush() noexcept {
  if (!process_->is_alive()) {
    return;
  }
  for (const auto& [key, link] : links_) {
    flush_link(*link);
  }
}

void SimulatedTransport::flush_link(Link& link) {
  if (process_->is_alive() && !link.stands_still && !link.unflushed.empty()) {
    network_.send(link.connection, link.side, std::exchange(link.unflushed, {}));
  }
}

std::size_t SimulatedTransport::queued_bytes(ServerId peer) const noexcept {
  const LinkPointer link = link_of(peer, port::Channel::kRequest);
  return link ? queued_bytes_of(*link) : 0;
}

std::vector<port::PeerLinkStatus> SimulatedTransport::status() const {
  std::vector<port::PeerLinkStatus> all;
  for (const auto& [key, dialled] : dialled_) {
    if (key.purpose != LinkPurpose::kRequests) {
      continue;
    }
    const bool connected = dialled.link && dialled.link->state == State::kUp;
    all.push_back({.id = key.peer,
                   .connected = connected,
                   .accepted = accepted_.contains(key),
                   .queued_bytes = queued_bytes(key.peer),
                   .frames_sent = dialled.frames_sent,
                   .bytes_sent = dialled.bytes_sent,
                   .reconnects = dialled.dials > 0 ? dialled.dials - 1 : 0,
                   .trouble = connected ? "" : dialled.trouble,
                   .snapshots = snapshot_status(key.peer)});
  }
  return all;
}

port::SnapshotLinkStatus SimulatedTransport::snapshot_status(ServerId peer) const {
  const port::LinkKey key{peer, LinkPurpose::kSnapshots};
  port::SnapshotLinkStatus status{.accepted = accepted_.contains(key)};
  if (const auto known = dialled_.find(key); known != dialled_.end()) {
    const Dialled& dialled = known->second;
    status.wanted = true;
    status.connected = dialled.link && dialled.link->state == State::kUp;
    status.queued_bytes = status.connected ? queued_bytes_of(*dialled.link) : 0;
    status.frames_sent = dialled.frames_sent;
    status.bytes_sent = dialled.bytes_sent;
    status.reconnects = dialled.dials > 0 ? dialled.dials - 1 : 0;
    status.trouble = status.connected ? "" : dialled.trouble;
  }
  return status;
}

void SimulatedTransport::close(std::function<void()> done) noexcept {
  end_everything();
  process_->post(microseconds(10), Input::kTeardown, std::move(done));
}

void SimulatedTransport::end_everything() {
  if (events_ != nullptr) {
    network_.stop_listening(settings_.address, *process_);
  }
  events_ = nullptr;
  for (const auto& [key, link] : links_) {
    network_.leave(link->connection, link->side);
  }
  links_.clear();
  accepted_.clear();
  dialled_.clear();
}

SimulatedTransport::LinkPointer SimulatedTransport::link_of(ServerId peer,
                                                            port::Channel channel) const {
  const port::LinkKey key{peer, port::purpose_of(channel)};
  if (!port::is_dialled(channel)) {
    const auto found = accepted_.find(key);
    return found == accepted_.end() ? nullptr : found->second;
  }
  const auto found = dialled_.find(key);
  const bool up =
      found != dialled_.end() && found->second.link && found->second.link->state == State::kUp;
  return up ? found->second.link : nullptr;
}

std::size_t SimulatedTransport::queue_bytes_max(LinkPurpose purpose) const noexcept {
  return purpose == LinkPurpose::kSnapshots ? settings_.snapshot_queue_bytes_max
                                            : settings_.queue_bytes_max;
}

std::size_t SimulatedTransport::queued_bytes_of(Link& link) const {
  return link.unflushed.size() + link.connection->end(other(link.side)).bytes_under_way;
}

bool SimulatedTransport::is_live(const LinkPointer& link) const {
  return links_.contains({link->connection->id(), link->side});
}

}  // namespace buoyant::simulation
