// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The layer is a state machine like any other: with bounds that are never reached, and with some
/// that nearly every command reaches.

#include "buoyant/base/random.h"
#include "buoyant/conformance/state_machine_conformance.h"
#include "buoyant/sessions.h"
#include "tests/sessions/counting_machine.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace buoyant::sessions::session_conformance_test {

/// Owns both.
class Layered final : public StateMachine {
 public:
  explicit Layered(const SessionOptions& options) : machine_(inner_, options) {}

  void apply(std::vector<Command> commands, ApplyDone done) noexcept override {
    machine_.apply(std::move(commands), std::move(done));
  }

  std::unique_ptr<SnapshotSource> capture() noexcept override { return machine_.capture(); }

  std::unique_ptr<SnapshotTarget> install() noexcept override { return machine_.install(); }

  [[nodiscard]] std::string state() const {
    return inner_.text + " " + std::to_string(machine_.digest()) + " " +
           std::to_string(machine_.session_count());
  }

 private:
  testing_support::CountingMachine inner_;
  SessionStateMachine machine_;
};

class RoomyHarness : public conformance::StateMachineHarness {
 public:
  std::unique_ptr<StateMachine> make() override { return std::make_unique<Layered>(options()); }

  /// Sessions are opened by each ninth command; indexes are those of conformance::command_at.
  Bytes command(std::uint64_t number) override {
    Random random(number);
    const std::uint64_t opened = number / 9 * 9;
    const std::uint64_t back = random.below(4) * 9;
    const SessionId session(3 + 2 * (opened < back ? 0 : opened - back));
    const std::string text(random.below(12), 'x');
    switch (number % 9) {
      case 0:
        return encode_open();
      case 4:
        return encode_plain(view_of(text));
      case 8:
        return random.below(2) == 0 ? encode_close(session) : encode_plain(view_of(text));
      default:
        return encode_do(session, 1 + random.below(3) + number / 20, view_of(text));
    }
  }

  std::string state_of(StateMachine& machine) override {
    return static_cast<Layered&>(machine).state();
  }

 protected:
  virtual SessionOptions options() { return {}; }
};

class TightHarness final : public RoomyHarness {
 protected:
  SessionOptions options() override {
    SessionOptions options;
    options.sessions_max = 4;
    options.reply_bytes_max = 12;
    options.replies_bytes_max = 30;
    options.idle_entries_max = 60;
    return options;
  }
};

/// How often each kind of reply came: the commands are worth something.
TEST(SessionHarnessTest, TheCommandsReachEveryBound) {
  TightHarness harness;
  conformance::Replica replica(harness);
  replica.apply_samples(0, 400);
  std::map<std::string, int> kinds;
  for (const Bytes& reply : replica.replies()) {
    const auto decoded = decode_do_reply(reply);
    ++kinds[decoded ? "done" : decoded.error().name()];
  }

  EXPECT_GT(kinds["done"], 40);
  EXPECT_GT(kinds["session_expired"], 20);
  EXPECT_GT(kinds["stale_sequence"], 10);
  EXPECT_GT(kinds["too_large"], 1);
}

/// One of the commands that a few clients may send at this place of the log.
Bytes draw_command(Random& random, std::uint64_t number) {
  // Indexes are those of conformance::command_at.
  const SessionId session(3 + 2 * (number - random.below(std::min<std::uint64_t>(number + 1, 8))));
  const std::string text(random.below(10), 'x');
  const std::uint64_t sequence = 1 + random.below(3);
  const std::uint64_t kind = random.below(10);
  if (kind < 3) {
    return encode_open();
  }
  if (kind == 3) {
    return encode_close(session);
  }
  return kind == 4 ? encode_plain(view_of(text)) : encode_do(session, sequence, view_of(text));
}

/// What is left of a log that is applied in batches of up to so many commands.
std::string outcome_of(const std::vector<Command>& log, std::size_t batch_max, Random& random) {
  SessionOptions options;
  options.sessions_max = 4;
  options.reply_bytes_max = 11;
  options.replies_bytes_max = 16;
  options.idle_entries_max = 50;
  Layered machine(options);
  std::string outcome;
  for (std::size_t at = 0; at < log.size();) {
    const std::size_t end = std::min(log.size(), at + 1 + random.below(batch_max));
    const auto from = log.begin() + static_cast<std::ptrdiff_t>(at);
    machine.apply({from, log.begin() + static_cast<std::ptrdiff_t>(end)},
                  ApplyDone([&](const std::vector<Bytes>& replies) {
                    for (const Bytes& reply : replies) {
                      outcome += std::string(reply.text()) + "|";
                    }
                  }));
    at = end;
  }
  return outcome + machine.state();
}

TEST(SessionHarnessTest, BatchesDoNotCountWhereRepliesExpireSessions) {
  for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
    Random random(seed);
    std::vector<Command> log;
    for (std::uint64_t number = 0; number < 40; ++number) {
      log.push_back(conformance::command_at(number, draw_command(random, number)));
    }
    ASSERT_EQ(outcome_of(log, 8, random), outcome_of(log, 1, random)) << "seed " << seed;
  }
}

}  // namespace buoyant::sessions::session_conformance_test

BUOYANT_INSTANTIATE_STATE_MACHINE_CONFORMANCE(
    SessionsWithRoom, buoyant::sessions::session_conformance_test::RoomyHarness);
BUOYANT_INSTANTIATE_STATE_MACHINE_CONFORMANCE(
    SessionsWithoutRoom, buoyant::sessions::session_conformance_test::TightHarness);
