// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/simulation/histories.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace buoyant::simulation::linearizability_test {

using histories::call;
using histories::cells;
using histories::Shape;
using histories::unknown;

bool is_linearizable(const History& history) {
  return !find_nonlinearizable(history, cells()).has_value();
}

TEST(LinearizabilityTest, NothingIsLinearizable) {
  EXPECT_TRUE(is_linearizable({}));
}

TEST(LinearizabilityTest, AReadSeesTheLastWrite) {
  EXPECT_TRUE(is_linearizable({call(1, 0, 1, "write x 5", "ok"), call(1, 2, 3, "write x 6", "ok"),
                               call(2, 4, 5, "read x", "6")}));
}

TEST(LinearizabilityTest, AStaleReadIsWrong) {
  EXPECT_FALSE(is_linearizable({call(1, 0, 1, "write x 5", "ok"), call(1, 2, 3, "write x 6", "ok"),
                                call(2, 4, 5, "read x", "5")}));
}

TEST(LinearizabilityTest, ALostUpdateIsWrong) {
  EXPECT_FALSE(is_linearizable({call(1, 0, 1, "write x 5", "ok"), call(1, 2, 9, "cas x 5 6", "yes"),
                                call(2, 2, 9, "cas x 5 7", "yes")}));
}

TEST(LinearizabilityTest, AValueThatWasNeverWrittenIsWrong) {
  EXPECT_FALSE(is_linearizable({call(1, 0, 1, "write x 5", "ok"), call(1, 0, 9, "read x", "6")}));
}

TEST(LinearizabilityTest, AConcurrentReadMaySeeAWriteOrNot) {
  EXPECT_TRUE(is_linearizable({call(1, 0, 1, "write x 5", "ok"), call(1, 2, 9, "write x 6", "ok"),
                               call(2, 3, 4, "read x", "5"), call(3, 5, 6, "read x", "6")}));
}

TEST(LinearizabilityTest, WhatOneReadSawTheNextReadSeesAsWell) {
  EXPECT_FALSE(is_linearizable({call(1, 0, 1, "write x 5", "ok"), call(1, 2, 9, "write x 6", "ok"),
                                call(2, 3, 4, "read x", "6"), call(3, 5, 6, "read x", "5")}));
}

TEST(LinearizabilityTest, CallsAtEqualTimesAreConcurrent) {
  EXPECT_TRUE(is_linearizable({call(1, 0, 2, "write x 5", "ok"), call(2, 2, 3, "read x", "none")}));
}

TEST(LinearizabilityTest, KeysAreApart) {
  EXPECT_TRUE(is_linearizable({call(1, 0, 1, "write x 5", "ok"), call(1, 2, 3, "write y 6", "ok"),
                               call(2, 4, 5, "read x", "5"), call(2, 6, 7, "read y", "6")}));
}

TEST(LinearizabilityTest, TheHistoryNeedNotBeSorted) {
  EXPECT_TRUE(is_linearizable({call(2, 4, 5, "read x", "5"), call(1, 0, 1, "write x 5", "ok")}));
}

TEST(LinearizabilityTest, AnUnknownWriteMayTakeEffectLate) {
  EXPECT_TRUE(is_linearizable({unknown(1, 0, "write x 5"), call(2, 2, 3, "write x 6", "ok"),
                               call(2, 4, 5, "read x", "6"), call(2, 6, 7, "read x", "5")}));
}

TEST(LinearizabilityTest, AnUnknownWriteMayNeverTakeEffect) {
  EXPECT_TRUE(is_linearizable({unknown(1, 0, "write x 5"), call(2, 2, 3, "read x", "none")}));
}

TEST(LinearizabilityTest, AnUnknownWriteTakesNoEffectBeforeItsInvocation) {
  EXPECT_FALSE(is_linearizable({call(2, 0, 1, "read x", "5"), unknown(1, 2, "write x 5")}));
}

TEST(LinearizabilityTest, AnUnknownWriteTakesEffectOnce) {
  EXPECT_FALSE(is_linearizable({unknown(1, 0, "write x 5"), call(2, 1, 2, "read x", "5"),
                                call(2, 3, 4, "write x 6", "ok"), call(2, 5, 6, "read x", "5")}));
}

