// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Committed entries on their way to the state machine, in order, once per run (§3.5).
///
/// One batch at a time is at the state machine, and at most one begins per turn, bounded in
/// entries and bytes: a flood of committed entries costs many short turns, not a long one. What
/// the cache does not hold, after a restart say, is read from storage. No-ops and configurations
/// are passed over. While it is held nothing is applied: a snapshot takes the state's place.
#pragma once

#include "buoyant/port/state_machine.h"
#include "buoyant/port/storage.h"
#include "node/entry_cache.h"
#include "node/log_view.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

namespace buoyant::node {

/// Owned by the engine, which lives until the storage is closed.
class Applier {
 public:
  /// Hears of what the applier does; nothing is called inside a call of the user.
  class Host {
   public:
    Host() = default;
    Host(const Host&) = delete;
    Host& operator=(const Host&) = delete;

    /// Gives a batch to the state machine.
    virtual void apply(std::vector<Command> commands, ApplyDone done) noexcept = 0;
    /// An entry is applied, or passed over; in order.
    virtual void on_applied(LogPosition position, const Bytes& reply) noexcept = 0;
    /// Something can go on in the next turn.
    virtual void on_apply_progress() noexcept = 0;
    /// A committed entry cannot be had: the server cannot go on.
    virtual void on_apply_failed(Error error) noexcept = 0;

   protected:
    ~Host() = default;
  };

  struct Limits {
    std::size_t entries_per_turn = 0;
    std::size_t bytes_per_turn = 0;
  };

  Applier(const Limits& limits, Index applied, const LogView& log, const EntryCache& cache,
          port::Storage& storage, Host& host);
  Applier(const Applier&) = delete;
  Applier& operator=(const Applier&) = delete;
  ~Applier();

  /// Entries up to here may be applied.
  void advance(Index through);

  /// The work of one turn: finish(), and then the next batch unless it is held.
  void run();

  /// Reports a batch that the state machine is done with.
  void finish();

  /// True: no batch is at the state machine, its state is that after applied().
  [[nodiscard]] bool is_between_batches() const noexcept { return !batch_.has_value(); }

  /// Begins no batch any more, and reads nothing, until resume_at().
  void hold() noexcept { held_ = true; }

  /// The state is that after `applied` now, wherever it was before; goes on from there.
  /// Requires: is_between_batches(), applied() <= applied.
  void resume_at(Index applied);

  /// The payload bytes of all entries that were applied.
  [[nodiscard]] std::uint64_t bytes_applied() const noexcept { return bytes_applied_; }

  /// Calls the state machine no more; tokens that are still out do nothing.
  void stop();

  /// Everything up to here is applied.
  [[nodiscard]] Index applied() const noexcept { return applied_; }

  /// True: storage had no room for a read; waits for retry().
  [[nodiscard]] bool is_held_up() const noexcept { return busy_ && !stopped_; }

  void retry() noexcept { busy_ = false; }

  /// True: run() can do something now.
  [[nodiscard]] bool has_work() const noexcept;

 private:
  /// What an ApplyDone holds: it may outlive the applier.
  struct Token {
    Applier* applier = nullptr;
  };

  struct Item {
    LogPosition position;
    bool is_command = false;
  };

  /// The batch at the state machine.
  struct Batch {
    std::vector<Item> items;
    std::size_t commands = 0;
    std::size_t bytes = 0;
    std::shared_ptr<Token> token;
    bool finished = false;
    std::vector<Bytes> replies;
  };

  void begin_batch();
  bool add_to(Batch& batch, std::vector<Command>& commands, Index index, const Entry& entry) const;
  void on_done(std::vector<Bytes> replies);
  void finish_batch();
  [[nodiscard]] const Entry* find(Index index);
  void read(Index first);
  void on_read(std::uint64_t generation, Index first, Result<std::vector<Entry>> result);
  void drop_read_through(Index index);

  Limits limits_;
  Index applied_;
  Index through_;
  const LogView& log_;
  const EntryCache& cache_;
  port::Storage& storage_;
  Host& host_;
  std::optional<Batch> batch_;
  bool calling_ = false;
  bool stopped_ = false;
  bool reading_ = false;
  bool held_ = false;
  std::uint64_t bytes_applied_ = 0;
  std::uint64_t generation_ = 0;  ///< Of reads: those of another one are of a log that is gone.
  bool busy_ = false;             ///< Storage had no room for a read.
  /// Entries that were read from storage, from read_first_ on.
  std::deque<Entry> read_;
  Index read_first_{1};
};

}  // namespace buoyant::node
