// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// The simulated storage keeps the promises of the real ones.

#include "buoyant/conformance/storage_conformance.h"

#include "simulation/storage.h"
#include "tests/simulation/disks.h"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>

namespace buoyant::simulation::storage_conformance_test {

class Harness final : private StorageWatcher {
 public:
  void open() {
    release_writes();
    process_ = std::make_shared<Process>(context_, conformance::kServer, ++starts_, Clock());
    storage_ = std::make_unique<SimulatedStorage>(process_, disk_,
                                                  static_cast<StorageWatcher&>(*this), Random(1));
  }

  port::Storage& storage() { return *storage_; }

  void crash() { storage_.reset(); }

  void forget() { storage_.reset(); }

  bool run_until(const std::function<bool()>& condition) {
    const Instant until = context_.now() + std::chrono::minutes(1);
    while (!condition()) {
      if (!context_.timeline.run_one(until)) {
        return condition();
      }
    }
    return true;
  }

  void run_some() {
    const Instant until = context_.now() + std::chrono::seconds(1);
    while (context_.timeline.run_one(until)) {
    }
  }

  void hold_writes() { disk_.stuck = true; }

  void wait_until_held() { run_some(); }

  void release_writes() {
    disk_.stuck = false;
    if (storage_ != nullptr) {
      storage_->unstick();
    }
  }

  void fail_next_write(port::WriteOutcome outcome) {
    if (outcome == port::WriteOutcome::kNoSpace) {
      disk_.full = true;
    } else {
      disk_.fail_next_write = false;
    }
  }

 private:
  void on_submitted(Process& /*process*/, const port::StorageWrite& /*write*/) override {}

  void on_moment(Process& /*process*/, WriteMoment moment,
                 const port::StorageWrite& write) override {
    // It was for one write only.
    if (moment == WriteMoment::kDurable && !write.entries.empty()) {
      disk_.full = false;
    }
  }

  void on_failure_reported(Process& /*process*/) override {}

  Plan plan_;
  TraceSink sink_;
  Context context_{plan_, sink_};
  disks::DeafWatcher deaf_;
  Disk disk_{conformance::kServer, conformance::kCluster, 101, deaf_};
  std::uint64_t starts_ = 0;
  ProcessPointer process_;
  std::unique_ptr<SimulatedStorage> storage_;
};

}  // namespace buoyant::simulation::storage_conformance_test

BUOYANT_INSTANTIATE_STORAGE_CONFORMANCE(Simulated,
                                        buoyant::simulation::storage_conformance_test::Harness);
