// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/c/report.h"

#include "tests/adapters/c/node_fixture.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

namespace buoyant::c_api::report_test {

using testing_support::Call;
using testing_support::AloneFixture;

/// Takes a text over.
std::string taken(char* text) {
  const std::string copy = text;
  buoyant_text_free(text);
  return copy;
}

class CReportTest : public AloneFixture {};

TEST_F(CReportTest, AStatusIsOneLineOfJson) {
  const std::string json = taken(buoyant_status_json(server_.node));

  EXPECT_TRUE(json.starts_with("{")) << json;
  EXPECT_NE(json.find("\"role\":\"leader\""), std::string::npos) << json;
  EXPECT_NE(json.find("\"p99_ms\""), std::string::npos) << json;
  EXPECT_EQ(json.find('\n'), std::string::npos) << json;
}

TEST_F(CReportTest, MetricsAreOfOneNode) {
  const std::string text = taken(buoyant_metrics_text(server_.node));

  EXPECT_NE(text.find("# TYPE buoyant_"), std::string::npos) << text;
}

TEST_F(CReportTest, MetricsOfSeveralNodesAreToldApart) {
  const std::vector<buoyant_labelled_node_t> nodes = {{server_.node, "shard", "one"},
                                                      {server_.node, "shard", "two"}};

  const std::string text = taken(buoyant_metrics_text_of(nodes.data(), nodes.size()));

  EXPECT_NE(text.find("shard=\"one\""), std::string::npos) << text;
  EXPECT_NE(text.find("shard=\"two\""), std::string::npos) << text;
}

TEST_F(CReportTest, WithoutALabelThereIsNone) {
  const buoyant_labelled_node_t alone{server_.node, nullptr, nullptr};

  EXPECT_EQ(taken(buoyant_metrics_text_of(&alone, 1)).find("shard"), std::string::npos);
}

TEST_F(CReportTest, ATraceIsLinesOfJson) {
  const std::string text = taken(buoyant_trace_json(server_.node));

  EXPECT_NE(text.find("\"step\":\"became leader\""), std::string::npos) << text;
  EXPECT_TRUE(text.ends_with("}\n")) << text;
}

TEST_F(CReportTest, AProcessTellsWhatItUses) {
  const buoyant_process_figures_t figures = buoyant_process_figures();

  EXPECT_GT(figures.resident_bytes, uint64_t{1} << 20U);
  EXPECT_GT(figures.descriptors, 3U);
}

TEST_F(CReportTest, WhatHappensIsLogged) {
  struct Log {
    std::vector<std::string> lines;
    int standings = 0;
  } log;

  buoyant_observer_t observer{};
  observer.size = sizeof observer;
  observer.data = &log;
  observer.log_level = BUOYANT_LOG_INFO;
  observer.on_log = [](void* data, int level, const char* line) {
    static_cast<Log*>(data)->lines.push_back(std::string(buoyant_log_level_name(level)) + " " +
                                             line);
  };
  observer.on_standing = [](void* data, const buoyant_standing_t*) {
    static_cast<Log*>(data)->standings += 1;
  };
  close(server_);

  open(server_, options(1, server_.address), &observer);
  ASSERT_TRUE(wait_for_leader(server_));
  ASSERT_TRUE(run_until([&] { return log.standings >= 2; }));

  ASSERT_FALSE(log.lines.empty());
  EXPECT_TRUE(log.lines.back().starts_with("info leader of term")) << log.lines.back();
}

TEST_F(CReportTest, HowMuchIsLoggedMayChange) {
  int lines = 0;
  buoyant_observer_t observer{};
  observer.size = sizeof observer;
  observer.data = &lines;
  observer.log_level = BUOYANT_LOG_DEBUG;
  observer.on_log = [](void* data, int, const char*) { *static_cast<int*>(data) += 1; };
  close(server_);
  open(server_, options(1, server_.address), &observer);

  buoyant_set_log_level(server_.node, BUOYANT_LOG_ERROR);
  buoyant_set_log_level(server_.node, 4);
  ASSERT_TRUE(wait_for_leader(server_));
  ASSERT_TRUE(run_until([&] { return propose(server_, "x") == 0; }));

  EXPECT_EQ(lines, 0);
}

TEST_F(CReportTest, NoLineIsMadeInsideACall) {
  struct Log {
    bool is_in_call = false;
    int lines = 0;
    int inside = 0;
  } log;

  buoyant_observer_t observer{};
  observer.size = sizeof observer;
  observer.data = &log;
  observer.log_level = BUOYANT_LOG_DEBUG;
  observer.on_log = [](void* data, int, const char*) {
    auto& said = *static_cast<Log*>(data);
    said.lines += 1;
    said.inside += said.is_in_call ? 1 : 0;
  };
  close(server_);
  // Each call, and then what it brings, until there is a line of it.
  const auto calling = [&](const auto& call) {
    log.is_in_call = true;
    call();
    log.is_in_call = false;
    log.lines = 0;
    EXPECT_TRUE(run_until([&] { return log.lines > 0; }));
  };
  Call<buoyant_change_t> change;
  const std::string elsewhere = free_address();
  const std::array members{buoyant_member_t{1, server_.address.c_str(), BUOYANT_VOTER},
                           buoyant_member_t{2, elsewhere.c_str(), BUOYANT_LEARNER}};

  calling([&] { open(server_, options(1, server_.address), &observer); });
  ASSERT_TRUE(run_until([&] { return propose(server_, "x") == 0; }));
  calling([&] {
    EXPECT_EQ(buoyant_take_snapshot(&snapshot_.request, server_.node, snapshot_.on_done), 0);
  });
  calling([&] {
    EXPECT_EQ(buoyant_change(&change.request, server_.node, members.data(), members.size(), 1,
                             change.on_done),
              0);
  });
  log.is_in_call = true;
  buoyant_close(server_.node, on_closed);
  log.is_in_call = false;
  close(server_);

  EXPECT_EQ(log.inside, 0);
  open(server_, options(1, server_.address));
}

TEST_F(CReportTest, ANodeWithoutALogHasNoLevelOfIt) {
  buoyant_set_log_level(server_.node, BUOYANT_LOG_DEBUG);

  EXPECT_EQ(propose(server_, "x"), 0);
}

TEST(CReportNothingTest, NothingIsFreedAsNothing) {
  buoyant_text_free(nullptr);
}

}  // namespace buoyant::c_api::report_test
