// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "node/replicator.h"

#include <algorithm>
#include <utility>

namespace buoyant::node {

bool Replicator::replicate(Instant now, core::Raft& raft,
                           const std::vector<core::Replicate>& permissions,
                           const std::set<ServerId>& connected) {
  report_failures(now, raft);
  observe_progress(now, raft);
  std::vector<Job> jobs;
  for (const core::Replicate& permission : permissions) {
    if (connected.contains(permission.to)) {
      windows_[permission.to].rewind(permission.prev.index);
      jobs.push_back({.permission = &permission, .prev = permission.prev});
    }
  }
  // Each is the first one in its turn: what one cannot be sent must not use up the budget of all.
  if (!jobs.empty()) {
    std::rotate(jobs.begin(), jobs.begin() + static_cast<std::ptrdiff_t>(turns_++ % jobs.size()),
                jobs.end());
  }
  std::size_t frames = 0;
  bytes_encoded_ = 0;
  const auto has_budget = [&] {
    return frames < options_.frames_per_turn && bytes_encoded_ < options_.send_bytes_per_turn;
  };
  while (!jobs.empty() && has_budget()) {
    for (Job& job : jobs) {
      // A frame that is encoded already costs nothing more: followers that are level stay so.
      if (has_budget() || is_encoded(job)) {
        // Whoever takes nothing costs the others nothing.
        frames += send_frame(now, raft, job) ? 1U : 0U;
      }
    }
    std::erase_if(jobs, [](const Job& job) { return job.done; });
  }
  frames_.clear();
  return !jobs.empty();
}

bool Replicator::send_frame(Instant now, core::Raft& raft, Job& job) {
  const core::Replicate& permission = *job.permission;
  InflightWindow& window = windows_[permission.to];
  if (window.bytes() >= options_.inflight_bytes_max) {
    job.done = true;
    return false;
  }
  const FrameCache::Encoded* encoded = encode(raft, job);
  if (encoded == nullptr) {
    read_ahead(raft, permission, job.prev.index.next());
    job.done = true;
    return false;
  }
  if (transport_.send(permission.to, port::Channel::kRequest, encoded->frame) !=
      port::SendResult::kQueued) {
    // What was read for it stays: reading ahead now would drop it, and then it would be read
    // again, and so on for as long as the queue is full.
    job.done = true;
    return false;
  }
  if (encoded->last < permission.through) {
    read_ahead(raft, permission, encoded->last.next());
  }
  raft.replicated(now, permission.to, permission.term, encoded->last);
  if (encoded->last > job.prev.index) {
    window.sent(now, encoded->last, encoded->payload_bytes);
  }
  const std::optional<Term> term = raft.term_at(encoded->last);
  job.done = permission.probe || encoded->last >= permission.through || !term;
  if (!job.done) {
    job.prev = {.term = *term, .index = encoded->last};
  }
  return true;
}

AppendEntries Replicator::message_of(const Job& job) {
  return {.term = job.permission->term,
          .prev = job.prev,
          .commit = job.permission->commit,
          .round = job.permission->round,
          .runs = {},
          .configurations = {}};
}

bool Replicator::is_encoded(const Job& job) const noexcept {
  return frames_.find(message_of(job), job.permission->through) != nullptr;
}

const FrameCache::Encoded* Replicator::encode(const core::Raft& raft, const Job& job) {
  const core::Replicate& permission = *job.permission;
  const AppendEntries message = message_of(job);
  if (const FrameCache::Encoded* known = frames_.find(message, permission.through)) {
    return known;
  }
  FrameCache::Encoded encoded{.message = message, .last = job.prev.index, .frame = {}};
  std::vector<Entry> entries;
  while (encoded.last < permission.through && entries.size() < options_.append_entries_max &&
         encoded.payload_bytes < options_.append_bytes_max) {
    const Index index = encoded.last.next();
    const std::optional<Term> term = raft.term_at(index);
    const Entry* entry = term ? find_entry(permission.to, index, *term) : nullptr;
    if (entry == nullptr) {
      break;
    }
    encoded.payload_bytes += entry->payload.size();
    encoded.last = index;
    entries.push_back(*entry);
  }
  if (entries.empty() && job.prev.index < permission.through) {
    return nullptr;
  }
  encoded.frame = codec_.encode_append(GroupId(), message, entries);
  ++frames_encoded_;
  bytes_encoded_ += encoded.payload_bytes;
  return &frames_.add(std::move(encoded));
}

const Entry* Replicator::find_entry(ServerId peer, Index index, Term term) const noexcept {
  const Entry* cached = cache_.find(index, term);
  return cached != nullptr ? cached : reader_.find(peer, index, term);
}

void Replicator::read_ahead(const core::Raft& raft, const core::Replicate& permission,
                            Index first) {
  const Index last = std::min(
      {permission.through, raft.durable_index(), first + (options_.append_entries_max - 1)});
  const std::optional<Term> term = raft.term_at(first);
  // What is not durable is always in the cache.
  if (term && first <= last && find_entry(permission.to, first, *term) == nullptr) {
    if (reader_.holds(permission.to, first) && first <= raft.commit_index()) {
      // Just read, and not the entry that was committed there.
      reader_.report_corrupt(permission.to);
      return;
    }
    reader_.request(permission.to, first, last);
  }
}

void Replicator::report_failures(Instant now, core::Raft& raft) {
  for (const LogReader::Failure& failure : reader_.take_failures()) {
    if (failure.code == Errc::kStorageCorrupt) {
      // Nobody gets these entries from here any more; another server may have a good copy.
      raft.fault(now, "a stored entry is corrupt");
      return;
    }
    const bool compacted = failure.code == Errc::kCompacted;
    raft.replicate_failed(
        now, failure.peer, raft.standing().term,
        compacted ? core::ReplicateFailure::kCompacted : core::ReplicateFailure::kReadFailed);
  }
}

void Replicator::observe_progress(Instant now, const core::Raft& raft) {
  for (auto& [peer, window] : windows_) {
    if (!window.empty()) {
      if (const std::optional<Index> match = raft.match_of(peer)) {
        window.acknowledged(now, *match);
      }
    }
  }
}

void Replicator::on_disconnected(ServerId peer) {
  windows_.erase(peer);
  reader_.forget(peer);
}

void Replicator::reset() {
  windows_.clear();
  reader_.forget_all();
}

std::size_t Replicator::inflight_bytes(ServerId peer) const noexcept {
  const auto window = windows_.find(peer);
  return window == windows_.end() ? 0 : window->second.bytes();
}

Duration Replicator::acknowledgement(ServerId peer) const noexcept {
  const auto window = windows_.find(peer);
  return window == windows_.end() ? Duration(0) : window->second.acknowledgement();
}

}  // namespace buoyant::node
