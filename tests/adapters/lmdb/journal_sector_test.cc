// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/lmdb/journal_sector.h"

#include <gtest/gtest.h>

#include <string>

namespace buoyant::lmdb::journal_sector_test {

constexpr std::uint64_t kTag = 12345;

ByteView sector_of(const std::vector<std::byte>& sectors, std::size_t at) {
  return ByteView(sectors).subspan(at * kSectorBytes, kSectorBytes);
}

TEST(JournalSectorTest, TakeAsMuchAsFitsBetweenTheirSeals) {
  const std::string content(kSectorContentBytes * 2 + 1, 'c');
  ASSERT_EQ(sectors_for(content.size()), 3U);
  std::vector<std::byte> sectors(3 * kSectorBytes);

  write_sectors(view_of(content), 7, 99, kTag, sectors.data());

  for (std::size_t at = 0; at < 3; ++at) {
    EXPECT_EQ(check_sector(sector_of(sectors, at), 7 + at, kTag), 99U);
  }
  EXPECT_EQ(text_of(sector_of(sectors, 1).first(kSectorContentBytes)),
            content.substr(0, kSectorContentBytes));
  EXPECT_EQ(text_of(sector_of(sectors, 2).first(2)), std::string("c\0", 2));
}

TEST(JournalSectorTest, AnyFlippedBitIsFound) {
  std::vector<std::byte> sector(kSectorBytes);
  write_sectors(view_of("content"), 1, 5, kTag, sector.data());
  for (std::size_t at = 0; at < sector.size(); ++at) {
    sector[at] ^= std::byte{0x04};
    EXPECT_FALSE(check_sector(sector, 1, kTag).has_value()) << at;
    sector[at] ^= std::byte{0x04};
  }
}

TEST(JournalSectorTest, BelongToOnePlaceAndOneOwner) {
  std::vector<std::byte> sector(kSectorBytes);
  write_sectors(view_of("content"), 1, 5, kTag, sector.data());

  EXPECT_TRUE(check_sector(sector, 1, kTag).has_value());
  EXPECT_FALSE(check_sector(sector, 2, kTag).has_value());
  EXPECT_FALSE(check_sector(sector, 1, kTag + 5).has_value());
}

TEST(JournalSectorTest, ZerosAreNone) {
  const std::vector<std::byte> zeros(kSectorBytes);

  EXPECT_FALSE(check_sector(zeros, 0, kTag).has_value());
}

TEST(JournalSectorTest, BlankOnesBeginWhereTheyAreToBegin) {
  std::vector<std::byte> sectors(2 * kSectorBytes);

  write_blank_sectors(sectors.data(), sectors.size(), kTag, 5);

  EXPECT_EQ(check_sector(sector_of(sectors, 0), 5, kTag), kNoBatch);
  EXPECT_EQ(check_sector(sector_of(sectors, 1), 6, kTag), kNoBatch);
}

TEST(JournalSectorTest, BlankOnesAreOfNoBatch) {
  std::vector<std::byte> sectors(8 * kSectorBytes, std::byte{0xAA});

  write_blank_sectors(sectors.data(), sectors.size(), kTag);

  for (std::size_t at = 0; at < 8; ++at) {
    EXPECT_EQ(check_sector(sector_of(sectors, at), at, kTag), kNoBatch);
  }
}

}  // namespace buoyant::lmdb::journal_sector_test
