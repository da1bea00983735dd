// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "simulation/machine.h"

#include "tests/simulation/disks.h"
#include "tests/simulation/run_fixture.h"
#include "tests/support/print.h"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace buoyant::simulation::machine_test {

using disks::append;
using disks::command;
using disks::noop;

/// Answers each command with itself, at once or when it is told to.
class EchoMachine final : public StateMachine {
 public:
  void apply(std::vector<Command> commands, ApplyDone done) noexcept override {
    std::vector<Bytes> replies;
    for (Command& each : commands) {
      text += each.payload.text();
      replies.push_back(std::move(each.payload));
    }
    if (waits) {
      waiting = [done = std::move(done), replies]() mutable { done(replies); };
    } else {
      done(std::move(replies));
    }
  }

  std::string text;
  bool waits = false;
  std::function<void()> waiting;
};

/// Server one has "a", "b" and "c" at 2, 3 and 5, and no-ops at 1 and 4; a majority has them too.
class WatchedMachineTest : public RunFixture {
 protected:
  void SetUp() override {
    const auto write = append(
        1, {noop(1), command(1, "a"), command(1, "b"), noop(2), command(2, "c"), command(2, "d")});
    rack.write(1, write);
    rack.write(2, write);
    watched = make(1);
  }

  std::unique_ptr<WatchedMachine> make(std::uint64_t server) {
    auto machine = std::make_unique<EchoMachine>();
    echo = machine.get();
    process = make_process(server);
    return std::make_unique<WatchedMachine>(process, rack.of(server), ledger, replies,
                                            std::move(machine), Random(1));
  }

  static Command at(std::uint64_t index, std::uint64_t term, std::string_view text) {
    return {.index = Index(index), .term = Term(term), .payload = Bytes::copy_of(text)};
  }

  void apply(std::vector<Command> commands) {
    watched->apply(std::move(commands), ApplyDone([this](const std::vector<Bytes>& given) {
                     ++batches_done;
                     replies_given += given.size();
                   }));
  }

  disks::DeafWatcher deaf;
  disks::Rack rack{3, deaf};
  Ledger ledger{context, rack.list};
  Replies replies{context};
  EchoMachine* echo = nullptr;
  ProcessPointer process;
  std::unique_ptr<WatchedMachine> watched;
  std::size_t batches_done = 0;
  std::size_t replies_given = 0;
};

TEST_F(WatchedMachineTest, WhatIsCommittedIsAppliedInOrder) {
  apply({at(2, 1, "a"), at(3, 1, "b")});
  apply({at(5, 2, "c")});

  EXPECT_EQ(violated(), "");
  EXPECT_EQ(echo->text, "abc");
  EXPECT_EQ(batches_done, 2U);
  EXPECT_EQ(replies_given, 3U);
  EXPECT_EQ(ledger.last(), Index(5));
}

TEST_F(WatchedMachineTest, ACommandThatIsAppliedAgainIsFound) {
  apply({at(2, 1, "a")});

  apply({at(2, 1, "a")});

  EXPECT_EQ(violated(), "apply_order");
}

TEST_F(WatchedMachineTest, ACommandThatIsAppliedTwiceInABatchIsFound) {
  apply({at(2, 1, "a"), at(2, 1, "a")});

  EXPECT_EQ(violated(), "apply_order");
}

TEST_F(WatchedMachineTest, CommandsThatAreAppliedBackwardsAreFound) {
  apply({at(2, 1, "a"), at(3, 1, "b"), at(2, 1, "a")});

  EXPECT_EQ(violated(), "apply_order");
}

TEST_F(WatchedMachineTest, ACommandThatIsSkippedIsFound) {
  apply({at(2, 1, "a"), at(5, 2, "c")});

  EXPECT_EQ(violated(), "apply_order");
}

TEST_F(WatchedMachineTest, TheFirstCommandThatIsSkippedIsFound) {
  apply({at(3, 1, "b")});

  EXPECT_EQ(violated(), "apply_order");
}

TEST_F(WatchedMachineTest, AnotherCommandThanTheCommittedOneIsFound) {
  apply({at(2, 1, "x")});

  EXPECT_EQ(violated(), "state_machine_safety");
}

TEST_F(WatchedMachineTest, ACommittedCommandOfAnotherTermIsFound) {
  apply({at(2, 2, "a")});

  EXPECT_EQ(violated(), "state_machine_safety");
}

