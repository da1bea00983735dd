// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What every port::SnapshotStore must do: typed tests in three suites. Link
/// buoyant::conformance and GTest, write a harness, and name it once:
///
///   BUOYANT_INSTANTIATE_SNAPSHOT_STORE_CONFORMANCE(Mine, MyHarness);
///
/// A harness is made for each test, with an empty disk. Its verbs:
///
///   open             a store of kStoreServer on the same disk; none is open, but a worker that
///                    was left behind may still hold the disk: wait for it. What was held is
///                    released
///   store            the one that is open
///   crash            destroys it without close; what is durable stays
///   forget           destroys it after its close called back
///   run_until        runs the loop until the condition holds; false: it does not
///   hold             nothing is written to the disk any more, until
///   release
///   wait_until_held  until a request that was made hangs
///   fail_next        the next write to the disk ends like this: kStorageFull, or kStorageFailed
///   corrupt          changes a byte of the contents of a complete file, behind the store's back
///
/// The last five ask the store for a place where a test can hang and break its disk, as in
/// storage_conformance.h.
#pragma once

#include "buoyant/conformance/disk_gate.h"
#include "buoyant/conformance/manual_loop.h"
#include "buoyant/conformance/snapshot_store_create_conformance.h"
#include "buoyant/conformance/snapshot_store_keep_conformance.h"
#include "buoyant/conformance/snapshot_store_receive_conformance.h"

/// Runs all of it with a harness. In the global namespace.
#define BUOYANT_INSTANTIATE_SNAPSHOT_STORE_CONFORMANCE(name, harness)             \
  namespace buoyant::conformance {                                                \
  INSTANTIATE_TYPED_TEST_SUITE_P(name, SnapshotStoreCreateConformance, harness);  \
  INSTANTIATE_TYPED_TEST_SUITE_P(name, SnapshotStoreKeepConformance, harness);    \
  INSTANTIATE_TYPED_TEST_SUITE_P(name, SnapshotStoreReceiveConformance, harness); \
  }                                                                               \
  static_assert(true, "takes the semicolon")
