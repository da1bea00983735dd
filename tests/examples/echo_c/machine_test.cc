// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The state machine in C, in the suite that every state machine must pass.

#include "adapters/c/machine.h"

#include "buoyant/conformance/state_machine_conformance.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

extern "C" {
#include "examples/echo_c/machine.h"
}

namespace echo_c::machine_test {

/// The machine, and the table that calls it.
class Whole final : public buoyant::StateMachine {
 public:
  explicit Whole(std::FILE* print) : machine_{.lines = 0, .print = print} {}

  void apply(std::vector<buoyant::Command> commands, buoyant::ApplyDone done) noexcept override {
    table_.apply(std::move(commands), std::move(done));
  }

  std::unique_ptr<buoyant::SnapshotSource> capture() noexcept override { return table_.capture(); }

  std::unique_ptr<buoyant::SnapshotTarget> install() noexcept override { return table_.install(); }

  [[nodiscard]] std::uint64_t lines() const noexcept { return machine_.lines; }

 private:
  struct machine machine_;
  buoyant::c_api::Machine table_{machine_table(&machine_)};
};

class Harness final : public buoyant::conformance::StateMachineHarness {
 public:
  std::unique_ptr<buoyant::StateMachine> make() override {
    return std::make_unique<Whole>(nullptr);
  }

  buoyant::Bytes command(std::uint64_t number) override {
    return buoyant::Bytes::copy_of("line " + std::to_string(number));
  }

  std::string state_of(buoyant::StateMachine& machine) override {
    return std::to_string(static_cast<Whole&>(machine).lines());
  }
};

TEST(EchoCMachineTest, PrintsWhatItApplies) {
  std::FILE* print = std::tmpfile();
  Whole machine(print);

  machine.apply({{buoyant::Index(3), buoyant::Term(1), buoyant::Bytes::copy_of("one")},
                 {buoyant::Index(5), buoyant::Term(2), buoyant::Bytes()}},
                buoyant::ApplyDone([](const std::vector<buoyant::Bytes>&) {}));

  std::rewind(print);
  std::string text(64, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), print));
  EXPECT_EQ(text, "3 1 one\n5 2 \n");
  EXPECT_EQ(std::fclose(print), 0);
}

}  // namespace echo_c::machine_test

BUOYANT_INSTANTIATE_STATE_MACHINE_CONFORMANCE(EchoC, echo_c::machine_test::Harness);
