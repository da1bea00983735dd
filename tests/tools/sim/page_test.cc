// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/sim/page.h"

#include "tests/tools/sim/events.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <string>

namespace buoyant::sim_tool::page_test {

using nlohmann::json;
using simulation::Fault;

class SimPageTest : public testing::Test {
 protected:
  [[nodiscard]] json data() const {
    return json::parse(page_data(recording, {.report = report, .commit = "abc"}));
  }

  [[nodiscard]] std::string page() const {
    return make_page(recording, {.report = report, .commit = "abc"});
  }

  static std::size_t times(const std::string& text, const std::string& part) {
    std::size_t count = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
      ++count;
    }
    return count;
  }

  simulation::Report report;
  Recording recording{3};
};

TEST_F(SimPageTest, AnEventIsARowOfTimeKindServerDetailAndNumbers) {
  recording.add(event(5, 1, "start", {1}, "run 1"));
  recording.add(event(7, 2, "start", {1}));

  EXPECT_EQ(data()["kinds"], json({"start"}));
  EXPECT_EQ(data()["events"], json({{5'000'000, 0, 1, "run 1", 1}, {2'000'000, 0, 2, 0, 1}}));
}

TEST_F(SimPageTest, AFrameNamesItsOtherEndAndItsWordsStandOnce) {
  recording.add(sent(1, 1, 2, 77));
  recording.add(received(3, 1, 2, 77));
  recording.add(sent(4, 2, 1, 78));

  EXPECT_EQ(data()["events"], json({{1'000'000, 0, 1, "heartbeat", 2, 7, 1, 0},
                                    {2'000'000, 1, 2, 0, 1, 7, 0, 0},
                                    {1'000'000, 0, 2, "heartbeat", 1, 7, -1, 0}}));
}

TEST_F(SimPageTest, ChecksumsAreLeftOut) {
  recording.add(event(1, 1, "entry", {3, 2, 0xffff'ffff'ffff'ffffU}));

  EXPECT_EQ(data()["events"], json({{1'000'000, 0, 1, 0, 3, 2}}));
}

TEST_F(SimPageTest, HowThingsStoodBeforeTheFirstEventIsThere) {
  for (int i = 1; i <= 5; ++i) {
    recording.add(event(i, 1, i == 1 ? "start" : "write", {1}));
  }

  EXPECT_EQ(data()["before"].size(), 1U);
  EXPECT_EQ(data()["events"].size(), 3U);
  EXPECT_EQ(data()["run"]["dropped"], 2);
}

TEST_F(SimPageTest, ThePlanAndTheViolationAreTold) {
  report.plan = {.seed = 18'446'744'073'709'551'615U, .servers = 5, .spares = 2, .clients = 4};
  report.plan.faults = {Fault::kLoss};
  report.violation = {
      .check = "one_vote", .text = "two votes", .at = Instant(std::chrono::milliseconds(3))};

  const json run = data()["run"];

  EXPECT_EQ(run["seed"], "18446744073709551615");
  EXPECT_EQ(run["servers"], 5);
  EXPECT_EQ(run["spares"], 0) << "without membership changes they do not take part";
  EXPECT_EQ(run["faults"], json::array({json::array({"loss", "single frames are lost"})}));
  EXPECT_EQ(run["violation"],
            (json{{"check", "one_vote"}, {"text", "two votes"}, {"at", 3'000'000}}));
  EXPECT_EQ(run["command"], "buoyant-sim --seed 18446744073709551615 --faults loss");
}

TEST_F(SimPageTest, NothingInTheDataEndsItsElement) {
  recording.add(event(1, 1, "propose", {1, 1}, "</script><script>alert(1)</script><!-- \xff"));
  report.violation = {.check = "history", .text = "</ScRiPt>", .at = {}};

  EXPECT_EQ(page_data(recording, {.report = report, .commit = "<a>"}).find('<'), std::string::npos);
  EXPECT_EQ(data()["events"][0][3], "</script><script>alert(1)</script><!-- \xef\xbf\xbd");
  EXPECT_EQ(data()["run"]["violation"]["text"], "</ScRiPt>");
  EXPECT_EQ(times(page(), "</script>"), 2U);
}

TEST_F(SimPageTest, ThePageNeedsNoOtherFile) {
  const std::string text = page();

  EXPECT_EQ(text.find("{{"), std::string::npos);
  for (const char* way : {"http:", "https:", "src=", "href=", "url(", "@import", "fetch("}) {
    EXPECT_EQ(text.find(way), std::string::npos) << way;
  }
}

TEST_F(SimPageTest, WhatStandsInBracesInTheDataIsLeftAlone) {
  recording.add(event(1, 1, "propose", {1, 1}, "{{script}}"));

  EXPECT_EQ(times(page(), "{{script}}"), 1U);
  EXPECT_EQ(times(page(), "</script>"), 2U);
}

}  // namespace buoyant::sim_tool::page_test
