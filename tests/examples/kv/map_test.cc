// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/kv/map.h"

#include "buoyant/base/random.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace kv::map_test {

using Contents = std::map<std::string, std::string>;

Contents read(MapView view) {
  Contents contents;
  MapView::Reader reader(std::move(view));
  while (const Entry* entry = reader.next()) {
    contents.emplace(entry->key(), entry->value());
  }
  return contents;
}

std::string numbered(const char* text, std::uint64_t number) {
  return text + std::to_string(number);
}

class KvMapTest : public testing::Test {
 protected:
  std::string get(std::string_view key) {
    const Entry* const entry = map_.find(key);
    return entry == nullptr ? "(none)" : std::string(entry->value());
  }

  void fill(std::uint64_t count, const char* value = "v") {
    for (std::uint64_t number = 0; number < count; ++number) {
      map_.set(numbered("key", number), numbered(value, number));
    }
  }

  Map map_;
};

TEST_F(KvMapTest, GivesWhatWasSetLast) {
  map_.set("a", "1");
  map_.set("b", "2");
  map_.set("a", "3");

  EXPECT_EQ(get("a"), "3");
  EXPECT_EQ(get("b"), "2");
  EXPECT_EQ(get("c"), "(none)");
  EXPECT_EQ(map_.size(), 2U);
  EXPECT_EQ(map_.bytes(), 4U);
}

TEST_F(KvMapTest, ErasesWhatIsThere) {
  map_.set("a", "1");

  EXPECT_TRUE(map_.erase("a"));
  EXPECT_FALSE(map_.erase("a"));

  EXPECT_EQ(get("a"), "(none)");
  EXPECT_EQ(map_.size(), 0U);
  EXPECT_EQ(map_.bytes(), 0U);
}

TEST_F(KvMapTest, TakesEmptyKeysAndValues) {
  map_.set("", "");
  map_.set("a", "");

  EXPECT_EQ(get(""), "");
  EXPECT_EQ(get("a"), "");
  EXPECT_EQ(map_.size(), 2U);
  EXPECT_EQ(read(map_.freeze()), (Contents{{"", ""}, {"a", ""}}));
}

TEST_F(KvMapTest, AKeyIsNotMistakenForThePartOfAnother) {
  map_.set("ab", "c");

  EXPECT_EQ(get("a"), "(none)");
  EXPECT_EQ(get("abc"), "(none)");
}

TEST_F(KvMapTest, AViewDoesNotSeeLaterChanges) {
  fill(1000);
  MapView view = map_.freeze();
  const Contents before = read(view);

  fill(1000, "other");
  map_.set("more", "x");
  for (std::uint64_t number = 0; number < 500; ++number) {
    map_.erase(numbered("key", number));
  }

  EXPECT_EQ(before.size(), 1000U);
  EXPECT_EQ(view.size(), 1000U);
  EXPECT_EQ(read(std::move(view)), before);
  EXPECT_EQ(map_.size(), 501U);
}

TEST_F(KvMapTest, ViewsOfDifferentTimesAreDifferent) {
  map_.set("a", "1");
  MapView first = map_.freeze();
  map_.set("a", "2");
  MapView second = map_.freeze();
  map_.erase("a");

  EXPECT_EQ(read(std::move(first)), (Contents{{"a", "1"}}));
  EXPECT_EQ(read(std::move(second)), (Contents{{"a", "2"}}));
  EXPECT_EQ(read(map_.freeze()), Contents{});
}

TEST_F(KvMapTest, AViewOutlivesItsMap) {
  fill(100);
  MapView view = map_.freeze();

  map_ = Map();

  EXPECT_EQ(read(std::move(view)).size(), 100U);
  EXPECT_EQ(map_.size(), 0U);
}

TEST_F(KvMapTest, DoesWhatASortedMapDoes) {
  buoyant::Random random(7);
  Contents model;
  std::vector<std::pair<MapView, Contents>> views;
  for (int step = 0; step < 20'000; ++step) {
    const std::string key = numbered("k", random.below(3000));
    const std::uint64_t choice = random.below(100);
    if (choice < 60) {
      map_.set(key, numbered("", static_cast<std::uint64_t>(step)));
      model[key] = std::to_string(step);
    } else if (choice < 99) {
      EXPECT_EQ(map_.erase(key), model.erase(key) == 1);
    } else {
      views.emplace_back(map_.freeze(), model);
    }
  }

  for (auto& [view, contents] : views) {
    EXPECT_EQ(read(std::move(view)), contents);
  }
  EXPECT_EQ(read(map_.freeze()), model);
  EXPECT_EQ(map_.size(), model.size());
}

TEST_F(KvMapTest, EqualContentsHaveEqualDigestsAndOrdersWhateverTheirHistory) {
  fill(1000);
  Map other;
  for (std::uint64_t number = 2000; number-- > 0;) {
    other.set(numbered("key", number), "old");
  }
  for (std::uint64_t number = 0; number < 2000; ++number) {
    if (number < 1000) {
      other.set(numbered("key", number), numbered("v", number));
    } else {
      other.erase(numbered("key", number));
    }
  }

  EXPECT_EQ(map_.digest(), other.digest());
  MapView::Reader one(map_.freeze());
  MapView::Reader two(other.freeze());
  for (int at = 0; at < 1000; ++at) {
    ASSERT_EQ(one.next()->key(), two.next()->key());
  }
  EXPECT_EQ(two.next(), nullptr);
}

TEST_F(KvMapTest, DifferentContentsHaveDifferentDigests) {
  map_.set("a", "bc");
  Map shifted;
  shifted.set("ab", "c");
  Map swapped;
  swapped.set("bc", "a");

  EXPECT_NE(map_.digest(), shifted.digest());
  EXPECT_NE(map_.digest(), swapped.digest());
  EXPECT_NE(map_.digest(), Map().digest());
}

TEST_F(KvMapTest, AnEmptiedMapHasTheDigestOfAnEmptyOne) {
  fill(100);
  for (std::uint64_t number = 0; number < 100; ++number) {
    map_.erase(numbered("key", number));
  }

  EXPECT_EQ(map_.digest(), Map().digest());
}

}  // namespace kv::map_test
