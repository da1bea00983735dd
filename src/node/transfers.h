// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Transfers of leadership (§3.10) that somebody waits for, until it is known who leads.
///
/// What decides is who is known to lead in a later term. While the old leader still leads and
/// hands over no more, the transfer has failed; so it has at its deadline.
#pragma once

#include "buoyant/core/raft.h"
#include "buoyant/node.h"
#include "node/callback_queue.h"

#include <cstddef>
#include <optional>
#include <vector>

namespace buoyant::node {

/// Owned by the engine.
class Transfers {
 public:
  struct Open {
    /// Zero: to anybody but `from`.
    ServerId to;
    /// Who led when it began, and in which term.
    ServerId from;
    Term term;
    Instant deadline;
    /// False: a peer's.
    bool of_user = true;
    TransferDone done;
  };

  Transfers(ServerId self, CallbackQueue& callbacks) : self_(self), callbacks_(callbacks) {}

  void add(Open transfer) { open_.push_back(std::move(transfer)); }

  /// Ends those that are decided, or late.
  void step(Instant now, const core::Raft& raft);

  /// All end as unknown.
  void fail_all(const char* why);

  /// Those that count against the bound of this server's user.
  [[nodiscard]] std::size_t of_user() const noexcept;

  [[nodiscard]] Instant next_deadline() const noexcept;

 private:
  ServerId self_;
  CallbackQueue& callbacks_;
  std::vector<Open> open_;
};

/// What this server knows of the outcome: who leads, or kTransferFailed; nullopt: nothing yet.
std::optional<Result<ServerId>> outcome_of(const Transfers::Open& transfer,
                                           const core::Standing& standing);

}  // namespace buoyant::node
