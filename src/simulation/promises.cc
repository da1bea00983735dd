// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "simulation/promises.h"

#include "adapters/flatbuffers/codec.h"
#include "simulation/frames.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace buoyant::simulation {

namespace {

std::string number(std::uint64_t value) {
  return std::to_string(value);
}

}  // namespace

void Promises::broken(ServerId server, const char* check, const std::string& what) {
  context_.violate(check, "server " + number(server.value()) + " " + what);
}

void Promises::on_hard_state(ServerId server, const HardState& before, const HardState& after) {
  context_.record(server, "hard_state", {after.term.value(), after.voted_for.value()}, [&] {
    return "term " + number(after.term.value()) + " voted for " + number(after.voted_for.value());
  });
  if (after.term < before.term) {
    broken(
        server, "term_monotone",
        "goes back from term " + number(before.term.value()) + " to " + number(after.term.value()));
  }
  if (after.term == before.term && before.voted_for.is_set() &&
      after.voted_for != before.voted_for) {
    broken(server, "one_vote",
           "votes for " + number(after.voted_for.value()) + " after " +
               number(before.voted_for.value()) + " in term " + number(after.term.value()));
  }
}

void Promises::on_entry(ServerId server, Index at, Term previous, const DiskEntry& entry) {
  context_.record(server, "entry", {at.value(), entry.entry.term.value(), entry.checksum}, [&] {
    return number(at.value()) + "/" + number(entry.entry.term.value()) + " is durable";
  });
  const LogPosition position{.term = entry.entry.term, .index = at};
  const auto [known, is_new] =
      positions_.try_emplace(position, Known{.checksum = entry.checksum, .previous = previous});
  if (known->second.checksum != entry.checksum || known->second.previous != previous) {
    broken(server, "log_matching",
           "has another entry at " + number(at.value()) + " of term " +
               number(position.term.value()) + ", or another one before it");
  }
  if (is_new && entry.entry.kind == EntryKind::kConfiguration) {
    if (Result<Configuration> decoded =
            flatbuf::FlatbuffersCodec().decode_configuration(entry.entry.payload.view())) {
      ledger_->on_configuration(position, std::move(*decoded));
    }
  }
  if (previous > entry.entry.term) {
    broken(server, "log_matching", "has a term that decreases at " + number(at.value()));
  }
}

void Promises::on_truncated(ServerId server, Index from, const port::StorageWrite& write) {
  context_.record(server, "truncated", {from.value()},
                  [&] { return "from " + number(from.value()); });
  ledger_->check_truncation(disk_of(server), from, write);
}

void Promises::on_snapshot(ServerId server, const SnapshotMetadata& before,
                           const SnapshotMetadata& after) {
  const LogPosition position = after.id.position;
  context_.record(server, "snapshot", {position.index.value(), position.term.value()}, [&] {
    return "through " + number(position.index.value()) + "/" + number(position.term.value());
  });
  if (position.index < before.id.position.index) {
    broken(server, "snapshot_order",
           "has a snapshot at " + number(position.index.value()) + " after one at " +
               number(before.id.position.index.value()));
  }
  const auto known = positions_.find(position);
  const bool committed = known != positions_.end() && position.index <= ledger_->last() &&
                         ledger_->agrees(position.index, known->second.checksum);
  if (!committed) {
    broken(server, "snapshot_committed",
           "has a snapshot at " + number(position.index.value()) + " of term " +
               number(position.term.value()) + ", where nothing is committed");
  }
}

void Promises::on_compacted(ServerId server, LogPosition base) {
  context_.record(server, "compacted", {base.index.value()},
                  [&] { return "through " + number(base.index.value()); });
  if (base.index > disk_of(server).snapshot().id.position.index) {
    broken(server, "compaction_covered",
           "compacts through " + number(base.index.value()) + ", and its snapshot ends before");
  }
}

void Promises::on_leader(ServerId server, Term term, std::uint64_t run) {
  // One that is its only voter may count without ever speaking to anybody.
  runs_of_leaders_.emplace(term, run);
  ++context_.totals.elections;
  see_leader(server, term);
}

void Promises::see_leader(ServerId server, Term term) {
  const auto [known, is_new] = leaders_.emplace(term, server);
  if (is_new) {
    ledger_->check_leader(disk_of(server), term);
  } else if (known->second != server) {
    broken(server, "election_safety",
           "leads term " + number(term.value()) + ", and so does " + number(known->second.value()));
  }
}

void Promises::on_sent(Process& process, ServerId to, const port::Decoded& message) {
  const ServerId from = process.server();
  if (failed_.contains({from, process.start()})) {
    broken(from, "silent_after_failure",
           "speaks after its storage failed: " + describe_message(message.message));
  }
  speaking_run_ = process.start();
  std::visit([&](const auto& body) { check(from, to, body); }, message.message);
}

