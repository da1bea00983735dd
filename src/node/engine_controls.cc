// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What only the leader can do: asked for here, or passed on to it, and of followers.

#include "node/engine.h"

#include <utility>

namespace buoyant::node {

namespace {

/// How many election timeouts may pass until a new leader is known: the old one gives up after
/// one, and an election that was begun just before may need another.
constexpr int kTransferElectionTimeouts = 3;

}  // namespace

Result<void> Engine::ask_leader(ControlRequest request, Instant deadline, ControlDone done) {
  const ServerId leader = raft_->standing().leader;
  if (raft_->is_removed()) {
    return fail(Errc::kNoLeader, kRemovedText);
  }
  if (!leader.is_set()) {
    return fail(Errc::kNoLeader);
  }
  if (!connected_.contains(leader)) {
    return fail(Errc::kNoLeader, "the leader is not connected");
  }
  return control_requests_.add(std::move(request), deadline, std::move(done));
}

void Engine::send_controls() {
  if (!control_requests_.has_unsent()) {
    return;
  }
  const ServerId leader = raft_->standing().leader;
  if (!leader.is_set() || !connected_.contains(leader)) {
    control_requests_.refuse_unsent("the leader was lost before it was asked");
  } else {
    control_requests_.send(leader, *ports_.transport);
  }
}

void Engine::step_controls() {
  const Instant present = now();
  control_requests_.expire(present);
  transfers_.step(present, *raft_);
}

void Engine::accept_control(ServerId peer, const ControlRequest& request) {
  const Result<ControlAnswers::Ticket> ticket = control_answers_.open(peer, request.sequence);
  if (!ticket) {
    control_answers_.refuse(peer, request.sequence, ticket.error().code());
    return;
  }
  const Result<void> begun = begin_control(request, [this, ticket = *ticket](Result<Index> result) {
    control_answers_.answer(ticket, result);
    wake();
  });
  if (!begun) {
    control_answers_.answer(*ticket, fail(begun.error()));
  }
}

Result<void> Engine::begin_control(const ControlRequest& request, ControlDone done) {
  switch (request.kind) {
    case ControlKind::kTransfer:
      return transfer_here(request.target, false,
                           [done = std::move(done)](const Result<ServerId>& leader) {
                             done(leader ? Result<Index>(Index()) : fail(leader.error()));
                           });
    case ControlKind::kChangeMembership:
      return change_here(request.members, request.based_on, std::move(done));
  }
  return fail(Errc::kNotReady);
}

Result<void> Engine::transfer(ServerId to, TransferDone done) {
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
  if (control_requests_.size() + transfers_.of_user() >= options_.controls_max) {
    return fail(Errc::kBusy, "controls_max");
  }
  return raft_->is_leader() ? transfer_here(to, true, std::move(done))
                            : transfer_at_leader(to, std::move(done));
}

Result<void> Engine::transfer_here(ServerId to, bool of_user, TransferDone done) {
  const Result<ServerId> target = raft_->transfer(now(), to);
  if (!target) {
    return fail(target.error());
  }
  transfers_.add({.to = to,
                  .from = options_.id,
                  .term = raft_->standing().term,
                  .deadline = now() + options_.election_timeout * kTransferElectionTimeouts,
                  .of_user = of_user,
                  .done = std::move(done)});
  wake();
  return {};
}

Result<void> Engine::transfer_at_leader(ServerId to, TransferDone done) {
  const core::Standing& standing = raft_->standing();
  const Instant deadline = now() + options_.election_timeout * kAskElectionTimeouts;
  Transfers::Open transfer{.to = to,
                           .from = standing.leader,
                           .term = standing.term,
                           .deadline = deadline,
                           .done = std::move(done)};
  const Result<void> asked =
      ask_leader({.kind = ControlKind::kTransfer, .target = to}, deadline,
                 [this, transfer = std::move(transfer)](const Result<Index>& answer) {
                   finish_asked_transfer(transfer, answer);
                 });
  if (asked) {
    wake();
  }
  return asked;
}

void Engine::finish_asked_transfer(Transfers::Open transfer, const Result<Index>& answer) {
  if (answer && is_live()) {
    // It was done; the new leader makes itself known here soon, if it did not.
    transfers_.add(std::move(transfer));
    wake();
    return;
  }
  Result<ServerId> outcome = fail(answer ? Error(Errc::kOutcomeUnknown) : answer.error());
  if (outcome.error().code() == Errc::kOutcomeUnknown) {
    // A leader that closes after it handed over takes the answer with it.
    const auto known = outcome_of(transfer, raft_->standing());
    outcome = known && *known ? *known : outcome;
  }
  if (transfer.done) {
    transfer.done(outcome);
  }
}

}  // namespace buoyant::node
