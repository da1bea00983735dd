// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "simulation/order_search.h"

#include "tests/simulation/histories.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace buoyant::simulation::order_search_test {

using histories::call;
using histories::cells;
using histories::unknown;
using Verdict = OrderFound::Verdict;

Operations pointers(const History& history) {
  Operations operations;
  for (const Operation& operation : history) {
    operations.push_back(&operation);
  }
  return operations;
}

/// The history must outlive what is found in it.
OrderFound find_order(const History& history,
                      std::uint64_t configurations_max = kConfigurationsMax) {
  const Specification specification = cells();
  return OrderSearch(pointers(history), specification, configurations_max).run();
}

/// What was found, on its own.
struct Summary {
  Verdict verdict = Verdict::kNone;
  std::vector<std::string> commands;
  std::string state;
  std::uint64_t configurations = 0;
};

Summary search(const History& history, std::uint64_t configurations_max = kConfigurationsMax) {
  const OrderFound found = find_order(history, configurations_max);
  Summary summary{found.verdict, {}, found.state, found.configurations};
  for (const Operation* operation : found.order) {
    summary.commands.emplace_back(operation->command.text());
  }
  return summary;
}

/// True when no operation of `others` had returned before this one was invoked.
bool may_precede(const Operation& operation, const Operations& others) {
  return std::none_of(others.begin(), others.end(), [&](const Operation* other) {
    return other->reply && other->returned < operation.invoked;
  });
}

/// True when `order` is a proof: everything with a reply is in it, once, in accordance with real
/// time, and has the reply that it has there.
bool is_proof(const Operations& order, const History& history) {
  Operations rest = pointers(history);
  const Specification specification = cells();
  std::string state;
  for (const Operation* operation : order) {
    const auto found = std::find(rest.begin(), rest.end(), operation);
    const bool is_next = found != rest.end() && may_precede(*operation, rest);
    const Bytes reply = specification.apply(state, operation->command);
    if (!is_next || (operation->reply && *operation->reply != reply)) {
      return false;
    }
    rest.erase(found);
  }
  return std::none_of(rest.begin(), rest.end(),
                      [](const Operation* operation) { return operation->reply.has_value(); });
}

/// The question answered in the plainest way: by trying every order.
bool has_order(const Operations& rest, const std::string& state) {
  bool is_found = std::none_of(rest.begin(), rest.end(), [](const Operation* operation) {
    return operation->reply.has_value();
  });
  const Specification specification = cells();
  for (std::size_t i = 0; !is_found && i < rest.size(); ++i) {
    std::string next = state;
    const Bytes reply = specification.apply(next, rest[i]->command);
    Operations others = rest;
    others.erase(others.begin() + static_cast<std::ptrdiff_t>(i));
    is_found = may_precede(*rest[i], others) && (!rest[i]->reply || *rest[i]->reply == reply) &&
               has_order(others, next);
  }
  return is_found;
}

/// A few operations on one key with few values and small times, so that much happens at once;
/// half of them with a reply that may be wrong.
History draw_small(Random& random) {
  const bool is_telling = random.chance(1, 2);
  History history = histories::draw_history(
      {7, 3, 1, 25, /*values=*/3, /*think=*/3, /*latency=*/3, is_telling}, random);
  const bool is_changed = random.chance(2, 3);
  Operation& victim = history[random.below(history.size())];
  const bool is_swapped = victim.command.text().starts_with("swap");
  const bool is_read = victim.command.text().starts_with("read");
  const std::uint64_t value = random.below(3);
  if (is_changed && victim.reply && (is_swapped || is_read)) {
    victim.reply = Bytes::copy_of(std::to_string(value));
  }
  return history;
}

struct Comparison {
  std::uint64_t right = 0;
  std::uint64_t wrong = 0;
  /// Histories of which the search says something else than the plain way.
  std::uint64_t disputed = 0;
  std::uint64_t unproven = 0;
};

Comparison compare(std::uint64_t seeds) {
  Comparison comparison;
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    Random random(seed);
    const History history = draw_small(random);
    const OrderFound found = find_order(history);
    const bool is_right = found.verdict == Verdict::kFound;
    comparison.right += is_right ? 1U : 0U;
    comparison.wrong += is_right ? 0U : 1U;
    comparison.disputed += has_order(pointers(history), "") == is_right ? 0U : 1U;
    comparison.unproven += is_right && !is_proof(found.order, history) ? 1U : 0U;
  }
  return comparison;
}

TEST(OrderSearchTest, AgreesWithTryingEveryOrder) {
  const Comparison comparison = compare(3000);

  EXPECT_EQ(comparison.disputed, 0U);
  EXPECT_EQ(comparison.unproven, 0U);
  EXPECT_GT(comparison.right, 500U);
  EXPECT_GT(comparison.wrong, 500U);
}

