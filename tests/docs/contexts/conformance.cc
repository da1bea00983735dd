// Alone.
#include <buoyant/conformance/state_machine_conformance.h>
#include <buoyant/standard.h>
#include <gtest/gtest.h>
using namespace buoyant;
struct Counter : StateMachine {
  void apply(std::vector<Command>, ApplyDone done) noexcept override { done(); }
};
@FRAGMENT@
