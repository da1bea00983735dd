// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What is replicated in a simulation, and what its clients do with it: the part that a user
/// writes to test a state machine of their own.
#pragma once

#include "buoyant/base/export.h"
#include "buoyant/base/random.h"
#include "buoyant/port/state_machine.h"
#include "buoyant/simulation/history.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace buoyant::simulation {

/// The user's part of one run. Owned by the caller, borrowed for the run; one thread.
///
/// Everything in it must follow from its arguments: no clock, no randomness but what is handed
/// in, no address of an object, or a seed does not repeat its run.
class Workload {
 public:
  Workload() = default;
  Workload(const Workload&) = delete;
  Workload& operator=(const Workload&) = delete;
  virtual ~Workload() = default;

  /// A state machine as it is before the first entry: at each start of each server.
  [[nodiscard]] virtual std::unique_ptr<StateMachine> make_state_machine() = 0;

  /// What this client asks for next. Requires: no two commands of one run are equal, or one that
  /// was committed twice could not be told from two.
  [[nodiscard]] virtual Bytes next_command(std::uint64_t client, Random& random) = 0;

  /// True: `command` changes nothing, so that read() can answer it from a server's memory as well.
  [[nodiscard]] virtual bool only_reads(const Bytes& /*command*/) const { return false; }

  /// What a state machine of make_state_machine() replies to such a command, in the same bytes as
  /// if it were applied. Requires: only_reads(command).
  [[nodiscard]] virtual Bytes read(StateMachine& /*machine*/, const Bytes& /*command*/) {
    return {};
  }

  /// True: the state machine is put behind sessions (<buoyant/sessions.h>), and some clients send
  /// their commands through one, again and again until the outcome is certain; each must be
  /// applied at most once. Commands, replies and history are as without them. Requires then:
  /// state machines are not durable by themselves.
  [[nodiscard]] virtual bool has_sessions() const { return false; }

  /// Looks at what all clients saw, when the run is over. Nothing: all is well; otherwise what
  /// is wrong, in words.
  [[nodiscard]] virtual std::optional<std::string> judge(const History& history) = 0;

  /// Parts of the histories so far that judge() gave up on: neither right nor wrong.
  [[nodiscard]] virtual std::uint64_t undecided() const noexcept { return 0; }
};

/// Registers and lists under a few keys: puts, gets, compare-and-sets and deletes, and appends
/// and reads of lists that only grow. Its judge looks for an order of each key's operations that
/// explains every reply.
class BUOYANT_EXPORT KeyValueWorkload final : public Workload {
 public:
  struct Options {
    /// Keys of registers and of lists, each. At least one.
    std::uint64_t keys = 4;
    /// The longest value of a register in bytes; lengths are drawn up to it.
    std::uint64_t value_bytes_max = 32;
    /// One value in fifty is drawn up to this length: payloads that are sent from where they lie.
    std::uint64_t long_value_bytes_max = 3000;
    /// How far judge() searches at one register before it leaves it undecided.
    std::uint64_t configurations_max = kConfigurationsMax;
  };

  KeyValueWorkload();
  explicit KeyValueWorkload(Options options);

  [[nodiscard]] std::unique_ptr<StateMachine> make_state_machine() override;
  [[nodiscard]] Bytes next_command(std::uint64_t client, Random& random) override;
  [[nodiscard]] bool only_reads(const Bytes& command) const override;
  [[nodiscard]] Bytes read(StateMachine& machine, const Bytes& command) override;

  [[nodiscard]] bool has_sessions() const override { return true; }

  [[nodiscard]] std::optional<std::string> judge(const History& history) override;

  /// The registers whose search judge() gave up, up to now: it has not called these wrong.
  [[nodiscard]] std::uint64_t undecided() const noexcept override { return undecided_keys_; }

 private:
  Options options_;
  std::uint64_t next_number_ = 1;
  /// The number of the last command that was to write each register.
  std::vector<std::uint64_t> last_writes_;
  std::uint64_t undecided_keys_ = 0;
};

}  // namespace buoyant::simulation
