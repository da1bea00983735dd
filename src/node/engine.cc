// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "node/engine.h"

#include "buoyant/base/assert.h"
#include "buoyant/base/random.h"
#include "node/recovery.h"

#include <utility>

namespace buoyant::node {

Engine::Engine(NodeOptions options, NodePorts ports, const port::StoredState& stored,
               core::RestoredState restored)
    : options_(std::move(options)),
      ports_(std::move(ports)),
      clock_(ports_.loop->now()),
      budget_{.proposals_max = options_.proposals_max, .bytes_max = options_.proposal_bytes_max},
      callbacks_(budget_, latencies_),
      cache_(options_.entry_cache_bytes_max),
      proposals_(callbacks_, stages_),
      persister_(*ports_.storage, *ports_.codec, cache_),
      sender_(*ports_.codec, *ports_.transport, options_.held_messages_per_peer_max),
      log_reader_(*ports_.storage, options_.append_bytes_max, [this] { wake(); }),
      replicator_(options_, *ports_.codec, *ports_.transport, cache_, log_reader_),
      receiver_(*ports_.codec, cache_),
      applier_({.entries_per_turn = options_.apply_entries_per_turn,
                .bytes_per_turn = options_.apply_bytes_per_turn},
               ports_.state_machine->applied(), *this, cache_, *ports_.storage, *this),
      forwarder_(options_, *ports_.codec, callbacks_),
      forward_answers_(*ports_.codec),
      control_requests_(options_, *ports_.codec, callbacks_),
      control_answers_(options_, *ports_.codec),
      transfers_(options_.id, callbacks_),
      replies_(options_.proposals_max, options_.proposal_bytes_max),
      reads_(options_, callbacks_, latencies_.read,
             Random(options_.seed).below(kNumberMax / 2) + 1),
      read_answers_(*ports_.codec),
      links_(stored.identity, stored.peers),
      roster_(options_.id),
      trace_(options_.trace_steps_max),
      compaction_(options_),
      installation_(ports_.snapshots.get(), options_.heartbeat_interval, *this),
      snapshot_in_(
          {.store = ports_.snapshots.get(), .codec = *ports_.codec, .transport = *ports_.transport},
          2 * options_.snapshot_inflight_bytes_max, *this),
      snapshot_out_(
          options_,
          {.store = ports_.snapshots.get(), .codec = *ports_.codec, .transport = *ports_.transport},
          *this) {
  raft_ = std::make_unique<core::Raft>(raft_options(options_), std::move(restored), clock_);
  standing_since_ = clock_;
  links_.set_bootstrap(stored.bootstrap);
}

Engine::Context::Context(const Engine& engine)
    : outer_(set_assert_context({.server_id = engine.options_.id.value(),
                                 .term = engine.raft_->standing().term.value(),
                                 .seed = engine.options_.seed})) {}

void Engine::start() {
  ports_.loop->set_handler(*this);
  ports_.storage->start(*this);
  ports_.transport->start(*this);
  adopt_configuration(raft_->configuration());
  if (applier_.applied() < raft_->snapshot().id.position.index) {
    applier_.hold();
    installation_.want(raft_->snapshot());
  }
  follow_membership();
  wake();
}

Instant Engine::now() noexcept {
  if (ports_.loop != nullptr) {
    const Instant read = ports_.loop->now();
    clock_ = read > clock_ ? read : clock_;
  }
  return clock_;
}

void Engine::wake() noexcept {
  if (is_in_turn_) {
    is_turn_wanted_ = true;
  } else if (stage_ == Stage::kRunning || stage_ == Stage::kDraining) {
    ports_.loop->wake();
  }
}

std::optional<Term> Engine::term_at(Index index) const noexcept {
  return raft_->term_at(index);
}

void Engine::add_event(std::function<void(Observer&)> event, bool may_be_forgotten) {
  if (ports_.observer == nullptr) {
    return;
  }
  if (events_.size() >= options_.events_pending_max) {
    if (!may_be_forgotten) {
      std::erase_if(events_, [](const Event& pending) { return pending.may_be_forgotten; });
    } else if (events_.front().may_be_forgotten) {
      events_.pop_front();
    } else {
      return;
    }
  }
  events_.push_back({.tell = std::move(event), .may_be_forgotten = may_be_forgotten});
  wake();
}

Result<void> Engine::bootstrap(std::vector<Member> members, BootstrapDone done) {
  if (stage_ != Stage::kRunning) {
    return fail(Errc::kStopped);
  }
  if (raft_->fault_reason() != nullptr) {
    return fail(Errc::kFaulted, raft_->fault_reason());
  }
  Result<ConfigurationAt> planned =
      Bootstrap::plan(std::move(members), options_.id, options_.address);
  if (!planned) {
    return fail(planned.error());
  }
  Entry entry = Bootstrap::entry_of(planned->configuration, *ports_.codec);
  const std::uint64_t checksum = entry_checksum(planned->index, entry);
  const std::uint64_t present =
      bootstrap_.is_under_way() ? bootstrap_.checksum() : links_.bootstrap();
  const bool begun = bootstrap_.is_under_way() || raft_->last().index.is_set();
  // A log that began with a snapshot does not know how the group's began.
  const bool is_known = present != 0 || !raft_->snapshot().id.position.index.is_set();
  if (begun && is_known && present != checksum) {
    return fail(Errc::kInvalidConfiguration, "the log began with another list of members");
  }
  if (!begun) {
    bootstrap_.want(std::move(*planned), std::move(entry), checksum);
  }
  if (done) {
    bootstrap_.add_waiter(std::move(done));
  }
  wake();
  return {};
}

void Engine::step_bootstrap() {
  if (bootstrap_.is_under_way() && !bootstrap_.is_submitted() && persister_.is_idle()) {
    bootstrap_.submitted(persister_.submit_own(bootstrap_.make_write(raft_->hard_state())));
  }
  tell_bootstrapped();
}

void Engine::finish_bootstrap(port::WriteOutcome outcome) {
  if (outcome != port::WriteOutcome::kDurable) {
    bootstrap_.give_up();
    for (BootstrapDone& done : bootstrap_.take_waiters()) {
      callbacks_.add([done = std::move(done)] { done(fail(Errc::kStorageFull)); });
    }
    return;
  }
  const std::uint64_t checksum = bootstrap_.checksum();
  persister_.begin_core();
  raft_ = std::make_unique<core::Raft>(raft_options(options_),
                                       bootstrap_.finish(raft_->hard_state()), now());
  core_deadline_ = Instant::never();
  links_.set_bootstrap(checksum);
  for (const ServerId peer : connected_) {
    raft_->peer_reachable(now(), peer);
  }
  adopt_configuration(raft_->configuration());
  follow_membership();
}

void Engine::tell_bootstrapped() {
  if (!bootstrap_.has_waiters() || bootstrap_.is_under_way() || raft_->durable_index() < Index(1)) {
    return;
  }
  for (BootstrapDone& done : bootstrap_.take_waiters()) {
    callbacks_.add([done = std::move(done)] { done({}); });
  }
}

}  // namespace buoyant::node
