// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/simulation/history.h"
#include "tests/simulation/histories.h"

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace buoyant::simulation::list_history_test {

using histories::at;
using List = std::vector<std::uint64_t>;
using ListHistory = std::vector<ListOperation>;

ListOperation append(std::int64_t invoked, std::int64_t returned, List seen) {
  return {1, at(invoked), at(returned), seen.back(), seen};
}

/// One that did not see what it should have seen.
ListOperation blind_append(std::int64_t invoked, std::int64_t returned, std::uint64_t value,
                           List seen) {
  return {1, at(invoked), at(returned), value, std::move(seen)};
}

ListOperation unknown_append(std::int64_t invoked, std::uint64_t value) {
  return {2, at(invoked), Instant::never(), value, std::nullopt};
}

ListOperation read(std::int64_t invoked, std::int64_t returned, List seen) {
  return {3, at(invoked), at(returned), 0, std::move(seen)};
}

ListOperation unknown_read(std::int64_t invoked) {
  return {3, at(invoked), Instant::never(), 0, std::nullopt};
}

bool is_right(const ListHistory& history) {
  return !find_list_anomaly(history).has_value();
}

/// The first line.
std::string what(const ListHistory& history) {
  const std::string text = find_list_anomaly(history).value_or("nothing:");
  return text.substr(0, text.find(':'));
}

TEST(ListHistoryTest, NothingIsRight) {
  EXPECT_TRUE(is_right({}));
}

TEST(ListHistoryTest, OnlyUnknownOutcomesAreRight) {
  EXPECT_TRUE(is_right({unknown_append(0, 1), unknown_read(1)}));
}

TEST(ListHistoryTest, AppendsAndReadsInOrderAreRight) {
  EXPECT_TRUE(is_right({read(0, 1, {}), append(2, 3, {1}), read(4, 5, {1}), append(6, 7, {1, 2}),
                        read(8, 9, {1, 2})}));
}

TEST(ListHistoryTest, ConcurrentOperationsMayHaveEitherOrder) {
  EXPECT_TRUE(is_right({append(0, 9, {2, 1}), append(0, 9, {2}), read(0, 9, {2, 1}),
                        read(0, 9, {2}), read(0, 9, {})}));
}

TEST(ListHistoryTest, CallsAtEqualTimesAreConcurrent) {
  EXPECT_TRUE(is_right({append(0, 2, {1}), read(2, 3, {})}));
}

TEST(ListHistoryTest, AStaleReadIsWrong) {
  EXPECT_EQ(what({append(0, 1, {1}), read(2, 3, {})}),
            "a read sees less than an operation that had returned before");
}

TEST(ListHistoryTest, AReadThatSeesLessThanAnEarlierReadIsWrong) {
  EXPECT_EQ(what({append(0, 9, {1}), read(1, 2, {1}), read(3, 4, {})}),
            "a read sees less than an operation that had returned before");
}

TEST(ListHistoryTest, ALostAppendIsWrong) {
  EXPECT_EQ(what({append(0, 1, {1}), append(2, 3, {2})}),
            "two lists of which none begins the other");
}

TEST(ListHistoryTest, AForkIsWrong) {
  EXPECT_EQ(what({append(0, 9, {1}), append(0, 9, {1, 2}), append(0, 9, {1, 3})}),
            "two lists of which none begins the other");
}

TEST(ListHistoryTest, ADuplicatedAppendIsWrong) {
  EXPECT_EQ(what({append(0, 1, {1}), read(2, 3, {1, 1})}), "the value 1 is there twice");
}

TEST(ListHistoryTest, AValueThatWasNeverAppendedIsWrong) {
  EXPECT_EQ(what({append(0, 1, {1}), read(2, 3, {1, 7})}),
            "the value 7 was never appended, or its append was refused");
}

TEST(ListHistoryTest, AnAppendThatDoesNotSeeItselfIsWrong) {
  EXPECT_EQ(what({blind_append(0, 1, 1, {})}), "an append does not see its own value last");
}

TEST(ListHistoryTest, AnAppendThatSeesMoreBehindItselfIsWrong) {
  EXPECT_EQ(what({append(0, 9, {1, 2}), blind_append(0, 9, 1, {1, 2})}),
            "an append does not see its own value last");
}

TEST(ListHistoryTest, AnAppendBehindALaterOneIsWrong) {
  EXPECT_EQ(what({append(0, 1, {2, 1}), append(2, 3, {2})}),
            "a value was seen before its append was invoked");
}

TEST(ListHistoryTest, AnUnknownAppendMayBeThereLate) {
  EXPECT_TRUE(is_right({unknown_append(0, 1), append(1, 2, {2}), read(3, 4, {2}),
                        read(5, 6, {2, 1}), unknown_read(7)}));
}

TEST(ListHistoryTest, AnUnknownAppendMayNeverBeThere) {
  EXPECT_TRUE(is_right({unknown_append(0, 1), append(1, 2, {2}), read(3, 4, {2})}));
}

TEST(ListHistoryTest, AnUnknownAppendIsNotSeenBeforeItsInvocation) {
  EXPECT_EQ(what({read(0, 1, {1}), unknown_append(2, 1)}),
            "a value was seen before its append was invoked");
}

TEST(ListHistoryTest, AnUnknownAppendDoesNotSlipInFrontOfWhatWasSeenBefore) {
  EXPECT_EQ(what({append(0, 9, {1, 2}), read(10, 11, {1, 2}), unknown_append(1, 1)}), "nothing");
  EXPECT_EQ(what({append(0, 1, {1, 2}), read(10, 11, {1, 2}), unknown_append(2, 1)}),
            "a value was seen before its append was invoked");
}

TEST(ListHistoryTest, AnAnomalyShowsBothOperations) {
  EXPECT_EQ(find_list_anomaly({append(0, 1, {1}), append(2, 3, {1, 2}), read(4, 5, {1})}),
            "a read sees less than an operation that had returned before:\n"
            "  client 1, from 2.000000000 to 3.000000000: append 2 -> [1 2]\n"
            "  client 3, from 4.000000000 to 5.000000000: read -> [1]");
}

TEST(ListHistoryDeathTest, RefusesTwoAppendsOfTheSameValue) {
  EXPECT_DEATH(is_right({unknown_append(0, 1), unknown_append(1, 1)}), "is_new");
}

/// The same history for the general search.
History general(const ListHistory& history) {
  History general;
  for (const ListOperation& operation : history) {
    const std::string command =
        operation.appended == 0 ? "read" : "append " + std::to_string(operation.appended);
    std::string seen;
    for (const std::uint64_t value : operation.seen.value_or(List())) {
      seen += std::to_string(value) + " ";
    }
    Operation same{operation.client, Bytes::copy_of(command), operation.invoked,
                   operation.returned};
    same.reply = operation.seen ? std::optional(Bytes::copy_of(seen)) : std::nullopt;
    general.push_back(same);
  }
  return general;
}

Specification lists() {
  Specification specification;
  specification.key_of = [](const Bytes& /*command*/) { return std::string("l"); };
  specification.apply = [](std::string& state, const Bytes& command) {
    const std::string text(command.text());
    state += text == "read" ? "" : text.substr(text.find(' ') + 1) + " ";
    return Bytes::copy_of(state);
  };
  return specification;
}

/// Operations by the moment at which they take effect.
using Calls = std::multimap<Instant, ListOperation>;

Calls draw_calls(Random& random, std::uint64_t operations) {
  Calls calls;
  for (std::uint64_t number = 1; number <= operations; ++number) {
    ListOperation call;
    call.client = number;
    call.appended = random.chance(1, 2) ? number : 0;
    call.invoked = Instant(histories::draw_duration(random, 12));
    const Instant effect = call.invoked + histories::draw_duration(random, 4);
    const Instant returned = effect + histories::draw_duration(random, 4);
    call.returned = random.chance(1, 4) ? Instant::never() : returned;
    calls.emplace(effect, call);
  }
  return calls;
}

/// What clients see of a list that is right.
ListHistory draw_history(Random& random, std::uint64_t operations) {
  ListHistory history;
  List list;
  for (const auto& [effect, call] : draw_calls(random, operations)) {
    const bool is_known = call.returned != Instant::never();
    const bool has_effect = call.appended != 0 && (is_known || random.chance(1, 2));
    list.insert(list.end(), has_effect ? 1 : 0, call.appended);
    history.push_back(call);
    history.back().seen = is_known ? std::optional(list) : std::nullopt;
  }
  return history;
}

/// Changes what an operation saw, or when it was, so that the history may be wrong.
void spoil(ListHistory& history, Random& random) {
  ListOperation& victim = history[random.below(history.size())];
  const ListOperation& other = history[random.below(history.size())];
  const std::uint64_t way = random.below(4);
  const Duration later = histories::draw_duration(random, 12);
  if (way == 0 && victim.seen && !victim.seen->empty()) {
    victim.seen->pop_back();
  } else if (way == 1 && victim.seen) {
    victim.seen->push_back(other.appended);
  } else if (way == 2 && victim.seen && other.seen) {
    victim.seen = other.seen;
  } else if (victim.returned != Instant::never()) {
    victim.invoked = victim.invoked + later;
    victim.returned = victim.returned + later;
  }
}

struct Comparison {
  std::uint64_t right = 0;
  std::uint64_t wrong = 0;
  std::uint64_t disputed = 0;
};

Comparison compare(std::uint64_t seeds, bool is_spoilt) {
  Comparison comparison;
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    Random random(seed);
    ListHistory history = draw_history(random, 9);
    if (is_spoilt) {
      spoil(history, random);
    }
    const bool has_order = !find_nonlinearizable(general(history), lists()).has_value();
    comparison.right += has_order ? 1U : 0U;
    comparison.wrong += has_order ? 0U : 1U;
    comparison.disputed += has_order == is_right(history) ? 0U : 1U;
  }
  return comparison;
}

TEST(ListHistoryTest, WhatARightListShowedIsRight) {
  const Comparison comparison = compare(2000, false);

  EXPECT_EQ(comparison.wrong, 0U);
  EXPECT_EQ(comparison.disputed, 0U);
}

TEST(ListHistoryTest, AgreesWithTheGeneralSearch) {
  const Comparison comparison = compare(5000, true);

  EXPECT_EQ(comparison.disputed, 0U);
  EXPECT_GT(comparison.right, 1000U);
  EXPECT_GT(comparison.wrong, 1000U);
}

}  // namespace buoyant::simulation::list_history_test