TEST(LinearizabilityTest, AnOperationWithoutReplyIsUnknownWheneverItReturned) {
  Operation write = unknown(1, 0, "write x 5");
  write.returned = histories::at(1);

  EXPECT_TRUE(
      is_linearizable({write, call(2, 2, 3, "read x", "none"), call(2, 4, 5, "read x", "5")}));
}

TEST(LinearizabilityTest, AViolationShowsWhereNoOrderGoesOn) {
  const auto violation = find_nonlinearizable(
      {call(1, 0, 1, "write x 5", "ok"), call(1, 2, 3, "write x 6", "ok"),
       unknown(3, 3, "write x 7"), call(2, 4, 5, "read x", "5"), call(2, 6, 7, "read x", "7")},
      cells());

  EXPECT_EQ(violation,
            "\"x\": no order of the 5 operations agrees with every reply; one begins with 2 of "
            "them, the last of which are\n"
            "  client 1, from 0.000000000 to 1.000000000: write x 5 -> ok\n"
            "  client 1, from 2.000000000 to 3.000000000: write x 6 -> ok\n"
            "The state is then \"6\". With it, none of these fits:\n"
            "  client 2, from 4.000000000 to 5.000000000: read x -> 5, not 6\n"
            "These of unknown outcome do not help:\n"
            "  client 3, from 3.000000000 to ?: write x 7 -> ?");
}

TEST(LinearizabilityTest, AKeyAtItsBoundIsUndecidedAndNotWrong) {
  const Linearizability result = check_linearizability(
      {call(1, 0, 1, "write x 5", "ok"), call(1, 2, 3, "read x", "wrong")}, cells(), 1);

  EXPECT_FALSE(result.violation.has_value());
  EXPECT_EQ(result.undecided, std::vector<std::string>{"x"});
}

TEST(LinearizabilityTest, AViolationIsFoundBehindAKeyThatIsUndecided) {
  const Linearizability result =
      check_linearizability({call(1, 0, 1, "write a 5", "ok"), call(1, 2, 3, "read a", "5"),
                             call(1, 4, 5, "read b", "wrong")},
                            cells(), 1);

  EXPECT_EQ(result.undecided, std::vector<std::string>{"a"});
  EXPECT_TRUE(result.violation.has_value());
}

/// How many of the seeds' histories are called wrong.
std::uint64_t count_wrong(const Shape& shape, std::uint64_t seeds) {
  std::uint64_t wrong = 0;
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    Random random(seed);
    wrong += is_linearizable(histories::draw_history(shape, random)) ? 0U : 1U;
  }
  return wrong;
}

TEST(LinearizabilityTest, WhatARightServerShowedIsRight) {
  EXPECT_EQ(count_wrong({}, 300), 0U);
}

TEST(LinearizabilityTest, WhatARightServerShowedIsRightWhenWritesTellNothing) {
  Shape shape;
  shape.is_telling = false;

  EXPECT_EQ(count_wrong(shape, 300), 0U);
}

TEST(LinearizabilityTest, WhatARightServerShowedIsRightWhenValuesRepeat) {
  Shape shape;
  shape.values = 3;

  EXPECT_EQ(count_wrong(shape, 300), 0U);
}

bool is_read_of(const Operation& operation, const std::string& key) {
  return operation.reply && operation.command.text() == "read " + key;
}

/// The value that a swap with a reply wrote to this key.
std::optional<std::string> swapped_in(const Operation& operation, const std::string& key) {
  const std::string text(operation.command.text());
  const std::string head = "swap " + key + " ";
  const bool is_swap = operation.reply && text.starts_with(head);
  return is_swap ? std::optional(text.substr(head.size())) : std::nullopt;
}

