// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/kv/machine.h"

#include "buoyant/conformance/state_machine_conformance.h"
#include "examples/kv/operation.h"

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>

namespace kv::machine_test {

class KvMachineHarness final : public buoyant::conformance::StateMachineHarness {
 public:
  std::unique_ptr<buoyant::StateMachine> make() override { return std::make_unique<KvMachine>(); }

  buoyant::Bytes command(std::uint64_t number) override {
    const std::string key = "key" + std::to_string(number % 17);
    const std::string value = std::to_string(number);
    const std::array<Operation, 8> operations = {{{Code::kSet, {key, value}},
                                                  {Code::kAppend, {key, value}},
                                                  {Code::kIncrementBy, {key, "7"}},
                                                  {Code::kSetMany, {key, "1", "other", value}},
                                                  {Code::kDelete, {key, "other"}},
                                                  {Code::kCompareAndSet, {key, "1", value}},
                                                  {Code::kGetMany, {key, "other"}},
                                                  {Code::kCount, {}}}};
    std::string bytes;
    encode(operations.at(number % operations.size()), bytes);
    return buoyant::Bytes::copy_of(bytes);
  }

  std::string state_of(buoyant::StateMachine& machine) override {
    return std::to_string(static_cast<KvMachine&>(machine).map().digest());
  }
};

class KvMachineTest : public testing::Test {
 protected:
  std::string apply(KvMachine& machine, std::string_view bytes) {
    std::string reply;
    machine.apply({{buoyant::Index(1), buoyant::Term(1), buoyant::Bytes::copy_of(bytes)}},
                  buoyant::ApplyDone([&](const std::vector<buoyant::Bytes>& replies) {
                    reply = std::string(replies.at(0).text());
                  }));
    return reply;
  }
};

TEST_F(KvMachineTest, RepliesAsRedisDoes) {
  KvMachine machine;
  std::string bytes;
  encode({Code::kSet, {"k", "v"}}, bytes);

  EXPECT_EQ(apply(machine, bytes), "+OK\r\n");
  EXPECT_EQ(machine.map().find("k")->value(), "v");
}

TEST_F(KvMachineTest, ATargetMayOutliveTheMachine) {
  auto machine = std::make_unique<KvMachine>();
  const auto source = machine->capture();
  const auto target = machine->install();
  machine.reset();

  const auto chunk = source->read(1000);
  ASSERT_TRUE(chunk);
  EXPECT_TRUE(target->write(chunk->view()));
}

TEST_F(KvMachineTest, AnswersWhatIsNoOperation) {
  KvMachine machine;

  EXPECT_EQ(apply(machine, "nonsense"), "-ERR this is no operation\r\n");
}

TEST_F(KvMachineTest, InstallsALargeMapAndLetsGoOfTheOldOne) {
  KvMachineHarness harness;
  KvMachine source;
  KvMachine target;
  for (std::size_t number = 0; number < 2 * Reaper::kSmallEntries; ++number) {
    std::string bytes;
    const std::string key = std::to_string(number);
    encode({Code::kSet, {key, "value"}}, bytes);
    apply(source, bytes);
    encode({Code::kSet, {key, "old"}}, bytes = {});
    apply(target, bytes);
  }
  const auto reading = source.capture();
  const auto writing = target.install();

  for (auto chunk = reading->read(10'000); chunk && !chunk->empty();
       chunk = reading->read(10'000)) {
    ASSERT_TRUE(writing->write(chunk->view()));
  }
  ASSERT_TRUE(writing->finish());

  EXPECT_EQ(target.map().digest(), source.map().digest());
  EXPECT_EQ(target.map().find("7")->value(), "value");
}

}  // namespace kv::machine_test

BUOYANT_INSTANTIATE_STATE_MACHINE_CONFORMANCE(KvMachine, kv::machine_test::KvMachineHarness);
