// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/simulation/workload.h"
#include "simulation/key_value_command.h"
#include "tests/simulation/histories.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace buoyant::simulation::key_value_test {

using histories::call;
using histories::unknown;

std::vector<std::string> draw_commands(KeyValueWorkload& workload, std::uint64_t seed,
                                       std::size_t count) {
  Random random(seed);
  std::vector<std::string> commands;
  commands.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    commands.emplace_back(workload.next_command(7, random).text());
  }
  return commands;
}

std::vector<KeyValueCommand> decoded(const std::vector<std::string>& commands) {
  std::vector<KeyValueCommand> decoded;
  decoded.reserve(commands.size());
  for (const std::string& command : commands) {
    decoded.push_back(decode_command(command).value_or(KeyValueCommand()));
  }
  return decoded;
}

TEST(KeyValueTest, OneSeedGivesOneSequenceOfCommands) {
  KeyValueWorkload first;
  KeyValueWorkload second;

  EXPECT_EQ(draw_commands(first, 1, 100), draw_commands(second, 1, 100));
}

TEST(KeyValueTest, TheSequenceIsTheSameWithEveryCompiler) {
  KeyValueWorkload workload;

  EXPECT_EQ(draw_commands(workload, 1, 4),
            (std::vector<std::string>{"get r2 7 1 ", "put r2 7 2 cdefghijklmnopqrstuvwxyzabcd",
                                      "put r2 7 3 defgh", "get r3 7 4 "}));
}

TEST(KeyValueTest, NoCommandComesTwice) {
  KeyValueWorkload workload;

  std::set<std::uint64_t> numbers;
  for (const KeyValueCommand& command : decoded(draw_commands(workload, 1, 1000))) {
    numbers.insert(command.number);
  }

  EXPECT_EQ(numbers.size(), 1000U);
  EXPECT_EQ(numbers.count(0), 0U);
}

TEST(KeyValueTest, EveryCommandIsAskedForOnEveryKey) {
  KeyValueWorkload workload({.keys = 3});

  std::set<std::pair<Verb, std::string>> kinds;
  for (const KeyValueCommand& command : decoded(draw_commands(workload, 1, 1000))) {
    kinds.emplace(command.verb, command.key);
  }

  EXPECT_EQ(kinds.size(), 6U * 3U);
}

TEST(KeyValueTest, ValuesHaveEveryLengthUpToTheLongest) {
  KeyValueWorkload workload({.value_bytes_max = 5, .long_value_bytes_max = 5});

  std::set<std::size_t> sizes;
  for (const KeyValueCommand& command : decoded(draw_commands(workload, 1, 1000))) {
    sizes.insert(command.value.size());
  }

  EXPECT_EQ(sizes, (std::set<std::size_t>{0, 1, 2, 3, 4, 5}));
}

/// The replies of a new state machine, one after the other.
std::vector<Bytes> replies_to(KeyValueWorkload& workload, const std::vector<std::string>& texts) {
  const auto machine = workload.make_state_machine();
  std::vector<Command> commands;
  commands.reserve(texts.size());
  for (const std::string& text : texts) {
    commands.push_back({Index(commands.size() + 1), Term(1), Bytes::copy_of(text)});
  }
  std::vector<Bytes> replies;
  machine->apply(std::move(commands),
                 ApplyDone([&](std::vector<Bytes> given) { replies = std::move(given); }));
  return replies;
}

/// Commands one after the other, as a state machine without faults answers them.
History draw_history(KeyValueWorkload& workload, std::size_t count) {
  const std::vector<std::string> commands = draw_commands(workload, 1, count);
  const std::vector<Bytes> replies = replies_to(workload, commands);
  History history;
  for (std::size_t i = 0; i < commands.size(); ++i) {
    const auto second = static_cast<std::int64_t>(2 * i);
    history.push_back(call(7, second, second + 1, commands[i], std::string(replies.at(i).text())));
  }
  return history;
}

TEST(KeyValueTest, SomeCompareAndSetsSwapAndSomeDoNot) {
  KeyValueWorkload workload;

  const History history = draw_history(workload, 1000);

  const auto count = [&](const std::string& outcome) {
    return std::count_if(history.begin(), history.end(), [&](const Operation& operation) {
      return operation.reply->text().starts_with(outcome);
    });
  };
  EXPECT_GT(count("swapped"), 50);
  EXPECT_GT(count("kept"), 20);
}

