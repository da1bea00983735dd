// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/c/error.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <set>
#include <string>
#include <vector>

namespace buoyant::c_api::error_test {

/// Every code of C++, mapped.
template <class Function>
auto for_each_code(Function function) {
  constexpr Errc kCodes[] = {
#define BUOYANT_CODE(enumerator, name, message) Errc::enumerator,
      BUOYANT_ERROR_CODES(BUOYANT_CODE)
#undef BUOYANT_CODE
  };
  std::vector<decltype(function(kCodes[0]))> all;
  std::transform(std::begin(kCodes), std::end(kCodes), std::back_inserter(all), function);
  return all;
}

TEST(CErrorTest, EachCodeHasTheNameAndTheSentenceOfCpp) {
  const auto names = for_each_code([](Errc code) { return std::string(errc_name(code)); });
  const auto sentences = for_each_code([](Errc code) { return std::string(errc_message(code)); });

  EXPECT_EQ(for_each_code([](Errc code) { return std::string(buoyant_err_name(code_of(code))); }),
            names);
  EXPECT_EQ(for_each_code([](Errc code) { return std::string(buoyant_strerror(code_of(code))); }),
            sentences);
}

TEST(CErrorTest, EachNameLeadsBackToItsCode) {
  const auto codes = for_each_code([](Errc code) { return code_of(code); });

  EXPECT_EQ(for_each_code([](Errc code) { return buoyant_err_code(errc_name(code)); }), codes);
  EXPECT_EQ(std::set<int>(codes.begin(), codes.end()).size(), codes.size());
  EXPECT_EQ(buoyant_err_code("no_such_name"), 0);
}

TEST(CErrorTest, WhatIsNoCodeIsSaidToBeNone) {
  EXPECT_STREQ(buoyant_err_name(0), "ok");
  EXPECT_STREQ(buoyant_strerror(0), "no error");
  EXPECT_STREQ(buoyant_err_name(-1), "unknown_code");
  EXPECT_STREQ(buoyant_err_name(BUOYANT_E_STALE_SEQUENCE - 1), "unknown_code");
  EXPECT_STREQ(buoyant_err_name(BUOYANT_E_NOT_LEADER + 1), "unknown_code");
  EXPECT_STREQ(buoyant_strerror(1), "not a code of buoyant");
}

TEST(CErrorTest, OutcomesAreThoseOfCpp) {
  const auto outcomes =
      for_each_code([](Errc code) { return static_cast<int>(errc_outcome(code)); });

  EXPECT_EQ(for_each_code([](Errc code) { return buoyant_err_outcome(code_of(code)); }), outcomes);
  EXPECT_EQ(buoyant_err_outcome(0), BUOYANT_COMMITTED);
  EXPECT_EQ(buoyant_err_outcome(BUOYANT_E_OUTCOME_UNKNOWN), BUOYANT_UNKNOWN);
  EXPECT_EQ(buoyant_err_outcome(BUOYANT_E_SUPERSEDED), BUOYANT_NOT_COMMITTED);
}

TEST(CErrorTest, NothingIsCertainAboutACodeOfSomebodyElse) {
  EXPECT_EQ(buoyant_err_outcome(-5), BUOYANT_UNKNOWN);
}

TEST(CErrorTest, ATextHasTheSentenceTheContextAndTheNativeCode) {
  std::array<char, 128> text{};
  const buoyant_error_t error{BUOYANT_E_STORAGE_FAILED, -28, "open"};

  const int length = buoyant_error_text(&error, text.data(), text.size());

  EXPECT_STREQ(text.data(), "the disk or the file system failed: open (no space left on device)");
  EXPECT_EQ(length, static_cast<int>(std::string(text.data()).size()));
}

TEST(CErrorTest, ATextIsCutWhereItsPlaceEnds) {
  std::array<char, 9> text{};
  const buoyant_error_t error{BUOYANT_E_NO_LEADER, 0, ""};

  EXPECT_EQ(buoyant_error_text(&error, text.data(), text.size()), 18);

  EXPECT_STREQ(text.data(), "no leade");
}

TEST(CErrorTest, WhatAUserReturnsIsKept) {
  EXPECT_EQ(error_of_user(BUOYANT_E_MALFORMED, "x"), Error(Errc::kMalformed));
  EXPECT_EQ(error_of_user(-28, "x"), Error(Errc::kStorageFailed, "", -28));
}

TEST(CErrorTest, WhoDoesNotWantToKnowIsGivenTheCodeAlone) {
  buoyant_error_t error{};

  EXPECT_EQ(report(Error(Errc::kBusy), nullptr), BUOYANT_E_BUSY);
  EXPECT_EQ(report(Error(Errc::kTransportFailed, "dial", -111), &error),
            BUOYANT_E_TRANSPORT_FAILED);

  EXPECT_EQ(error.code, BUOYANT_E_TRANSPORT_FAILED);
  EXPECT_EQ(error.native, -111);
  EXPECT_STREQ(error.context, "dial");
}

}  // namespace buoyant::c_api::error_test
