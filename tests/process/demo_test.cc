// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The demo itself, short: it says that nothing is lost, and leaves nothing behind.

#include "tests/process/echo_fixture.h"

#include <csignal>
#include <filesystem>
#include <string>
#include <vector>

namespace buoyant::process {

class DemoTest : public EchoFixture {
 protected:
  Process start(const std::vector<std::string>& flags) {
    std::vector<std::string> argv = {BUOYANT_DEMO_BINARY, "--data", directory_ / "data"};
    argv.insert(argv.end(), flags.begin(), flags.end());
    return Process({argv, {}, directory_ / "out", directory_ / "err"});
  }

  [[nodiscard]] std::string output() const { return contents_of(directory_ / "out"); }

  [[nodiscard]] bool says(const std::string& text) const {
    return output().find(text) != std::string::npos;
  }
};

TEST_F(DemoTest, KillsTheLeaderAndFindsEveryAcknowledgedLine) {
  Process demo = start({"--lines", "1000", "--rate", "1000"});

  EXPECT_EQ(demo.wait(within(seconds(60))), (Ended{0, 0})) << contents_of(directory_ / "err");
  EXPECT_TRUE(says("was killed with SIGKILL")) << output();
  EXPECT_TRUE(says("without a leader")) << output();
  EXPECT_TRUE(says("in all three logs")) << output();
  EXPECT_TRUE(says("all servers stopped cleanly")) << output();
  EXPECT_FALSE(std::filesystem::exists(directory_ / "data"));
}

TEST_F(DemoTest, StopsItsServersWhenItIsInterrupted) {
  Process demo = start({"--lines", "100000", "--keep"});
  ASSERT_TRUE(wait_until(soon(), [&] { return says("elected leader"); }));

  demo.signal(SIGINT);

  EXPECT_EQ(demo.wait(within(seconds(10))), (Ended{130, 0}));
  EXPECT_TRUE(says("all servers stopped cleanly")) << output();
}

TEST_F(DemoTest, FailsWhenTheServersDoNotStart) {
  Process demo = start({"--echo", "/bin/false"});

  EXPECT_EQ(demo.wait(within(seconds(60))), (Ended{1, 0}));
  EXPECT_TRUE(says("FAILED")) << output();
}

}  // namespace buoyant::process
