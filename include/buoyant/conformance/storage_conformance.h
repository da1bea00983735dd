// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What every port::Storage must do: typed tests in three suites. Link buoyant::conformance and
/// GTest, write a harness, and name it once:
///
///   class MyHarness {
///    public:
///     void open() { storage_ = MyStorage::open(directory_, conformance::kCluster,
///                                              conformance::kServer, loop_, gate_); }
///     port::Storage& storage() { return *storage_; }
///     void crash() { storage_.reset(); }
///     void forget() { storage_.reset(); }
///     bool run_until(const std::function<bool()>& condition) { return loop_->run_until(condition);
///     } void run_some() { loop_->run_for(std::chrono::milliseconds(20)); } void hold_writes() {
///     gate_.hold(); } void wait_until_held() { gate_.wait_until_held(); } void release_writes() {
///     gate_.release(); } void fail_next_write(port::WriteOutcome outcome) {
///       gate_.fail_next(outcome == port::WriteOutcome::kNoSpace ? ENOSPC : EIO);
///     }
///
///    private:
///     MyTemporaryDirectory directory_;
///     std::shared_ptr<conformance::ManualLoop> loop_ =
///     std::make_shared<conformance::ManualLoop>(); conformance::DiskGate gate_;
///     std::unique_ptr<MyStorage> storage_;
///   };
///
///   BUOYANT_INSTANTIATE_STORAGE_CONFORMANCE(Mine, MyHarness);
///
/// A harness is made for each test, with an empty disk. Its verbs:
///
///   open             a storage on the same disk, that of kServer in kCluster; none is open, but
///                    a worker that was left behind may still hold the disk: wait for it. What
///                    was held is released
///   storage          the one that is open
///   crash            destroys it without close; what is durable stays
///   forget           destroys it after its close called back
///   run_until        runs the loop until the condition holds; false: it does not
///   run_some         runs what is due, and gives threads a chance
///   hold_writes      no write gets durable any more, until
///   release_writes
///   wait_until_held  until a write that was submitted hangs
///   fail_next_write  the next write that is carried out ends like this
///
/// The last four ask the storage for a place where a test can hang and break its disk: there is
/// no other way to see that it keeps its promises then. examples/storage is a complete example.
#pragma once

#include "buoyant/conformance/disk_gate.h"
#include "buoyant/conformance/manual_loop.h"
#include "buoyant/conformance/storage_log_conformance.h"
#include "buoyant/conformance/storage_state_conformance.h"
#include "buoyant/conformance/storage_write_conformance.h"

/// Runs all of it with a harness. In the global namespace.
#define BUOYANT_INSTANTIATE_STORAGE_CONFORMANCE(name, harness)            \
  namespace buoyant::conformance {                                        \
  INSTANTIATE_TYPED_TEST_SUITE_P(name, StorageLogConformance, harness);   \
  INSTANTIATE_TYPED_TEST_SUITE_P(name, StorageStateConformance, harness); \
  INSTANTIATE_TYPED_TEST_SUITE_P(name, StorageWriteConformance, harness); \
  }                                                                       \
  static_assert(true, "takes the semicolon")