/// Gives the last read of k0 a value that another write had replaced for certain: one whose
/// write had returned before a second write was invoked that returned before the read.
bool make_stale(History& history) {
  const auto read = std::find_if(history.rbegin(), history.rend(), [](const Operation& operation) {
    return is_read_of(operation, "k0");
  });
  for (const Operation& second : history) {
    const bool is_between =
        read != history.rend() && swapped_in(second, "k0") && second.returned < read->invoked;
    for (const Operation& first : history) {
      const auto value = swapped_in(first, "k0");
      if (is_between && value && first.returned < second.invoked) {
        read->reply = Bytes::copy_of(*value);
        return true;
      }
    }
  }
  return false;
}

/// Gives the first read of k0 a value whose write was invoked after the read had returned.
bool make_prophetic(History& history) {
  const auto read = std::find_if(history.begin(), history.end(), [](const Operation& operation) {
    return is_read_of(operation, "k0");
  });
  for (const Operation& write : history) {
    const auto value = swapped_in(write, "k0");
    if (read != history.end() && value && read->returned < write.invoked) {
      read->reply = Bytes::copy_of(*value);
      return true;
    }
  }
  return false;
}

/// Lets the last swap of k0 have replaced what another swap replaced before it.
bool make_lost_update(History& history) {
  const auto last = std::find_if(history.rbegin(), history.rend(), [](const Operation& operation) {
    return swapped_in(operation, "k0").has_value();
  });
  for (const Operation& other : history) {
    if (last != history.rend() && &other != &*last && swapped_in(other, "k0")) {
      last->reply = other.reply;
      return true;
    }
  }
  return false;
}

struct Tally {
  std::uint64_t spoilt = 0;
  std::uint64_t found = 0;
};

/// Draws histories and spoils them where that is possible.
Tally spoil(bool (*spoil_one)(History&), std::uint64_t seeds) {
  Tally tally;
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    Random random(seed);
    History history = histories::draw_history({}, random);
    if (spoil_one(history)) {
      tally.spoilt += 1;
      tally.found += is_linearizable(history) ? 0U : 1U;
    }
  }
  return tally;
}

TEST(LinearizabilityTest, EveryStaleReadIsFound) {
  const Tally tally = spoil(make_stale, 200);

  EXPECT_GT(tally.spoilt, 150U);
  EXPECT_EQ(tally.found, tally.spoilt);
}

TEST(LinearizabilityTest, EveryReadOfTheFutureIsFound) {
  const Tally tally = spoil(make_prophetic, 200);

  EXPECT_GT(tally.spoilt, 150U);
  EXPECT_EQ(tally.found, tally.spoilt);
}

TEST(LinearizabilityTest, EveryLostUpdateIsFound) {
  const Tally tally = spoil(make_lost_update, 200);

  EXPECT_GT(tally.spoilt, 150U);
  EXPECT_EQ(tally.found, tally.spoilt);
}

/// Eight clients; about sixty writes and compare-and-sets of unknown outcome for each key.
Shape long_shape() {
  Shape shape;
  shape.operations = 5000;
  shape.keys = 4;
  shape.unknown = 8;
  return shape;
}

TEST(LinearizabilityTest, ALongHistoryIsDecidedInAFewStepsForEachOperation) {
  Random random(1);
  const History history = histories::draw_history(long_shape(), random);

  const Linearizability result = check_linearizability(history, cells());

  EXPECT_FALSE(result.violation.has_value());
  EXPECT_TRUE(result.undecided.empty());
  EXPECT_LT(result.configurations, 2U * history.size());
}

TEST(LinearizabilityTest, ALongHistoryIsDecidedWhenWritesTellNothing) {
  Shape shape = long_shape();
  shape.is_telling = false;
  Random random(1);
  const History history = histories::draw_history(shape, random);

  const Linearizability result = check_linearizability(history, cells());

  EXPECT_FALSE(result.violation.has_value());
  EXPECT_TRUE(result.undecided.empty());
}

TEST(LinearizabilityTest, ALongHistoryIsDecidedWhenItEndsWrong) {
  Random random(1);
  History history = histories::draw_history(long_shape(), random);
  ASSERT_TRUE(make_stale(history));

  const Linearizability result = check_linearizability(history, cells());

  EXPECT_TRUE(result.violation.has_value());
  EXPECT_TRUE(result.undecided.empty());
}

}  // namespace buoyant::simulation::linearizability_test
