// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/inspect/dump.h"

#include "tests/tools/inspect/data_directory.h"

namespace buoyant::inspect_tool::dump_test {

using testing_support::command;
using testing_support::commands;
using testing_support::configuration;
using testing_support::DataDirectory;
using testing_support::of;
using testing_support::voter;

class InspectDumpTest : public testing::Test {
 protected:
  void SetUp() override { options_.directory = directory_.path(); }

  Result<bool> run() {
    lines_.clear();
    damages_.clear();
    return dump(
        options_, codec_, [this](const std::string& lines) { lines_ += lines; },
        [this](const std::string& damage) { damages_ += damage + "\n"; });
  }

  std::string dumped() {
    const Result<bool> damaged = run();
    EXPECT_TRUE(damaged.has_value()) << damaged.error().context();
    EXPECT_FALSE(damaged.value_or(true));
    return lines_;
  }

  Errc error() {
    const Result<bool> damaged = run();
    EXPECT_FALSE(damaged.has_value());
    return damaged ? Errc::kFaulted : damaged.error().code();
  }

  void select(std::uint64_t from, std::uint64_t to) {
    options_.from = Index(from);
    options_.to = Index(to);
  }

  testing_support::TemporaryDirectory parent_;
  DataDirectory directory_{parent_ / "data"};
  DumpOptions options_{.directory = {}, .from = {}, .to = Index(kNumberMax)};
  flatbuf::FlatbuffersCodec codec_;
  std::string lines_;
  std::string damages_;
};

TEST_F(InspectDumpTest, HasALineForEachEntry) {
  directory_.append(1, {configuration(1, of({voter(1), voter(2)})),
                        command(1, "a\n\\b\xff"),
                        {.term = Term(3), .kind = EntryKind::kNoop, .payload = {}}});

  const std::size_t bytes = configuration(1, of({voter(1), voter(2)})).payload.size();
  EXPECT_EQ(dumped(), "1 1 configuration " + std::to_string(bytes) +
                          " 1=host:1, 2=host:2\n"
                          "2 1 command 5 a\\x0a\\x5cb\\xff\n"
                          "3 3 noop 0\n");
}

TEST_F(InspectDumpTest, ShowsPayloadsAsTheyAreWanted) {
  directory_.append(1, {command(1, "a\xff")});

  options_.payload = Payload::kHex;
  EXPECT_EQ(dumped(), "1 1 command 2 61ff\n");
  options_.payload = Payload::kNone;
  EXPECT_EQ(dumped(), "1 1 command 2\n");
}

TEST_F(InspectDumpTest, HasAnObjectForEachEntry) {
  directory_.append(1, {configuration(1, of({voter(1)})), command(2, "x")});
  options_.json = true;
  options_.payload = Payload::kNone;

  const std::size_t bytes = configuration(1, of({voter(1)})).payload.size();
  EXPECT_EQ(dumped(),
            R"({"index":1,"term":1,"kind":"configuration","bytes":)" + std::to_string(bytes) +
                R"(,"members":[{"id":1,"address":"host:1","role":"voter"}],"outgoing":[]})"
                "\n"
                R"({"index":2,"term":2,"kind":"command","bytes":1})"
                "\n");
}

TEST_F(InspectDumpTest, TakesAPart) {
  directory_.append(1, {command(1, "a"), command(1, "b"), command(1, "c"), command(1, "d")});

  select(2, 3);
  EXPECT_EQ(dumped(), "2 1 command 1 b\n3 1 command 1 c\n");
  select(3, 99);
  EXPECT_EQ(dumped(), "3 1 command 1 c\n4 1 command 1 d\n");
}

TEST_F(InspectDumpTest, GoesOnFromPartToPart) {
  directory_.append(1, commands(1, 40, 400'000));
  options_.payload = Payload::kNone;

  EXPECT_EQ(std::ranges::count(dumped(), '\n'), 40);
}

TEST_F(InspectDumpTest, OfAnEmptyLogIsEmpty) {
  directory_.start();

  EXPECT_EQ(dumped(), "");
}

TEST_F(InspectDumpTest, RefusesEntriesThatAreNotThere) {
  directory_.fill();

  select(30, 40);
  EXPECT_EQ(error(), Errc::kCompacted);
  select(101, 102);
  EXPECT_EQ(error(), Errc::kNotReady);
}

TEST_F(InspectDumpTest, NamesADamagedRecordAndGoesOn) {
  directory_.append(1, {command(1, "first")});
  directory_.append(2, {command(1, "second")});
  directory_.append(3, {command(1, "third")});
  directory_.damage("second");

  const Result<bool> damaged = run();

  EXPECT_EQ(damaged, true);
  EXPECT_EQ(lines_, "1 1 command 5 first\n3 1 command 5 third\n");
  EXPECT_EQ(damages_, "the record at entry 2 fails its checks\n");
}

}  // namespace buoyant::inspect_tool::dump_test
