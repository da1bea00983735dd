// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The dashboard, the alerts and docs/METRICS.md speak of metrics that there are, and the page of
/// all of them.

#include "buoyant/report.h"
#include "tests/report/exposition_reader.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>
#include <vector>

namespace buoyant::dashboard_test {

using testing_support::Page;
using testing_support::read_exposition;
using Names = std::set<std::string>;

std::string contents(const std::string& path) {
  std::ifstream file(std::string(BUOYANT_SOURCE_DIR) + "/" + path);
  EXPECT_TRUE(file.is_open()) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

/// The names of metrics in a text.
Names names_in(const std::string& text) {
  static const std::regex kName("buoyant_[a-z0-9_]+");
  return {std::sregex_token_iterator(text.begin(), text.end(), kName),
          std::sregex_token_iterator()};
}

/// A page on which no family is left out.
Page whole_page() {
  NodeStatus status;
  status.standing.role = core::Role::kLeader;
  status.peers.resize(1);
  status.peers[0].id = ServerId(2);
  status.storage.scrub.passes = 1;
  status.transport.secure_until = std::chrono::system_clock::time_point(std::chrono::hours(1));
  status.transport.troubles = {{"what", 1}};
  return read_exposition(metrics_text(status, Latencies()));
}

Names sample_names() {
  const std::vector<std::string> names = whole_page().names();
  return {names.begin(), names.end()};
}

Names family_names() {
  Names names;
  for (const auto& [name, family] : whole_page().families) {
    names.insert(name);
  }
  return names;
}

Names without(const Names& names, const Names& known) {
  Names rest;
  std::set_difference(names.begin(), names.end(), known.begin(), known.end(),
                      std::inserter(rest, rest.begin()));
  return rest;
}

/// All values under this key, however deep.
void collect(const nlohmann::json& json, const std::string& key, std::vector<std::string>& found) {
  if (json.is_object() && json.contains(key) && json[key].is_string()) {
    found.push_back(json[key]);
  }
  if (json.is_structured()) {
    for (const nlohmann::json& part : json) {
      collect(part, key, found);
    }
  }
}

TEST(DashboardTest, EveryQueryAsksForMetricsThatThereAre) {
  const nlohmann::json dashboard =
      nlohmann::json::parse(contents("docs/grafana/buoyant.json"), nullptr, false);
  ASSERT_TRUE(dashboard.is_object());
  std::vector<std::string> queries;
  collect(dashboard["panels"], "expr", queries);
  collect(dashboard["templating"], "query", queries);
  collect(dashboard["templating"], "definition", queries);

  Names asked;
  for (const std::string& query : queries) {
    asked.merge(names_in(query));
  }
  EXPECT_GT(asked.size(), 30U);
  EXPECT_EQ(without(asked, sample_names()), Names());
}

TEST(DashboardTest, EveryPanelHasAQueryAndAPlaceOfItsOwn) {
  const nlohmann::json dashboard = nlohmann::json::parse(contents("docs/grafana/buoyant.json"));
  std::set<std::pair<int, int>> places;
  std::set<int> ids;
  for (const nlohmann::json& panel : dashboard["panels"]) {
    EXPECT_TRUE(panel["type"] == "row" || !panel["targets"].empty()) << panel["title"];
    EXPECT_TRUE(places.emplace(panel["gridPos"]["x"], panel["gridPos"]["y"]).second)
        << panel["title"];
    EXPECT_TRUE(ids.insert(panel["id"].get<int>()).second) << panel["title"];
  }
  EXPECT_GT(ids.size(), 15U);
}

TEST(DashboardTest, EveryAlertIsOfMetricsThatThereAre) {
  const Names asked = names_in(contents("docs/grafana/alerts.yml"));

  EXPECT_GT(asked.size(), 10U);
  // A text may speak of a family as a whole.
  EXPECT_EQ(without(without(asked, sample_names()), family_names()), Names());
}

TEST(DashboardTest, ThePageListsEachMetricAndNoOther) {
  const Names listed = names_in(contents("docs/METRICS.md"));

  EXPECT_EQ(without(family_names(), listed), Names()) << "not in docs/METRICS.md";
  EXPECT_EQ(without(without(listed, family_names()), sample_names()), Names()) << "no such metric";
}

}  // namespace buoyant::dashboard_test
