// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/kv/snapshot.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace kv::snapshot_test {

class KeepingReceiver final : public MapReceiver {
 public:
  void replace(Map map) override { map_ = std::move(map); }

  void discard(Map map) override { discarded_ += map.size(); }

  std::optional<Map> map_;
  std::size_t discarded_ = 0;
};

std::string snapshot_of(Map& map, std::size_t chunk_bytes = 1000) {
  MapSource source(map.freeze());
  std::string bytes;
  for (auto chunk = source.read(chunk_bytes); chunk && !chunk->empty();
       chunk = source.read(chunk_bytes)) {
    EXPECT_LE(chunk->size(), chunk_bytes);
    bytes += chunk->text();
  }
  return bytes;
}

class KvSnapshotTest : public testing::Test {
 protected:
  void SetUp() override {
    for (int number = 0; number < 100; ++number) {
      map_.set("key" + std::to_string(number), std::string(static_cast<std::size_t>(number), 'v'));
    }
  }

  bool install(std::string_view bytes, std::size_t chunk_bytes = 1000) {
    MapTarget target(receiver_);
    for (std::string_view rest = bytes; !rest.empty();
         rest.remove_prefix(std::min(rest.size(), chunk_bytes))) {
      if (!target.write(buoyant::view_of(rest.substr(0, chunk_bytes)))) {
        return false;
      }
    }
    return target.finish().has_value();
  }

  Map map_;
  std::shared_ptr<KeepingReceiver> receiver_ = std::make_shared<KeepingReceiver>();
};

TEST_F(KvSnapshotTest, HasTheFormatThatIsWrittenDown) {
  Map small;
  small.set("k", "vw");

  const std::string bytes = snapshot_of(small);

  EXPECT_EQ(bytes.substr(0, 27),
            std::string("buoykv01\x01\0\0\0\0\0\0\0\x01\0\0\0\x02\0\0\0kvw", 27));
  EXPECT_EQ(bytes.size(), 27U + 8U);
}

TEST_F(KvSnapshotTest, ComesBackInPartsOfAnySize) {
  const std::string bytes = snapshot_of(map_);
  for (const std::size_t chunk_bytes : {1U, 2U, 7U, 1000U, 1U << 20U}) {
    EXPECT_EQ(snapshot_of(map_, chunk_bytes), bytes);
    ASSERT_TRUE(install(bytes, chunk_bytes)) << chunk_bytes;
    EXPECT_EQ(receiver_->map_->digest(), map_.digest());
    EXPECT_EQ(receiver_->map_->size(), 100U);
  }
}

TEST_F(KvSnapshotTest, AnEmptyMapComesBackEmpty) {
  Map empty;

  ASSERT_TRUE(install(snapshot_of(empty)));
  EXPECT_EQ(receiver_->map_->size(), 0U);
}

TEST_F(KvSnapshotTest, EveryDamagedByteIsFound) {
  const std::string bytes = snapshot_of(map_);
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x20);
    EXPECT_FALSE(install(damaged)) << at;
  }
  EXPECT_EQ(receiver_->map_, std::nullopt);
}

TEST_F(KvSnapshotTest, ALengthThatNoEntryHasIsRefusedBeforeItsBytesCome) {
  std::string bytes = snapshot_of(map_).substr(0, 24);
  bytes.replace(20, 4, "\xff\xff\xff\x7f");
  MapTarget target(receiver_);

  EXPECT_EQ(target.write(buoyant::view_of(bytes)).error().code(), buoyant::Errc::kMalformed);
}

TEST_F(KvSnapshotTest, WhatIsGivenUpIsDiscarded) {
  const std::string bytes = snapshot_of(map_);

  EXPECT_FALSE(install(std::string_view(bytes).substr(0, bytes.size() - 1)));

  EXPECT_EQ(receiver_->discarded_, 100U);
}

}  // namespace kv::snapshot_test
