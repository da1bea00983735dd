// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/lmdb/journal_batch.h"

#include "buoyant/conformance/storage_conformance_fixture.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

namespace buoyant::lmdb::journal_batch_test {

using conformance::append;
using conformance::command;
using conformance::commands;
using conformance::compaction;
using conformance::truncation;
using conformance::vote;
using port::StorageWrite;

const BatchStamp kStamp{.epoch = 77, .sequence = 5};
const GroupId kGroup(3);

std::vector<std::byte> encoded(const std::vector<StorageWrite>& writes) {
  std::vector<std::byte> bytes;
  encode_batch(kStamp, kGroup, writes, bytes);
  return bytes;
}

std::vector<StorageWrite> sample() {
  StorageWrite all = append(8, conformance::joined({command(2, "")}, commands(3, 9, 12)));
  all.truncate_from = Index(8);
  all.hard_state = HardState{.term = Term(3), .voted_for = ServerId(2)};
  return {vote(3, 1), all, truncation(10), append(10, {command(4, std::string(1000, 'x'))})};
}

TEST(JournalBatchTest, WritesComeBackAsTheyWere) {
  const std::vector<StorageWrite> writes = sample();
  const std::vector<std::byte> bytes = encoded(writes);

  EXPECT_EQ(bytes.size(), batch_bytes(writes));
  EXPECT_EQ(size_of_batch(bytes, kGroup), bytes.size());
  EXPECT_EQ(stamp_of_batch(bytes), kStamp);
  const auto decoded = decode_batch(Bytes::copy_of(bytes), kGroup);
  ASSERT_TRUE(decoded.has_value());
  ASSERT_EQ(decoded->size(), writes.size());
  for (std::size_t at = 0; at < writes.size(); ++at) {
    EXPECT_EQ((*decoded)[at].hard_state, writes[at].hard_state);
    EXPECT_EQ((*decoded)[at].truncate_from, writes[at].truncate_from);
    EXPECT_EQ((*decoded)[at].entries, writes[at].entries);
    if (!writes[at].entries.empty()) {
      EXPECT_EQ((*decoded)[at].first, writes[at].first);
    }
  }
}

TEST(JournalBatchTest, AnyFlippedBitIsFound) {
  std::vector<std::byte> bytes = encoded(sample());
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    bytes[at] ^= std::byte{0x10};
    EXPECT_EQ(size_of_batch(bytes, kGroup), 0U) << at;
    bytes[at] ^= std::byte{0x10};
  }
}

TEST(JournalBatchTest, APartIsNotAWhole) {
  const std::vector<std::byte> bytes = encoded(sample());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_EQ(size_of_batch(ByteView(bytes).first(size), kGroup), 0U) << size;
  }
}

TEST(JournalBatchTest, BelongsToOneGroup) {
  EXPECT_EQ(size_of_batch(encoded(sample()), GroupId(4)), 0U);
}

TEST(JournalBatchTest, TakesOnlyTheLog) {
  EXPECT_TRUE(has_only_the_log(sample()[1]));
  EXPECT_FALSE(has_only_the_log(compaction(4)));
  StorageWrite peers = vote(1, 1);
  peers.peers.emplace();
  EXPECT_FALSE(has_only_the_log(peers));
  StorageWrite again = append(1, commands(1, 1, 1));
  again.after_no_space = true;
  EXPECT_FALSE(has_only_the_log(again));
}

}  // namespace buoyant::lmdb::journal_batch_test