TEST(KeyValueTest, EachStateMachineBeginsAnew) {
  KeyValueWorkload workload;

  replies_to(workload, {"put r0 1 1 abc"});

  EXPECT_EQ(replies_to(workload, {"get r0 1 2 "}), std::vector{Bytes::copy_of("none")});
}

TEST(KeyValueTest, AHistoryWithoutFaultsIsRight) {
  KeyValueWorkload workload;

  EXPECT_EQ(workload.judge(draw_history(workload, 1000)), std::nullopt);
  EXPECT_EQ(workload.undecided(), 0U);
}

TEST(KeyValueTest, AStaleGetIsWrong) {
  KeyValueWorkload workload;

  const auto violation = workload.judge({call(1, 0, 1, "put r0 1 1 abc", "none"),
                                         call(1, 2, 3, "put r0 1 2 def", "1=abc"),
                                         call(2, 4, 5, "get r0 2 3 ", "1=abc")});

  ASSERT_TRUE(violation.has_value());
  EXPECT_TRUE(violation->starts_with("\"r0\": no order of the 3 operations"));
}

TEST(KeyValueTest, AReadOfARefusedAppendIsWrong) {
  KeyValueWorkload workload;

  const auto violation = workload.judge(
      {call(1, 0, 1, "append l0 1 1 ", "[1]"), call(2, 2, 3, "read l0 2 3 ", "[1 2]")});

  ASSERT_TRUE(violation.has_value());
  EXPECT_TRUE(violation->starts_with("\"l0\": the value 2 was never appended"));
}

TEST(KeyValueTest, AnAppendThatIsAppliedTwiceIsWrong) {
  KeyValueWorkload workload;

  EXPECT_TRUE(
      workload
          .judge({call(1, 0, 1, "append l0 1 1 ", "[1]"), call(2, 2, 3, "read l0 2 2 ", "[1 1]")})
          .has_value());
}

TEST(KeyValueTest, APutThatIsAppliedTwiceIsWrong) {
  KeyValueWorkload workload;

  EXPECT_TRUE(
      workload
          .judge({call(1, 0, 1, "put r0 1 1 abc", "none"), call(2, 2, 3, "delete r0 2 2 ", "1=abc"),
                  call(2, 4, 5, "get r0 2 3 ", "1=abc")})
          .has_value());
}

TEST(KeyValueTest, UnknownOutcomesMayBeEither) {
  KeyValueWorkload workload;

  EXPECT_EQ(workload.judge({unknown(1, 0, "put r0 1 1 abc"), unknown(1, 0, "append l0 1 2 "),
                            unknown(1, 0, "append l0 1 3 "), call(2, 4, 5, "get r0 2 4 ", "1=abc"),
                            call(2, 6, 7, "read l0 2 5 ", "[3]")}),
            std::nullopt);
}

TEST(KeyValueTest, KeysAreJudgedApart) {
  KeyValueWorkload workload;

  EXPECT_EQ(
      workload.judge({call(1, 0, 1, "put r0 1 1 abc", "none"), call(1, 2, 3, "get r1 1 2 ", "none"),
                      call(1, 4, 5, "append l0 1 3 ", "[3]"), call(1, 6, 7, "read l1 1 4 ", "[]")}),
      std::nullopt);
}

TEST(KeyValueTest, ARegisterAtTheBoundIsCountedAndNotWrong) {
  KeyValueWorkload workload({.configurations_max = 1});

  EXPECT_EQ(workload.judge(
                {call(1, 0, 1, "put r0 1 1 abc", "none"), call(1, 2, 3, "get r0 1 2 ", "none")}),
            std::nullopt);
  EXPECT_EQ(workload.undecided(), 1U);
}

TEST(KeyValueTest, AReplyThatIsNoListIsWrong) {
  KeyValueWorkload workload;

  EXPECT_EQ(workload.judge({call(1, 0, 1, "read l0 1 1 ", "malformed")}),
            "a reply that is no list:\n"
            "  client 1, from 0.000000000 to 1.000000000: read l0 1 1  -> malformed");
}

TEST(KeyValueTest, AMalformedCommandHasItsOnlyReply) {
  KeyValueWorkload workload;

  EXPECT_EQ(workload.judge({call(1, 0, 1, "nonsense", "malformed")}), std::nullopt);
  EXPECT_TRUE(workload.judge({call(1, 0, 1, "nonsense", "none")}).has_value());
}

TEST(KeyValueDeathTest, AWorkloadWithoutKeysIsRefused) {
  EXPECT_DEATH(KeyValueWorkload({.keys = 0}), "options.keys > 0");
}

}  // namespace buoyant::simulation::key_value_test
