// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "node/trace_ring.h"

#include <gtest/gtest.h>

namespace buoyant::node::trace_ring_test {

std::vector<std::uint64_t> terms_of(const TraceRing& ring) {
  std::vector<std::uint64_t> terms;
  for (const TraceStep& step : ring.steps()) {
    terms.push_back(step.step.term.value());
  }
  return terms;
}

void add(TraceRing& ring, std::uint64_t term) {
  core::Step step;
  step.term = Term(term);
  ring.add(Instant(Duration(static_cast<std::int64_t>(term))), step);
}

TEST(TraceRing, TellsStepsOldestFirst) {
  TraceRing ring(4);
  add(ring, 1);
  add(ring, 2);

  EXPECT_EQ(terms_of(ring), (std::vector<std::uint64_t>{1, 2}));
}

TEST(TraceRing, ForgetsTheOldest) {
  TraceRing ring(3);
  for (std::uint64_t term = 1; term <= 7; ++term) {
    add(ring, term);
  }

  EXPECT_EQ(terms_of(ring), (std::vector<std::uint64_t>{5, 6, 7}));
}

TEST(TraceRing, GivesTheNewest) {
  TraceRing ring(3);
  for (std::uint64_t term = 1; term <= 7; ++term) {
    add(ring, term);
  }

  EXPECT_EQ(ring.added(), 7U);
  ASSERT_EQ(ring.newest(2).size(), 2U);
  EXPECT_EQ(ring.newest(2).front().step.term, Term(6));
  EXPECT_EQ(ring.newest(2).back().step.term, Term(7));
  EXPECT_EQ(ring.newest(9).front().step.term, Term(5));
  EXPECT_TRUE(ring.newest(0).empty());
}

TEST(TraceRing, OfSizeZeroKeepsNothing) {
  TraceRing ring(0);
  add(ring, 1);

  EXPECT_TRUE(ring.steps().empty());
}

TEST(TraceRing, KeepsTheTimeOfEachStep) {
  TraceRing ring(2);
  add(ring, 5);

  EXPECT_EQ(ring.steps().front().at, Instant(Duration(5)));
}

}  // namespace buoyant::node::trace_ring_test
