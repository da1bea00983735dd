// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// The runner on planted texts: what it writes, what it refuses, and that a wrong line fails.

#include "tests/scenarios/runner.h"

#include "tests/scenarios/difference.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace buoyant::scenarios::runner_test {

Outcome run(std::string_view text) {
  const auto script = parse_script(text);
  EXPECT_TRUE(script.has_value());
  return run_script(script.value_or(Script()));
}

ScriptError error_of(std::string_view text) {
  return run(text).error.value_or(ScriptError());
}

constexpr std::string_view kScenario =
    "# A server alone.\n"
    "\n"
    "> option pre-vote off\n"
    "> servers 1\n"
    "> timeout 1; settle quietly\n"
    "> propose 1\n"
    "  1  proposed 3 (term 2)\n"
    "  1  write 3: entry 3 (term 2)\n"
    "> settle\n"
    "  1  write 3 is durable\n"
    "  1  apply 3\n";

TEST(RunnerTest, WritesTheFileAsItIs) {
  EXPECT_EQ(run(kScenario).transcript, kScenario);
}

TEST(RunnerTest, AWrongLineIsADifference) {
  std::string planted(kScenario);
  planted.replace(planted.find("apply 3"), 7, "apply 2");

  EXPECT_EQ(first_difference(planted, run(planted).transcript),
            "line 11:\n"
            "    1  proposed 3 (term 2)\n"
            "    1  write 3: entry 3 (term 2)\n"
            "  > settle\n"
            "    1  write 3 is durable\n"
            "-   1  apply 2\n"
            "+   1  apply 3\n");
}

TEST(RunnerTest, ALineThatIsMissingIsADifference) {
  const std::string planted(kScenario.substr(0, kScenario.size() - 13));

  EXPECT_NE(first_difference(planted, run(planted).transcript), "");
}

TEST(RunnerTest, AFaultThatIsNotMeantIsAViolation) {
  EXPECT_EQ(run("> servers 1\n> timeout 1\n> write-fail 1\n").violation, "faulted: storage failed");
}

TEST(RunnerTest, AFaultThatIsMeantIsNone) {
  EXPECT_EQ(run("> option faults on\n> servers 1\n> timeout 1\n> write-fail 1\n").violation, "");
}

constexpr std::string_view kSnapshotScenario =
    "> servers 1\n"
    "> timeout 1; settle quietly\n"
    "> propose 1 3; settle quietly\n"
    "> snapshot 1 keeping 2\n"
    "  1  snapshot taken through 5\n"
    "  1  write 4: snapshot through 5 (term 2), compact through 3\n"
    "> log 1\n"
    "  1  log ..3 | 2 2\n"
    "> crash 1\n"
    "  1  is down; writes that are lost: 1\n"
    "> log 1\n"
    "  1  log 1 2 2 2 2\n"
    "> start 1\n"
    "  1  starts with term 2 vote 1\n"
    "  1  log 1 2 2 2 2\n";

TEST(RunnerTest, ASnapshotIsLostWithItsWrite) {
  EXPECT_EQ(run(kSnapshotScenario).transcript, kSnapshotScenario);
}

constexpr std::string_view kRestartScenario =
    "> servers 1\n"
    "> timeout 1; settle quietly\n"
    "> propose 1 3; settle quietly\n"
    "> snapshot 1; settle quietly\n"
    "> crash 1\n"
    "  1  is down\n"
    "> start 1\n"
    "  1  starts with term 2 vote 1, snapshot through 5 (term 2)\n"
    "  1  log ..5 |\n"
    "> snapshot 1\n"
    "  1  has nothing to take a snapshot of\n";

TEST(RunnerTest, AServerStartsFromItsSnapshot) {
  EXPECT_EQ(run(kRestartScenario).transcript, kRestartScenario);
}

constexpr std::string_view kSlowFileScenario =
    "> servers 1\n"
    "> option slow-files on\n"
    "> timeout 1; settle quietly\n"
    "> snapshot 1\n"
    "> snapshot 1\n"
    "  1  has nothing to take a snapshot of\n"
    "> file-done 1\n"
    "  1  has the file, snapshot through 2 (term 2)\n"
    "  1  snapshot taken through 2\n"
    "  1  write 3: snapshot through 2 (term 2), compact through 2\n";

TEST(RunnerTest, ASnapshotCountsWhenItsFileIsThere) {
  EXPECT_EQ(run(kSlowFileScenario).transcript, kSlowFileScenario);
}

TEST(RunnerTest, NothingIsCarriedOutAfterAViolation) {
  const std::string transcript =
      run("> servers 1\n> timeout 1 quietly\n> write-fail 1 quietly\n> state\n").transcript;

  EXPECT_EQ(transcript,
            "> servers 1\n"
            "> timeout 1 quietly\n"
            "> write-fail 1 quietly\n"
            "  BROKEN: faulted: storage failed\n"
            "> state\n");
}

TEST(RunnerErrorTest, NamesTheLineOfACommandThatCannotBe) {
  EXPECT_EQ(error_of("# story\n> servers 3\n> timeout 4\n"),
            (ScriptError{3, "there is no server 4"}));
}

TEST(RunnerErrorTest, RefusesASetupAfterTheStart) {
  EXPECT_EQ(error_of("> servers 3\n> state\n> option pre-vote off\n"),
            (ScriptError{3, "the cluster has started"}));
}

TEST(RunnerErrorTest, RefusesAnUnknownOption) {
  EXPECT_EQ(error_of("> option luck on\n"), (ScriptError{1, "unknown option 'luck'"}));
}

TEST(RunnerErrorTest, RefusesALogThatNoServerCouldHave) {
  EXPECT_EQ(error_of("> servers 3\n> log 1 = 1 3 2\n"),
            (ScriptError{2, "a log begins with term 1, and its terms do not decrease"}));
}

TEST(RunnerErrorTest, RefusesATermBeforeThatOfTheLog) {
  EXPECT_EQ(error_of("> servers 3\n> log 1 = 1 3\n> term 1 = 2\n"),
            (ScriptError{3, "the log has an entry of a later term"}));
}

TEST(RunnerErrorTest, RefusesAServerThatIsDown) {
  EXPECT_EQ(error_of("> servers 3\n> crash 1\n> propose 1\n"),
            (ScriptError{3, "server 1 is down"}));
}

TEST(RunnerErrorTest, RefusesToStartWhatRuns) {
  EXPECT_EQ(error_of("> servers 3\n> start 1\n"), (ScriptError{2, "server 1 is running"}));
}

TEST(RunnerErrorTest, RefusesAWriteThatIsNot) {
  EXPECT_EQ(error_of("> servers 3\n> write-done 1\n"),
            (ScriptError{2, "server 1 has no such write"}));
}

TEST(RunnerErrorTest, RefusesAFileThatIsNot) {
  EXPECT_EQ(error_of("> servers 3\n> file-done 1\n"),
            (ScriptError{2, "server 1 writes no such file"}));
}

TEST(RunnerErrorTest, KeepsTheTranscriptUpToTheError) {
  EXPECT_EQ(run("> servers 3\n> crash 1\n> crash 1\n> state\n").transcript,
            "> servers 3\n> crash 1\n  1  is down\n> crash 1\n");
}

}  // namespace buoyant::scenarios::runner_test
