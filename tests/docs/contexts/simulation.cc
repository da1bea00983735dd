#include <buoyant/simulation/simulation.h>
#include <buoyant/standard.h>
#include <gtest/gtest.h>
using namespace buoyant;
struct Counter : StateMachine {
  void apply(std::vector<Command>, ApplyDone done) noexcept override { done(); }
};
struct CounterWorkload : simulation::Workload {
  std::unique_ptr<StateMachine> make_state_machine() override { return std::make_unique<Counter>(); }
  Bytes next_command(std::uint64_t, Random&) override { return {}; }
  std::optional<std::string> judge(const simulation::History&) override { return {}; }
};
@FRAGMENT@
