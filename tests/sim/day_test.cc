// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A long simulated time of constant load with snapshots, without a fault: what servers keep does
/// not grow.
///
/// BUOYANT_DAY_HOURS=24 makes the long run of it.

#include "buoyant/simulation/simulation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unistd.h>
#include <vector>

namespace buoyant::simulation::day_test {

/// Counts, and knows nothing else: its state is always as large.
class DayCounter final : public StateMachine {
 public:
  void apply(std::vector<Command> commands, ApplyDone done) noexcept override {
    std::vector<Bytes> replies;
    for (std::size_t at = 0; at < commands.size(); ++at) {
      replies.push_back(Bytes::copy_of(std::to_string(++count_)));
    }
    done(std::move(replies));
  }

  std::unique_ptr<SnapshotSource> capture() noexcept override {
    return std::make_unique<Source>(count_);
  }

  std::unique_ptr<SnapshotTarget> install() noexcept override {
    return std::make_unique<Target>(*this);
  }

 private:
  class Source final : public SnapshotSource {
   public:
    explicit Source(std::uint64_t count) : text_(std::to_string(count)) {}

    Result<Bytes> read(std::size_t bytes_max) noexcept override {
      const std::string part = text_.substr(0, bytes_max);
      text_.erase(0, part.size());
      return Bytes::copy_of(part);
    }

   private:
    std::string text_;
  };

  class Target final : public SnapshotTarget {
   public:
    explicit Target(DayCounter& counter) : counter_(counter) {}

    Result<void> write(ByteView chunk) noexcept override {
      text_ += text_of(chunk);
      return {};
    }

    Result<void> finish() noexcept override {
      counter_.count_ = std::strtoull(text_.c_str(), nullptr, 10);
      return {};
    }

   private:
    DayCounter& counter_;
    std::string text_;
  };

  std::uint64_t count_ = 0;
};

class DayWorkload final : public Workload {
 public:
  std::unique_ptr<StateMachine> make_state_machine() override {
    return std::make_unique<DayCounter>();
  }

  Bytes next_command(std::uint64_t /*client*/, Random& /*random*/) override {
    return Bytes::copy_of(std::to_string(++commands_));
  }

  /// A later place in the log has a larger count.
  std::optional<std::string> judge(const History& history) override {
    std::map<Index, std::uint64_t> counts;
    for (const Operation& operation : history) {
      if (operation.reply) {
        counts[operation.position.index] =
            std::strtoull(std::string(operation.reply->text()).c_str(), nullptr, 10);
      }
    }
    std::uint64_t before = 0;
    for (const auto& [index, count] : counts) {
      if (count <= before) {
        return "the count at " + std::to_string(index.value()) + " is " + std::to_string(count);
      }
      before = count;
    }
    return std::nullopt;
  }

 private:
  std::uint64_t commands_ = 0;
};

/// Follows the disks of the servers and the frames under way, in equal parts of the time.
class DayWatch {
 public:
  static constexpr std::size_t kParts = 8;

  struct Part {
    std::uint64_t log_longest = 0;
    std::uint64_t writes_waiting_most = 0;
    std::uint64_t snapshots = 0;
    std::uint64_t committed = 0;
    std::uint64_t rss_bytes = 0;
  };

  explicit DayWatch(Duration whole) : part_length_(whole / static_cast<std::int64_t>(kParts)) {}

  void take(const TraceEvent& event) {
    const auto at = static_cast<std::size_t>(event.at.since_start() / part_length_);
    if (at >= kParts) {
      return;
    }
    Part& part = parts_.at(at);
    const std::string_view what = event.what;
    Disk& disk = disks_[event.server];
    if (what == "entry") {
      disk.last = number_in(event.detail);
    } else if (what == "truncated") {
      disk.last = number_in(event.detail) - 1;
    } else if (what == "compacted") {
      disk.base = number_in(event.detail);
    } else if (what == "snapshot") {
      part.snapshots += 1;
    } else if (what == "committed") {
      part.committed += 1;
    } else if (what == "write") {
      disk.writes += 1;
    } else if (what == "durable") {
      disk.writes = 0;
    }
    part.log_longest = std::max(part.log_longest, disk.last - std::min(disk.base, disk.last));
    part.writes_waiting_most = std::max(part.writes_waiting_most, disk.writes);
    if (part.rss_bytes == 0) {
      part.rss_bytes = own_rss();
    }
  }

