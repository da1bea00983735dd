// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "simulation/ledger.h"

#include "buoyant/base/checksum.h"

#include <algorithm>
#include <string>

namespace buoyant::simulation {

namespace {

std::string at(Index index) {
  return "index " + std::to_string(index.value());
}

std::string of(const Disk& disk) {
  return "server " + std::to_string(disk.server().value());
}

}  // namespace

bool Ledger::is_durable(Index index, std::uint64_t checksum) const {
  const auto has_it = [&](const Disk* disk) {
    const DiskEntry* entry = disk->find(index);
    return entry == nullptr ? disk->covers(index) : entry->checksum == checksum;
  };
  if (quorums_.empty()) {
    return static_cast<std::size_t>(std::count_if(disks_.begin(), disks_.end(), has_it)) * 2 >
           disks_.size();
  }
  const auto disk_of = [&](ServerId id) -> const Disk* {
    const std::size_t place = id.value() - 1;
    return place < disks_.size() ? disks_[place] : nullptr;
  };
  return quorums_.may_be_met(
      [&](ServerId id) { return disk_of(id) != nullptr && has_it(disk_of(id)); },
      [&](ServerId id, LogPosition position) {
        const Disk* disk = disk_of(id);
        const DiskEntry* entry = disk == nullptr ? nullptr : disk->find(position.index);
        return entry == nullptr ? disk != nullptr && disk->covers(position.index)
                                : entry->entry.term == position.term;
      });
}

std::vector<Term> Ledger::terms_on_majority(Index index) const {
  std::vector<Term> terms;
  for (const Disk* disk : disks_) {
    const DiskEntry* entry = disk->find(index);
    if (entry != nullptr && is_durable(index, entry->checksum)) {
      terms.push_back(entry->entry.term);
    }
  }
  return terms;
}

void Ledger::commit(const Disk& disk, Index through) {
  const DiskEntry* const last_applied = disk.find(through);
  if (disk.last().index < through || (last_applied == nullptr && !disk.covers(through))) {
    context_.violate("applied_durable",
                     of(disk) + " applies " + at(through) + ", which is not durable there");
    return;
  }
  if (through <= last()) {
    return;
  }
  if (last_applied == nullptr) {
    context_.violate("snapshot_committed",
                     of(disk) + " has " + at(through) + " in a snapshot, and nobody applied it");
    return;
  }
  // Whatever comes before it is there by log matching, which is checked where entries are written.
  if (!is_durable(through, last_applied->checksum)) {
    context_.violate("commit_durable",
                     of(disk) + " applies " + at(through) + ", which is durable on no majority");
  }
  for (Index index = last().next(); index <= through; index = index.next()) {
    if (const DiskEntry* const entry = disk.find(index)) {
      add(index, *entry);
    }
  }
}

void Ledger::add(Index index, const DiskEntry& entry) {
  entries_.push_back({.by = std::max(newest_leader_, entry.entry.term),
                      .checksum = entry.checksum,
                      .is_command = entry.entry.kind == EntryKind::kCommand,
                      .at = context_.now()});
  if (entry.entry.kind != EntryKind::kCommand) {
    quorums_.commit(index, entry.entry.term);
    return;
  }
  const std::uint64_t command = checksum(entry.entry.payload.view());
  const auto [found, is_new] = commands_.emplace(command, index);
  if (!is_new && !allowed_again_.contains(command)) {
    context_.violate("command_twice",
                     "one command is committed at " + at(found->second) + " and " + at(index));
  }
  if (refused_.contains(command)) {
    context_.violate("refused_committed",
                     "a command that was refused for certain is committed at " + at(index));
  }
}

void Ledger::check_leader(const Disk& disk, Term term) {
  newest_leader_ = std::max(newest_leader_, term);
  const auto later =
      std::upper_bound(entries_.begin(), entries_.end(), term,
                       [](Term wanted, const Committed& entry) { return wanted <= entry.by; });
  const Index earlier(static_cast<std::uint64_t>(later - entries_.begin()));
  if (!earlier.is_set()) {
    return;
  }
  const DiskEntry* entry = disk.find(earlier);
  if (entry == nullptr ? !disk.covers(earlier) : !agrees(earlier, entry->checksum)) {
    context_.violate("leader_completeness", of(disk) + " leads term " +
                                                std::to_string(term.value()) +
                                                " without the committed entry at " + at(earlier));
  }
}

bool Ledger::may_drop(const Disk& disk, Index committed,
                      const port::StorageWrite& write) const noexcept {
  const Term by = entries_[committed.value() - 1].by;
  // An entry of that leader or a later one stands there: whoever sent it had the committed one,
  // and so has every leader whom this server may listen to since.
  if (disk.last().term >= by) {
    return false;
  }
  // Entries go to make place for others; only those may be missing for which there is no space.
  return write.entries.empty() ? write.after_no_space : write.entries.front().term < by;
}

void Ledger::check_truncation(const Disk& disk, Index from, const port::StorageWrite& write) {
  if (from > last()) {
    return;
  }
  const DiskEntry* entry = disk.find(from);
  if (entry != nullptr && agrees(from, entry->checksum) && !may_drop(disk, from, write)) {
    context_.violate("committed_truncated", of(disk) + " drops the committed entry at " + at(from));
  }
}

void Ledger::check_acknowledged(LogPosition position, const Bytes& command) {
  const Entry entry{.term = position.term, .kind = EntryKind::kCommand, .payload = command};
  const bool known = position.index.is_set() && position.index <= last();
  if (!known || !agrees(position.index, entry_checksum(position.index, entry))) {
    context_.violate("acknowledged_committed",
                     "a client was told that its command is committed at " + at(position.index) +
                         ", and it is not");
  }
}

void Ledger::check_fresh(const char* check, ServerId server, Index applied, Instant as_of) {
  if (applied < last() && entries_[applied.value()].at < as_of) {
    context_.violate(check, "server " + std::to_string(server.value()) + " reads at " +
                                at(applied) + ", but " + at(applied.next()) +
                                " was committed before");
  }
}

void Ledger::allow_again(const Bytes& command) {
  const std::uint64_t sum = checksum(command.view());
  allowed_again_.insert(sum);
  refused_.erase(sum);
}

void Ledger::refuse(const Bytes& command) {
  const std::uint64_t sum = checksum(command.view());
  refused_.emplace(sum, context_.now());
  if (const auto found = commands_.find(sum); found != commands_.end()) {
    context_.violate(
        "refused_committed",
        "a client is told that its command is not committed, but it is, at " + at(found->second));
  }
}

}  // namespace buoyant::simulation
