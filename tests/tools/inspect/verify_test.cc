// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/inspect/verify.h"

#include "tests/tools/inspect/data_directory.h"
#include "tools/inspect/dump.h"
#include "tools/inspect/progress.h"
#include "tools/inspect/status_text.h"

#include <nlohmann/json.hpp>

#include <fstream>
#include <random>

namespace buoyant::inspect_tool::verify_test {

using testing_support::command;
using testing_support::commands;
using testing_support::configuration;
using testing_support::DataDirectory;
using testing_support::image_of;
using testing_support::of_three;
using testing_support::read_file;
using testing_support::write_file;

class InspectVerifyTest : public testing::Test {
 protected:
  Report verified() {
    total_ = 0;
    progress_ = 0;
    const Result<Report> report = verify(
        directory_.path(), codec_, [this](std::uint64_t bytes) { total_ += bytes; },
        [this](std::uint64_t bytes) { progress_ += bytes; });
    EXPECT_TRUE(report.has_value()) << report.error().context();
    return report.value_or(Report());
  }

  /// One line for each damage.
  std::string damages() {
    std::string text;
    for (const Damage& damage : verified().damages) {
      text += text_of(damage) + "\n";
    }
    return text;
  }

  bool finds(const std::string& text) {
    found_ = damages();
    return found_.find(text) != std::string::npos;
  }

  std::string snapshot_path() {
    const auto files = list_snapshots(directory_.path());
    EXPECT_EQ(files->size(), 1U);
    return directory_.snapshots() + "/" + files->at(0).name;
  }

  void flip_in(const std::string& path, std::size_t offset) {
    std::string content = read_file(path);
    content[offset] ^= 4;
    write_file(path, content);
  }

  /// Everything that status and dump say of the log; "": they refuse.
  std::string all_of_it() {
    Result<Status> status = read_status(directory_.path(), codec_);
    if (status) {
      // Others write to the disk, too.
      status->disk_free.reset();
    }
    std::string text = status ? to_text(*status) : "";
    const auto dumped = dump(
        {.directory = directory_.path(), .from = {}, .to = Index(kNumberMax)}, codec_,
        [&](const std::string& lines) { text += lines; }, [](const std::string&) {});
    return status && dumped && !*dumped ? text : "";
  }

  /// Flips single bytes in data.mdb where it was ever used. What is neither found nor harmless.
  std::string flip_at_random(int flips) {
    std::mt19937_64 random(23);
    const Status status = *read_status(directory_.path(), codec_);
    const std::string whole = all_of_it();
    std::fstream file(directory_.data(), std::ios::in | std::ios::out | std::ios::binary);
    std::string silent;
    for (int i = 0; i < flips; ++i) {
      const auto offset = static_cast<std::streamoff>(random() % status.used_bytes);
      const auto mask = static_cast<char>(1U << random() % 8);
      file.seekg(offset);
      const auto byte = static_cast<char>(file.get());
      file.seekp(offset).put(static_cast<char>(byte ^ mask)).flush();
      if (verified().is_clean() && all_of_it() != whole) {
        silent += std::to_string(offset) + " ";
      }
      found_ += verified().is_clean() ? "" : "x";
      file.seekp(offset).put(byte).flush();
    }
    return silent;
  }

