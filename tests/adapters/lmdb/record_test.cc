// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/lmdb/record.h"

#include "tests/support/print.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace buoyant::lmdb::record_test {

constexpr GroupId kGroup{3};
constexpr Index kFirst{100};

Entry entry(std::uint64_t term, EntryKind kind, std::string_view text) {
  return {.term = Term(term), .kind = kind, .payload = Bytes::copy_of(text)};
}

std::vector<const Entry*> refs(const std::vector<Entry>& entries) {
  std::vector<const Entry*> result;
  for (const Entry& each : entries) {
    result.push_back(&each);
  }
  return result;
}

std::vector<std::byte> pack(const std::vector<Entry>& entries) {
  const std::vector<const Entry*> all = refs(entries);
  std::vector<std::byte> record(record_bytes(all));
  write_record(record.data(), kGroup, kFirst, all);
  return record;
}

std::vector<Entry> unpack(const RecordView& record) {
  std::vector<Entry> entries;
  ByteView rest = record.payloads(record.count());
  for (std::uint32_t at = 0; at < record.count(); ++at) {
    const std::size_t size = record.payload_bytes(at);
    entries.push_back({.term = record.term(at),
                       .kind = record.kind(at),
                       .payload = Bytes::copy_of(rest.first(size))});
    rest = rest.subspan(size);
  }
  return entries;
}

/// How many of all flips of one bit are not noticed.
std::size_t unnoticed_flips(std::vector<std::byte> record) {
  std::size_t unnoticed = 0;
  for (std::size_t bit = 0; bit < record.size() * 8; ++bit) {
    const auto flip = static_cast<std::byte>(1U << bit % 8);
    record[bit / 8] ^= flip;
    unnoticed += RecordView::parse(kGroup, kFirst, record) ? 1U : 0U;
    record[bit / 8] ^= flip;
  }
  return unnoticed;
}

std::size_t unnoticed_cuts(const std::vector<std::byte>& record) {
  std::size_t unnoticed = 0;
  for (std::size_t size = 0; size < record.size(); ++size) {
    unnoticed += RecordView::parse(kGroup, kFirst, ByteView(record).first(size)) ? 1U : 0U;
  }
  return unnoticed;
}

class RecordTest : public testing::Test {
 protected:
  std::vector<Entry> entries = {entry(1, EntryKind::kConfiguration, "members"),
                                entry(1, EntryKind::kNoop, ""),
                                entry(2, EntryKind::kCommand, "x=1")};
  std::vector<std::byte> record = pack(entries);
};

TEST_F(RecordTest, GivesBackWhatWasWritten) {
  const std::optional<RecordView> view = RecordView::parse(kGroup, kFirst, record);

  ASSERT_TRUE(view.has_value());
  EXPECT_EQ(view->first(), Index(100));
  EXPECT_EQ(view->last(), Index(102));
  EXPECT_EQ(unpack(*view), entries);
}

TEST_F(RecordTest, NoticesEveryFlippedBit) {
  EXPECT_EQ(unnoticed_flips(record), 0U);
}

TEST_F(RecordTest, NoticesThatItsEndIsMissing) {
  EXPECT_EQ(unnoticed_cuts(record), 0U);
}

TEST_F(RecordTest, NoticesThatItIsTooLong) {
  record.push_back(std::byte{0});

  EXPECT_FALSE(RecordView::parse(kGroup, kFirst, record).has_value());
}

TEST_F(RecordTest, BelongsToItsIndex) {
  EXPECT_FALSE(RecordView::parse(kGroup, Index(101), record).has_value());
}

TEST_F(RecordTest, BelongsToItsGroup) {
  EXPECT_FALSE(RecordView::parse(GroupId(4), kFirst, record).has_value());
}

TEST_F(RecordTest, HasAHeadThatIsARecord) {
  const std::vector<std::byte> head = RecordView::parse(kGroup, kFirst, record)->head(kGroup, 2);

  const std::optional<RecordView> view = RecordView::parse(kGroup, kFirst, head);
  ASSERT_TRUE(view.has_value());
  EXPECT_EQ(unpack(*view), (std::vector{entries[0], entries[1]}));
  EXPECT_EQ(head, pack({entries[0], entries[1]}));
}

TEST_F(RecordTest, HoldsEntriesUpToItsBound) {
  const std::vector<Entry> many(20, entry(1, EntryKind::kCommand, std::string(60'000, 'x')));
  const std::vector<const Entry*> all = refs(many);

  const std::size_t count = entries_of_next_record(all);

  EXPECT_EQ(count, 4U);
  EXPECT_LE(record_bytes(EntryRefs(all).first(count)), kRecordBytesMax);
  EXPECT_GT(record_bytes(EntryRefs(all).first(count + 1)), kRecordBytesMax);
}

TEST_F(RecordTest, HoldsAtLeastOneEntry) {
  const std::vector<Entry> large(2, entry(1, EntryKind::kCommand, std::string(600'000, 'x')));

  EXPECT_EQ(entries_of_next_record(refs(large)), 1U);
}

TEST_F(RecordTest, OfManyEmptyEntriesIsBoundedToo) {
  const std::vector<Entry> many(100'000, entry(1, EntryKind::kNoop, ""));

  EXPECT_LE(entries_of_next_record(refs(many)), kRecordBytesMax / 16);
}

}  // namespace buoyant::lmdb::record_test
