// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Proposals that have a position in the log, until it is known what became of them.
///
/// What decides is the local apply: the same term applied at the index: committed; another term:
/// superseded, certainly not committed. They outlive a step-down, because a truncation here
/// proves nothing: another server may still have the entry and win. Those that nothing decides
/// end at their deadline as unknown.
///
/// One lane per term. Within a term positions are handed out in ascending order, and so are
/// deadlines, nearly: each lane is a queue, and everything costs O(1) per proposal.
#pragma once

#include "base/ring.h"
#include "node/callback_queue.h"
#include "node/stage_marks.h"

#include <cstddef>
#include <map>

namespace buoyant::node {

/// Owned by the engine.
class Proposals {
 public:
  Proposals(CallbackQueue& callbacks, StageMarks& stages)
      : callbacks_(callbacks), stages_(stages) {}

  /// A proposal of this server's user stands at `position`.
  /// Requires: nothing was applied at its index yet.
  void add(LogPosition position, Waiting waiting);

  /// `count` proposals that `peer` forwarded stand from `first` on; nobody here waits for them,
  /// but they count against the peer's bound.
  void add_forwarded(LogPosition first, std::size_t count, ServerId peer, Instant since,
                     Instant deadline);

  /// Proposals of this peer that are in the log and not decided.
  [[nodiscard]] std::size_t forwarded_by(ServerId peer) const noexcept;

  /// This server does not lead any more: what followers forwarded is their affair alone.
  void drop_forwarded();

  /// The entry at `position` was applied, with this reply. Positions come in order.
  void applied(LogPosition position, const Bytes& reply);

  /// A snapshot covers everything through `index`: what became of it here will not be learnt.
  void passed_over(Index index);

  /// Those whose deadline passed end as unknown, at most `count_max` of them: next_deadline() of
  /// the others is past.
  void expire(Instant now, std::size_t count_max);

  /// All end as unknown.
  void fail_all(const char* why);

  /// Instant::never(): none.
  [[nodiscard]] Instant next_deadline() const noexcept;

  [[nodiscard]] bool empty() const noexcept { return lanes_.empty(); }

 private:
  struct Pending {
    Index index;
    ServerId peer;  ///< Zero: of this server's user.
    Waiting waiting;
  };

  using Lane = Ring<Pending>;
  using Lanes = std::map<Term, Lane>;

  Lane& lane_of(Term term);
  /// The next one; this one goes when it is empty.
  Lanes::iterator after(Lanes::iterator lane);

  void push(Term term, Pending pending);
  void end(Pending pending, Result<Applied> outcome);

  CallbackQueue& callbacks_;
  StageMarks& stages_;
  Lanes lanes_;
  /// The lane that went last, for the next one: with one proposal at a time each makes a lane.
  Lanes::node_type spare_;
  std::map<ServerId, std::size_t> forwarded_;
};

}  // namespace buoyant::node
