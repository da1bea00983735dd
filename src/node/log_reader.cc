// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "node/log_reader.h"

#include <utility>

namespace buoyant::node {

const Entry* LogReader::find(ServerId peer, Index index, Term term) const noexcept {
  const auto found = held_.find(peer);
  if (found == held_.end() || index < found->second.first) {
    return nullptr;
  }
  const std::uint64_t offset = index - found->second.first;
  if (offset >= found->second.entries.size()) {
    return nullptr;
  }
  const Entry& entry = found->second.entries[offset];
  return entry.term == term ? &entry : nullptr;
}

bool LogReader::holds(ServerId peer, Index index) const noexcept {
  const auto found = held_.find(peer);
  return found != held_.end() && index >= found->second.first &&
         index - found->second.first < found->second.entries.size();
}

void LogReader::request(ServerId peer, Index first, Index last) {
  Held& held = held_[peer];
  if (held.reading) {
    return;
  }
  const std::uint64_t generation = ++generation_;
  held = Held{};
  held.generation = generation;
  held.reading = true;
  storage_.read(first, last, bytes_max_,
                [this, peer, generation, first](Result<std::vector<Entry>> result) {
                  on_read(peer, generation, first, std::move(result));
                });
}

void LogReader::on_read(ServerId peer, std::uint64_t generation, Index first,
                        Result<std::vector<Entry>> result) {
  const auto found = held_.find(peer);
  if (found == held_.end() || found->second.generation != generation) {
    return;
  }
  found->second.reading = false;
  if (result) {
    found->second.first = first;
    found->second.entries = std::move(*result);
  } else if (result.error().code() == Errc::kBusy) {
    // It is asked again when the permission is granted again, at the latest with the next
    // heartbeat; to wake for it would spin for as long as the disk hangs.
    return;
  } else {
    failures_.push_back({.peer = peer, .code = result.error().code()});
  }
  on_result_();
}

void LogReader::forget(ServerId peer) {
  held_.erase(peer);
  std::erase_if(failures_, [peer](const Failure& failure) { return failure.peer == peer; });
}

void LogReader::forget_all() {
  held_.clear();
  failures_.clear();
}

}  // namespace buoyant::node
