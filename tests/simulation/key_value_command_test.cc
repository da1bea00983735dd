// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "simulation/key_value_command.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace buoyant::simulation::key_value_command_test {

const KeyValueCommand kPut{Verb::kPut, "r0", 3, 17, 0, "abc"};
const KeyValueCommand kGet{Verb::kGet, "r0", 3, 18, 0, ""};
const KeyValueCommand kCas{Verb::kCas, "r0", 3, 19, 17, "def"};
const KeyValueCommand kDelete{Verb::kDelete, "r0", 3, 20, 0, ""};
const KeyValueCommand kAppend{Verb::kAppend, "l1", 3, 21, 0, ""};
const KeyValueCommand kRead{Verb::kRead, "l1", 3, 22, 0, ""};

TEST(KeyValueCommandTest, IsEncodedAsWords) {
  EXPECT_EQ(encode(kPut), "put r0 3 17 abc");
  EXPECT_EQ(encode(kCas), "cas r0 3 19 17 def");
}

TEST(KeyValueCommandTest, IsDecodedAsItWasEncoded) {
  EXPECT_EQ(decode_command(encode(kPut)), kPut);
  EXPECT_EQ(decode_command(encode(kGet)), kGet);
  EXPECT_EQ(decode_command(encode(kCas)), kCas);
  EXPECT_EQ(decode_command(encode(kDelete)), kDelete);
  EXPECT_EQ(decode_command(encode(kAppend)), kAppend);
  EXPECT_EQ(decode_command(encode(kRead)), kRead);
}

TEST(KeyValueCommandTest, AValueMayBeEmptyOrHaveSpaces) {
  EXPECT_EQ(decode_command("put r0 3 17 ")->value, "");
  EXPECT_EQ(decode_command("put r0 3 17 a b ")->value, "a b ");
}

TEST(KeyValueCommandTest, WhatIsMissingMakesItMalformed) {
  EXPECT_EQ(decode_command(""), std::nullopt);
  EXPECT_EQ(decode_command("put"), std::nullopt);
  EXPECT_EQ(decode_command("put r0 3 17"), std::nullopt);
  EXPECT_EQ(decode_command("cas r0 3 17 def"), std::nullopt);
}

TEST(KeyValueCommandTest, WhatIsTooMuchMakesItMalformed) {
  EXPECT_EQ(decode_command("get r0 3 18 abc"), std::nullopt);
}

TEST(KeyValueCommandTest, AnUnknownVerbMakesItMalformed) {
  EXPECT_EQ(decode_command("pat r0 3 17 abc"), std::nullopt);
}

TEST(KeyValueCommandTest, AKeyOfTheOtherKindMakesItMalformed) {
  EXPECT_EQ(decode_command("put l0 3 17 abc"), std::nullopt);
  EXPECT_EQ(decode_command("read r0 3 17 "), std::nullopt);
  EXPECT_EQ(decode_command("put r 3 17 abc"), std::nullopt);
}

TEST(KeyValueCommandTest, WhatIsNoNumberMakesItMalformed) {
  EXPECT_EQ(decode_command("put r0 3x 17 abc"), std::nullopt);
  EXPECT_EQ(decode_command("put r0 3 -17 abc"), std::nullopt);
  EXPECT_EQ(decode_command("put r0 3 99999999999999999999 abc"), std::nullopt);
  EXPECT_EQ(decode_command("put r0 3 0 abc"), std::nullopt);
}

TEST(KeyValueCommandTest, APutTellsThePreviousState) {
  std::string state;

  EXPECT_EQ(apply_to_register(state, kPut), "none");
  EXPECT_EQ(state, "17=abc");
  EXPECT_EQ(apply_to_register(state, kPut), "17=abc");
}

TEST(KeyValueCommandTest, AGetTellsTheStateAndLeavesIt) {
  std::string state = "17=abc";

  EXPECT_EQ(apply_to_register(state, kGet), "17=abc");
  EXPECT_EQ(state, "17=abc");
}

TEST(KeyValueCommandTest, ACasReplacesTheStateThatItExpects) {
  std::string state = "17=abc";

  EXPECT_EQ(apply_to_register(state, kCas), "swapped 17=abc");
  EXPECT_EQ(state, "19=def");
}

TEST(KeyValueCommandTest, ACasKeepsAnotherState) {
  std::string state = "16=abc";

  EXPECT_EQ(apply_to_register(state, kCas), "kept 16=abc");
  EXPECT_EQ(state, "16=abc");
}

TEST(KeyValueCommandTest, ACasOfZeroExpectsThatThereWasNoState) {
  std::string state;
  KeyValueCommand command = kCas;
  command.expected = 0;

  EXPECT_EQ(apply_to_register(state, command), "swapped none");
  EXPECT_EQ(apply_to_register(state, command), "kept 19=def");
}

TEST(KeyValueCommandTest, ADeletionIsAStateOfItsOwn) {
  std::string state = "17=abc";

  EXPECT_EQ(apply_to_register(state, kDelete), "17=abc");
  EXPECT_EQ(state, "20 deleted");
}

TEST(KeyValueCommandTest, AnAppendTellsTheListWithItsNumber) {
  ListValues list{1};

  EXPECT_EQ(apply_to_list(list, kAppend), "[1 21]");
  EXPECT_EQ(list, (ListValues{1, 21}));
}

TEST(KeyValueCommandTest, AReadTellsTheListAndLeavesIt) {
  ListValues list{1, 2};

  EXPECT_EQ(apply_to_list(list, kRead), "[1 2]");
  EXPECT_EQ(list, (ListValues{1, 2}));
}

TEST(KeyValueCommandTest, AListIsDecoded) {
  EXPECT_EQ(decode_list("[]"), ListValues());
  EXPECT_EQ(decode_list("[7]"), ListValues{7});
  EXPECT_EQ(decode_list("[1 22 333]"), (ListValues{1, 22, 333}));
}

TEST(KeyValueCommandTest, WhatIsNoListIsNotDecoded) {
  EXPECT_EQ(decode_list(""), std::nullopt);
  EXPECT_EQ(decode_list("["), std::nullopt);
  EXPECT_EQ(decode_list("malformed"), std::nullopt);
  EXPECT_EQ(decode_list("[1  2]"), std::nullopt);
  EXPECT_EQ(decode_list("[1 2 ]"), std::nullopt);
  EXPECT_EQ(decode_list("[1 x]"), std::nullopt);
}

TEST(KeyValueCommandDeathTest, ACommandOfAListIsNotAppliedToARegister) {
  std::string state;

  EXPECT_DEATH(apply_to_register(state, kRead), "is_of_register");
}

}  // namespace buoyant::simulation::key_value_command_test
