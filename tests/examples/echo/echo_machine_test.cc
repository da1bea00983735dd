// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/echo/echo_machine.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <string>
#include <unistd.h>

namespace echo::echo_machine_test {

using buoyant::ApplyDone;
using buoyant::Bytes;
using buoyant::Command;
using buoyant::Index;
using buoyant::Term;

class EchoMachineTest : public testing::Test {
 protected:
  void SetUp() override { file_ = std::tmpfile(); }

  void TearDown() override { std::fclose(file_); }

  /// What the machine wrote. It was flushed, or another stream would not see it.
  std::string printed() {
    std::array<char, 256> text{};
    std::FILE* const other = fdopen(dup(fileno(file_)), "r");
    std::rewind(other);
    const std::size_t count = std::fread(text.data(), 1, text.size(), other);
    std::fclose(other);
    return {text.data(), count};
  }

  std::vector<Bytes> apply(EchoMachine& machine, std::vector<Command> commands) {
    std::vector<Bytes> replies;
    machine.apply(std::move(commands),
                  ApplyDone([&](std::vector<Bytes> given) { replies = std::move(given); }));
    return replies;
  }

  std::FILE* file_ = nullptr;
};

TEST_F(EchoMachineTest, RepliesWithTheLines) {
  EchoMachine machine(nullptr);

  EXPECT_EQ(apply(machine, {{Index(4), Term(2), Bytes::copy_of("a")},
                            {Index(5), Term(2), Bytes::copy_of("")}}),
            (std::vector<Bytes>{Bytes::copy_of("a"), Bytes()}));
}

TEST_F(EchoMachineTest, PrintsIndexTermAndLine) {
  EchoMachine machine(file_);

  apply(machine,
        {{Index(4), Term(2), Bytes::copy_of("a b")}, {Index(6), Term(3), Bytes::copy_of("")}});

  EXPECT_EQ(printed(), "4 2 a b\n6 3 \n");
}

}  // namespace echo::echo_machine_test
