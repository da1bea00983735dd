// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The shape of the log: which term each index has (§3.5), without the entries, and which part
/// of it is durable.
///
/// A Trail stores runs of equal terms, so its size is the number of terms in the retained log,
/// not the number of entries. It also remembers which part of the log each outstanding write
/// vouches for. A truncation takes back what earlier writes vouch for, so that a late
/// completion never makes entries durable that it did not write (L4).
///
/// A snapshot may replace the log (§5.2): then the base lies before what is durable until the
/// write that says so is.
///
/// Invariants
///   base().index <= last().index, durable_index() <= last().index
///   base().index <= durable_index(), unless a replacement is not durable yet
///   terms never decrease with the index
///   outstanding writes vouch for at most last().index, in ascending order of their ids
#pragma once

#include "buoyant/base/time.h"
#include "buoyant/model/entry.h"
#include "buoyant/model/ids.h"

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

namespace buoyant::core {

class Trail {
 public:
  /// A log that is durable as a whole.
  Trail(LogPosition base, const std::vector<TermRun>& runs);

  /// The position before the first retained entry.
  [[nodiscard]] LogPosition base() const noexcept { return base_; }

  [[nodiscard]] LogPosition last() const noexcept { return last_; }

  [[nodiscard]] Index durable_index() const noexcept { return durable_; }

  /// The term at `index`; nullopt outside [base, last].
  [[nodiscard]] std::optional<Term> term_at(Index index) const noexcept;

  /// How many of the `count` entries from `from` on have this term, up to the first that has
  /// not or does not exist. Requires: from > base().index.
  [[nodiscard]] std::uint64_t agreeing(Index from, Term term, std::uint64_t count) const noexcept;

  /// The last position with index <= `index` and term <= `term`; at least base().
  [[nodiscard]] LogPosition last_at_most(Index index, Term term) const noexcept;

  /// The terms of `range`. Requires: within (base, last].
  [[nodiscard]] std::vector<TermRun> runs_of(IndexRange range) const;

  /// Requires: term >= last().term, count > 0.
  void append(Term term, std::uint64_t count);

  /// Forgets every entry at `from` and after; outstanding writes stop vouching for them.
  /// Requires: base().index < from.
  void truncate(Index from);

  /// Drops every entry through `through` (§5.1). Requires: base().index <= through <= durable.
  void compact(Index through);

  /// Nothing but `position` is left, as the base (§5.2). What is durable already, or in writes
  /// that are outstanding, vouches for nothing beyond `agreed`: only up to there it is known to
  /// be what the snapshot holds. Requires: base().index <= agreed < position.index.
  void replace(LogPosition position, Index agreed);

  /// A write was submitted that, with those before it, holds everything up to last().
  /// Requires: ids ascend.
  void submitted(WriteId id, Instant at);

  /// Writes up to `through` are durable.
  void written(WriteId through);

  /// Writes up to `through` were carried out without their entries, and so will be all that
  /// are outstanding now: what is not durable is gone. Their bases are not.
  void written_without_entries(WriteId through);

  /// The newest outstanding write; zero: none.
  [[nodiscard]] WriteId newest_outstanding() const noexcept;

  /// When the oldest outstanding write was submitted; nullopt: none is outstanding.
  [[nodiscard]] std::optional<Instant> oldest_outstanding_since() const noexcept;

  /// The number of runs: what its memory is proportional to.
  [[nodiscard]] std::size_t run_count() const noexcept { return runs_.size(); }

  /// True when the invariants hold; O(runs + outstanding).
  [[nodiscard]] bool is_consistent() const noexcept;

 private:
  struct Run {
    Index first;
    Term term;
  };

  struct Outstanding {
    WriteId id;
    Index vouches;
    Index base;  ///< With or without its entries, the log has this base then.
    Instant since;
  };

  /// The run that holds `index`. Requires: base < index <= last.
  [[nodiscard]] std::size_t run_of(Index index) const noexcept;

  LogPosition base_;
  LogPosition last_;
  Index durable_;
  std::vector<Run> runs_;
  std::deque<Outstanding> outstanding_;
};

}  // namespace buoyant::core
