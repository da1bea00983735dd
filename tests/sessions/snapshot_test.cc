// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "sessions/snapshot.h"

#include "tests/sessions/counting_machine.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>

namespace buoyant::sessions::snapshot_test {

class SessionSnapshotTest : public testing::Test {
 protected:
  void SetUp() override {
    for (std::uint64_t at = 1; at <= 500; ++at) {
      table_.open(Index(at));
    }
    ASSERT_EQ(table_.begin(Index(501), SessionId(7), 3), Verdict::kApply);
    table_.finish(SessionId(7), 3, Bytes::copy_of("reply"));
    machine_.text = "inner state";
  }

  std::string snapshot(std::size_t chunk_bytes = 64) {
    TableSource source(table_.freeze(), machine_.capture());
    std::string bytes;
    for (auto part = source.read(chunk_bytes); part && !part->empty();
         part = source.read(chunk_bytes)) {
      EXPECT_LE(part->size(), chunk_bytes);
      bytes += part->text();
    }
    return bytes;
  }

  /// What it was installed into is in `installed_` and `other_`.
  bool install(std::string_view bytes, std::size_t chunk_bytes = 64) {
    return installing(bytes, chunk_bytes).has_value();
  }

  Result<void> installing(std::string_view bytes, std::size_t chunk_bytes = 64) {
    TableTarget target({}, other_.install(),
                       [this](std::unique_ptr<Table> table) { installed_ = std::move(table); });
    for (; !bytes.empty(); bytes.remove_prefix(std::min(bytes.size(), chunk_bytes))) {
      if (auto written = target.write(view_of(bytes.substr(0, chunk_bytes))); !written) {
        return written;
      }
    }
    return target.finish();
  }

  Table table_{SessionOptions{}};
  testing_support::CountingMachine machine_;
  testing_support::CountingMachine other_;
  std::unique_ptr<Table> installed_;
};

TEST_F(SessionSnapshotTest, ComesBackInPartsOfAnySize) {
  const std::string bytes = snapshot();
  for (const std::size_t chunk_bytes : {1U, 7U, 1000U, 1U << 20U}) {
    EXPECT_EQ(snapshot(chunk_bytes), bytes);
    ASSERT_TRUE(install(bytes, chunk_bytes)) << chunk_bytes;
    EXPECT_EQ(installed_->digest(), table_.digest());
    EXPECT_EQ(installed_->size(), 500U);
    EXPECT_EQ(*installed_->find(SessionId(7)), *table_.find(SessionId(7)));
    EXPECT_EQ(other_.text, "inner state");
  }
}

TEST_F(SessionSnapshotTest, OneThatWasWrittenBeforeThereWereVersionsIsOpened) {
  Table before{SessionOptions{}};
  before.open(Index(1));
  ASSERT_EQ(before.begin(Index(2), SessionId(1), 3), Verdict::kApply);
  before.finish(SessionId(1), 3, Bytes::copy_of("reply"));
  // As it was released: the number of sessions has eight bytes.
  std::string bytes = "buoysess";
  bytes += std::string("\1\0\0\0\0\0\0\0", 8);
  bytes += std::string("\1\0\0\0\0\0\0\0\2\0\0\0\0\0\0\0\3\0\0\0\0\0\0\0", 24);
  bytes += std::string("\1\5\0\0\0reply", 10);
  const std::string after = bytes;
  TableSource source(before.freeze(), machine_.capture());
  const auto now = source.read(1U << 20U);
  ASSERT_TRUE(now);

  EXPECT_EQ(now->text().substr(0, after.size()), after);
  EXPECT_TRUE(install(snapshot()));
  EXPECT_EQ(installed_->size(), 500U);
}

TEST_F(SessionSnapshotTest, OneOfALaterVersionIsRefusedAsThat) {
  std::string bytes = snapshot();
  bytes[14] = 1;

  const auto installed = installing(bytes);

  ASSERT_FALSE(installed);
  EXPECT_EQ(installed.error().code(), Errc::kUnsupportedVersion);
  EXPECT_EQ(installed_, nullptr);
}

TEST_F(SessionSnapshotTest, ADamagedTableIsRefused) {
  const std::string bytes = snapshot();
  const std::size_t inner_bytes = machine_.text.size() + 16;
  for (std::size_t at = 0; at < bytes.size() - inner_bytes; at += 13) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x04);
    EXPECT_FALSE(install(damaged)) << at;
  }
  EXPECT_EQ(installed_, nullptr);
}

TEST_F(SessionSnapshotTest, WhenTheInnerOneIsRefusedTheTableStays) {
  std::string bytes = snapshot();
  bytes.back() = static_cast<char>(bytes.back() ^ 1);

  EXPECT_FALSE(install(bytes));

  EXPECT_EQ(installed_, nullptr);
}

}  // namespace buoyant::sessions::snapshot_test
