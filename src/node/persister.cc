// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "node/persister.h"

#include "buoyant/base/assert.h"

#include <utility>

namespace buoyant::node {

void Persister::submit(const core::Write& write, std::optional<std::vector<PeerIdentity>> peers) {
  if (write.empty()) {
    return;
  }
  for (const core::CreatedEntry& created : write.created) {
    Entry entry{.term = created.term, .kind = EntryKind::kNoop, .payload = {}};
    if (created.configuration) {
      entry.kind = EntryKind::kConfiguration;
      entry.payload = codec_.encode_configuration(*created.configuration);
    }
    cache_.fill(created.index, std::move(entry));
  }
  port::StorageWrite out;
  out.id = storage_id(write.id);
  out.hard_state = write.hard_state;
  out.peers = std::move(peers);
  out.truncate_from = write.truncate_from;
  flag(out, write.after_no_space);
  out.snapshot = write.snapshot;
  out.compact_through = write.compact_through;
  out.first = write.append.first;
  out.entries.reserve(write.append.count());
  Index index = write.append.first;
  for (const TermRun& run : write.runs) {
    for (std::uint64_t i = 0; i < run.count; ++i) {
      const Entry* entry = cache_.find(index, run.term);
      BUOYANT_ASSERT(entry != nullptr);
      out.entries.push_back(*entry);
      index = index.next();
    }
  }
  BUOYANT_ASSERT(out.entries.size() == write.append.count());
  BUOYANT_ASSERT(out.id > submitted_);
  submitted_ = out.id;
  storage_.write(std::move(out));
}

void Persister::flag(port::StorageWrite& write, bool seen) {
  write.after_no_space = seen || std::exchange(saw_no_space_, false);
  if (write.after_no_space) {
    saw_no_space_ = false;
    flagged_ = write.id;
  }
}

WriteId Persister::submit_own(port::StorageWrite write) {
  BUOYANT_ASSERT(is_idle());
  submitted_ = submitted_.next();
  before_core_ = before_core_.next();
  own_ = submitted_;
  write.id = submitted_;
  flag(write, false);
  storage_.write(std::move(write));
  return submitted_;
}

std::optional<WriteId> Persister::on_written(WriteId through, port::WriteOutcome outcome) {
  BUOYANT_ASSERT(through <= submitted_);
  BUOYANT_ASSERT(through > completed_);
  const bool own = own_.is_set() && completed_ < own_ && own_ <= through;
  if (outcome == port::WriteOutcome::kNoSpace && through >= flagged_) {
    saw_no_space_ = true;
  }
  completed_ = through;
  if (through <= before_core_ || (own && through == own_)) {
    return std::nullopt;
  }
  return WriteId(through.value() - before_core_.value());
}

}  // namespace buoyant::node
