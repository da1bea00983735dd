// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/report.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace buoyant::log_observer_test {

class LogObserverTest : public testing::Test {
 protected:
  using Lines = std::vector<std::string>;

  /// What an observer of this level writes when everything happens once.
  static Lines lines_at(LogLevel level, Observer* next = nullptr) {
    Lines lines;
    LogObserver log(
        level,
        [&lines](LogLevel of_line, std::string_view text) {
          lines.push_back(std::string(log_level_name(of_line)) + ": " + std::string(text));
        },
        next);
    tell_all(log);
    return lines;
  }

  static void tell_all(Observer& observer) {
    observer.on_standing({core::Role::kLeader, Term(3), ServerId(1), core::Cause::kElectionWon});
    observer.on_configuration(
        {.index = Index(7),
         .configuration = {.members = {{ServerId(1), "a:1"}, {ServerId(2), "b:1"}},
                           .outgoing = {}}});
    observer.on_peer(ServerId(2), true);
    observer.on_peer(ServerId(2), false);
    observer.on_trouble(ServerId(2), "refused", "another cluster");
    observer.on_trouble(ServerId(), "garbage", "");
    observer.on_removed(true);
    observer.on_removed(false);
    observer.on_step(Instant(), {core::StepKind::kSnapshotTaken, Term(3), {}, Index(9), ""});
    observer.on_step(Instant(), {core::StepKind::kSpaceLow, Term(3), {}, {}, ""});
    observer.on_step(Instant(),
                     {core::StepKind::kRefusedVote, Term(3), ServerId(2), {}, "its log is old"});
    observer.on_fault("a write to storage failed",
                      Error(Errc::kStorageFailed, "write to the log", 5));
  }

  static Lines errors() {
    return {"error: faulted: a write to storage failed: " +
            std::string(Error(Errc::kStorageFailed).message()) + ": write to the log (5); " +
            kFaultAdvice};
  }
};

TEST_F(LogObserverTest, AFaultIsAnErrorAndSaysWhatToDo) {
  EXPECT_EQ(lines_at(LogLevel::kError), errors());
}

TEST_F(LogObserverTest, WhatAnOperatorShouldSeeIsAWarning) {
  Lines expected = {"warn: peer 2: refused: another cluster", "warn: garbage",
                    "warn: this server was removed from the cluster; it waits to be added again",
                    "warn: space is low, term 3", errors().front()};
  EXPECT_EQ(lines_at(LogLevel::kWarn), expected);
}

TEST_F(LogObserverTest, WhatChangesIsAnInformation) {
  Lines expected = {"info: leader of term 3, leader 1 (a quorum voted for it)",
                    "info: 2 servers, since index 7",
                    "info: peer 2 is connected",
                    "info: peer 2 is not connected",
                    "warn: peer 2: refused: another cluster",
                    "warn: garbage",
                    "warn: this server was removed from the cluster; it waits to be added again",
                    "info: this server is a member again",
                    "info: snapshot taken, term 3, index 9",
                    "warn: space is low, term 3",
                    errors().front()};
  EXPECT_EQ(lines_at(LogLevel::kInfo), expected);
}

TEST_F(LogObserverTest, EachStepIsForThoseWhoLookClosely) {
  const Lines lines = lines_at(LogLevel::kDebug);

  ASSERT_EQ(lines.size(), 12U);
  EXPECT_EQ(lines[10], "debug: refused vote, term 3, peer 2: its log is old");
}

/// Counts each event.
class Counting final : public Observer {
 public:
  void on_standing(const core::Standing& /*standing*/) noexcept override { ++standings; }

  void on_configuration(const ConfigurationAt& /*at*/) noexcept override { ++configurations; }

  void on_removed(bool /*removed*/) noexcept override { ++removals; }

  void on_fault(const char* /*why*/, Error /*error*/) noexcept override { ++faults; }

  void on_peer(ServerId /*peer*/, bool /*connected*/) noexcept override { ++peers; }

  void on_trouble(ServerId /*peer*/, const char* /*what*/,
                  const std::string& /*detail*/) noexcept override {
    ++troubles;
  }

  void on_step(Instant /*at*/, const core::Step& /*step*/) noexcept override { ++steps; }

  int standings = 0;
  int configurations = 0;
  int removals = 0;
  int faults = 0;
  int peers = 0;
  int troubles = 0;
  int steps = 0;
};

TEST_F(LogObserverTest, AnotherObserverHearsOfEverythingWhateverTheLevel) {
  Counting next;
  lines_at(LogLevel::kError, &next);

  EXPECT_EQ(next.standings, 1);
  EXPECT_EQ(next.configurations, 1);
  EXPECT_EQ(next.removals, 2);
  EXPECT_EQ(next.faults, 1);
  EXPECT_EQ(next.peers, 2);
  EXPECT_EQ(next.troubles, 2);
  EXPECT_EQ(next.steps, 3);
}

TEST_F(LogObserverTest, TheLevelMayChange) {
  int lines = 0;
  LogObserver log(LogLevel::kError, [&lines](LogLevel, std::string_view) { ++lines; });
  log.on_peer(ServerId(2), true);
  log.set_level(LogLevel::kInfo);
  log.on_peer(ServerId(2), false);

  EXPECT_EQ(lines, 1);
}

}  // namespace buoyant::log_observer_test
