// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "node/snapshot_out.h"

#include <algorithm>
#include <utility>

namespace buoyant::node {

namespace {

/// How many election timeouts a connected follower may say nothing.
constexpr int kPatienceElectionTimeouts = 5;

bool contains(const std::vector<ServerId>& ids, ServerId id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

/// True: the core still waits for a snapshot to arrive there.
bool is_needed(const core::Raft& raft, ServerId to) {
  for (const core::PeerProgress& peer : raft.progress()) {
    if (peer.id == to) {
      return peer.state == core::ProgressState::kSnapshot;
    }
  }
  return false;
}

}  // namespace

SnapshotOut::SnapshotOut(const NodeOptions& options, const Ports& ports, SnapshotHost& host)
    : part_bytes_(options.snapshot_part_bytes),
      inflight_bytes_max_(options.snapshot_inflight_bytes_max),
      transfers_max_(options.snapshot_transfers_max),
      bytes_per_second_(options.snapshot_bytes_per_second),
      patience_(options.election_timeout * kPatienceElectionTimeouts),
      pause_(options.heartbeat_interval),
      ports_(ports),
      host_(host) {}

void SnapshotOut::want(ServerId to) {
  if (!transfers_.contains(to) && !contains(waiting_, to)) {
    waiting_.push_back(to);
  }
}

void SnapshotOut::on_connected(ServerId peer) {
  if (!contains(connected_, peer)) {
    connected_.push_back(peer);
  }
  if (const auto found = transfers_.find(peer); found != transfers_.end()) {
    found->second.heard = host_.snapshot_now();
  }
}

void SnapshotOut::on_disconnected(ServerId peer) {
  std::erase(connected_, peer);
  if (const auto found = transfers_.find(peer); found != transfers_.end()) {
    // Answers to what was under way will not come; the next question says what arrived.
    Transfer& transfer = found->second;
    transfer.asked = false;
    transfer.answered = false;
    transfer.rewinding = false;
    transfer.in_flight.clear();
    transfer.part.reset();
  }
}

void SnapshotOut::on_answer(ServerId from, const InstallSnapshotReply& reply) {
  const auto found = transfers_.find(from);
  if (found == transfers_.end() || reply.snapshot != found->second.snapshot.id ||
      reply.progress != InstallProgress::kWanted || !found->second.asked) {
    return;
  }
  Transfer& transfer = found->second;
  const std::uint64_t offset = std::min(reply.offset, transfer.snapshot.bytes);
  transfer.heard = host_.snapshot_now();
  if (!transfer.answered) {
    transfer.answered = true;
    transfer.acknowledged = offset;
    transfer.next = offset;
    return;
  }
  if (transfer.in_flight.empty()) {
    return;
  }
  if (offset != transfer.in_flight.front()) {
    transfer.rewinding = true;
  }
  transfer.in_flight.pop_front();
  const bool got_on = offset > transfer.window_from;
  transfer.acknowledged = offset;
  if (transfer.rewinding && transfer.in_flight.empty()) {
    transfer.rewinding = false;
    transfer.next = offset;
    transfer.part.reset();
    // Nothing was taken, its store is busy: the same again at once would keep it so.
    transfer.not_before = got_on ? transfer.not_before : host_.snapshot_now() + pause_;
  }
}

void SnapshotOut::run(core::Raft& raft) {
  if (!raft.is_leader()) {
    return;
  }
  for (auto at = transfers_.begin(); at != transfers_.end();) {
    const auto next = std::next(at);
    if (!step(raft, at->first, at->second)) {
      end(at);
    }
    at = next;
  }
  while (!waiting_.empty() && transfers_.size() < transfers_max_) {
    const ServerId to = waiting_.front();
    waiting_.erase(waiting_.begin());
    if (is_needed(raft, to)) {
      begin(raft, to);
    }
  }
}

void SnapshotOut::begin(core::Raft& raft, ServerId to) {
  const SnapshotMetadata& snapshot = raft.snapshot();
  if (ports_.store == nullptr || !snapshot.id.position.index.is_set()) {
    raft.snapshot_failed(host_.snapshot_now(), to, raft.hard_state().term);
    host_.on_snapshot_trouble(to, "a follower needs a snapshot, and there is none",
                              Error(Errc::kNotReady, "NodePorts::snapshots"));
    return;
  }
  Transfer& transfer = transfers_[to];
  transfer.number = ++numbers_;
  transfer.snapshot = snapshot;
  transfer.term = raft.hard_state().term;
  transfer.heard = host_.snapshot_now();
  ports_.transport.link_snapshots(to, true);
  if (!step(raft, to, transfer)) {
    end(transfers_.find(to));
  }
}

bool SnapshotOut::step(core::Raft& raft, ServerId to, Transfer& transfer) {
  const Instant now = host_.snapshot_now();
  if (!is_needed(raft, to)) {
    return false;
  }
  if (transfer.failed) {
    raft.snapshot_failed(now, to, transfer.term);
    return false;
  }
  if (!contains(connected_, to)) {
    if (now - transfer.heard >= 2 * patience_) {
      // Somebody else may have the place (S11).
      raft.snapshot_failed(now, to, transfer.term);
      return false;
    }
    return true;
  }
  if (now - transfer.heard >= patience_) {
    restart_link(to, transfer);
    return true;
  }
  if (!transfer.asked) {
    ask(to, transfer);
  }
  if (transfer.answered && !transfer.rewinding && now >= transfer.not_before) {
    send_part(to, transfer);
    read_more(to, transfer);
  }
  return true;
}

void SnapshotOut::ask(ServerId to, Transfer& transfer) {
  const InstallSnapshot question{.term = transfer.term, .snapshot = transfer.snapshot, .offset = 0};
  const Frame frame = ports_.codec.encode_snapshot(GroupId(), question, Bytes());
  transfer.asked =
      ports_.transport.send(to, port::Channel::kSnapshot, frame) == port::SendResult::kQueued;
}

void SnapshotOut::send_part(ServerId to, Transfer& transfer) {
  const Instant now = host_.snapshot_now();
  if (!transfer.part || now < throttled_until_) {
    return;
  }
  const InstallSnapshot message{
      .term = transfer.term, .snapshot = transfer.snapshot, .offset = transfer.part_offset};
  const Frame frame = ports_.codec.encode_snapshot(GroupId(), message, *transfer.part);
  if (ports_.transport.send(to, port::Channel::kSnapshot, frame) != port::SendResult::kQueued) {
    // Full: there is room when on_snapshot_writable says so.
    return;
  }
  const std::uint64_t bytes = transfer.part->size();
  transfer.part.reset();
  if (transfer.in_flight.empty()) {
    transfer.window_from = transfer.part_offset;
  }
  transfer.in_flight.push_back(transfer.part_offset + bytes);
  if (bytes_per_second_ > 0) {
    const auto nanoseconds = static_cast<std::int64_t>(bytes * 1'000'000'000 / bytes_per_second_);
    throttled_until_ = std::max(throttled_until_, now) + Duration(nanoseconds);
  }
}

void SnapshotOut::read_more(ServerId to, Transfer& transfer) {
  const std::uint64_t in_flight = transfer.next - transfer.acknowledged;
  if (transfer.reading || transfer.part || transfer.next >= transfer.snapshot.bytes ||
      in_flight >= inflight_bytes_max_) {
    return;
  }
  transfer.reading = true;
  transfer.part_offset = transfer.next;
  ports_.store->read(transfer.snapshot.id, transfer.next, part_bytes_,
                     [this, to, number = transfer.number](Result<Bytes> result) {
                       on_read(to, number, std::move(result));
                     });
}

void SnapshotOut::on_read(ServerId to, std::uint64_t number, Result<Bytes> result) {
  const auto found = transfers_.find(to);
  if (found == transfers_.end() || found->second.number != number) {
    return;
  }
  Transfer& transfer = found->second;
  transfer.reading = false;
  host_.on_snapshot_progress();
  if (result && !result->empty()) {
    // A rewind may have come in between.
    if (transfer.answered && !transfer.rewinding && transfer.part_offset == transfer.next) {
      transfer.next += result->size();
      transfer.part = std::move(*result);
    }
    return;
  }
  const Error error =
      result ? Error(Errc::kStorageCorrupt, "it is shorter than it says") : result.error();
  if (error.code() == Errc::kBusy) {
    transfer.not_before = host_.snapshot_now() + pause_;
    return;
  }
  // Removed or damaged: the next one is another file, or a new one is taken.
  transfer.failed = true;
  const core::Raft* raft = host_.snapshot_raft();
  damaged_ = damaged_ || (raft != nullptr && raft->snapshot().id == transfer.snapshot.id);
  host_.on_snapshot_trouble(to, "a snapshot cannot be read for sending", error);
}

void SnapshotOut::restart_link(ServerId to, Transfer& transfer) {
  transfer.heard = host_.snapshot_now();
  ports_.transport.link_snapshots(to, false);
  ports_.transport.link_snapshots(to, true);
}

void SnapshotOut::end(std::map<ServerId, Transfer>::iterator at) {
  ports_.transport.link_snapshots(at->first, false);
  transfers_.erase(at);
  ended_ = true;
}

void SnapshotOut::reset() {
  for (const auto& [peer, transfer] : transfers_) {
    ports_.transport.link_snapshots(peer, false);
  }
  ended_ = ended_ || !transfers_.empty();
  transfers_.clear();
  waiting_.clear();
}

Instant SnapshotOut::deadline() const noexcept {
  Instant earliest = Instant::never();
  const Instant now = host_.snapshot_now();
  for (const auto& [peer, transfer] : transfers_) {
    const bool is_up = contains(connected_, peer);
    earliest = std::min(earliest, transfer.heard + (is_up ? patience_ : 2 * patience_));
    // What has its time already waits for something else: for room, a read, an answer.
    const Instant allowed = std::max(transfer.not_before, throttled_until_);
    earliest = is_up && allowed > now ? std::min(earliest, allowed) : earliest;
  }
  return earliest;
}

std::vector<SnapshotId> SnapshotOut::files() const {
  std::vector<SnapshotId> ids;
  for (const auto& [peer, transfer] : transfers_) {
    ids.push_back(transfer.snapshot.id);
  }
  return ids;
}

std::optional<Index> SnapshotOut::earliest() const noexcept {
  std::optional<Index> earliest;
  for (const auto& [peer, transfer] : transfers_) {
    const Index index = transfer.snapshot.id.position.index;
    earliest = earliest ? std::min(*earliest, index) : index;
  }
  return earliest;
}

std::optional<SnapshotOut::Progress> SnapshotOut::progress(ServerId peer) const noexcept {
  const auto found = transfers_.find(peer);
  if (found == transfers_.end()) {
    return std::nullopt;
  }
  return Progress{.acknowledged = found->second.acknowledged,
                  .bytes = found->second.snapshot.bytes};
}

}  // namespace buoyant::node
