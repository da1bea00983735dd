// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "simulation/key_value_command.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace buoyant::simulation::key_value_command_test {

class KeyValueCommandTest : public testing::Test {
 protected:
  const KeyValueCommand put{Verb::kPut, "r0", 3, 17, 0, "abc"};
  const KeyValueCommand get{Verb::kGet, "r0", 3, 18, 0, ""};
  const KeyValueCommand cas{Verb::kCas, "r0", 3, 19, 17, "def"};
  const KeyValueCommand deletion{Verb::kDelete, "r0", 3, 20, 0, ""};
  const KeyValueCommand append{Verb::kAppend, "l1", 3, 21, 0, ""};
  const KeyValueCommand read{Verb::kRead, "l1", 3, 22, 0, ""};
};

using KeyValueCommandDeathTest = KeyValueCommandTest;

TEST_F(KeyValueCommandTest, IsEncodedAsWords) {
  EXPECT_EQ(encode(put), "put r0 3 17 abc");
  EXPECT_EQ(encode(cas), "cas r0 3 19 17 def");
}

TEST_F(KeyValueCommandTest, IsDecodedAsItWasEncoded) {
  EXPECT_EQ(decode_command(encode(put)), put);
  EXPECT_EQ(decode_command(encode(get)), get);
  EXPECT_EQ(decode_command(encode(cas)), cas);
  EXPECT_EQ(decode_command(encode(deletion)), deletion);
  EXPECT_EQ(decode_command(encode(append)), append);
  EXPECT_EQ(decode_command(encode(read)), read);
}

TEST_F(KeyValueCommandTest, AValueMayBeEmptyOrHaveSpaces) {
  EXPECT_EQ(decode_command("put r0 3 17 ")->value, "");
  EXPECT_EQ(decode_command("put r0 3 17 a b ")->value, "a b ");
}

TEST_F(KeyValueCommandTest, WhatIsMissingMakesItMalformed) {
  EXPECT_EQ(decode_command(""), std::nullopt);
  EXPECT_EQ(decode_command("put"), std::nullopt);
  EXPECT_EQ(decode_command("put r0 3 17"), std::nullopt);
  EXPECT_EQ(decode_command("cas r0 3 17 def"), std::nullopt);
}

TEST_F(KeyValueCommandTest, WhatIsTooMuchMakesItMalformed) {
  EXPECT_EQ(decode_command("get r0 3 18 abc"), std::nullopt);
}

TEST_F(KeyValueCommandTest, AnUnknownVerbMakesItMalformed) {
  EXPECT_EQ(decode_command("pat r0 3 17 abc"), std::nullopt);
}

TEST_F(KeyValueCommandTest, AKeyOfTheOtherKindMakesItMalformed) {
  EXPECT_EQ(decode_command("put l0 3 17 abc"), std::nullopt);
  EXPECT_EQ(decode_command("read r0 3 17 "), std::nullopt);
  EXPECT_EQ(decode_command("put r 3 17 abc"), std::nullopt);
}

TEST_F(KeyValueCommandTest, WhatIsNoNumberMakesItMalformed) {
  EXPECT_EQ(decode_command("put r0 3x 17 abc"), std::nullopt);
  EXPECT_EQ(decode_command("put r0 3 -17 abc"), std::nullopt);
  EXPECT_EQ(decode_command("put r0 3 99999999999999999999 abc"), std::nullopt);
  EXPECT_EQ(decode_command("put r0 3 0 abc"), std::nullopt);
}

TEST_F(KeyValueCommandTest, APutTellsThePreviousState) {
  std::string state;

  EXPECT_EQ(apply_to_register(state, put), "none");
  EXPECT_EQ(state, "17=abc");
  EXPECT_EQ(apply_to_register(state, put), "17=abc");
}

TEST_F(KeyValueCommandTest, AGetTellsTheStateAndLeavesIt) {
  std::string state = "17=abc";

  EXPECT_EQ(apply_to_register(state, get), "17=abc");
  EXPECT_EQ(state, "17=abc");
}

TEST_F(KeyValueCommandTest, ACasReplacesTheStateThatItExpects) {
  std::string state = "17=abc";

  EXPECT_EQ(apply_to_register(state, cas), "swapped 17=abc");
  EXPECT_EQ(state, "19=def");
}

TEST_F(KeyValueCommandTest, ACasKeepsAnotherState) {
  std::string state = "16=abc";

  EXPECT_EQ(apply_to_register(state, cas), "kept 16=abc");
  EXPECT_EQ(state, "16=abc");
}

TEST_F(KeyValueCommandTest, ACasOfZeroExpectsThatThereWasNoState) {
  std::string state;
  KeyValueCommand command = cas;
  command.expected = 0;

  EXPECT_EQ(apply_to_register(state, command), "swapped none");
  EXPECT_EQ(apply_to_register(state, command), "kept 19=def");
}

TEST_F(KeyValueCommandTest, ADeletionIsAStateOfItsOwn) {
  std::string state = "17=abc";

  EXPECT_EQ(apply_to_register(state, deletion), "17=abc");
  EXPECT_EQ(state, "20 deleted");
}

TEST_F(KeyValueCommandTest, AnAppendTellsTheListWithItsNumber) {
  ListValues list{1};

  EXPECT_EQ(apply_to_list(list, append), "[1 21]");
  EXPECT_EQ(list, (ListValues{1, 21}));
}

TEST_F(KeyValueCommandTest, AReadTellsTheListAndLeavesIt) {
  ListValues list{1, 2};

  EXPECT_EQ(apply_to_list(list, read), "[1 2]");
  EXPECT_EQ(list, (ListValues{1, 2}));
}

TEST_F(KeyValueCommandTest, AListIsDecoded) {
  EXPECT_EQ(decode_list("[]"), ListValues());
  EXPECT_EQ(decode_list("[7]"), ListValues{7});
  EXPECT_EQ(decode_list("[1 22 333]"), (ListValues{1, 22, 333}));
}

TEST_F(KeyValueCommandTest, WhatIsNoListIsNotDecoded) {
  EXPECT_EQ(decode_list(""), std::nullopt);
  EXPECT_EQ(decode_list("["), std::nullopt);
  EXPECT_EQ(decode_list("malformed"), std::nullopt);
  EXPECT_EQ(decode_list("[1  2]"), std::nullopt);
  EXPECT_EQ(decode_list("[1 2 ]"), std::nullopt);
  EXPECT_EQ(decode_list("[1 x]"), std::nullopt);
}

TEST_F(KeyValueCommandDeathTest, ACommandOfAListIsNotAppliedToARegister) {
  std::string state;

  EXPECT_DEATH(apply_to_register(state, read), "is_of_register");
}

}  // namespace buoyant::simulation::key_value_command_test
