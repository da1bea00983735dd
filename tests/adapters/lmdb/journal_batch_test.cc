// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/lmdb/journal_batch.h"

#include "buoyant/conformance/storage_conformance_fixture.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace buoyant::lmdb::journal_batch_test {

using conformance::append;
using conformance::command;
using conformance::commands;
using conformance::compaction;
using conformance::truncation;
using conformance::vote;
using port::StorageWrite;

const GroupId kGroup(3);

Bytes encoded(const std::vector<StorageWrite>& writes) {
  std::vector<std::byte> bytes;
  encode_batch(kGroup, writes, bytes);
  return Bytes::copy_of(bytes);
}

std::vector<StorageWrite> sample() {
  StorageWrite all = append(8, conformance::joined({command(2, "")}, commands(3, 9, 12)));
  all.truncate_from = Index(8);
  all.hard_state = HardState{.term = Term(3), .voted_for = ServerId(2)};
  return {vote(3, 1), all, truncation(10), append(10, {command(4, std::string(1000, 'x'))})};
}

TEST(JournalBatchTest, WritesComeBackAsTheyWere) {
  const std::vector<StorageWrite> writes = sample();
  const Bytes bytes = encoded(writes);

  EXPECT_EQ(bytes.size(), batch_bytes(writes));
  EXPECT_EQ(size_of_batch(bytes.view()), bytes.size());
  const auto decoded = decode_batch(bytes, kGroup);
  ASSERT_TRUE(decoded.has_value());
  ASSERT_EQ(decoded->size(), writes.size());
  for (std::size_t at = 0; at < writes.size(); ++at) {
    EXPECT_EQ((*decoded)[at].hard_state, writes[at].hard_state);
    EXPECT_EQ((*decoded)[at].truncate_from, writes[at].truncate_from);
    EXPECT_EQ((*decoded)[at].first, writes[at].first);
    EXPECT_EQ((*decoded)[at].entries, writes[at].entries);
  }
}

TEST(JournalBatchTest, BelongsToOneGroup) {
  EXPECT_FALSE(decode_batch(encoded(sample()), GroupId(4)).has_value());
}

TEST(JournalBatchTest, NothingIsReadBehindItsEnd) {
  const Bytes bytes = encoded(sample());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    // What was cut off may have ended with a write.
    const auto decoded = decode_batch(Bytes::copy_of(bytes.view().first(size)), kGroup);
    EXPECT_TRUE(!decoded || decoded->size() < sample().size()) << size;
  }
}

TEST(JournalBatchTest, AKindThatIsNoneIsRefused) {
  std::vector<std::byte> bytes;
  encode_batch(kGroup, std::vector{append(1, {command(1, "x")})}, bytes);
  bytes.at(bytes.size() - 1 - 4) = std::byte{9};

  EXPECT_FALSE(decode_batch(Bytes::copy_of(bytes), kGroup).has_value());
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
