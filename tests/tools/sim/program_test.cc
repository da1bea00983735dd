// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// buoyant-sim --html, as a process.

#include "tests/support/process/process.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace buoyant::sim_tool::program_test {

class SimProgramTest : public testing::Test {
 protected:
  /// Its exit code; what it said is in `said` afterwards.
  int run(std::vector<std::string> arguments) {
    const std::string out = (folder.path() / "out").string();
    arguments.insert(arguments.begin(), std::string(BUOYANT_BINARY_DIR) + "/tools/sim/buoyant-sim");
    process::Process program({.argv = std::move(arguments), .stdout_path = out});
    const auto ended = program.wait(process::within(std::chrono::seconds(60)));
    said = read(out);
    return ended ? ended->code : -1;
  }

  static std::string read(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
  }

  tests::TemporaryFolder folder;
  std::string page = (folder.path() / "run.html").string();
  std::string said;
};

TEST_F(SimProgramTest, ThePageOfASeedIsWrittenAndItsSizeIsSaid) {
  EXPECT_EQ(run({"--seed", "42", "--html", page}), 0);

  EXPECT_NE(said.find("wrote " + page + ": 0."), std::string::npos) << said;
  EXPECT_NE(read(page).find("seed 42: passed"), std::string::npos);
}

TEST_F(SimProgramTest, ThePageDoesNotChangeTheRun) {
  const auto hash = [this] { return said.substr(said.find("\nhash "), 23); };
  EXPECT_EQ(run({"--seed", "42"}), 0);
  const std::string before = hash();

  EXPECT_EQ(run({"--seed", "42", "--html", page}), 0);

  EXPECT_EQ(hash(), before);
}

TEST_F(SimProgramTest, APageHasAsManyEventsAsIsAllowed) {
  EXPECT_EQ(run({"--seed", "42", "--html", page, "--html-events", "100"}), 0);

  EXPECT_NE(said.find("the last 100 of "), std::string::npos) << said;
}

TEST_F(SimProgramTest, APageThatCannotBeWrittenIsAnErrorBeforeAnythingRuns) {
  EXPECT_EQ(run({"--seed", "42", "--html", page + "/x.html"}), 2);
  EXPECT_EQ(said, "");
}

TEST_F(SimProgramTest, SeedsThatPassLeaveNoPage) {
  EXPECT_EQ(run({"--first", "42", "--seeds", "1", "--html", page}), 0);

  EXPECT_FALSE(std::filesystem::exists(page));
}

}  // namespace buoyant::sim_tool::program_test