TEST_F(WatchedMachineTest, AnotherServersOtherCommandIsFound) {
  apply({at(2, 1, "a")});
  rack.write(3, append(1, {noop(1), command(2, "z")}));
  watched = make(3);

  apply({at(2, 2, "z")});

  EXPECT_EQ(violated(), "state_machine_safety");
}

TEST_F(WatchedMachineTest, ACommandThatIsNotDurableHereIsFound) {
  watched = make(3);

  apply({at(2, 1, "a")});

  EXPECT_EQ(violated(), "applied_durable");
}

TEST_F(WatchedMachineTest, ACommandThatIsOnNoMajorityIsFound) {
  rack.write(1, append(7, {command(2, "e")}));
  apply({at(2, 1, "a"), at(3, 1, "b"), at(5, 2, "c"), at(6, 2, "d")});
  EXPECT_EQ(violated(), "");

  apply({at(7, 2, "e")});

  EXPECT_EQ(violated(), "commit_durable");
}

TEST_F(WatchedMachineTest, ABatchBeforeTheLastOneIsDoneIsFound) {
  echo->waits = true;
  apply({at(2, 1, "a")});

  apply({at(3, 1, "b")});

  EXPECT_EQ(violated(), "apply_order");
}

TEST_F(WatchedMachineTest, ABatchMayFollowWhenTheLastOneIsDone) {
  echo->waits = true;
  apply({at(2, 1, "a")});
  echo->waiting();

  apply({at(3, 1, "b")});

  EXPECT_EQ(violated(), "");
}

TEST_F(WatchedMachineTest, TheNextRunBeginsWithTheFirstCommand) {
  apply({at(2, 1, "a"), at(3, 1, "b")});
  watched = make(1);

  apply({at(2, 1, "a"), at(3, 1, "b")});

  EXPECT_EQ(violated(), "");
}

TEST_F(WatchedMachineTest, NothingIsAppliedByAProcessThatIsGone) {
  process->kill();

  apply({at(2, 1, "a")});

  EXPECT_EQ(echo->text, "");
  EXPECT_EQ(batches_done, 0U);
}

TEST_F(WatchedMachineTest, WithSlowApplySomeBatchesAreDoneLater) {
  plan.faults = {Fault::kSlowApply};
  std::size_t done_at_once = 0;
  const std::vector<Command> all{at(2, 1, "a"), at(3, 1, "b"), at(5, 2, "c"), at(6, 2, "d")};
  for (const Command& each : all) {
    const std::size_t before = batches_done;
    apply({each});
    done_at_once += batches_done - before;
    run_for(std::chrono::seconds(1));
  }

  EXPECT_EQ(violated(), "");
  EXPECT_EQ(batches_done, 4U);
  EXPECT_GT(done_at_once, 0U);
  EXPECT_LT(done_at_once, 4U);
}

TEST_F(WatchedMachineTest, WhatIsDoneLaterIsNotReportedToAProcessThatIsGone) {
  plan.faults = {Fault::kSlowApply};
  const std::vector<Command> all{at(2, 1, "a"), at(3, 1, "b"), at(5, 2, "c"), at(6, 2, "d")};
  std::size_t handed_out = 0;
  while (handed_out < all.size() && batches_done == handed_out) {
    apply({all[handed_out++]});
  }
  ASSERT_EQ(batches_done, handed_out - 1);

  process->kill();
  run_all();

  EXPECT_EQ(batches_done, handed_out - 1);
}

TEST(RepliesTest, EqualRepliesOfSeveralServersPass) {
  const Plan plan;
  const TraceSink sink;
  Context context(plan, sink);
  Replies replies(context);

  replies.check(ServerId(1), Index(1), Bytes::copy_of("a"));
  replies.check(ServerId(2), Index(1), Bytes::copy_of("a"));
  replies.check(ServerId(2), Index(2), Bytes::copy_of("b"));

  EXPECT_FALSE(context.violation().has_value());
}

TEST(RepliesTest, AReplyThatDiffersIsFound) {
  const Plan plan;
  const TraceSink sink;
  Context context(plan, sink);
  Replies replies(context);
  replies.check(ServerId(1), Index(1), Bytes::copy_of("a"));

  replies.check(ServerId(2), Index(1), Bytes::copy_of("b"));

  ASSERT_TRUE(context.violation().has_value());
  EXPECT_STREQ(context.violation()->check, "same_replies");
}

}  // namespace buoyant::simulation::machine_test
