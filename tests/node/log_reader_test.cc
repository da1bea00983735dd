// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "node/log_reader.h"

#include "tests/node/fakes.h"
#include "tests/support/print.h"

#include <gtest/gtest.h>

namespace buoyant::node::log_reader_test {

using fakes::command;

constexpr ServerId kPeer{2};
constexpr ServerId kOther{3};

class LogReaderTest : public testing::Test {
 protected:
  fakes::FakeStorage storage;
  int results = 0;
  LogReader reader{storage, 1000, [this] { ++results; }};
};

TEST_F(LogReaderTest, HoldsWhatCameBack) {
  reader.request(kPeer, Index(5), Index(9));
  EXPECT_EQ(storage.reads[0].bytes_max, 1000U);
  storage.answer(std::vector{command(1, "five"), command(2, "six")});

  EXPECT_EQ(results, 1);
  ASSERT_NE(reader.find(kPeer, Index(6), Term(2)), nullptr);
  EXPECT_EQ(reader.find(kPeer, Index(6), Term(2))->payload.text(), "six");
}

TEST_F(LogReaderTest, ChecksTheTermOfEachEntry) {
  reader.request(kPeer, Index(5), Index(9));
  storage.answer(std::vector{command(1, "five")});

  EXPECT_EQ(reader.find(kPeer, Index(5), Term(2)), nullptr);
}

TEST_F(LogReaderTest, FindsNothingBeyondWhatCameBack) {
  reader.request(kPeer, Index(5), Index(9));
  storage.answer(std::vector{command(1, "five")});

  EXPECT_EQ(reader.find(kPeer, Index(4), Term(1)), nullptr);
  EXPECT_EQ(reader.find(kPeer, Index(6), Term(1)), nullptr);
  EXPECT_EQ(reader.find(kOther, Index(5), Term(1)), nullptr);
}

TEST_F(LogReaderTest, OneReadPerPeerIsUnderWay) {
  reader.request(kPeer, Index(5), Index(9));
  reader.request(kPeer, Index(7), Index(9));
  reader.request(kOther, Index(5), Index(9));

  EXPECT_EQ(storage.reads.size(), 2U);
}

TEST_F(LogReaderTest, ANewReadReplacesWhatIsHeld) {
  reader.request(kPeer, Index(5), Index(9));
  storage.answer(std::vector{command(1, "five")});
  reader.request(kPeer, Index(6), Index(9));

  EXPECT_EQ(reader.find(kPeer, Index(5), Term(1)), nullptr);
}

TEST_F(LogReaderTest, FailuresAreReportedOnce) {
  reader.request(kPeer, Index(5), Index(9));
  storage.answer(fail(Errc::kCompacted));

  const auto failures = reader.take_failures();
  ASSERT_EQ(failures.size(), 1U);
  EXPECT_EQ(failures[0].peer, kPeer);
  EXPECT_EQ(failures[0].code, Errc::kCompacted);
  EXPECT_TRUE(reader.take_failures().empty());
}

TEST_F(LogReaderTest, ABusyStorageIsNoFailure) {
  reader.request(kPeer, Index(5), Index(9));
  storage.answer(fail(Errc::kBusy));
  EXPECT_TRUE(reader.take_failures().empty());
  reader.request(kPeer, Index(5), Index(9));

  EXPECT_EQ(storage.reads.size(), 1U);
}

TEST_F(LogReaderTest, WhatComesForAForgottenPeerIsDropped) {
  reader.request(kPeer, Index(5), Index(9));
  reader.forget(kPeer);
  storage.answer(std::vector{command(1, "five")});

  EXPECT_EQ(reader.find(kPeer, Index(5), Term(1)), nullptr);
  EXPECT_EQ(results, 0);
}

TEST_F(LogReaderTest, AnOldAnswerIsNotTakenForANewRead) {
  reader.request(kPeer, Index(5), Index(9));
  reader.forget_all();
  reader.request(kPeer, Index(7), Index(9));
  storage.answer(std::vector{command(1, "five")});

  EXPECT_EQ(reader.find(kPeer, Index(5), Term(1)), nullptr);
  EXPECT_EQ(reader.find(kPeer, Index(7), Term(1)), nullptr);
  storage.answer(std::vector{command(1, "seven")});
  EXPECT_NE(reader.find(kPeer, Index(7), Term(1)), nullptr);
}

}  // namespace buoyant::node::log_reader_test
