// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/simulation/fault.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace buoyant::simulation::fault_test {

TEST(FaultTest, EveryFaultIsFoundByItsName) {
  for (const Fault fault : FaultSet::all().list()) {
    EXPECT_EQ(fault_of(fault_name(fault)), fault) << fault_name(fault);
  }
}

TEST(FaultTest, NamesAndSentencesDiffer) {
  std::set<std::string> words;
  for (const Fault fault : FaultSet::all().list()) {
    words.insert(fault_name(fault));
    words.insert(fault_sentence(fault));
  }

  EXPECT_EQ(words.size(), 2 * kFaults);
}

TEST(FaultTest, ANameThatNoFaultHasIsRefused) {
  EXPECT_EQ(fault_of("meteorite"), std::nullopt);
}

TEST(FaultTest, ASetHoldsWhatWasAddedAndNotRemoved) {
  FaultSet set{Fault::kDelay, Fault::kCrash};
  set.add(Fault::kLoss);
  set.remove(Fault::kDelay);

  EXPECT_EQ(set, FaultSet({Fault::kCrash, Fault::kLoss}));
  EXPECT_TRUE(set.has(Fault::kLoss));
  EXPECT_FALSE(set.has(Fault::kDelay));
  EXPECT_EQ(set.size(), 2U);
}

TEST(FaultTest, ASetIsWrittenInTheOrderOfTheList) {
  EXPECT_EQ(FaultSet({Fault::kLoss, Fault::kDelay}).text(), "delay,loss");
  EXPECT_EQ(FaultSet().text(), "none");
}

}  // namespace buoyant::simulation::fault_test
