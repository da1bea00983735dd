// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/lmdb/page_walk.h"

#include "tests/adapters/lmdb/support.h"

#include <gtest/gtest.h>
#include <lmdb.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <random>
#include <set>
#include <string>

namespace buoyant::lmdb::page_walk_test {

using Model = std::map<std::string, std::string>;

/// A table that LMDB made, and what is in it.
class PageWalkTest : public testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directory(path());
    ASSERT_EQ(mdb_env_create(&env_), 0);
    mdb_env_set_maxdbs(env_, 4);
    mdb_env_set_mapsize(env_, std::size_t{64} << 20U);
    ASSERT_EQ(mdb_env_open(env_, path().c_str(), MDB_NOSYNC, 0600), 0);
  }

  void TearDown() override { close(); }

  void close() {
    if (env_ != nullptr) {
      mdb_env_close(env_);
      env_ = nullptr;
    }
  }

  std::string path() { return directory_ / "data"; }

  /// Puts and removes at random, in several commits: freed pages, deep trees, large values.
  void change(int commits, int changes = 400) {
    for (int commit = 0; commit < commits; ++commit) {
      MDB_txn* txn = nullptr;
      MDB_dbi table = 0;
      ASSERT_EQ(mdb_txn_begin(env_, nullptr, 0, &txn), 0);
      ASSERT_EQ(mdb_dbi_open(txn, "table", MDB_CREATE, &table), 0);
      for (int i = 0; i < changes; ++i) {
        change_one(txn, table);
      }
      ASSERT_EQ(mdb_txn_commit(txn), 0);
    }
  }

  void change_one(MDB_txn* txn, MDB_dbi table) {
    const std::string key = some_key();
    MDB_val native_key{key.size(), const_cast<char*>(key.data())};
    if (draw(0, 3) == 0) {
      const int rc = mdb_del(txn, table, &native_key, nullptr);
      ASSERT_EQ(rc == 0 ? 1U : 0U, model_.erase(key));
      return;
    }
    std::string value(draw(0, 20) == 0 ? draw(2000, 30'000) : draw(0, 200), '.');
    value += std::to_string(draw(0, 1'000'000));
    MDB_val native_value{value.size(), value.data()};
    ASSERT_EQ(mdb_put(txn, table, &native_key, &native_value, 0), 0);
    model_[key] = value;
  }

  std::string some_key() {
    std::string key = std::to_string(draw(0, 3000));
    key.append(draw(0, 3) == 0 ? 60 : 0, 'k');
    return key;
  }

  std::uint64_t draw(std::uint64_t first, std::uint64_t last) {
    return std::uniform_int_distribution<std::uint64_t>(first, last)(random_);
  }

  Result<PageFile> file() { return PageFile::open(path()); }

  /// All that a walk finds, in its order.
  static Model walk_all(PageWalk& walk) {
    Model found;
    std::string before;
    for (bool more = walk.first(); more; more = walk.next()) {
      const std::string key(text_of(walk.key()));
      EXPECT_TRUE(found.empty() || before < key);
      before = key;
      if (const auto value = walk.value()) {
        EXPECT_EQ(value->size(), walk.value_bytes());
        found[key] = text_of(*value);
      }
    }
    return found;
  }

  /// "" where the walk ends.
  static std::string key_or_none(bool found, const PageWalk& walk) {
    return found ? std::string(text_of(walk.key())) : "";
  }

  void expect_seeks_like_the_model(PageWalk& walk) {
    for (int i = 0; i < 500; ++i) {
      const std::string wanted = some_key();
      const auto behind = model_.lower_bound(wanted);
      const auto after = model_.upper_bound(wanted);
      EXPECT_EQ(key_or_none(walk.seek(view_of(wanted)), walk),
                behind == model_.end() ? "" : behind->first);
      EXPECT_EQ(key_or_none(walk.seek_back(view_of(wanted)), walk),
                after == model_.begin() ? "" : std::prev(after)->first);
    }
  }

  /// Walks over copies with some bytes changed: whatever is found was there, and it ends.
  void expect_survives_damage(int copies) {
    const std::string original = support::read_file(path() + "/data.mdb");
    const std::string copy = directory_ / "copy";
    const auto header = file()->newest();
    const std::uint64_t pages = header->last_page + 1;
    for (int i = 0; i < copies; ++i) {
      std::string content = original;
      for (std::uint64_t flips = draw(1, 4); flips > 0; --flips) {
        const std::uint64_t page = draw(2, pages - 1) * header->page_bytes;
        // Mostly where the structure is.
        content[page + draw(0, draw(0, 1) == 0 ? 40 : header->page_bytes - 1)] =
            static_cast<char>(draw(0, 255));
      }
      support::write_file(copy, content);
      const auto damaged = PageFile::open_file(copy);
      ASSERT_TRUE(damaged);
      std::vector<PageDamage> damages;
      const auto table = find_table(*damaged, *header, "table", damages);
      PageWalk walk(*damaged, *header, table ? table->root : kNoPage);
      const Model found = walk_all(walk);
      EXPECT_LE(found.size(), model_.size() + 4);
    }
  }

  std::string content_after_close() {
    close();
    return support::read_file(path() + "/data.mdb");
  }

  TreeFigures table() {
    std::vector<PageDamage> damages;
    const auto pages = file();
    const auto found = find_table(*pages, *pages->newest(), "table", damages);
    EXPECT_TRUE(found);
    return found.value_or(TreeFigures());
  }

  /// The page of the first value that lies in a leaf.
  std::uint64_t first_leaf() {
    const auto pages = file();
    PageWalk walk(*pages, *pages->newest(), table().root);
    bool found = walk.first();
    while (found && walk.value_bytes() > 300) {
      found = walk.next();
    }
    return found ? walk.value_page() : 0;
  }

  static std::ptrdiff_t offset_of(std::uint64_t page, std::uint64_t within) {
    return static_cast<std::ptrdiff_t>(page * kPageBytes + within);
  }

  /// Where in the file the node of a page is.
  static std::size_t node_of(const std::string& content, std::uint64_t page, std::size_t at) {
    const std::size_t pointer = page * kPageBytes + 16 + 2 * at;
    return page * kPageBytes + static_cast<unsigned char>(content[pointer]) +
           256U * static_cast<unsigned char>(content[pointer + 1]);
  }

  std::vector<PageDamage> damages_of_a_walk() {
    const auto pages = file();
    PageWalk walk(*pages, *pages->newest(), table().root);
    walk_all(walk);
    return walk.damages();
  }

  static constexpr std::uint64_t kPageBytes = 4096;

  support::TemporaryDirectory directory_;
  MDB_env* env_ = nullptr;
  Model model_;
  std::mt19937_64 random_{17};
};

TEST_F(PageWalkTest, FindsWhatLmdbHolds) {
  change(20);

  const auto pages = file();
  ASSERT_TRUE(pages);
  const auto view = pages->newest();
  ASSERT_TRUE(view);
  std::vector<PageDamage> damages;
  const auto table = find_table(*pages, *view, "table", damages);
  ASSERT_TRUE(table);
  PageWalk walk(*pages, *view, table->root);

  EXPECT_EQ(walk_all(walk), model_);
  EXPECT_EQ(table->values, model_.size());
  EXPECT_GT(table->branch_pages, 1U);
  EXPECT_GT(table->overflow_pages, 1U);
  EXPECT_EQ(damages, std::vector<PageDamage>());
  EXPECT_EQ(walk.damages(), std::vector<PageDamage>());
  expect_seeks_like_the_model(walk);
}

TEST_F(PageWalkTest, AnEmptyTableHasNoKeys) {
  change(1, 0);
  const auto pages = file();
  ASSERT_TRUE(pages);
  const auto view = pages->newest();
  ASSERT_TRUE(view);
  std::vector<PageDamage> damages;

  EXPECT_FALSE(find_table(*pages, *view, "none", damages));
  const auto table = find_table(*pages, *view, "table", damages);
  ASSERT_TRUE(table);
  PageWalk walk(*pages, *view, table->root);
  EXPECT_FALSE(walk.first());
  EXPECT_FALSE(walk.seek(view_of("a")));
  EXPECT_FALSE(walk.seek_back(view_of("a")));
}

TEST_F(PageWalkTest, VisitsEachPageOnce) {
  change(20);
  const auto pages = file();
  const auto view = pages->newest();
  std::vector<PageDamage> damages;
  const auto table = find_table(*pages, *view, "table", damages);
  PageWalk walk(*pages, *view, table->root);
  std::multiset<std::uint64_t> visited;
  walk.set_visit([&](PageKind /*kind*/, std::uint64_t page, std::uint64_t count) {
    for (std::uint64_t i = 0; i < count; ++i) {
      visited.insert(page + i);
    }
  });

  walk_all(walk);

  EXPECT_EQ(visited.size(), table->pages());
  EXPECT_EQ(std::set<std::uint64_t>(visited.begin(), visited.end()).size(), visited.size());
}

TEST_F(PageWalkTest, ADamagedPageIsNamedAndTheOthersAreRead) {
  change(20);
  const auto pages = file();
  const auto view = pages->newest();
  std::vector<PageDamage> damages;
  const auto table = find_table(*pages, *view, "table", damages);
  PageWalk whole(*pages, *view, table->root);
  ASSERT_TRUE(whole.seek(view_of("2")));
  ASSERT_FALSE(whole.is_tree());
  std::string content = support::read_file(path() + "/data.mdb");
  // The leaf: a small value lies in it.
  while (whole.value_bytes() > 300) {
    ASSERT_TRUE(whole.next());
  }
  const std::uint64_t leaf = whole.value_page();
  content.replace(leaf * view->page_bytes, view->page_bytes, view->page_bytes, '\0');
  close();
  support::write_file(path() + "/data.mdb", content);

  PageWalk walk(*pages, *view, table->root);
  const Model found = walk_all(walk);

  EXPECT_EQ(
      walk.damages(),
      (std::vector<PageDamage>{{.page = leaf, .what = "it has another page's number", .code = 0}}));
  EXPECT_GT(found.size(), model_.size() * 9 / 10);
  EXPECT_LT(found.size(), model_.size());
}

TEST_F(PageWalkTest, KeysThatAreNotInOrderAreNamed) {
  change(20);
  std::string content = content_after_close();
  const std::uint64_t leaf = first_leaf();
  // The places of its first two nodes.
  std::swap_ranges(content.begin() + offset_of(leaf, 16), content.begin() + offset_of(leaf, 18),
                   content.begin() + offset_of(leaf, 18));
  support::write_file(path() + "/data.mdb", content);

  EXPECT_EQ(damages_of_a_walk(),
            (std::vector<PageDamage>{{.page = leaf, .what = "its keys are not in order"}}));
}

TEST_F(PageWalkTest, APageInThePlaceOfAnotherIsNamed) {
  change(20);
  std::string content = content_after_close();
  // The root is a branch; its second node refers to the page of its first one.
  const std::uint64_t root = table().root;
  const std::uint64_t first = node_of(content, root, 0);
  content.replace(node_of(content, root, 1), 4, content.substr(first, 4));
  support::write_file(path() + "/data.mdb", content);

  const std::vector<PageDamage> damages = damages_of_a_walk();

  ASSERT_EQ(damages.size(), 1U);
  EXPECT_EQ(damages[0].what, "its keys belong elsewhere");
}

TEST_F(PageWalkTest, NoDamageIsFollowedForEverOrIntoTheVoid) {
  change(12);

  expect_survives_damage(120);
}

}  // namespace buoyant::lmdb::page_walk_test
