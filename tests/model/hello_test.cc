// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/model/hello.h"

#include "tests/support/print.h"

#include <set>
#include <string>

namespace buoyant::hello_test {

std::set<std::string> messages(std::uint8_t last) {
  std::set<std::string> all;
  for (std::uint8_t value = 0; value <= last; ++value) {
    all.insert(refusal_message(static_cast<Refusal>(value)));
  }
  return all;
}

TEST(HelloTest, EveryRefusalHasASentenceOfItsOwn) {
  EXPECT_EQ(messages(11).size(), 12U);
}

TEST(HelloTest, ARefusalSaysWhatToDo) {
  EXPECT_NE(std::string(refusal_message(Refusal::kIncarnation)).find("add it again"),
            std::string::npos);
}

TEST(HelloTest, WhoeverIsRefusedReadsWhatToDo) {
  std::set<std::string> all;
  for (std::uint8_t value = 0; value <= 11; ++value) {
    all.insert(refused_message(static_cast<Refusal>(value)));
  }
  EXPECT_EQ(all.size(), 12U);
  EXPECT_NE(std::string(refused_message(Refusal::kOlderCopy)).find("add it again"),
            std::string::npos);
  EXPECT_STREQ(refused_message(static_cast<Refusal>(200)), "a reason of a later version");
}

TEST(HelloTest, ARefusalOfALaterVersionHasASentence) {
  EXPECT_STREQ(refusal_message(static_cast<Refusal>(200)), "a reason of a later version");
}

TEST(HelloTest, RefusalsThatAreSentNeverChange) {
  EXPECT_EQ(static_cast<int>(Refusal::kNone), 0);
  EXPECT_EQ(static_cast<int>(Refusal::kCluster), 2);
  EXPECT_EQ(static_cast<int>(Refusal::kTooMany), 11);
}

TEST(HelloTest, ADefaultHelloOffersWhatThisBuildSpeaks) {
  EXPECT_EQ(Hello().version_min, kWireVersionMin);
  EXPECT_EQ(Hello().version_max, kWireVersionMax);
}

}  // namespace buoyant::hello_test
