// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/http/figures.h"

#include "tests/examples/echo/held_node.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace http::figures_test {

TEST(HttpFiguresTest, TheStatusOfTheNodeComesWithThatOfTheServer) {
  echo::testing_support::HeldNode node;
  node.told.id = buoyant::ServerId(7);
  Figures figures;
  figures.writes.add(2'000'000);
  figures.answers = {0, 0, 5, 0, 6, 8};

  const auto json = nlohmann::json::parse(status_text(node, figures, HostTimer(), Store()));

  EXPECT_EQ(json["id"], 7);
  EXPECT_EQ(json["http"]["writes"]["count"], 1);
  EXPECT_EQ(json["http"]["writes"]["p99_ms"], 2.0);
  EXPECT_EQ(json["http"]["reads"]["count"], 0);
  EXPECT_EQ(json["http"]["ok"], 5);
  EXPECT_EQ(json["http"]["refused"], 6);
  EXPECT_EQ(json["http"]["failed"], 8);
  EXPECT_EQ(json["host"]["ticks"], 0);
  EXPECT_EQ(json["store"]["counter"], 0);
  EXPECT_EQ(json["store"]["keys"], 0);
}

}  // namespace http::figures_test