void Promises::check_term(ServerId from, Term term) {
  if (disk_of(from).hard_state().term < term) {
    broken(from, "durable_first",
           "speaks in term " + number(term.value()) + ", which is not durable there");
  }
}

void Promises::check(ServerId from, ServerId /*to*/, const RequestVote& message) {
  if (message.pre_vote) {
    return;
  }
  check_term(from, message.term);
  const Disk& disk = disk_of(from);
  if (disk.hard_state().term != message.term) {
    return;
  }
  if (disk.hard_state().voted_for != from) {
    broken(from, "durable_first", "asks for votes without its own");
  }
  const bool there = message.last.index.is_set()
                         ? disk.term_at(message.last.index) == message.last.term
                         : !message.last.term.is_set();
  if (!there) {
    broken(from, "durable_first",
           "asks for votes with a log that is not durable: " + number(message.last.index.value()));
  }
}

void Promises::check(ServerId from, ServerId to, const RequestVoteReply& message) {
  if (message.pre_vote) {
    return;
  }
  check_term(from, message.term);
  // A durable later term keeps the promise too: there will be no other vote in this one.
  const Disk& disk = disk_of(from);
  const ServerId vote = disk.vote_in(message.term);
  const bool kept = vote == to || (!vote.is_set() && disk.hard_state().term > message.term);
  if (message.granted && !kept) {
    broken(from, "durable_first",
           "grants a vote to " + number(to.value()) + " in term " + number(message.term.value()) +
               " that is not durable");
  }
}

void Promises::check(ServerId from, ServerId /*to*/, const AppendEntries& message) {
  check_leads(from, message.term);
  check_commit_rule(from, message.term, message.commit, message.commit);
  check_commit(from, message.commit);
}

void Promises::check(ServerId from, ServerId to, const AppendEntriesReply& message) {
  check_term(from, message.term);
  if (message.accepted) {
    Index& most = acknowledged_[{from, to, message.term}];
    most = std::max(most, message.match);
  }
  const Disk& disk = disk_of(from);
  if (message.accepted && disk.hard_state().term == message.term &&
      disk.last().index < message.match) {
    broken(from, "durable_first",
           "acknowledges " + number(message.match.value()) + ", but only " +
               number(disk.last().index.value()) + " is durable");
  }
}

void Promises::check(ServerId from, ServerId /*to*/, const Heartbeat& message) {
  check_leads(from, message.term);
  // It says no more than its receiver has (L13): what was counted may lie behind.
  Index longest;
  for (const Disk* disk : disks_) {
    longest = std::max(longest, disk->last().index);
  }
  check_commit_rule(from, message.term, message.commit, longest);
  check_commit(from, message.commit);
}

void Promises::check(ServerId from, ServerId /*to*/, const HeartbeatReply& message) {
  check_term(from, message.term);
}

void Promises::check(ServerId from, ServerId /*to*/, const TimeoutNow& message) {
  check_leads(from, message.term);
}

void Promises::check_leads(ServerId from, Term term) {
  check_term(from, term);
  // Whoever speaks as a leader is one, also before it says so.
  runs_of_leaders_.emplace(term, speaking_run_);
  see_leader(from, term);
}

void Promises::check_commit(ServerId from, Index commit) {
  if (commit > ledger_->last() && !ledger_->is_on_majority(commit)) {
    broken(from, "commit_durable",
           "calls " + number(commit.value()) + " committed, which is durable on no majority");
  }
  claimed_ = std::max(claimed_, commit);
}

bool Promises::may_have_counted(ServerId from, Term term, Index index) const {
  const auto counts = [&](Term counted) {
    const auto leader = leaders_.find(counted);
    const auto run = runs_of_leaders_.find(counted);
    return counted == term || (leader != leaders_.end() && leader->second == from &&
                               run != runs_of_leaders_.end() && run->second == speaking_run_);
  };
  const std::vector<Term> all = ledger_->terms_on_majority(index);
  return std::any_of(all.begin(), all.end(), counts);
}

// §3.6.2: a leader counts only entries of its own term. What is called committed for the first
// time was counted by who says so: now, or when it led that entry's term in the same run.
void Promises::check_commit_rule(ServerId from, Term term, Index commit, Index counted_max) {
  if (commit <= std::max(ledger_->last(), claimed_)) {
    return;
  }
  for (Index index = commit; index <= counted_max; index = index.next()) {
    if (may_have_counted(from, term, index)) {
      return;
    }
  }
  // Without a majority it is said to be worse.
  const std::vector<Term> counted = ledger_->terms_on_majority(commit);
  if (!counted.empty()) {
    broken(from, "commit_rule",
           "calls " + number(commit.value()) + " of term " + number(counted.front().value()) +
               " committed, by counting in term " + number(term.value()));
  }
}

}  // namespace buoyant::simulation
