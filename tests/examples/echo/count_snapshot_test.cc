// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/echo/count_snapshot.h"

#include "buoyant/conformance/state_machine_conformance.h"
#include "examples/echo/echo_machine.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace echo::count_snapshot_test {

class EchoHarness final : public buoyant::conformance::StateMachineHarness {
 public:
  std::unique_ptr<buoyant::StateMachine> make() override {
    return std::make_unique<EchoMachine>(nullptr);
  }

  buoyant::Bytes command(std::uint64_t number) override {
    return buoyant::Bytes::copy_of("line " + std::to_string(number));
  }

  std::string state_of(buoyant::StateMachine& machine) override {
    return std::to_string(static_cast<EchoMachine&>(machine).lines());
  }
};

TEST(EchoCountSnapshotTest, CarriesTheNumberOfLines) {
  CountSource source(258);
  const auto bytes = source.read(100);
  std::uint64_t lines = 0;
  CountTarget target(lines);
  ASSERT_TRUE(bytes);
  EXPECT_EQ(bytes->text().substr(0, 16), std::string("buoyecho\x02\x01\0\0\0\0\0\0", 16));

  ASSERT_TRUE(target.write(bytes->view()));
  ASSERT_TRUE(target.finish());

  EXPECT_EQ(lines, 258U);
}

}  // namespace echo::count_snapshot_test

BUOYANT_INSTANTIATE_STATE_MACHINE_CONFORMANCE(Echo, echo::count_snapshot_test::EchoHarness);
