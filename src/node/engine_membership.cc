// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Changes of who takes part (§4): the user's requests, and what follows for the connections.

#include "node/engine.h"

#include <algorithm>
#include <utility>

namespace buoyant::node {

namespace {

/// How many election timeouts a removed server keeps its connections, for what is on its way.
constexpr int kFarewellElectionTimeouts = 2;

}  // namespace

Result<void> Engine::change_membership(std::vector<Member> members, Index based_on,
                                       ChangeDone done) {
  const Context context(*this);
  if (stage_ != Stage::kRunning) {
    return fail(Errc::kStopped);
  }
  if (raft_->fault_reason() != nullptr) {
    return fail(Errc::kFaulted, raft_->fault_reason());
  }
  if (bootstrap_.is_under_way()) {
    return fail(Errc::kNoLeader, "bootstrap is under way");
  }
  return raft_->is_leader() ? change_here(std::move(members), based_on, std::move(done))
                            : change_at_leader(std::move(members), based_on, std::move(done));
}

Result<void> Engine::change_at_leader(std::vector<Member> members, Index based_on,
                                      ChangeDone done) {
  // What could not be encoded is not sent; and the list is sorted.
  Result<Configuration> target = make_configuration(std::move(members));
  if (!target) {
    return fail(target.error());
  }
  const Instant deadline =
      now() + options_.catch_up_timeout + options_.election_timeout * kAskElectionTimeouts;
  const Result<void> asked = ask_leader({.kind = ControlKind::kChangeMembership,
                                         .based_on = based_on,
                                         .members = std::move(target->members)},
                                        deadline, std::move(done));
  if (asked) {
    wake();
  }
  return asked;
}

Result<void> Engine::change_here(std::vector<Member> members, Index based_on, ChangeDone done) {
  const Result<std::uint64_t> number =
      raft_->change_membership(now(), std::move(members), based_on);
  if (!number) {
    return fail(number.error());
  }
  changes_.emplace(*number, std::move(done));
  wake();
  return {};
}

void Engine::finish_changes(const std::vector<core::ChangeOutcome>& outcomes) {
  for (const core::ChangeOutcome& outcome : outcomes) {
    auto found = changes_.extract(outcome.number);
    if (!found.empty() && found.mapped()) {
      const Result<Index> result = outcome.index.is_set()
                                       ? Result<Index>(outcome.index)
                                       : Result<Index>(fail(outcome.refusal, "change_membership"));
      callbacks_.add([done = std::move(found.mapped()), result] { done(result); });
    }
  }
}

void Engine::fail_changes(const char* why) {
  for (auto& [number, done] : std::exchange(changes_, {})) {
    if (done) {
      callbacks_.add([done = std::move(done), why] { done(fail(Errc::kOutcomeUnknown, why)); });
    }
  }
}

void Engine::adopt_configuration(const ConfigurationAt& configuration) {
  if (configuration == configuration_) {
    return;
  }
  configuration_ = configuration;
  roster_is_stale_ = true;
  add_event([configuration](Observer& observer) { observer.on_configuration(configuration); },
            false);
}

void Engine::follow_membership() {
  // One after the other: a server may have left and come back in between, with another disk.
  if (raft_->committed_configuration().index != links_.committed().index) {
    for (const ConfigurationAt& each : raft_->configurations()) {
      if (each.index > links_.committed().index && each.index <= raft_->commit_index()) {
        links_.set_committed(each);
      }
    }
  }
  const bool removed = raft_->is_removed();
  if (removed != removed_) {
    removed_ = removed;
    roster_is_stale_ = true;
    farewell_at_ =
        removed ? now() + options_.election_timeout * kFarewellElectionTimeouts : Instant::never();
    add_event([removed](Observer& observer) { observer.on_removed(removed); }, false);
  }
  const bool is_over = removed_ && now() >= farewell_at_;
  if (!std::exchange(roster_is_stale_, false) && !raft_->has_leavers() && !is_over) {
    return;
  }
  std::vector<ServerId> kept = kept_peers();
  // They are let go when they have answered, or know.
  roster_is_stale_ = !kept.empty();
  if (roster_.update(configuration_.configuration, std::move(kept), is_over)) {
    ports_.transport->set_peers(roster_.peers());
  }
}

std::vector<ServerId> Engine::leavers() const {
  std::vector<ServerId> leaving;
  for (const core::PeerProgress& peer : raft_->progress()) {
    if (peer.leaving) {
      leaving.push_back(peer.id);
    }
  }
  return leaving;
}

std::vector<ServerId> Engine::kept_peers() const {
  std::vector<ServerId> kept = leavers();
  // A leader that is leaving has answers to give, also when another leads already.
  std::vector<ServerId> asked = forwarder_.asked();
  const std::vector<ServerId> controls = control_requests_.asked();
  asked.insert(asked.end(), controls.begin(), controls.end());
  asked.push_back(raft_->standing().leader);
  for (const ServerId id : asked) {
    const bool is_known = configuration_.configuration.find(id) != nullptr ||
                          std::find(kept.begin(), kept.end(), id) != kept.end();
    if (id.is_set() && id != options_.id && !is_known) {
      kept.push_back(id);
    }
  }
  return kept;
}

Instant Engine::farewell_deadline() const noexcept {
  // Once there is nobody left the farewell is over.
  return removed_ && !roster_.peers().empty() ? farewell_at_ : Instant::never();
}

void Engine::on_refused(ServerId peer, const HelloReply& reply) noexcept {
  if (!core_listens()) {
    return;
  }
  links_.set_configuration_index(raft_->configuration().index);
  if (links_.is_removed_by(peer, reply)) {
    raft_->told_removed(now());
    wake();
  }
}

}  // namespace buoyant::node
