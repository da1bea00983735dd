// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/c/machine.h"

#include "adapters/c/error.h"
#include "tests/adapters/c/node_fixture.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace buoyant::c_api::machine_test {

using testing_support::Recorder;

std::vector<Command> commands(const std::vector<std::string>& lines) {
  std::vector<Command> made;
  for (const std::string& line : lines) {
    made.push_back({Index(made.size() + 3), Term(2), Bytes::copy_of(line)});
  }
  return made;
}

class CMachineTest : public testing::Test {
 protected:
  /// Applies lines; the replies are in `replies_` once the batch is done.
  void apply(const std::vector<std::string>& lines) {
    machine_.apply(commands(lines), ApplyDone([this](std::vector<Bytes> replies) {
                     replies_ = std::move(replies);
                   }));
  }

  Recorder recorder_;
  Machine machine_{recorder_.table()};
  std::optional<std::vector<Bytes>> replies_;
};

TEST_F(CMachineTest, EachCommandHasItsReply) {
  apply({"one", "two"});

  EXPECT_EQ(recorder_.lines, (std::vector<std::string>{"one", "two"}));
  EXPECT_EQ(replies_, (std::vector<Bytes>{Bytes::copy_of("one"), Bytes::copy_of("two")}));
}

TEST_F(CMachineTest, ABatchMayBeDoneLaterAndWithoutReplies) {
  recorder_.keeps_batches = true;
  apply({"one"});
  EXPECT_FALSE(replies_);

  buoyant_apply_done(recorder_.kept.at(0), nullptr);

  EXPECT_EQ(replies_, std::vector<Bytes>());
}

TEST_F(CMachineTest, CommandsStayUntilTheirBatchIsDone) {
  const buoyant_command_t* kept = nullptr;
  buoyant_apply_t* open = nullptr;
  auto seen = std::pair(&kept, &open);
  buoyant_state_machine_t table{};
  table.data = &seen;
  table.apply = [](void* data, const buoyant_command_t* some, size_t, buoyant_apply_t* batch) {
    auto& out = *static_cast<decltype(seen)*>(data);
    *out.first = some;
    *out.second = batch;
  };
  Machine(table).apply(commands({"a line that is long enough to be somewhere else"}),
                       ApplyDone([](const std::vector<Bytes>&) {}));

  EXPECT_EQ(testing_support::text_of(kept->payload),
            "a line that is long enough to be somewhere else");
  EXPECT_EQ(kept->position.index, 3U);
  EXPECT_EQ(kept->position.term, 2U);
  buoyant_apply_done(open, nullptr);
}

TEST_F(CMachineTest, ASnapshotIsReadInPartsAndClosed) {
  apply({"one", "two"});
  std::unique_ptr<SnapshotSource> source = machine_.capture();

  EXPECT_EQ(source->read(5)->text(), "one\nt");
  EXPECT_EQ(source->read(5)->text(), "wo\n");
  EXPECT_EQ(source->read(5)->text(), "");
  source.reset();

  EXPECT_EQ(recorder_.closed, 1);
}

TEST_F(CMachineTest, WhatCannotBeReadIsReportedWithItsCode) {
  const std::unique_ptr<SnapshotSource> source = machine_.capture();

  recorder_.refusal = -5;

  EXPECT_EQ(source->read(5).error(), Error(Errc::kStorageFailed, "", -5));
}

TEST_F(CMachineTest, AReadOfMoreThanThereIsRoomForIsRefused) {
  const std::unique_ptr<SnapshotSource> source = machine_.capture();

  recorder_.refusal = 6;

  EXPECT_EQ(source->read(5).error().code(), Errc::kTooLarge);
}

TEST_F(CMachineTest, ASnapshotReplacesTheState) {
  apply({"old"});
  std::unique_ptr<SnapshotTarget> target = machine_.install();

  ASSERT_TRUE(target->write(view_of("new\n")));
  EXPECT_EQ(recorder_.lines, std::vector<std::string>{"old"});
  ASSERT_TRUE(target->finish());
  target.reset();

  EXPECT_EQ(recorder_.lines, std::vector<std::string>{"new"});
  EXPECT_EQ(recorder_.closed, 1);
}

TEST_F(CMachineTest, AnInstallationThatFailsSaysWhy) {
  const std::unique_ptr<SnapshotTarget> target = machine_.install();

  recorder_.refusal = BUOYANT_E_MALFORMED;

  EXPECT_EQ(target->finish().error().code(), Errc::kMalformed);
}

TEST_F(CMachineTest, WhatATableDoesNotHaveIsNotThere) {
  buoyant_state_machine_t table = recorder_.table();
  table.capture = nullptr;
  table.install = nullptr;
  Machine machine(table);

  EXPECT_EQ(machine.capture(), nullptr);
  EXPECT_EQ(machine.install(), nullptr);
  EXPECT_EQ(machine.applied(), Index(0));
}

TEST_F(CMachineTest, SaysWhatIsDurableInIt) {
  buoyant_state_machine_t table = recorder_.table();
  table.applied = [](void*) -> uint64_t { return 12; };

  EXPECT_EQ(Machine(table).applied(), Index(12));
}

TEST_F(CMachineTest, ATableWithGapsIsRefused) {
  using Table = buoyant_state_machine_t;
  const auto code_without = [this](auto member) {
    Table table = recorder_.table();
    table.*member = {};
    const auto made = machine_of(table);
    return made ? 0 : code_of(made.error().code());
  };

  EXPECT_EQ(code_without(&Table::size), BUOYANT_E_INVALID_OPTIONS);
  EXPECT_EQ(code_without(&Table::apply), BUOYANT_E_INVALID_OPTIONS);
  EXPECT_EQ(code_without(&Table::snapshot_read), BUOYANT_E_INVALID_OPTIONS);
  EXPECT_EQ(code_without(&Table::snapshot_close), BUOYANT_E_INVALID_OPTIONS);
  EXPECT_EQ(code_without(&Table::install_write), BUOYANT_E_INVALID_OPTIONS);
  EXPECT_EQ(code_without(&Table::install_finish), BUOYANT_E_INVALID_OPTIONS);
  EXPECT_EQ(code_without(&Table::install_close), BUOYANT_E_INVALID_OPTIONS);
  EXPECT_EQ(code_without(&Table::applied), 0);
}

}  // namespace buoyant::c_api::machine_test
