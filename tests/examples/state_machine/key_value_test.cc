// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/state_machine/key_value.h"

#include "buoyant/conformance/state_machine_conformance.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace key_value::key_value_test {

class KeyValueHarness final : public buoyant::conformance::StateMachineHarness {
 public:
  std::unique_ptr<buoyant::StateMachine> make() override { return std::make_unique<KeyValue>(); }

  buoyant::Bytes command(std::uint64_t number) override {
    const std::string key = "key" + std::to_string(number % 17);
    return buoyant::Bytes::copy_of(number % 5 == 4 ? "del " + key
                                                   : "set " + key + " " + std::to_string(number));
  }
};

class KeyValueExampleTest : public testing::Test {
 protected:
  std::string execute(const char* command) {
    std::string reply;
    machine_.apply({{.index = buoyant::Index(1),
                     .term = buoyant::Term(1),
                     .payload = buoyant::Bytes::copy_of(command)}},
                   buoyant::ApplyDone([&](const std::vector<buoyant::Bytes>& replies) {
                     reply = std::string(replies.at(0).text());
                   }));
    return reply;
  }

  KeyValue machine_;
};

TEST_F(KeyValueExampleTest, SetRepliesWhatWasThereBefore) {
  EXPECT_EQ(execute("set colour red"), "");
  EXPECT_EQ(execute("set colour dark blue"), "red");

  EXPECT_EQ(machine_.get("colour"), "dark blue");
}

TEST_F(KeyValueExampleTest, DelTakesItAway) {
  execute("set colour red");

  EXPECT_EQ(execute("del colour"), "red");

  EXPECT_EQ(machine_.get("colour"), "");
  EXPECT_EQ(execute("del colour"), "");
}

TEST_F(KeyValueExampleTest, NonsenseIsAnswered) {
  EXPECT_EQ(execute("get colour"), "?");
  EXPECT_EQ(execute("set colour"), "?");
  EXPECT_EQ(execute("del two words"), "?");
  EXPECT_EQ(execute(""), "?");
}

}  // namespace key_value::key_value_test

BUOYANT_INSTANTIATE_STATE_MACHINE_CONFORMANCE(KeyValue, key_value::key_value_test::KeyValueHarness);
