// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// The page of a run in a real browser. What is tried is in browser/*.js, under the same names.

#include "tests/tools/sim/browser.h"

#include "buoyant/simulation/simulation.h"
#include "tests/tools/sim/events.h"
#include "tools/sim/page.h"

#include <gtest/gtest.h>

#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <utility>

namespace buoyant::sim_tool::browser_test {

using simulation::Fault;
using simulation::Report;
using simulation::TraceEvent;

/// The registers of the key-value workload, on state machines of which the tenth replies wrongly.
class WrongWorkload final : public simulation::Workload {
 public:
  std::unique_ptr<StateMachine> make_state_machine() override {
    return std::make_unique<Echo>(++made_ < 10 ? "right" : "wrong");
  }

  Bytes next_command(std::uint64_t client, Random& /*random*/) override {
    return Bytes::copy_of(std::to_string(client) + ":" + std::to_string(++commands_));
  }

  std::optional<std::string> judge(const simulation::History& /*history*/) override { return {}; }

 private:
  class Echo final : public StateMachine {
   public:
    explicit Echo(const char* reply) : reply_(reply) {}

    void apply(std::vector<Command> commands, ApplyDone done) noexcept override {
      done(std::vector<Bytes>(commands.size(), Bytes::copy_of(reply_)));
    }

   private:
    std::string reply_;
  };

  int made_ = 0;
  std::uint64_t commands_ = 0;
};

std::string page_of_failed_run() {
  simulation::Plan plan = simulation::draw_plan(8);
  plan.servers = 3;
  plan.clients = 3;
  plan.think = std::chrono::milliseconds(50);
  plan.faults = {Fault::kLoss, Fault::kCrash, Fault::kPartition, Fault::kPause, Fault::kStuckDisk};
  WrongWorkload workload;
  Recording recording;
  const Report report =
      simulation::run(plan, workload, [&](const TraceEvent& heard) { recording.add(heard); });
  return make_page(recording, {.report = report, .commit = "test"});
}

std::string page_of_hostile_run() {
  Recording recording(50);
  recording.add(event(1, 1, "start", {1}));
  recording.add(event(2, 1, "standing", {3, 7, 1}, "leader in term 7"));
  for (int i = 3; i <= 59; ++i) {
    recording.add(event(i, 1, "write", {1, 0, 1, 1}));
  }
  recording.add(event(60, 1, "propose", {1, 1}, R"(</script><b id="injected"><!--<script>)"));
  recording.add(event(61, 1, "propose", {1, 2}));
  Report report;
  report.plan.servers = 1;
  return make_page(recording, {.report = report, .commit = "<b>test</b>"});
}

std::string script(const std::string& name) {
  std::ostringstream text;
  for (const std::string& file : {std::string("trial.js"), name}) {
    text << std::ifstream(std::string(BUOYANT_SOURCE_DIR) + "/tests/tools/sim/browser/" + file)
                .rdbuf();
  }
  return text.str();
}

/// One page; each of its tests looks at what one attempt came to.
class TriedPage : public testing::Test {
 protected:
  /// What was wrong; "": it was tried, and nothing was.
  static std::string wrong(const Notes& notes, const char* attempt) {
    for (const char* trouble : {"browser", "error"}) {
      if (notes.contains(trouble)) {
        return notes.at(trouble);
      }
    }
    return notes.contains(attempt) ? notes.at(attempt) : "it was not tried";
  }
};

class FailedRunPageTest : public TriedPage {
 protected:
  static std::string tried(const char* attempt) {
    static const Notes notes = try_page(page_of_failed_run(), script("failed_run.js"));
    return wrong(notes, attempt);
  }
};

class HostileRunPageTest : public TriedPage {
 protected:
  static std::string tried(const char* attempt) {
    static const Notes notes = try_page(page_of_hostile_run(), script("hostile_run.js"));
    return wrong(notes, attempt);
  }
};

TEST_F(FailedRunPageTest, ItOpensAtTheViolation) {
  EXPECT_EQ(tried("it opens at the violation"), "");
}

TEST_F(FailedRunPageTest, LanesRolesTermsMessagesWritesAndCallsAreDrawn) {
  EXPECT_EQ(tried("lanes, roles, terms, messages, writes and calls are drawn"), "");
}

TEST_F(FailedRunPageTest, KeysAndButtonsStepThroughTheEvents) {
  EXPECT_EQ(tried("keys and buttons step through the events"), "");
}

TEST_F(FailedRunPageTest, WhatIsSelectedIsAlwaysInThePicture) {
  EXPECT_EQ(tried("what is selected is always in the picture"), "");
}

TEST_F(FailedRunPageTest, KeysButtonsAndTheWheelZoom) {
  EXPECT_EQ(tried("keys, buttons and the wheel zoom"), "");
}

TEST_F(FailedRunPageTest, DraggingKeysAndAWheelFromSideToSideMove) {
  EXPECT_EQ(tried("dragging, keys and a wheel from side to side move"), "");
}

TEST_F(FailedRunPageTest, TwoFingersZoom) {
  EXPECT_EQ(tried("two fingers zoom"), "");
}

TEST_F(FailedRunPageTest, AClickSelectsWhatIsPointedAt) {
  EXPECT_EQ(tried("a click selects what is pointed at"), "");
}

TEST_F(FailedRunPageTest, ChipsHideKindsOfEvents) {
  EXPECT_EQ(tried("chips hide kinds of events"), "");
}

TEST_F(FailedRunPageTest, ChipsHideServers) {
  EXPECT_EQ(tried("chips hide servers"), "");
}

TEST_F(FailedRunPageTest, TheSearchFindsAndSteps) {
  EXPECT_EQ(tried("the search finds and steps"), "");
}

TEST_F(FailedRunPageTest, TheStatesAreThoseOfTheSelectedMoment) {
  EXPECT_EQ(tried("the states are those of the selected moment"), "");
}

TEST_F(FailedRunPageTest, TheListScrollsAndSelects) {
  EXPECT_EQ(tried("the list scrolls and selects"), "");
}

TEST_F(FailedRunPageTest, TheHelpOpensAndCloses) {
  EXPECT_EQ(tried("the help opens and closes"), "");
}

TEST_F(FailedRunPageTest, NothingCoversAnything) {
  EXPECT_EQ(tried("nothing covers anything"), "");
}

TEST_F(FailedRunPageTest, EverythingWasTried) {
  EXPECT_EQ(tried("done"), "");
}

TEST_F(HostileRunPageTest, MarkupInEventsIsShownAsText) {
  EXPECT_EQ(tried("markup in events is shown as text"), "");
}

TEST_F(HostileRunPageTest, ItSaysWhatWasLeftOut) {
  EXPECT_EQ(tried("it says what was left out"), "");
}

TEST_F(HostileRunPageTest, HowThingsStoodBeforeTheFirstEventIsKnown) {
  EXPECT_EQ(tried("how things stood before the first event is known"), "");
}

TEST_F(HostileRunPageTest, WithoutAViolationItOpensWithEverything) {
  EXPECT_EQ(tried("without a violation it opens with everything"), "");
}

TEST_F(HostileRunPageTest, EverythingWasTried) {
  EXPECT_EQ(tried("done"), "");
}

}  // namespace buoyant::sim_tool::browser_test
