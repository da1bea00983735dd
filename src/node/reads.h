// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Reads of this server's user (§6.4), from the call to the callback.
///
/// A read is gathered, asked for, granted at an index, and over when that index is applied here:
/// then what the user's state machine holds is at least as new as anything that was acknowledged
/// before the call. All reads that were gathered by a turn are asked for together: of the core if
/// this server leads, else of the leader with one ReadRequest. Whatever goes wrong with that - a
/// refusal, a lost connection, another leader, no answer for an election timeout - they are asked
/// for again, for nothing follows from asking. Only their deadline ends that.
///
/// R2: an answer counts only for the reads that were asked for with its number. R5, R7: a grant
/// alone is no answer, the index must be applied here, also after a restart.
#pragma once

#include "buoyant/core/raft.h"
#include "buoyant/node.h"
#include "buoyant/port/codec.h"
#include "buoyant/port/transport.h"
#include "node/callback_queue.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <vector>

namespace buoyant::node {

/// Owned by the engine.
class Reads {
 public:
  /// Requests that wait for an answer; at the bound reads gather for the next one.
  static constexpr std::size_t kRequestsMax = 16;

  /// Requests are numbered from `first_sequence` on: another run of this server must not have the
  /// same numbers, or a late answer to it would be taken for one to this (R2).
  Reads(const NodeOptions& options, CallbackQueue& callbacks, LatencyHistogram& latencies,
        std::uint64_t first_sequence)
      : options_(options),
        callbacks_(callbacks),
        latencies_(latencies),
        next_sequence_(first_sequence) {}

  [[nodiscard]] bool has_room() const noexcept { return pending_ < options_.reads_max; }

  void add(ReadMode mode, ReadDone done, Instant now);

  /// A read that nobody waits for, so that as_of() advances; at most one at a time.
  void refresh(Instant now);

  /// This server leads: asks its core for what was gathered.
  void ask_here(Instant now, core::Raft& raft);

  /// Asks the leader for what was gathered.
  void ask(Instant now, ServerId leader, port::Codec& codec, port::Transport& transport);

  /// The next ask would ask for something.
  [[nodiscard]] bool can_ask_here() const noexcept;

  /// The core granted reads that were asked for here.
  void on_granted(const core::ReadGrant& grant);

  /// Those that were asked for here with numbers up to this never will be granted.
  void on_ended(std::uint64_t through);

  void on_reply(Instant now, ServerId from, const ReadReply& reply);

  /// Another leader, or none: what others were asked for is to be asked again.
  void on_leader(ServerId leader);

  void on_disconnected(ServerId peer);

  /// Everything up to `index` is applied: the reads that waited for it are over.
  void on_applied(Instant now, Index index);

  /// Reads whose deadline passed end, at most `count_max` of them; requests without an answer for
  /// an election timeout are given up.
  void expire(Instant now, std::size_t count_max);

  /// All end with this.
  void fail_all(Error why);

  /// Instant::never(): none.
  [[nodiscard]] Instant next_deadline() const noexcept;

  /// Whose callbacks did not run yet.
  [[nodiscard]] std::size_t pending() const noexcept { return pending_; }

  [[nodiscard]] std::uint64_t granted() const noexcept { return granted_count_; }

  /// When the newest read that is over was called: everything that was acknowledged anywhere
  /// before is applied here. Zero: there was none.
  [[nodiscard]] Instant as_of() const noexcept { return as_of_; }

 private:
  struct Read {
    ReadDone done;  ///< Null: nobody waits for it.
    Instant since;
    Instant deadline;
    bool is_refresh = false;
  };

  /// Reads that were asked for together.
  struct Request {
    std::uint64_t number = 0;
    ServerId to;
    ReadMode mode = ReadMode::kLinearizable;
    Instant asked;
    std::vector<Read> reads;
  };

  /// Reads that wait for the local apply.
  struct Granted {
    Index index;
    std::vector<Read> reads;
  };

  using Requests = std::deque<Request>;

  [[nodiscard]] std::deque<Read>& gathered(ReadMode mode) noexcept {
    return gathered_.at(static_cast<std::size_t>(mode));
  }

  [[nodiscard]] bool has_gathered() const noexcept;
  std::vector<Read> take_gathered(ReadMode mode);
  /// The reads of these requests are gathered again, in front of younger ones.
  void take_back(Requests& requests, const std::function<bool(const Request&)>& which);
  void grant(Request request, Index index);
  void finish(Read read, Result<Index> outcome);
  template <class Queue>
  void expire_front(Queue& reads, Instant now, std::size_t& count_max, Errc code, const char* why);

  const NodeOptions& options_;
  CallbackQueue& callbacks_;
  LatencyHistogram& latencies_;  ///< Of those that are granted and applied.
  /// By mode; deadlines ascend.
  std::array<std::deque<Read>, 2> gathered_;
  Requests here_;   ///< Asked of the core; numbers ascend.
  Requests there_;  ///< Asked of leaders.
  /// Indexes ascend, deadlines nearly.
  std::deque<Granted> granted_;
  std::uint64_t next_sequence_;
  /// After a refusal, not before then; never: at once.
  Instant ask_again_at_ = Instant::never();
  std::size_t pending_ = 0;
  bool refreshing_ = false;
  std::uint64_t granted_count_ = 0;
  Instant as_of_;
};

}  // namespace buoyant::node
