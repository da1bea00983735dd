// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "simulation/machine_snapshot.h"

#include "buoyant/conformance/snapshot_store_fixture.h"
#include "simulation/machine.h"
#include "tests/simulation/disks.h"
#include "tests/simulation/run_fixture.h"
#include "tests/support/print.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace buoyant::simulation::machine_snapshot_test {

using conformance::TextSource;
using conformance::TextTarget;
using disks::append;
using disks::command;
using disks::noop;

/// Its state is what it was given; it answers when it is told to.
class TextMachine final : public StateMachine {
 public:
  void apply(std::vector<Command> commands, ApplyDone done) noexcept override {
    for (const Command& each : commands) {
      text += each.payload.text();
    }
    if (waits) {
      waiting = std::move(done);
    } else {
      done();
    }
  }

  std::unique_ptr<SnapshotSource> capture() noexcept override {
    return gives ? std::make_unique<TextSource>(text) : nullptr;
  }

  std::unique_ptr<SnapshotTarget> install() noexcept override {
    return gives ? std::make_unique<TextTarget>() : nullptr;
  }

  std::string text;
  bool waits = false;
  bool gives = true;
  ApplyDone waiting;
};

/// Server one has "a", "b" and "c" at 2, 3 and 5, and a majority has them too.
class WatchedSnapshotTest : public RunFixture {
 protected:
  void SetUp() override {
    const auto write =
        append(1, {noop(1), command(1, "a"), command(1, "b"), noop(2), command(2, "c")});
    rack.write(1, write);
    rack.write(2, write);
    watched = make();
  }

  std::unique_ptr<WatchedMachine> make() {
    auto inner = std::make_unique<TextMachine>();
    machine = inner.get();
    process = make_process(1);
    return std::make_unique<WatchedMachine>(process, rack.of(1), ledger, replies, std::move(inner),
                                            Random(1));
  }

  void apply(std::uint64_t index, std::uint64_t term, std::string_view text) {
    watched->apply({{.index = Index(index), .term = Term(term), .payload = Bytes::copy_of(text)}},
                   ApplyDone());
  }

  std::string capture(std::size_t part_bytes = 1000) {
    const std::unique_ptr<SnapshotSource> source = watched->capture();
    std::string bytes;
    for (Result<Bytes> part = source->read(part_bytes); !part->empty();
         part = source->read(part_bytes)) {
      bytes += part->text();
    }
    return bytes;
  }

  Result<void> install(std::string_view bytes, std::size_t part_bytes = 1000) {
    const std::unique_ptr<SnapshotTarget> target = watched->install();
    for (; !bytes.empty(); bytes.remove_prefix(std::min(part_bytes, bytes.size()))) {
      EXPECT_TRUE(target->write(view_of(bytes.substr(0, part_bytes))).has_value());
    }
    return target->finish();
  }

  disks::DeafWatcher deaf;
  disks::Rack rack{3, deaf};
  Ledger ledger{context, rack.list};
  Replies replies{context};
  TextMachine* machine = nullptr;
  ProcessPointer process;
  std::unique_ptr<WatchedMachine> watched;
};

TEST_F(WatchedSnapshotTest, IsTheUsersBehindItsIndex) {
  apply(2, 1, "a");
  apply(3, 1, "b");

  EXPECT_EQ(capture(), std::string("\3\0\0\0\0\0\0\0ab", 10));
  EXPECT_EQ(capture(3), capture());
}

TEST_F(WatchedSnapshotTest, OneWithoutSnapshotsHasNone) {
  machine->gives = false;

  EXPECT_EQ(watched->capture(), nullptr);
  EXPECT_EQ(watched->install(), nullptr);
}

TEST_F(WatchedSnapshotTest, GoesOnBehindWhatWasInstalled) {
  apply(2, 1, "a");
  apply(3, 1, "b");
  const std::string snapshot = capture();
  watched = make();

  ASSERT_TRUE(install(snapshot, 3).has_value());
  apply(5, 2, "c");

  EXPECT_EQ(violated(), "");
}

TEST_F(WatchedSnapshotTest, ACommandBetweenItsEndAndTheNextIsFound) {
  apply(2, 1, "a");
  const std::string snapshot = capture();
  apply(3, 1, "b");
  watched = make();

  ASSERT_TRUE(install(snapshot).has_value());
  apply(5, 2, "c");

  EXPECT_EQ(violated(), "apply_order");
}

TEST_F(WatchedSnapshotTest, OneOfThePastIsFound) {
  apply(2, 1, "a");
  const std::string snapshot = capture();
  apply(3, 1, "b");

  ASSERT_TRUE(install(snapshot).has_value());

  EXPECT_EQ(violated(), "apply_order");
}

TEST_F(WatchedSnapshotTest, OneOfWhatNobodyAppliedIsFound) {
  ASSERT_TRUE(install(std::string("\3\0\0\0\0\0\0\0ab", 10)).has_value());

  EXPECT_EQ(violated(), "snapshot_committed");
}

TEST_F(WatchedSnapshotTest, ACaptureInTheMidstOfABatchIsFound) {
  machine->waits = true;
  apply(2, 1, "a");

  static_cast<void>(capture());

  EXPECT_EQ(violated(), "apply_order");
}

TEST_F(WatchedSnapshotTest, OneThatIsCutOffIsRefused) {
  EXPECT_EQ(install("short").error().code(), Errc::kMalformed);
}

}  // namespace buoyant::simulation::machine_snapshot_test
