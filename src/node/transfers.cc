// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "node/transfers.h"

#include <algorithm>
#include <utility>

namespace buoyant::node {

std::optional<Result<ServerId>> outcome_of(const Transfers::Open& transfer,
                                           const core::Standing& standing) {
  if (transfer.to == transfer.from) {
    return transfer.from;
  }
  if (standing.term <= transfer.term || !standing.leader.is_set()) {
    return std::nullopt;
  }
  const bool reached =
      transfer.to.is_set() ? standing.leader == transfer.to : standing.leader != transfer.from;
  if (reached) {
    return standing.leader;
  }
  return fail(Errc::kTransferFailed, "another server leads now");
}

void Transfers::step(Instant now, const core::Raft& raft) {
  for (auto at = open_.begin(); at != open_.end();) {
    std::optional<Result<ServerId>> outcome = outcome_of(*at, raft.standing());
    const bool given_up = at->from == self_ && raft.is_leader() &&
                          raft.standing().term == at->term && !raft.transfer_target().is_set();
    if (!outcome && (given_up || at->deadline <= now)) {
      outcome = fail(Errc::kTransferFailed, "the target did not take over in time");
    }
    if (!outcome) {
      ++at;
      continue;
    }
    callbacks_.add([done = std::move(at->done), outcome = *outcome] {
      if (done) {
        done(outcome);
      }
    });
    at = open_.erase(at);
  }
}

void Transfers::fail_all(const char* why) {
  for (Open& transfer : std::exchange(open_, {})) {
    callbacks_.add([done = std::move(transfer.done), why] {
      if (done) {
        done(fail(Errc::kOutcomeUnknown, why));
      }
    });
  }
}

std::size_t Transfers::of_user() const noexcept {
  return static_cast<std::size_t>(std::count_if(
      open_.begin(), open_.end(), [](const Open& transfer) { return transfer.of_user; }));
}

Instant Transfers::next_deadline() const noexcept {
  Instant earliest = Instant::never();
  for (const Open& transfer : open_) {
    earliest = std::min(earliest, transfer.deadline);
  }
  return earliest;
}

}  // namespace buoyant::node
