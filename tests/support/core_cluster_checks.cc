// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// The properties of Figure 3.2, and what a message promises (§3.8), as seen from outside.

#include "tests/support/core_cluster.h"

#include <algorithm>
#include <set>
#include <type_traits>

namespace buoyant::core_cluster {

const Item* find_item(const Items& log, Index index) {
  return index.is_set() && index.value() <= log.size() ? &log[index.value() - 1] : nullptr;
}

/// Where two logs have an entry of the same term for the last time; zero: nowhere.
std::size_t last_agreement(const Items& one, const Items& other) {
  std::size_t at = std::min(one.size(), other.size());
  while (at > 0 && one[at - 1].term != other[at - 1].term) {
    --at;
  }
  return at;
}

/// What a message says of its sender's disk. Empty: it is true.
const char* broken_promise(const Server& server, ServerId to, const RequestVote& request) {
  if (request.pre_vote || request.term < server.durable_state.term) {
    return "";
  }
  const bool voted =
      server.durable_state == HardState{.term = request.term, .voted_for = server.id};
  const Item* last = find_item(server.durable_log, request.last.index);
  const bool holds =
      !request.last.index.is_set() || (last != nullptr && last->term == request.last.term);
  return voted && holds && to != server.id ? "" : "a candidate asks before its vote is durable";
}

const char* broken_promise(const Server& server, ServerId to, const RequestVoteReply& reply) {
  if (reply.pre_vote || !reply.granted || reply.term < server.durable_state.term) {
    return "";
  }
  const bool voted = server.durable_state == HardState{.term = reply.term, .voted_for = to};
  return voted ? "" : "a vote is granted before it is durable";
}

const char* broken_promise(const Server& server, ServerId /*to*/, const AppendEntriesReply& reply) {
  if (reply.term < server.durable_state.term) {
    return "";
  }
  const bool holds = !reply.accepted || reply.match.value() <= server.durable_log.size();
  return holds && reply.term == server.durable_state.term
             ? ""
             : "entries are acknowledged before they are durable";
}

template <class Message>
const char* broken_promise(const Server& server, ServerId /*to*/, const Message& message) {
  return message.term <= server.durable_state.term ? "" : "a term is used before it is durable";
}

void Cluster::check_promise(const Server& server, const Packet& packet) {
  const std::string broken =
      std::visit([&](const auto& message) { return broken_promise(server, packet.to, message); },
                 packet.message);
  if (!broken.empty()) {
    violated(broken);
  }
}

void Cluster::check_leader(const Server& server) {
  const std::uint64_t term = server.raft->standing().term.value();
  const auto [known, is_new] = leader_of_term_.emplace(term, server.id);
  if (known->second != server.id) {
    violated("election safety: two leaders in one term");
  }
  if (!is_new) {
    return;
  }
  // Leader completeness: what was committed is in the log of every later leader.
  for (std::size_t i = 0; i < ledger_.size(); ++i) {
    const Item* item = find_item(server.log, Index(i + 1));
    if (item == nullptr || *item != ledger_[i]) {
      violated("leader completeness: a committed entry is missing");
      return;
    }
  }
}

/// Of one half of a configuration. Counted here anew, not with the core's own words.
bool is_majority_of(const std::vector<Member>& members, const std::set<ServerId>& holders) {
  std::size_t voters = 0;
  std::size_t copies = 0;
  for (const Member& member : members) {
    if (member.role == MemberRole::kVoter) {
      voters += 1;
      copies += holders.contains(member.id) ? 1U : 0U;
    }
  }
  return copies * 2 > voters;
}

bool Cluster::is_on_a_majority(const Configuration& configuration, Index index,
                               const Item& item) const {
  std::set<ServerId> holders;
  for (const Server& server : servers_) {
    const Item* copy = find_item(server.durable_log, index);
    if (copy != nullptr && *copy == item) {
      holders.insert(server.id);
    }
  }
  return is_majority_of(configuration.members, holders) &&
         (!configuration.is_joint() || is_majority_of(configuration.outgoing, holders));
}

void Cluster::check_configuration(const Server& server) {
  // What the core itself appends is in the log from the turn on.
  const bool has_gap = std::any_of(server.log.begin(), server.log.end(),
                                   [](const Item& item) { return item.value == 0; });
  if (has_gap || server.raft->last().index.value() != server.log.size()) {
    return;
  }
  // §4.1: that of the newest configuration entry in the log, whether it is committed or not.
  for (std::size_t at = server.log.size(); at > 0; --at) {
    if (const auto found = configurations_.find(server.log[at - 1].value);
        found != configurations_.end()) {
      if (server.raft->configuration() !=
          ConfigurationAt{.index = Index(at), .configuration = found->second}) {
        violated("the configuration in effect is not the newest in the log");
      }
      return;
    }
  }
}

void Cluster::check(const Server& server) {
  if (server.raft->fault_reason() != nullptr) {
    if (options_.faults_are_violations) {
      violated(std::string("faulted: ") + server.raft->fault_reason());
    }
    return;
  }
  if (server.raft->is_leader()) {
    check_leader(server);
  }
  check_configuration(server);
  check_snapshot(server);
  for (Index index{ledger_.size() + 1}; index <= server.raft->commit_index();
       index = index.next()) {
    const Item* item = find_item(server.log, index);
    if (item == nullptr) {
      violated("committed without the entry");
      return;
    }
    if (!is_on_a_majority(server.raft->configuration().configuration, index, *item)) {
      violated("committed without a durable majority");
    }
    ledger_.push_back(*item);
  }
  for (Index index{1}; index <= server.raft->commit_index(); index = index.next()) {
    const Item* item = find_item(server.log, index);
    if (item == nullptr || *item != ledger_[index.value() - 1]) {
      violated("log matching: a committed entry differs");
      return;
    }
  }
}

std::size_t Cluster::committed_configurations() const {
  return static_cast<std::size_t>(
      std::count_if(ledger_.begin(), ledger_.end(),
                    [this](const Item& item) { return configurations_.contains(item.value); }));
}

void Cluster::check_logs() {
  for (const Server& one : servers_) {
    for (const Server& other : servers_) {
      const auto agreed = static_cast<std::ptrdiff_t>(last_agreement(one.log, other.log));
      if (!std::equal(one.log.begin(), one.log.begin() + agreed, other.log.begin())) {
        violated("log matching: two logs agree at an index and differ before it");
      }
    }
  }
}

}  // namespace buoyant::core_cluster
