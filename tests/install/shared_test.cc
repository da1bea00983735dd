// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/install/place.h"
#include "tests/install/symbols.h"
#include "tests/support/process/file_tail.h"

#include <gtest/gtest.h>

namespace buoyant::install::shared_test {

class SharedLibrary : public ::testing::Test {
 protected:
  /// What the installed headers below this folder declare.
  static std::set<std::string> declared_below(const std::string& folder) {
    std::set<std::string> declared;
    for (const std::string& header : files_below(installed() / "include" / folder)) {
      if (!header.starts_with("parts/") && !header.starts_with("conformance/")) {
        declared.merge(
            declared_in(process::contents_of(installed() / "include" / folder / header)));
      }
    }
    return declared;
  }

  std::filesystem::path libraries_ = installed() / BUOYANT_LIBDIR;
  std::set<std::string> shown_ =
      symbols_in(shell("nm -D -C --defined-only libbuoyant.so", libraries_).output, "TDBRVWuiv");
};

TEST_F(SharedLibrary, IsNamedAfterItsMinorVersion) {
  const Outcome read = shell("readelf -d libbuoyant.so", libraries_);

  EXPECT_NE(read.output.find("Library soname: [libbuoyant.so.0.1]"), std::string::npos)
      << read.output;
}

TEST_F(SharedLibrary, ShowsNothingThatNoHeaderDeclares) {
  std::set<std::string> declared = declared_below("buoyant");
  declared.merge(declared_below("buoyant/parts/adapters"));
  std::set<std::string> undeclared;

  for (const std::string& symbol : shown_) {
    if (!belongs_to(declared, symbol)) {
      undeclared.insert(symbol);
    }
  }

  EXPECT_EQ(undeclared, std::set<std::string>());
  EXPECT_GT(shown_.size(), 200U);
}

/// Who adds to a header for users and forgets BUOYANT_EXPORT is told here.
TEST_F(SharedLibrary, ShowsAllThatHeadersForUsersDeclare) {
  const std::set<std::string> declared = declared_below("buoyant");
  const auto defined =
      symbols_in(shell("nm -C --defined-only libbuoyant_*.a", libraries_).output, "T");
  std::set<std::string> hidden;

  for (const std::string& symbol : defined) {
    if (belongs_to(declared, symbol) && !shown_.contains(symbol)) {
      hidden.insert(symbol);
    }
  }

  EXPECT_EQ(hidden, std::set<std::string>());
  EXPECT_GT(defined.size(), shown_.size());
}

TEST_F(SharedLibrary, EverySymbolHasAVersion) {
  const Outcome unversioned = shell(
      "nm -D --defined-only libbuoyant.so | grep -v '@@BUOYANT_0.1$' | grep -v ' A '", libraries_);

  EXPECT_EQ(unversioned.output, "");
}

TEST_F(SharedLibrary, RunsTheKeyValueServer) {
  ASSERT_FALSE(examples().empty());

  const Outcome built = link_server("shared-kv", pkg_config(installed(), "--libs buoyant"));

  ASSERT_EQ(built.code, 0) << built.output;
  EXPECT_EQ(keep_a_value(examples() / "shared-kv", libraries_), "+OK $v");
}

}  // namespace buoyant::install::shared_test