TEST(OrderSearchTest, GivesTheOrderThatItFound) {
  const Summary found = search({call(1, 0, 9, "read x", "5"), call(2, 1, 2, "write x 5", "ok"),
                                call(2, 3, 4, "write x 6", "ok")});

  EXPECT_EQ(found.verdict, Verdict::kFound);
  EXPECT_EQ(found.commands, (std::vector<std::string>{"write x 5", "read x", "write x 6"}));
  EXPECT_EQ(found.state, "6");
}

TEST(OrderSearchTest, LeavesOutEffectsThatNobodySaw) {
  const Summary found = search({unknown(1, 0, "write x 5"), unknown(2, 0, "write x 6"),
                                unknown(3, 0, "cas x 6 7"), call(4, 1, 2, "read x", "7")});

  EXPECT_EQ(found.commands, (std::vector<std::string>{"write x 6", "cas x 6 7", "read x"}));
}

TEST(OrderSearchTest, KeepsAnEffectForLaterWhenOthersCanDoWithoutIt) {
  const Summary found =
      search({unknown(1, 0, "write x 7"), unknown(2, 0, "cas x 1 2"), unknown(3, 0, "cas x 2 7"),
              call(4, 1, 2, "write x 1", "ok"), call(4, 3, 4, "read x", "7"),
              call(4, 5, 6, "write x 3", "ok"), call(4, 7, 8, "read x", "7")});

  EXPECT_EQ(found.commands,
            (std::vector<std::string>{"write x 1", "cas x 1 2", "cas x 2 7", "read x", "write x 3",
                                      "write x 7", "read x"}));
}

TEST(OrderSearchTest, GivesTheLongestOrderWhenNoneGoesOn) {
  const Summary found = search({call(1, 0, 1, "write x 5", "ok"), call(1, 2, 3, "read x", "5"),
                                call(1, 4, 5, "read x", "6"), call(1, 6, 7, "read x", "5")});

  EXPECT_EQ(found.verdict, Verdict::kNone);
  EXPECT_EQ(found.commands, (std::vector<std::string>{"write x 5", "read x"}));
  EXPECT_EQ(found.state, "5");
}

TEST(OrderSearchTest, GivesUpAtItsBound) {
  const Summary found = search({call(1, 0, 1, "write x 5", "ok"), call(1, 2, 3, "read x", "5"),
                                call(1, 4, 5, "read x", "5")},
                               2);

  EXPECT_EQ(found.verdict, Verdict::kGivenUp);
  EXPECT_EQ(found.configurations, 2U);
}

/// `many` writes of unknown outcome, then one of which nothing can have come.
History unknown_writes_and_nonsense(int many) {
  History history;
  for (int i = 0; i < many; ++i) {
    history.push_back(unknown(1, 0, "write x " + std::to_string(i)));
  }
  history.push_back(call(2, 1, 2, "read x", "0"));
  history.push_back(call(2, 3, 4, "read x", "1"));
  history.push_back(call(2, 5, 6, "read x", "nonsense"));
  return history;
}

TEST(OrderSearchTest, LooksAtEachOfManyEffectsAndNotAtTheirSubsets) {
  const Summary found = search(unknown_writes_and_nonsense(100));

  EXPECT_EQ(found.verdict, Verdict::kNone);
  EXPECT_LT(found.configurations, 1000U);
}

/// Counts of unknown outcome, all alike, and a count that says how many of them there were.
History unknown_counts(int many, int counted) {
  History history;
  for (int i = 0; i < many; ++i) {
    history.push_back(unknown(1, 0, "count x"));
  }
  history.push_back(call(2, 1, 2, "count x", std::to_string(counted)));
  return history;
}

TEST(OrderSearchTest, DoesNotTellEqualCommandsOfUnknownOutcomeApart) {
  const Summary right = search(unknown_counts(60, 41));
  const Summary wrong = search(unknown_counts(60, 62));

  EXPECT_EQ(right.verdict, Verdict::kFound);
  EXPECT_LT(right.configurations, 100U);
  EXPECT_EQ(wrong.verdict, Verdict::kNone);
  EXPECT_LT(wrong.configurations, 100U);
}

TEST(OrderSearchTest, NeverPutsAnEffectBeforeItsInvocation) {
  const Summary found = search({call(1, 0, 1, "read x", "5"), unknown(2, 2, "write x 5")});

  EXPECT_EQ(found.verdict, Verdict::kNone);
}

}  // namespace buoyant::simulation::order_search_test
