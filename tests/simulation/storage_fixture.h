// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A storage on a disk, for the tests of what becomes durable and what is told.
#pragma once

#include "simulation/storage.h"
#include "tests/simulation/disks.h"
#include "tests/simulation/run_fixture.h"
#include "tests/support/print.h"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace buoyant::simulation::storage_fixture {

using disks::append;
using disks::command;
using disks::noop;
using disks::vote;
using port::StorageWrite;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

/// "1 durable", "3 no space": what the node is told, through which write.
class Reports final : public port::StorageEvents {
 public:
  void on_written(WriteId through, port::WriteOutcome outcome, Error /*error*/) noexcept override {
    constexpr std::array<const char*, 3> kNames = {"durable", "no space", "failed"};
    lines.push_back(std::to_string(through.value()) + " " +
                    kNames[static_cast<std::size_t>(outcome)]);
  }

  std::vector<std::string> lines;
};

class Watcher final : public StorageWatcher {
 public:
  void on_submitted(Process& /*process*/, const StorageWrite& /*write*/) override {}

  void on_moment(Process& /*process*/, WriteMoment moment, const StorageWrite& write) override {
    if (act && moment == when && write.id == at) {
      std::exchange(act, nullptr)();
    }
  }

  void on_failure_reported(Process& /*process*/) override { ++failures; }

  /// Done once, at this moment of this write.
  std::function<void()> act;
  WriteMoment when = WriteMoment::kDurable;
  WriteId at;
  std::size_t failures = 0;
};

class StorageFixture : public RunFixture {
 protected:
  void SetUp() override { open(1); }

  /// A new process on the same disk.
  void open(std::uint64_t seed) {
    process = make_process(1);
    storage = std::make_unique<SimulatedStorage>(process, disk, watcher, Random(seed));
    storage->start(reports);
    reports.lines.clear();
    last_id = 0;
  }

  void submit(StorageWrite write) {
    write.id = WriteId(++last_id);
    storage->write(std::move(write));
  }

  /// The next `count` entries, one in each write, each with a term of its own.
  void submit_entries(std::uint64_t count) {
    for (std::uint64_t i = 0; i < count; ++i) {
      const std::uint64_t index = ++submitted;
      StorageWrite write = append(index, {noop(index)});
      write.hard_state = HardState{.term = Term(index), .voted_for = {}};
      submit(std::move(write));
    }
  }

  Result<std::vector<Entry>> read(std::uint64_t first, std::uint64_t last,
                                  std::size_t bytes_max = 1'000) {
    std::optional<Result<std::vector<Entry>>> answer;
    storage->read(Index(first), Index(last), bytes_max,
                  [&](Result<std::vector<Entry>> entries) { answer = std::move(entries); });
    EXPECT_FALSE(answer.has_value());
    run_for(seconds(1));
    return answer ? std::move(*answer) : fail(Errc::kFaulted, "no answer");
  }

  void end_process() {
    process->kill();
    storage->crash();
  }

  /// What is durable when a process ends in the midst of a commit of `in_flight` writes, with two
  /// more behind it, over many runs: (index of the last entry, term).
  std::set<std::pair<std::uint64_t, std::uint64_t>> crashes(std::uint64_t in_flight) {
    std::set<std::pair<std::uint64_t, std::uint64_t>> seen;
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
      disk.apply(disks::truncation(1), true);
      const std::uint64_t before = disk.hard_state().term.value();
      submitted = 0;
      open(seed);
      for (std::uint64_t i = 1; i <= in_flight + 2; ++i) {
        StorageWrite write = append(i, {noop(before + 1)});
        write.hard_state = HardState{.term = Term(before + i), .voted_for = {}};
        if (i == in_flight + 1) {
          run_for(microseconds(6));
        }
        submit(std::move(write));
      }
      end_process();
      run_all();
      seen.insert({disk.last().index.value(), disk.hard_state().term.value() - before});
    }
    return seen;
  }

  disks::DeafWatcher deaf;
  Disk disk{ServerId(1), "test", 101, deaf};
  Watcher watcher;
  Reports reports;
  ProcessPointer process;
  std::unique_ptr<SimulatedStorage> storage;
  std::uint64_t last_id = 0;
  std::uint64_t submitted = 0;
};

}  // namespace buoyant::simulation::storage_fixture
