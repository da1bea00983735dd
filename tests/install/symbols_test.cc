// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/install/symbols.h"

#include <gtest/gtest.h>

namespace buoyant::install::symbols_test {

TEST(DeclaredIn, ClassesAndFunctionsAreNamedWithTheirNamespace) {
  const auto declared = declared_in(
      "struct uv_loop_s;\n"
      "namespace buoyant::core {\n"
      "class Raft;\n"
      "class BUOYANT_EXPORT Trail final : public Log {\n"
      "  int length(int from);\n"
      "  BUOYANT_EXPORT friend bool operator==(const Trail& left, const Trail& right) noexcept;\n"
      "};\n"
      "BUOYANT_EXPORT Result<void> validate(const Options& options);\n"
      "namespace options {\n"
      "BUOYANT_EXPORT int count();\n"
      "}  // namespace options\n"
      "[[nodiscard]] BUOYANT_EXPORT Linearizability\n"
      "check(const History& history,\n"
      "      int count = bound(1));\n"
      "}  // namespace buoyant::core\n"
      "BUOYANT_C_API int buoyant_open(void);\n");

  const std::set<std::string> expected = {
      "buoyant::core::Trail",          "buoyant::core::operator==", "buoyant::core::validate",
      "buoyant::core::options::count", "buoyant::core::check",      "buoyant_open"};
  EXPECT_EQ(declared, expected);
}

TEST(SymbolsIn, OnlyTheKindsThatWereAskedForAreTaken) {
  const auto symbols = symbols_in(
      "\nraft.cc.o:\n"
      "00000000000001f0 T buoyant::Raft::step(int)@@BUOYANT_0.1\n"
      "0000000000000000 W std::vector<int>::push_back(int)\n"
      "0000000000000010 V vtable for buoyant::Raft\n"
      "                 U memcpy@GLIBC_2.14\n",
      "TV");

  EXPECT_EQ(symbols,
            (std::set<std::string>{"buoyant::Raft::step(int)", "vtable for buoyant::Raft"}));
}

TEST(BelongsTo, MembersAndVtablesBelongToTheirClass) {
  const std::set<std::string> declared = {"buoyant::Raft", "buoyant::validate"};

  EXPECT_TRUE(belongs_to(declared, "buoyant::Raft::step(buoyant::core::Input)"));
  EXPECT_TRUE(belongs_to(declared, "vtable for buoyant::Raft"));
  EXPECT_TRUE(belongs_to(declared, "buoyant::validate(buoyant::Options const&)"));
  EXPECT_TRUE(belongs_to(declared, "buoyant::Raft::operator bool() const"));
  EXPECT_FALSE(belongs_to(declared, "buoyant::Raft& std::deque<buoyant::Raft>::back()"));
  EXPECT_TRUE(belongs_to(declared, "void buoyant::Raft::ask<int>(std::function<void (int)>)"));
  EXPECT_FALSE(belongs_to(declared, "buoyant::core::Raft::step()"));
  EXPECT_FALSE(belongs_to(declared, "buoyant::Rafter::step(buoyant::Raft)"));
}

}  // namespace buoyant::install::symbols_test
