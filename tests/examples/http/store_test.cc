// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/http/store.h"

#include "buoyant/conformance/state_machine_conformance.h"
#include "examples/http/command.h"

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>

namespace http::store_test {

using Kind = Condition::Kind;

class StoreHarness final : public buoyant::conformance::StateMachineHarness {
 public:
  std::unique_ptr<buoyant::StateMachine> make() override { return std::make_unique<Store>(); }

  buoyant::Bytes command(std::uint64_t number) override {
    const std::string key = "key" + std::to_string(number % kKeys);
    const std::string value = std::to_string(number);
    const std::array<Command, 6> commands = {
        {{Code::kPut, {}, key, value},
         {Code::kIncrement},
         {Code::kPut, {Kind::kMissing}, key, value},
         {Code::kPut, {Kind::kVersion, number / 2}, key, value},
         {Code::kPut, {Kind::kThere}, key, value},
         {Code::kDelete, {Kind::kThere}, key, {}}}};
    return buoyant::Bytes::copy_of(encode(commands.at(number % commands.size())));
  }

  std::string state_of(buoyant::StateMachine& machine) override {
    const auto& store = static_cast<Store&>(machine);
    std::string state = std::to_string(store.counter());
    for (std::uint64_t number = 0; number < kKeys; ++number) {
      const auto value = store.find("key" + std::to_string(number));
      state += value ? "," + std::to_string(value->version) + "=" + std::string(value->bytes) : ",";
    }
    return state;
  }

 private:
  static constexpr std::uint64_t kKeys = 17;
};

class HttpStoreTest : public testing::Test {
 protected:
  Reply apply(const Command& command) { return apply_bytes(encode(command)); }

  Reply apply_bytes(std::string_view bytes) {
    Reply reply;
    store_.apply({{buoyant::Index(++index_), buoyant::Term(1), buoyant::Bytes::copy_of(bytes)}},
                 buoyant::ApplyDone([&](const std::vector<buoyant::Bytes>& replies) {
                   reply = *decode_reply(replies.at(0).text());
                 }));
    return reply;
  }

  std::string value(std::string_view key) {
    const auto found = store_.find(key);
    return found ? std::string(found->bytes) : "none";
  }

  Store store_;
  std::uint64_t index_ = 0;
};

TEST_F(HttpStoreTest, AValueHasTheVersionOfItsWrite) {
  EXPECT_EQ(apply({Code::kPut, {}, "k", "1"}), (Reply{Outcome::kCreated, 1}));
  EXPECT_EQ(apply({Code::kPut, {}, "k", "2"}), (Reply{Outcome::kReplaced, 2}));

  EXPECT_EQ(value("k"), "2");
  EXPECT_EQ(store_.find("k")->version, 2U);
}

TEST_F(HttpStoreTest, AnEmptyValueIsOne) {
  EXPECT_EQ(apply({Code::kPut, {}, "k", ""}), (Reply{Outcome::kCreated, 1}));

  EXPECT_EQ(value("k"), "");
}

TEST_F(HttpStoreTest, WhatIsDeletedIsGone) {
  apply({Code::kPut, {}, "k", "1"});

  EXPECT_EQ(apply({Code::kDelete, {}, "k", {}}), Reply{Outcome::kDeleted});
  EXPECT_EQ(apply({Code::kDelete, {}, "k", {}}), Reply{Outcome::kMissing});
  EXPECT_EQ(value("k"), "none");
}

TEST_F(HttpStoreTest, AConditionDecides) {
  EXPECT_EQ(apply({Code::kPut, {Kind::kThere}, "k", "1"}), Reply{Outcome::kConditionFailed});
  EXPECT_EQ(apply({Code::kPut, {Kind::kMissing}, "k", "2"}), (Reply{Outcome::kCreated, 2}));
  EXPECT_EQ(apply({Code::kPut, {Kind::kMissing}, "k", "3"}), (Reply{Outcome::kConditionFailed, 2}));
  EXPECT_EQ(apply({Code::kPut, {Kind::kVersion, 1}, "k", "4"}),
            (Reply{Outcome::kConditionFailed, 2}));
  EXPECT_EQ(apply({Code::kPut, {Kind::kVersion, 2}, "k", "5"}), (Reply{Outcome::kReplaced, 5}));
  EXPECT_EQ(apply({Code::kDelete, {Kind::kVersion, 2}, "k", {}}),
            (Reply{Outcome::kConditionFailed, 5}));
  EXPECT_EQ(apply({Code::kDelete, {Kind::kThere}, "k", {}}), Reply{Outcome::kDeleted});
}

TEST_F(HttpStoreTest, TheCounterIsNoKey) {
  EXPECT_EQ(apply({Code::kIncrement}), (Reply{Outcome::kCounted, 1}));
  EXPECT_EQ(apply({Code::kIncrement}), (Reply{Outcome::kCounted, 2}));
  apply({Code::kPut, {}, "k", "1"});

  EXPECT_EQ(store_.counter(), 2U);
  EXPECT_EQ(store_.size(), 1U);
}

TEST_F(HttpStoreTest, NonsenseChangesNothing) {
  apply({Code::kIncrement});

  EXPECT_EQ(apply_bytes("nonsense"), Reply{Outcome::kNonsense});
  EXPECT_EQ(apply({Code::kDelete, {}, "", {}}), Reply{Outcome::kNonsense});
  EXPECT_EQ(store_.counter(), 1U);
}

}  // namespace http::store_test

BUOYANT_INSTANTIATE_STATE_MACHINE_CONFORMANCE(HttpStore, http::store_test::StoreHarness);
