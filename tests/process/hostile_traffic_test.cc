// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/process/hostile_traffic_fixture.h"

namespace buoyant::process {

TEST_F(HostileTrafficTest, StrangersOnThePeerPortsDisturbNobody) {
  expect_undisturbed("");
}

}  // namespace buoyant::process
