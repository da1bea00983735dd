// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/scenarios/command.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace buoyant::scenarios::command_test {

/// What is wrong with a command; empty: nothing.
std::string error_of(std::string_view text) {
  const auto command = parse_command(text, 1);
  return command ? "" : command.error().message;
}

Command parse(std::string_view text) {
  const auto command = parse_command(text, 1);
  EXPECT_TRUE(command.has_value()) << error_of(text);
  return command.value_or(Command());
}

TEST(CommandTest, ReadsASelectionOfMessages) {
  const Command command = parse("deliver 1->2 Heartbeat first");

  EXPECT_EQ(command.verb, Verb::kDeliver);
  EXPECT_EQ(command.selection, (Selection{.link = {.from = ServerId(1), .to = ServerId(2)},
                                          .kind = "Heartbeat",
                                          .which = Which::kFirst}));
}

TEST(CommandTest, ReadsAStarAsAnyServer) {
  EXPECT_EQ(parse("drop *->2").selection.link, (Link{.from = {}, .to = ServerId(2)}));
}

TEST(CommandTest, ReadsWhomAMessageIsToComeFrom) {
  EXPECT_EQ(parse("deliver 1->2 as 0->2").in_place_of, (Link{.from = {}, .to = ServerId(2)}));
}

TEST(CommandTest, TellsALogToStoreFromALogToShow) {
  EXPECT_EQ(parse("log 3").verb, Verb::kLog);
  EXPECT_EQ(parse("log 3 = 1 1 4").verb, Verb::kStoredLog);
}

TEST(CommandTest, ReadsTheTermsOfALog) {
  EXPECT_EQ(parse("log 3 = 1 1 4").numbers, (std::vector<std::uint64_t>{1, 1, 4}));
}

TEST(CommandTest, ReadsAVote) {
  const Command command = parse("term 2 = 7 vote 3");

  EXPECT_EQ(command.number, 7U);
  EXPECT_EQ(command.other_number, 3U);
}

TEST(CommandTest, ReadsOnAndOff) {
  EXPECT_EQ(parse("option pre-vote on").number, 1U);
  EXPECT_EQ(parse("option pre-vote off").number, 0U);
}

TEST(CommandTest, ReadsHowMuchOfTheLogASnapshotKeeps) {
  EXPECT_EQ(parse("snapshot 2").number, 0U);
  EXPECT_EQ(parse("snapshot 2 keeping 3").number, 3U);
}

TEST(CommandTest, ReadsWhichFilesAreThere) {
  EXPECT_EQ(parse("file-done 2").word, "");
  EXPECT_EQ(parse("file-done 2 last").word, "last");
}

TEST(CommandTest, ReadsASelectionOfSnapshots) {
  EXPECT_EQ(parse("deliver 1->2 InstallSnapshot").selection.kind, "InstallSnapshot");
  EXPECT_EQ(parse("drop 2->1 InstallSnapshotReply").selection.kind, "InstallSnapshotReply");
}

TEST(CommandTest, ReadsWhatIsLost) {
  EXPECT_EQ(parse("lose 1->2").selection.kind, "AppendEntries");
  EXPECT_EQ(parse("lose 1->2 InstallSnapshot").selection.kind, "InstallSnapshot");
}

TEST(CommandErrorTest, WantsSomethingWhoseLossIsHeardOf) {
  EXPECT_EQ(error_of("lose 1->2 Heartbeat"),
            "another word is expected, not 'Heartbeat'; usage: lose FROM->TO "
            "[AppendEntries|InstallSnapshot]");
}

TEST(CommandErrorTest, NamesTheLine) {
  EXPECT_EQ(parse_command("elect 1", 17).error(), (ScriptError{17, "unknown command 'elect'"}));
}

TEST(CommandErrorTest, SaysWhatIsMissing) {
  EXPECT_EQ(error_of("elapse"), "a number of milliseconds is missing; usage: elapse MILLISECONDS");
}

TEST(CommandErrorTest, SaysWhatIsTooMuch) {
  EXPECT_EQ(error_of("settle down"), "nothing more is expected, not 'down'; usage: settle");
}

TEST(CommandErrorTest, WantsANumber) {
  EXPECT_EQ(error_of("elapse 10ms"),
            "a number of milliseconds is expected, not '10ms'; usage: elapse MILLISECONDS");
}

TEST(CommandErrorTest, WantsAServer) {
  EXPECT_EQ(error_of("timeout 0"), "a server is expected, not '0'; usage: timeout SERVER");
}

TEST(CommandErrorTest, WantsALink) {
  EXPECT_EQ(error_of("cut 1-2"), "a link FROM->TO is expected, not '1-2'; usage: cut FROM->TO");
}

TEST(CommandErrorTest, WantsAKindOfMessage) {
  EXPECT_EQ(error_of("drop 1->2 heartbeat"),
            "nothing more is expected, not 'heartbeat'; usage: drop FROM->TO [KIND] [first|last]");
}

TEST(CommandErrorTest, WantsAStateOfADisk) {
  EXPECT_EQ(error_of("disk 1 slow"),
            "another word is expected, not 'slow'; usage: disk SERVER ok|stalled|full|unreadable");
}

}  // namespace buoyant::scenarios::command_test
