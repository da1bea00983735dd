// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/report.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <sstream>

namespace buoyant::trace_json_test {

TEST(TraceJsonTest, EachStepIsALineWithItsReason) {
  const std::vector<TraceStep> steps = {
      {.at = Instant(std::chrono::milliseconds(1500)),
       .step = {core::StepKind::kRefusedVote, Term(4), ServerId(2), Index(), "its log is \"old\""}},
      {.at = Instant(std::chrono::milliseconds(1600)),
       .step = {core::StepKind::kTruncated, Term(5), ServerId(), Index(17), ""}}};

  std::istringstream lines(trace_json_lines(steps));
  std::string first;
  std::string second;
  std::string end;
  std::getline(lines, first);
  std::getline(lines, second);

  EXPECT_FALSE(std::getline(lines, end));
  EXPECT_EQ(nlohmann::json::parse(first), (nlohmann::json{{"at_ms", 1500},
                                                          {"step", "refused vote"},
                                                          {"term", 4},
                                                          {"peer", 2},
                                                          {"index", 0},
                                                          {"reason", "its log is \"old\""}}));
  EXPECT_EQ(nlohmann::json::parse(second)["index"], 17);
}

TEST(TraceJsonTest, NothingIsNoLine) {
  EXPECT_EQ(trace_json_lines({}), "");
}

}  // namespace buoyant::trace_json_test
