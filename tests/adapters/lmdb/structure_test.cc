// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/lmdb/structure.h"

#include "buoyant/base/little_endian.h"
#include "tests/adapters/lmdb/support.h"

#include <gtest/gtest.h>
#include <lmdb.h>

#include <array>
#include <cstring>
#include <filesystem>
#include <functional>
#include <optional>
#include <random>
#include <string>

namespace buoyant::lmdb::structure_test {

constexpr std::uint64_t kPage = 4096;
constexpr std::array<const char*, 2> kTables = {"left", "right"};

/// Two tables that LMDB made, and its free pages.
class StructureTest : public testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directory(path()); }

  std::string path() { return directory_ / "data"; }

  std::string file() { return path() + "/data.mdb"; }

  /// Puts, replaces and removes at random, in several commits.
  void change(int commits, int changes) {
    MDB_env* env = nullptr;
    ASSERT_EQ(mdb_env_create(&env), 0);
    mdb_env_set_maxdbs(env, 4);
    mdb_env_set_mapsize(env, std::size_t{64} << 20U);
    ASSERT_EQ(mdb_env_open(env, path().c_str(), MDB_NOSYNC, 0600), 0);
    for (int commit = 0; commit < commits; ++commit) {
      MDB_txn* txn = nullptr;
      ASSERT_EQ(mdb_txn_begin(env, nullptr, 0, &txn), 0);
      for (const char* name : kTables) {
        MDB_dbi table = 0;
        ASSERT_EQ(mdb_dbi_open(txn, name, MDB_CREATE, &table), 0);
        for (int i = 0; i < changes; ++i) {
          change_one(txn, table);
        }
      }
      ASSERT_EQ(mdb_txn_commit(txn), 0);
    }
    mdb_env_close(env);
  }

  void change_one(MDB_txn* txn, MDB_dbi table) {
    std::string key = std::to_string(draw(0, 2000));
    key.append(draw(0, 3) == 0 ? draw(1, 90) : 0, 'k');
    MDB_val native_key{key.size(), key.data()};
    if (draw(0, 2) == 0) {
      static_cast<void>(mdb_del(txn, table, &native_key, nullptr));
      return;
    }
    std::string value(draw(0, 20) == 0 ? draw(1500, 20'000) : draw(0, 200), 'v');
    MDB_val native_value{value.size(), value.data()};
    ASSERT_EQ(mdb_put(txn, table, &native_key, &native_value, 0), 0);
  }

  std::uint64_t draw(std::uint64_t first, std::uint64_t last) {
    return std::uniform_int_distribution<std::uint64_t>(first, last)(random_);
  }

  FileHeader view() { return *PageFile::open(path())->newest(); }

  Structure structure() {
    const auto pages = PageFile::open(path());
    const auto newest = pages ? pages->newest() : fail(pages.error());
    EXPECT_TRUE(newest.has_value());
    return newest ? check_structure(*pages, *newest) : Structure();
  }

  std::string first_damage() {
    const Structure found = structure();
    return found.damages.empty() ? "none" : std::string(found.damages.front().what);
  }

  TreeFigures table(const char* name) {
    std::vector<PageDamage> damages;
    const auto pages = PageFile::open(path());
    return find_table(*pages, *pages->newest(), name, damages).value_or(TreeFigures());
  }

  void change_file(const std::function<void(std::byte* at)>& change) {
    std::string content = support::read_file(file());
    change(reinterpret_cast<std::byte*>(content.data()));
    support::write_file(file(), content);
  }

  /// Where the root of tables has what is said of one.
  std::byte* figures_of(const char* name, std::byte* content) {
    std::byte* const page = content + view().main_tree.root * kPage;
    for (std::size_t at = 0; at < count_of_nodes({page, kPage}); ++at) {
      const std::byte* const node = node_at({page, kPage}, at);
      if (text_of(key_of(node)) == name) {
        return page + (content_of(node) - page);
      }
    }
    ADD_FAILURE() << name;
    return page;
  }

  /// The first leaf of a table, and the first page of its first large value.
  std::uint64_t first_leaf(const char* name, bool is_large) {
    const auto pages = PageFile::open(path());
    PageWalk walk(*pages, *pages->newest(), table(name).root);
    bool found = walk.first();
    while (found && (walk.value_bytes() > 1500) != is_large) {
      found = walk.next();
    }
    return walk.value_page();
  }

  static void add(std::byte* number, std::uint64_t count) {
    store_le64(number, load_le64(number) + count);
  }

  support::TemporaryDirectory directory_;
  std::mt19937_64 random_{29};
};

TEST_F(StructureTest, WhatLmdbLeavesIsWhole) {
  for (int round = 0; round < 25; ++round) {
    change(4, 150);

    const Structure found = structure();
    ASSERT_EQ(found.damages, std::vector<PageDamage>()) << round;
    ASSERT_EQ(found.pages + found.pages_lost, view().last_page + 1);
  }
  EXPECT_EQ(structure().pages_lost, 0U);
  EXPECT_GT(table("left").branch_pages, 0U);
  EXPECT_GT(table("left").overflow_pages, 0U);
}

TEST_F(StructureTest, EmptyTablesAreWhole) {
  change(1, 0);

  EXPECT_EQ(first_damage(), "none");
}

TEST_F(StructureTest, ALeafThatLostAKey) {
  change(10, 200);
  const std::uint64_t leaf = first_leaf("left", false);

  change_file([&](std::byte* content) {
    std::byte* const lower = content + leaf * kPage + 12;
    store_le16(lower, static_cast<std::uint16_t>(load_le16(lower) - 2));
  });

  EXPECT_EQ(first_damage(), "its keys and values do not fill it");
}

TEST_F(StructureTest, APageThatSeemsDirty) {
  change(10, 200);
  const std::uint64_t leaf = first_leaf("left", false);

  change_file([&](std::byte* content) { content[leaf * kPage + 10] ^= std::byte{0x10}; });

  EXPECT_EQ(first_damage(), "it is no page of a tree");
}

TEST_F(StructureTest, AValueThatIsSaidToBeShorter) {
  change(10, 200);
  const std::uint64_t leaf = first_leaf("left", false);

  change_file([&](std::byte* content) {
    std::byte* const page = content + leaf * kPage;
    std::byte* const node = page + load_le16(page + 16);
    store_le32(node, load_le32(node) - 2);
  });

  EXPECT_EQ(first_damage(), "its keys and values do not fill it");
}

TEST_F(StructureTest, TwoKeysInOnePlace) {
  change(10, 200);
  const std::uint64_t leaf = first_leaf("left", false);

  change_file([&](std::byte* content) {
    std::memcpy(content + leaf * kPage + 18, content + leaf * kPage + 16, 2);
  });

  EXPECT_EQ(first_damage(), "its keys and values do not fill it");
}

TEST_F(StructureTest, EachFigureOfATableIsCompared) {
  change(10, 200);
  const std::string good = support::read_file(file());

  for (const std::size_t offset : {8U, 16U, 24U, 32U}) {
    change_file([&](std::byte* content) { add(figures_of("right", content) + offset, 1); });

    EXPECT_EQ(first_damage(), "its tree is not what is said of it") << offset;
    support::write_file(file(), good);
  }
  change_file([&](std::byte* content) {
    std::byte* const depth = figures_of("right", content) + 6;
    store_le16(depth, static_cast<std::uint16_t>(load_le16(depth) + 1));
  });
  EXPECT_EQ(first_damage(), "its tree is not what is said of it");
}

TEST_F(StructureTest, ATableOfAnotherKind) {
  change(10, 200);

  change_file([&](std::byte* content) { figures_of("right", content)[4] ^= std::byte{4}; });

  EXPECT_EQ(first_damage(), "its tree is not what is said of it");
}

TEST_F(StructureTest, ATableWithTheRootOfAnother) {
  change(10, 200);
  const std::uint64_t root = table("left").root;

  change_file([&](std::byte* content) { store_le64(figures_of("right", content) + 40, root); });

  EXPECT_EQ(first_damage(), "it is in use twice");
}

TEST_F(StructureTest, ALargeValueThatIsSaidToHaveMorePages) {
  change(10, 200);
  const std::uint64_t page = first_leaf("left", true);

  change_file([&](std::byte* content) {
    std::byte* const count = content + page * kPage + 12;
    store_le32(count, load_le32(count) + 1);
  });

  EXPECT_NE(first_damage(), "none");
}

TEST_F(StructureTest, TheFiguresOfTheMetaPage) {
  change(10, 200);
  const std::uint64_t meta = view().transaction % 2 * kPage;

  change_file([&](std::byte* content) { add(content + meta + 40 + 32, 1); });
  EXPECT_EQ(first_damage(), "its tree is not what is said of it");

  change_file([&](std::byte* content) {
    add(content + meta + 40 + 32, ~std::uint64_t{0});
    add(content + meta + 88 + 32, 1);
  });
  EXPECT_EQ(first_damage(), "its tree is not what is said of it");
}

TEST_F(StructureTest, ADamageIsAnErrorThatNamesThePage) {
  const Error corrupt = damage_error({.page = 17, .what = "it is in use twice"});
  const Error unread = damage_error({.page = 4, .what = "it cannot be read", .code = EIO});

  EXPECT_EQ(corrupt, Error(Errc::kStorageCorrupt));
  EXPECT_STREQ(corrupt.context(), "data.mdb, page 17: it is in use twice (docs/INSPECT.md)");
  EXPECT_EQ(unread, Error(Errc::kStorageFailed, "", EIO));
  EXPECT_EQ(corrupt.context(), damage_error({.page = 17, .what = "it is in use twice"}).context());
}

TEST_F(StructureTest, TheTextsOfDamagesDoNotGrowForEver) {
  const char* context = "";

  for (std::uint64_t page = 0; page < 200; ++page) {
    context = damage_error({.page = page, .what = "it is in use twice"}).context();
  }

  EXPECT_STREQ(context, "data.mdb: a page of it is damaged");
}

}  // namespace buoyant::lmdb::structure_test
