// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Example: a state machine of your own in a simulated cluster, with everything that can go wrong.
///
/// A counter; a command is "AMOUNT ID", the reply is the sum after it. The test at the end runs
/// whole clusters of it, one per seed. When one fails, its message says which seed and which
/// faults; `run` with a trace shows what happened. docs/TESTING.md says what is checked.

#include "buoyant/simulation/simulation.h"

#include <gtest/gtest.h>

#include <charconv>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace counter {

using buoyant::Bytes;

/// What one server does with one command, whoever asks: the state machine and the judge use it.
std::string add(std::int64_t& sum, std::string_view command) {
  std::int64_t amount = 0;
  std::from_chars(command.data(), command.data() + command.size(), amount);
  sum += amount;
  return std::to_string(sum);
}

class Counter final : public buoyant::StateMachine {
 public:
  void apply(std::vector<buoyant::Command> commands, buoyant::ApplyDone done) noexcept override {
    std::vector<Bytes> replies;
    for (const buoyant::Command& command : commands) {
      replies.push_back(Bytes::copy_of(add(sum_, command.payload.text())));
    }
    done(std::move(replies));
  }

 private:
  std::int64_t sum_ = 0;
};

class CounterWorkload final : public buoyant::simulation::Workload {
 public:
  std::unique_ptr<buoyant::StateMachine> make_state_machine() override {
    return std::make_unique<Counter>();
  }

  Bytes next_command(std::uint64_t /*client*/, buoyant::Random& random) override {
    const std::uint64_t amount = random.below(100);
    return Bytes::copy_of(std::to_string(amount) + " " + std::to_string(++commands_));
  }

  std::optional<std::string> judge(const buoyant::simulation::History& history) override {
    return buoyant::simulation::find_nonlinearizable(
        history, {.key_of = [](const Bytes&) { return std::string("sum"); },
                  .apply =
                      [](std::string& state, const Bytes& command) {
                        std::int64_t sum = state.empty() ? 0 : std::stoll(state);
                        state = add(sum, command.text());
                        return Bytes::copy_of(state);
                      }});
  }

 private:
  std::uint64_t commands_ = 0;
};

TEST(CounterExample, SurvivesTheSimulation) {
  const auto report =
      buoyant::simulation::run_seeds(1, 5, [] { return std::make_unique<CounterWorkload>(); });

  EXPECT_TRUE(report.passed()) << report.describe();
}

}  // namespace counter