  [[nodiscard]] const std::array<Part, kParts>& parts() const { return parts_; }

 private:
  struct Disk {
    std::uint64_t last = 0;
    std::uint64_t base = 0;
    std::uint64_t writes = 0;
  };

  static std::uint64_t number_in(const std::string& detail) {
    const std::size_t digit = detail.find_first_of("0123456789");
    return digit == std::string::npos ? 0 : std::strtoull(detail.c_str() + digit, nullptr, 10);
  }

  static std::uint64_t own_rss() {
    std::ifstream file("/proc/self/statm");
    std::uint64_t size = 0;
    std::uint64_t resident = 0;
    file >> size >> resident;
    return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  }

  Duration part_length_;
  std::array<Part, kParts> parts_;
  std::map<ServerId, Disk> disks_;
};

double hours_of_the_day() {
  const char* const text = std::getenv("BUOYANT_DAY_HOURS");
  return text == nullptr ? 0.5 : std::strtod(text, nullptr);
}

TEST(DayTest, WhatServersKeepDoesNotGrow) {
  const auto whole = std::chrono::duration_cast<Duration>(
      std::chrono::duration<double, std::ratio<3600>>(hours_of_the_day()));
  Plan plan;
  plan.seed = 1;
  plan.servers = 3;
  plan.clients = 4;
  plan.faults = {Fault::kSnapshots};
  plan.faulty = whole;
  plan.think = std::chrono::seconds(2);
  // A day must fit into the events that a run may have.
  plan.heartbeat_interval = std::chrono::milliseconds(250);
  plan.election_timeout = std::chrono::milliseconds(2500);
  DayWorkload workload;
  DayWatch watch(whole);

  const Report report = run(plan, workload, [&](const TraceEvent& event) { watch.take(event); });

  EXPECT_TRUE(report.passed()) << report.describe();
  const auto& parts = watch.parts();
  const DayWatch::Part& early = parts[2];
  const DayWatch::Part& late = parts.back();
  EXPECT_GT(early.snapshots, 3U);
  std::cout << report.totals.events << " events\n";
  for (const DayWatch::Part& part : parts) {
    std::cout << part.committed << " calls, " << part.snapshots << " snapshots, at most "
              << part.log_longest << " entries in a log, " << part.writes_waiting_most
              << " writes waiting, " << part.rss_bytes / 1024 << " KiB resident\n";
  }
  EXPECT_GT(late.committed, early.committed / 2);
  EXPECT_LE(late.log_longest, early.log_longest + early.log_longest / 10 + 4);
  EXPECT_LE(late.writes_waiting_most, early.writes_waiting_most + 4);
  EXPECT_LE(late.snapshots, early.snapshots + early.snapshots / 4 + 4);
  // One at the start, and a few when the run ends with restarts.
  EXPECT_LE(report.totals.elections, 8U);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  // What is resident says nothing under a sanitizer, which keeps freed memory for a while (up to
  // 256 MiB) to see its use.
  //
  // The judge and the ledger remember every call and every entry; servers do not.
  constexpr std::uint64_t kPerCall = 4096;
  std::uint64_t calls = 0;
  for (std::size_t at = 2; at + 1 < parts.size(); ++at) {
    calls += parts.at(at).committed;
  }
  constexpr std::uint64_t kBeside = 8U << 20U;
  EXPECT_LE(late.rss_bytes, early.rss_bytes + calls * kPerCall + kBeside);
#endif
}

}  // namespace buoyant::simulation::day_test
