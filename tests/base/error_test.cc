// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/base/error.h"

#include "tests/support/print.h"

#include <set>
#include <string>

namespace buoyant::error_test {

constexpr Errc kAll[] = {
#define BUOYANT_LISTED(enumerator, name, message) Errc::enumerator,
    BUOYANT_ERROR_CODES(BUOYANT_LISTED)
#undef BUOYANT_LISTED
};

std::set<std::string> names() {
  std::set<std::string> all;
  for (const Errc code : kAll) {
    all.insert(errc_name(code));
  }
  return all;
}

TEST(ErrorTest, ACodeHasItsNameAndItsSentence) {
  EXPECT_STREQ(errc_name(Errc::kNotLeader), "not_leader");
  EXPECT_STREQ(errc_message(Errc::kNotLeader), "this server is not the leader");
}

TEST(ErrorTest, TheLastCodeHasItsName) {
  EXPECT_STREQ(errc_name(Errc::kNoLeader), "no_leader");
}

TEST(ErrorTest, NoTwoCodesShareAName) {
  EXPECT_EQ(names().size(), std::size(kAll));
}

TEST(ErrorTest, ACodeOfALaterVersionIsNamedUnknown) {
  EXPECT_STREQ(errc_name(static_cast<Errc>(255)), "unknown_code");
  EXPECT_STREQ(errc_message(static_cast<Errc>(255)), "not a code of this version");
}

TEST(ErrorTest, ValuesThatAreSentNeverChange) {
  EXPECT_EQ(static_cast<int>(Errc::kNotLeader), 0);
  EXPECT_EQ(static_cast<int>(Errc::kBusy), 1);
  EXPECT_EQ(static_cast<int>(Errc::kOutcomeUnknown), 4);
  EXPECT_EQ(static_cast<int>(Errc::kNoLeader), 22);
}

TEST(ErrorTest, ARefusalIsCertainlyNotCommitted) {
  EXPECT_EQ(Error(Errc::kBusy).outcome(), Outcome::kNotCommitted);
}

TEST(ErrorTest, ASupersededProposalIsCertainlyNotCommitted) {
  EXPECT_EQ(Error(Errc::kSuperseded).outcome(), Outcome::kNotCommitted);
}

TEST(ErrorTest, AnUnknownOutcomeIsUnknown) {
  EXPECT_EQ(Error(Errc::kOutcomeUnknown).outcome(), Outcome::kUnknown);
}

TEST(ErrorTest, KeepsNativeCodeAndContext) {
  const Error error(Errc::kStorageFailed, "fdatasync", 5);

  EXPECT_EQ(error.native(), 5);
  EXPECT_STREQ(error.context(), "fdatasync");
  EXPECT_STREQ(error.name(), "storage_failed");
}

TEST(ErrorTest, TheContextDoesNotCountInComparisons) {
  EXPECT_EQ(Error(Errc::kBusy, "here"), Error(Errc::kBusy, "there"));
}

TEST(ErrorTest, TheNativeCodeCountsInComparisons) {
  EXPECT_FALSE(Error(Errc::kStorageFailed, "", 5) == Error(Errc::kStorageFailed, "", 28));
}

}  // namespace buoyant::error_test
