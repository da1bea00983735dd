// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "simulation/key_value_machine.h"

#include "simulation/text_source.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace buoyant::simulation::key_value_machine_test {

class KeyValueMachineTest : public testing::Test {
 protected:
  /// The replies to a batch.
  std::vector<std::string> apply(const std::vector<std::string>& texts) {
    std::vector<Command> commands;
    commands.reserve(texts.size());
    for (const std::string& text : texts) {
      commands.push_back({Index(commands.size() + 1), Term(1), Bytes::copy_of(text)});
    }
    std::vector<std::string> replies;
    machine.apply(std::move(commands), ApplyDone([&](const std::vector<Bytes>& given) {
                    for (const Bytes& reply : given) {
                      replies.emplace_back(reply.text());
                    }
                  }));
    return replies;
  }

  KeyValueMachine machine;
};

using Replies = std::vector<std::string>;

TEST_F(KeyValueMachineTest, AnswersABatchInOrder) {
  EXPECT_EQ(apply({"put r0 1 1 abc", "get r0 1 2 ", "append l0 1 3 "}),
            (Replies{"none", "1=abc", "[3]"}));
}

TEST_F(KeyValueMachineTest, RemembersFromBatchToBatch) {
  apply({"put r0 1 1 abc", "append l0 1 2 "});

  EXPECT_EQ(apply({"get r0 1 3 ", "append l0 1 4 "}), (Replies{"1=abc", "[2 4]"}));
}

TEST_F(KeyValueMachineTest, KeepsKeysApart) {
  apply({"put r0 1 1 abc", "append l0 1 2 "});

  EXPECT_EQ(apply({"get r1 1 3 ", "read l1 1 4 "}), (Replies{"none", "[]"}));
}

TEST_F(KeyValueMachineTest, AnswersWhatItDoesNotUnderstand) {
  EXPECT_EQ(apply({"nonsense", "read l0 1 1 "}), (Replies{"malformed", "[]"}));
}

TEST_F(KeyValueMachineTest, ASnapshotGivesAnotherMachineTheSameState) {
  apply({"put r0 1 1 a b", "append l0 1 2 ", "append l0 1 3 ", "put r1 1 4 ", "delete r1 1 5 "});
  const std::string text = read_all(*machine.capture());
  KeyValueMachine other;
  const auto target = other.install();

  ASSERT_TRUE(target->write(view_of(text)).has_value());
  ASSERT_TRUE(target->finish().has_value());

  EXPECT_EQ(read_all(*other.capture()), text);
}

TEST_F(KeyValueMachineTest, ASnapshotReplacesWhatWasThere) {
  apply({"put r0 1 1 a"});
  KeyValueMachine empty;
  const std::string text = read_all(*empty.capture());

  ASSERT_TRUE(machine.install()->finish().has_value());

  EXPECT_EQ(read_all(*machine.capture()), text);
}

}  // namespace buoyant::simulation::key_value_machine_test
