// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/c/observer.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace buoyant::c_api::observer_test {

using Events = std::vector<std::string>;

void add(void* data, const std::string& event) {
  static_cast<Events*>(data)->push_back(event);
}

buoyant_observer_t table(Events& events) {
  buoyant_observer_t table{};
  table.size = sizeof table;
  table.data = &events;
  table.on_standing = [](void* data, const buoyant_standing_t* standing) {
    add(data, std::string(buoyant_role_name(standing->role)) + " " +
                  std::to_string(standing->term) + " " + std::to_string(standing->leader));
  };
  table.on_configuration = [](void* data, const buoyant_configuration_t* configuration) {
    add(data, std::to_string(configuration->index) + " " + configuration->members[0].address);
  };
  table.on_removed = [](void* data, bool removed) { add(data, removed ? "removed" : "back"); };
  table.on_fault = [](void* data, const char* why, const buoyant_error_t* error) {
    add(data, std::string(why) + " " + buoyant_err_name(error->code) + " " +
                  std::to_string(error->native) + " " + error->context);
  };
  table.on_peer = [](void* data, uint64_t peer, bool connected) {
    add(data, std::to_string(peer) + (connected ? " up" : " down"));
  };
  table.on_trouble = [](void* data, uint64_t peer, const char* what, const char* detail) {
    add(data, std::to_string(peer) + " " + what + " " + detail);
  };
  table.on_step = [](void* data, const buoyant_trace_step_t* step) {
    add(data, std::string(step->kind) + " " + std::to_string(step->term) + " " +
                  std::to_string(step->peer) + " " + std::to_string(step->index) + " " +
                  step->detail + " " + std::to_string(step->at_ns));
  };
  return table;
}

void tell_all(Observer& observer) {
  observer.on_standing({core::Role::kLeader, Term(3), ServerId(1), core::Cause::kElectionWon});
  observer.on_configuration({Index(7), {.members = {{ServerId(1), "a:1"}}, .outgoing = {}}});
  observer.on_removed(true);
  observer.on_removed(false);
  observer.on_fault("the disk", Error(Errc::kStorageFailed, "write", -5));
  observer.on_peer(ServerId(2), true);
  observer.on_trouble(ServerId(2), "garbage", "at byte 3");
  observer.on_step(Instant(Duration(6)),
                   {core::StepKind::kTruncated, Term(2), ServerId(3), Index(4), "why"});
}

TEST(CObserverTest, EveryEventIsTold) {
  Events events;
  TableObserver observer(table(events));

  tell_all(observer);

  EXPECT_EQ(events,
            (Events{"leader 3 1", "7 a:1", "removed", "back", "the disk storage_failed -5 write",
                    "2 up", "2 garbage at byte 3", "truncated 2 3 4 why 6"}));
}

TEST(CObserverTest, WhatIsMissingIsNotTold) {
  TableObserver observer(buoyant_observer_t{});

  tell_all(observer);
}

TEST(CObserverTest, ATableWithoutItsSizeIsRefused) {
  EXPECT_EQ(observer_of(buoyant_observer_t{}).error().code(), Errc::kInvalidOptions);
}

TEST(CObserverTest, ALogHasItsLevelAndEndsEachLineWithAZero) {
  Events events;
  buoyant_observer_t logging = table(events);
  logging.log_level = BUOYANT_LOG_WARN;
  logging.on_log = [](void* data, int level, const char* line) {
    add(data, std::string(buoyant_log_level_name(level)) + ": " + line);
  };
  const TableObserver observer(logging);

  observer.on_log(LogLevel::kError, std::string_view("a line and more").substr(0, 6));

  EXPECT_EQ(observer.log_level(), LogLevel::kWarn);
  EXPECT_EQ(events, Events{"error: a line"});
  EXPECT_FALSE(TableObserver(table(events)).log_level());
}

TEST(CObserverTest, ALevelThatIsNoneIsRefused) {
  Events events;
  buoyant_observer_t logging = table(events);

  logging.log_level = 4;
  EXPECT_EQ(observer_of(logging).error().code(), Errc::kInvalidOptions);
  logging.log_level = -1;
  EXPECT_EQ(observer_of(logging).error().code(), Errc::kInvalidOptions);
  EXPECT_STREQ(buoyant_log_level_name(4), "unknown");
}

TEST(CObserverTest, ARoleThatIsNoneHasNoName) {
  EXPECT_STREQ(buoyant_role_name(BUOYANT_CANDIDATE), "candidate");
  EXPECT_STREQ(buoyant_role_name(-1), "unknown");
  EXPECT_STREQ(buoyant_role_name(4), "unknown");
}

}  // namespace buoyant::c_api::observer_test
