// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "node/entry_cache.h"

#include "tests/support/print.h"

#include <gtest/gtest.h>

#include <limits>

namespace buoyant::node::entry_cache_test {

Entry command(std::uint64_t term, std::string_view text) {
  return {.term = Term(term), .kind = EntryKind::kCommand, .payload = Bytes::copy_of(text)};
}

class EntryCacheTest : public testing::Test {
 protected:
  void append(std::uint64_t index, std::uint64_t term, std::string_view text = "payload") {
    cache.append(Index(index), command(term, text));
  }

  [[nodiscard]] std::string text_at(std::uint64_t index, std::uint64_t term) const {
    const Entry* entry = cache.find(Index(index), Term(term));
    return entry == nullptr ? "-" : std::string(entry->payload.text());
  }

  EntryCache cache{std::numeric_limits<std::size_t>::max()};
};

TEST_F(EntryCacheTest, FindsWhatWasAppended) {
  append(5, 2, "five");
  append(6, 2, "six");

  EXPECT_EQ(text_at(5, 2), "five");
  EXPECT_EQ(text_at(6, 2), "six");
  EXPECT_EQ(text_at(4, 2), "-");
  EXPECT_EQ(text_at(7, 2), "-");
}

TEST_F(EntryCacheTest, DoesNotFindAnotherTermsEntry) {
  append(5, 2);

  EXPECT_EQ(text_at(5, 3), "-");
}

TEST_F(EntryCacheTest, AppendReplacesTheTail) {
  append(5, 2, "old five");
  append(6, 2, "old six");
  append(5, 3, "new five");

  EXPECT_EQ(text_at(5, 3), "new five");
  EXPECT_EQ(text_at(6, 2), "-");
  EXPECT_EQ(cache.entries(), 1U);
}

TEST_F(EntryCacheTest, FillKeepsWhatCameAfter) {
  append(6, 2, "six");
  cache.fill(Index(5), {.term = Term(2), .kind = EntryKind::kNoop, .payload = {}});

  EXPECT_NE(cache.find(Index(5), Term(2)), nullptr);
  EXPECT_EQ(text_at(6, 2), "six");
}

TEST_F(EntryCacheTest, APlaceThatIsNotFilledIsNotFound) {
  append(5, 2, "five");
  append(7, 2, "seven");

  EXPECT_EQ(text_at(6, 2), "-");
  cache.fill(Index(6), command(2, "six"));
  EXPECT_EQ(text_at(6, 2), "six");
  EXPECT_EQ(text_at(7, 2), "seven");
}

TEST_F(EntryCacheTest, FillAtTheEndAppends) {
  append(5, 2);
  cache.fill(Index(6), command(2, "six"));

  EXPECT_EQ(text_at(6, 2), "six");
}

TEST_F(EntryCacheTest, FillReplacesAStaleEntry) {
  append(5, 2, "stale");
  cache.fill(Index(5), command(3, "fresh"));

  EXPECT_EQ(text_at(5, 2), "-");
  EXPECT_EQ(text_at(5, 3), "fresh");
}

TEST_F(EntryCacheTest, TruncateForgetsTheTail) {
  append(5, 2);
  append(6, 2);
  append(7, 2);
  cache.truncate(Index(6));

  EXPECT_NE(cache.find(Index(5), Term(2)), nullptr);
  EXPECT_EQ(cache.find(Index(6), Term(2)), nullptr);
  EXPECT_EQ(cache.find(Index(7), Term(2)), nullptr);
}

TEST_F(EntryCacheTest, TruncateBelowTheFirstEmptiesIt) {
  append(5, 2);
  cache.truncate(Index(1));

  EXPECT_EQ(cache.entries(), 0U);
  EXPECT_EQ(cache.bytes(), 0U);
}

TEST_F(EntryCacheTest, BytesReturnToZero) {
  for (std::uint64_t index = 1; index <= 100; ++index) {
    append(index, 1, std::string(index, 'x'));
  }
  append(50, 2, "y");
  cache.fill(Index(50), command(3, "z"));
  cache.truncate(Index(1));

  EXPECT_EQ(cache.bytes(), 0U);
}

TEST(EntryCacheTrim, EvictsTheOldestDurableEntries) {
  EntryCache cache(2500);
  for (std::uint64_t index = 1; index <= 10; ++index) {
    cache.append(Index(index), command(1, std::string(1000, 'x')));
  }
  cache.trim(Index(10));

  EXPECT_LE(cache.bytes(), 2500U);
  EXPECT_EQ(cache.entries(), 2U);
  EXPECT_NE(cache.find(Index(10), Term(1)), nullptr);
  EXPECT_EQ(cache.find(Index(8), Term(1)), nullptr);
}

TEST(EntryCacheTrim, KeepsWhatIsNotDurable) {
  EntryCache cache(1);
  for (std::uint64_t index = 1; index <= 10; ++index) {
    cache.append(Index(index), command(1, std::string(1000, 'x')));
  }
  cache.trim(Index(4));

  EXPECT_EQ(cache.entries(), 6U);
  EXPECT_NE(cache.find(Index(5), Term(1)), nullptr);
}

TEST(EntryCacheTrim, LeavesWhatFits) {
  EntryCache cache(100'000);
  cache.append(Index(1), command(1, "x"));
  cache.trim(Index(1));

  EXPECT_EQ(cache.entries(), 1U);
}

TEST(EntryCacheTrim, CountsTheBlockThatSlicesPin) {
  EntryCache cache(1'000'000);
  const Bytes block = Bytes::copy_of(std::string(10'000, 'x'));
  std::vector<Entry> entries;
  for (std::size_t i = 0; i < 10; ++i) {
    entries.push_back(
        {.term = Term(1), .kind = EntryKind::kCommand, .payload = block.slice(i * 100, 100)});
  }
  cache.append(Index(1), entries, block.pinned_bytes());

  EXPECT_GE(cache.bytes(), 10'000U);
  EXPECT_LT(cache.bytes(), 12'000U);
}

TEST(EntryCacheTrim, TheBlockCountsUntilItsLastSliceGoes) {
  EntryCache cache(11'000);
  const Bytes block = Bytes::copy_of(std::string(10'000, 'x'));
  const std::vector<Entry> entries{
      {.term = Term(1), .kind = EntryKind::kCommand, .payload = block.slice(0, 100)},
      {.term = Term(1), .kind = EntryKind::kCommand, .payload = block.slice(100, 100)}};
  cache.append(Index(1), entries, block.pinned_bytes());
  cache.append(Index(3), command(1, std::string(2000, 'y')));
  cache.trim(Index(3));

  EXPECT_EQ(cache.entries(), 1U);
}

TEST(EntryCacheTrim, ASmallSliceOfALargeBlockIsCopied) {
  EntryCache cache(1'000'000);
  const Bytes block = Bytes::copy_of(std::string(100'000, 'x'));
  cache.append(Index(1),
               {.term = Term(1), .kind = EntryKind::kCommand, .payload = block.slice(0, 10)});

  EXPECT_LT(cache.bytes(), 1000U);
}

TEST(CompactPayloads, CopiesASmallRegionOnce) {
  const Bytes block = Bytes::copy_of(std::string(1000, 'a') + "helloworld");
  const Bytes region = block.slice(1000, 10);
  std::vector<Entry> entries{
      {.term = Term(1), .kind = EntryKind::kCommand, .payload = region.slice(0, 5)},
      {.term = Term(1), .kind = EntryKind::kCommand, .payload = Bytes()},
      {.term = Term(1), .kind = EntryKind::kCommand, .payload = region.slice(5, 5)}};
  const std::size_t pinned = compact_payloads(entries, region);

  EXPECT_EQ(entries[0].payload.text(), "hello");
  EXPECT_TRUE(entries[1].payload.empty());
  EXPECT_EQ(entries[2].payload.text(), "world");
  EXPECT_LT(pinned, 100U);
  EXPECT_EQ(entries[2].payload.data(), entries[0].payload.data() + 5);
}

TEST(CompactPayloads, LeavesALargeRegionWhereItIs) {
  const Bytes block = Bytes::copy_of(std::string(1000, 'a'));
  const Bytes region = block.slice(0, 600);
  std::vector<Entry> entries{
      {.term = Term(1), .kind = EntryKind::kCommand, .payload = region.slice(0, 5)}};
  const std::size_t pinned = compact_payloads(entries, region);

  EXPECT_EQ(entries[0].payload.data(), block.data());
  EXPECT_EQ(pinned, block.pinned_bytes());
}

}  // namespace buoyant::node::entry_cache_test
