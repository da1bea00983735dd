// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "bench/micro/core_group.h"

#include "buoyant/base/assert.h"

#include <algorithm>
#include <string>
#include <utility>
#include <variant>

namespace buoyant::bench {

namespace {

Configuration configuration_of(std::size_t servers) {
  std::vector<Member> members;
  for (std::uint64_t id = 1; id <= servers; ++id) {
    members.push_back({.id = ServerId(id), .address = "server:" + std::to_string(id)});
  }
  return *make_configuration(std::move(members));
}

core::RaftOptions options_of(std::uint64_t id) {
  core::RaftOptions options;
  options.id = ServerId(id);
  options.seed = id;
  return options;
}

}  // namespace

CoreGroup::CoreGroup(std::size_t servers) {
  core::RestoredState restored;
  restored.hard_state.term = Term(1);
  restored.runs = {{Term(1), 1}};
  restored.configurations = {{.index = Index(1), .configuration = configuration_of(servers)}};
  for (std::uint64_t id = 1; id <= servers; ++id) {
    servers_.emplace_back().raft = std::make_unique<core::Raft>(options_of(id), restored, now_);
  }
  elect();
}

void CoreGroup::elect() {
  for (std::uint64_t id = 1; id <= servers_.size(); ++id) {
    for (Server& other : servers_) {
      other.raft->peer_reachable(now_, ServerId(id));
    }
  }
  settle();
  while (leader_ == nullptr) {
    Server& first =
        *std::min_element(servers_.begin(), servers_.end(),
                          [](const Server& a, const Server& b) { return a.deadline < b.deadline; });
    now_ = std::max(now_, first.deadline);
    first.raft->advance_time(now_);
    first.has_input = true;
    settle();
    const auto leads = std::find_if(servers_.begin(), servers_.end(),
                                    [](const Server& each) { return each.raft->is_leader(); });
    leader_ = leads != servers_.end() ? &*leads : nullptr;
  }
}

bool CoreGroup::commit(std::uint64_t count) {
  for (std::uint64_t i = 0; i < count; ++i) {
    if (!leader_->raft->propose(now_)) {
      return false;
    }
  }
  leader_->has_input = true;
  settle();
  return leader_->raft->commit_index() == leader_->raft->last().index;
}

void CoreGroup::settle() {
  for (bool is_busy = true; is_busy;) {
    is_busy = false;
    for (Server& each : servers_) {
      if (each.has_input) {
        turn(each);
        is_busy = true;
      }
    }
  }
}

void CoreGroup::turn(Server& sender) {
  sender.has_input = false;
  core::Ready ready = sender.raft->take_ready();
  sender.deadline = ready.deadline;
  if (!ready.write.empty()) {
    sender.raft->written(now_, ready.write.id, core::Written::kDurable);
    sender.has_input = true;
  }
  for (const core::Envelope& envelope : ready.messages) {
    send(sender.raft->options().id, envelope);
  }
  for (const core::Replicate& permission : ready.replicate) {
    replicate(sender, permission);
  }
}

void CoreGroup::send(ServerId from, const core::Envelope& envelope) {
  Server& target = server(envelope.to);
  target.raft->receive(now_, from, envelope.message);
  target.has_input = true;
}

void CoreGroup::replicate(Server& sender, const core::Replicate& permission) {
  auto& append = std::get<AppendEntries>(append_);
  append.term = permission.term;
  append.prev = permission.prev;
  append.commit = permission.commit;
  append.round = permission.round;
  append.runs.clear();
  // All logs of the group agree, so terms are a matter of the newest one, but for its start.
  for (Index index = permission.prev.index; index < permission.through;) {
    const std::optional<Term> term = sender.raft->term_at(index.next());
    BUOYANT_ASSERT(term.has_value());
    const bool is_one_term = term == sender.raft->term_at(permission.through);
    const std::uint64_t entries = is_one_term ? permission.through - index : 1;
    append_run(append.runs, *term, entries);
    index = index + entries;
  }
  Server& target = server(permission.to);
  target.raft->receive(now_, sender.raft->options().id, append_);
  target.has_input = true;
  sender.raft->replicated(now_, permission.to, permission.term, permission.through);
  sender.has_input = true;
}

}  // namespace buoyant::bench
