// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What the process tests stand on: children, ports, files.

#include "tests/support/process/applied_log.h"
#include "tests/support/process/echo_server.h"
#include "tests/support/process/figures.h"
#include "tests/support/process/file_tail.h"
#include "tests/support/process/line_client.h"
#include "tests/support/process/loopback.h"
#include "tests/support/process/process.h"
#include "tests/support/process/temporary_directory.h"

#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <unistd.h>

namespace buoyant::process {

class ProcessTest : public ::testing::Test {
 protected:
  Command shell(const std::string& script) {
    return {
        {"/bin/sh", "-c", script}, {{"GREETING", "hello"}}, directory_ / "out", directory_ / "err"};
  }

  static Deadline soon() { return within(std::chrono::seconds(20)); }

  TemporaryDirectory directory_{BUOYANT_BINARY_DIR "/tmp"};
};

TEST_F(ProcessTest, ItGivesTheExitCodeAndWhatWasWritten) {
  Process process(shell("echo $GREETING; echo sorry >&2; exit 3"));

  EXPECT_EQ(process.wait(soon()), (Ended{3, 0}));
  EXPECT_EQ(contents_of(directory_ / "out"), "hello\n");
  EXPECT_EQ(contents_of(directory_ / "err"), "sorry\n");
}

TEST_F(ProcessTest, AChildThatWritesALotIsNotHeldUp) {
  Process process(shell("head -c 3000000 /dev/zero; head -c 3000000 /dev/zero >&2"));

  EXPECT_EQ(process.wait(soon()), (Ended{0, 0}));
  EXPECT_EQ(std::filesystem::file_size(directory_ / "err"), 3'000'000U);
}

TEST_F(ProcessTest, AProgramThatIsNotThereEndsWith127) {
  Process process(Command{{directory_ / "nothing"}});

  EXPECT_EQ(process.wait(soon()), (Ended{127, 0}));
}

TEST_F(ProcessTest, WaitingGivesUpAtTheDeadline) {
  Process process(shell("exec sleep 60"));

  EXPECT_EQ(process.wait(within(std::chrono::milliseconds(20))), std::nullopt);
  EXPECT_TRUE(process.is_running());
}

TEST_F(ProcessTest, AStoppedChildIsKilledWithItsOwner) {
  pid_t pid = 0;
  {
    Process process(shell("exec sleep 60"));
    pid = process.pid();
    process.signal(SIGSTOP);
  }

  EXPECT_EQ(::kill(pid, 0), -1);
}

TEST_F(ProcessTest, ASignalIsGivenAsTheReasonOfTheEnd) {
  Process process(shell("exec sleep 60"));

  process.signal(SIGTERM);

  EXPECT_EQ(process.wait(soon()), (Ended{-1, SIGTERM}));
}

TEST_F(ProcessTest, AnEarlyRequestForAStatusDoesNotEndIt) {
  Process process(shell("exec sleep 60"));

  process.signal(SIGUSR1);

  EXPECT_EQ(process.wait(within(std::chrono::milliseconds(50))), std::nullopt);
}

TEST_F(ProcessTest, FiguresCountTimeMemoryAndSleeps) {
  Process process(shell("i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done; sleep 60"));
  ASSERT_TRUE(wait_until(soon(), [&] {
    const auto figures = figures_of(process.pid());
    return figures && figures->cpu.count() > 0 && figures->voluntary_switches > 0;
  }));

  const auto figures = figures_of(process.pid());
  ASSERT_TRUE(figures);
  EXPECT_GT(figures->unclean_bytes, 0U);
  EXPECT_LE(figures->unclean_bytes, figures->rss_bytes);
  EXPECT_EQ(figures->threads, 1U);
  EXPECT_LE(figures->anonymous_bytes, figures->unclean_bytes);
  EXPECT_GE(figures->descriptors, 3U);
  EXPECT_FALSE(figures_of(-1));
}

TEST_F(ProcessTest, ATailGivesEachCompleteLineOnce) {
  const std::string path = directory_ / "lines";
  FileTail tail(path);
  EXPECT_EQ(tail.take_lines(), std::vector<std::string>());

  std::ofstream(path) << "one\ntwo\nthr";
  EXPECT_EQ(tail.take_lines(), (std::vector<std::string>{"one", "two"}));
  EXPECT_EQ(tail.take_lines(), std::vector<std::string>());

  std::ofstream(path, std::ios::app) << "ee\n\n";
  EXPECT_EQ(tail.take_lines(), (std::vector<std::string>{"three", ""}));
}

TEST_F(ProcessTest, FreePortsAreDifferentAndConnectionsToThemAreRefused) {
  const std::vector<std::uint16_t> ports = free_ports(20);

  EXPECT_EQ(std::set<std::uint16_t>(ports.begin(), ports.end()).size(), 20U);
  LineClient client(ports[0]);
  EXPECT_TRUE(client.wait_closed(soon()));
}

TEST(OwnPortsTest, OwnersHaveDifferentPortsEachOfThemOnce) {
  OwnPorts one;
  OwnPorts other;
  std::set<std::uint16_t> ports;
  for (int i = 0; i < 150; ++i) {
    EXPECT_TRUE(ports.insert(one.next()).second);
    EXPECT_TRUE(ports.insert(other.next()).second);
  }

  for (const std::uint16_t port : ports) {
    EXPECT_TRUE(is_free(port)) << port;
  }
}

TEST(OwnPortsTest, APortOnWhichSomebodyListensIsNotGiven) {
  OwnPorts own;
  const std::uint16_t first = own.next();
  std::uint16_t taken = first;
  while (!is_free(++taken)) {
  }
  const SilentListener other(taken);

  EXPECT_GT(own.next(), taken);
}

TEST_F(ProcessTest, ADirectoryIsGoneWithItsOwner) {
  std::string path;
  {
    const TemporaryDirectory directory(directory_.path());
    path = directory.path();
    std::ofstream(directory / "file") << "x";
    EXPECT_TRUE(std::filesystem::exists(path));
  }

  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(ParseStatusTest, OnlyStatusLinesAreStatuses) {
  const auto status = parse_status(
      R"({"id":1,"role":"leader","term":3,"leader":1,"commit":7,"applied":6,"last":8})");

  ASSERT_TRUE(status);
  EXPECT_EQ(status->role, "leader");
  EXPECT_EQ(status->term, 3U);
  EXPECT_EQ(status->applied, 6U);
  EXPECT_FALSE(parse_status("buoyant-echo 1 info: leader of term 3"));
  EXPECT_FALSE(parse_status("{broken"));
  EXPECT_FALSE(parse_status("{}"));
}

class AppliedLogTest : public ProcessTest {
 protected:
  std::string write(const std::string& name, const std::string& text) {
    std::ofstream(directory_ / name) << text;
    return directory_ / name;
  }
};

TEST_F(AppliedLogTest, RunsThatRepeatTheSameAreOneLog) {
  AppliedLog log;

  EXPECT_EQ(log.add_run(write("1", "2 1 a\n3 1 b c\n")), "");
  EXPECT_EQ(log.add_run(write("2", "2 1 a\n3 1 b c\n5 2 \n6 2 cut o")), "");

  EXPECT_EQ(log.lines().size(), 3U);
  EXPECT_EQ(log.lines().at(3), (AppliedLog::Line{1, "b c"}));
  EXPECT_EQ(log.texts(), (std::set<std::string>{"", "a", "b c"}));
  EXPECT_EQ(log.repeated(), "");
}

TEST_F(AppliedLogTest, RunsThatDisagreeAreFound) {
  AppliedLog log;
  ASSERT_EQ(log.add_run(write("1", "2 1 a\n")), "");

  EXPECT_NE(log.add_run(write("2", "2 1 other\n")), "");
  EXPECT_NE(log.add_run(write("3", "4 1 x\n4 1 x\n")), "");
  EXPECT_NE(log.add_run(write("4", "no line\n")), "");
}

TEST_F(AppliedLogTest, DifferencesAndRepetitionsAreFound) {
  AppliedLog left;
  AppliedLog right;
  ASSERT_EQ(left.add_run(write("1", "2 1 a\n3 1 b\n4 1 a\n")), "");
  ASSERT_EQ(right.add_run(write("2", "2 1 a\n3 1 b\n")), "");

  EXPECT_NE(difference(left, right).find("nothing more"), std::string::npos);
  EXPECT_EQ(difference(left, left), "");
  EXPECT_EQ(left.repeated(), "a");
}

}  // namespace buoyant::process