  testing_support::TemporaryDirectory parent_;
  DataDirectory directory_{parent_ / "data"};
  flatbuf::FlatbuffersCodec codec_;
  std::uint64_t total_ = 0;
  std::uint64_t progress_ = 0;
  std::string found_;
};

TEST_F(InspectVerifyTest, AGoodDirectoryHasNoDamage) {
  directory_.fill();

  const Report report = verified();

  EXPECT_EQ(damages(), "");
  EXPECT_EQ(report.entries, 70U);
  EXPECT_EQ(report.snapshots, 1U);
  EXPECT_EQ(report.snapshot_bytes, 200'000U);
  EXPECT_EQ(report.notes, std::vector<std::string>());
  EXPECT_EQ(progress_, report.log_bytes + report.snapshot_bytes);
  EXPECT_GE(total_, progress_);
}

TEST_F(InspectVerifyTest, EveryPageOfAGoodDirectoryIsKnown) {
  directory_.fill();

  const Status status = *read_status(directory_.path(), codec_);

  EXPECT_EQ(verified().pages * status.page_bytes, status.used_bytes);
}

TEST_F(InspectVerifyTest, AnEmptyDirectoryHasNoDamage) {
  directory_.start();

  EXPECT_EQ(damages(), "");
}

TEST_F(InspectVerifyTest, LeavesNoTrace) {
  directory_.fill();
  const std::string before = image_of(directory_.path());

  verified();

  EXPECT_EQ(image_of(directory_.path()), before);
}

TEST_F(InspectVerifyTest, NamesTheEntriesOfADamagedRecord) {
  directory_.append(1, commands(1, 3, 10));
  directory_.append(4, {command(1, "in the middle"), command(1, "another"), command(1, "third")});
  directory_.append(7, commands(1, 3, 10));
  directory_.damage("in the middle");

  EXPECT_TRUE(finds("log: entries 4 to 6: a record that fails its checks (page ")) << found_;
  EXPECT_EQ(std::ranges::count(found_, '\n'), 1) << found_;
  EXPECT_EQ(verified().entries, 6U);
}

TEST_F(InspectVerifyTest, NamesADamagedRecordAtTheEnd) {
  directory_.append(1, commands(1, 3, 10));
  directory_.append(4, {command(1, "the last one")});
  directory_.damage("the last one");

  EXPECT_TRUE(finds("log: entry 4: a record that fails its checks (page ")) << found_;
}

TEST_F(InspectVerifyTest, NamesADamagedRecordBetweenTwoSteps) {
  directory_.append(1, commands(1, 60, 200'000));
  directory_.damage("41:", 1000);

  EXPECT_TRUE(finds("log: entry 42: a record that fails its checks (page ")) << found_;
  EXPECT_EQ(std::ranges::count(found_, '\n'), 1) << found_;
  EXPECT_EQ(verified().entries, 59U);
}

TEST_F(InspectVerifyTest, NamesADamagedValue) {
  directory_.fill();
  directory_.damage("inspected");

  EXPECT_TRUE(finds("values: the identity: it fails its checks\n")) << found_;
  EXPECT_EQ(verified().entries, 70U);
}

TEST_F(InspectVerifyTest, NamesAPageThatIsZero) {
  directory_.append(1, commands(1, 200, 300));
  directory_.append(201, {command(1, "lies on the page")});
  std::string content = read_file(directory_.data());
  const std::size_t page = content.rfind("lies on the page") / 4096;
  content.replace(page * 4096, 4096, 4096, '\0');
  write_file(directory_.data(), content);

  EXPECT_TRUE(finds("log: a page: it has another page's number (page " + std::to_string(page)))
      << found_;
  EXPECT_TRUE(finds("not there")) << found_;
}

TEST_F(InspectVerifyTest, NamesAFileThatWasCut) {
  directory_.fill();
  std::filesystem::resize_file(directory_.data(), 16384);

  EXPECT_TRUE(finds("file: stored data fails its checks: data.mdb: cut short\n")) << found_;
  EXPECT_EQ(verified().snapshots, 1U);
}

TEST_F(InspectVerifyTest, NamesEachDamagedChunkOfASnapshot) {
  directory_.fill();
  const std::string path = snapshot_path();
  flip_in(path, 70'000);
  flip_in(path, read_file(path).size() - 5);

  EXPECT_TRUE(finds("a chunk of a snapshot (at byte 65536 of the contents)\n")) << found_;
  EXPECT_TRUE(finds("a chunk of a snapshot (at byte 196608 of the contents)\n")) << found_;
  EXPECT_EQ(std::ranges::count(found_, '\n'), 2) << found_;
}

TEST_F(InspectVerifyTest, NamesADamagedHeadOfASnapshot) {
  directory_.fill();
  flip_in(snapshot_path(), 30);

  EXPECT_TRUE(finds("the head of a snapshot file\n")) << found_;
}

TEST_F(InspectVerifyTest, NamesASnapshotThatWasCut) {
  directory_.fill();
  std::filesystem::resize_file(snapshot_path(), 150'000);

  EXPECT_TRUE(finds("it has not the size that its head says\n")) << found_;
}

TEST_F(InspectVerifyTest, NamesASnapshotThatIsMissing) {
  directory_.fill();
  std::filesystem::remove(snapshot_path());

  EXPECT_TRUE(finds("the file of the log's snapshot is not there\n")) << found_;
}

TEST_F(InspectVerifyTest, OnlyNotesWhatACrashLeaves) {
  directory_.fill();
  write_file(directory_.snapshots() + "/creating-0000000000000007", "half");
  write_file(directory_.snapshots() + "/incoming", "half");

  EXPECT_EQ(damages(), "");
  EXPECT_EQ(verified().notes.size(), 2U);
}

TEST_F(InspectVerifyTest, IsSaidInJson) {
  directory_.append(1, {command(1, "x"), command(1, "damaged")});
  directory_.damage("damaged");

  const auto json = nlohmann::json::parse(to_json(verified()));

  EXPECT_EQ(json["clean"], false);
  EXPECT_EQ(json["damages"][0]["part"], "log");
  EXPECT_EQ(json["damages"][0]["index"], 1);
  EXPECT_EQ(json["damages"][0]["last"], 2);
}

TEST_F(InspectVerifyTest, NoFlippedBitChangesWhatIsReadInSilence) {
  directory_.fill();
  directory_.append(101, commands(6, 30, 700));

  EXPECT_EQ(flip_at_random(400), "");
  EXPECT_GT(found_.size(), 100U);
}

TEST(InspectProgressTest, ShowsHowFarItIs) {
  EXPECT_EQ(bar_of(0, 0), "[..............................]   0 %, 0 bytes of 1 byte");
  EXPECT_EQ(bar_of(std::uint64_t{10} << 20U, std::uint64_t{40} << 20U),
            "[#######.......................]  25 %, 10.0 MiB of 40.0 MiB");
  EXPECT_EQ(bar_of(9000, 2048), "[##############################] 100 %, 2.0 KiB of 2.0 KiB");
}

}  // namespace buoyant::inspect_tool::verify_test
