// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What every port::Transport must do: typed tests in five suites. Link buoyant::conformance
/// and GTest, write a harness, and name it once:
///
///   class MyHarness {
///    public:
///     std::unique_ptr<port::Transport> open(ServerId id,
///                                           const conformance::TransportLimits& limits) {
///       return reopen(id, limits, "port " + std::to_string(++opened_));
///     }
///     std::unique_ptr<port::Transport> reopen(ServerId id,
///                                             const conformance::TransportLimits& limits,
///                                             const std::string& address) {
///       return std::make_unique<MyTransport>(loop_, id, address, limits.frame_bytes_max,
///                                            limits.queue_bytes_max,
///                                            limits.snapshot_queue_bytes_max);
///     }
///     std::string address_of(port::Transport& transport) {
///       return static_cast<MyTransport&>(transport).address();
///     }
///     bool run_until(const std::function<bool()>& condition) { return loop_.run_until(condition);
///     } void run_some() { loop_.run_iterations(20); }
///
///    private:
///     MyLoop loop_;
///     int opened_ = 0;
///   };
///
///   BUOYANT_INSTANTIATE_TRANSPORT_CONFORMANCE(Mine, MyHarness);
///
/// A harness is made for each test. Its verbs:
///
///   open        a transport at a new address, not started; it dials again after a refused or
///               ended connection within milliseconds
///   reopen      the same at the address of one that is gone
///   address_of  where others dial it; after open, before start
///   run_until   runs the loop until the condition holds; false: it does not
///   run_some    a few iterations of the loop
///
/// Its destructor should check that nothing is left in the loop. examples/transport is a
/// complete example.
#pragma once

#include "buoyant/conformance/transport_handshake_conformance.h"
#include "buoyant/conformance/transport_life_conformance.h"
#include "buoyant/conformance/transport_snapshot_conformance.h"
#include "buoyant/conformance/transport_snapshot_life_conformance.h"
#include "buoyant/conformance/transport_traffic_conformance.h"

/// Runs all of it with a harness. In the global namespace.
#define BUOYANT_INSTANTIATE_TRANSPORT_CONFORMANCE(name, harness)                   \
  namespace buoyant::conformance {                                                 \
  INSTANTIATE_TYPED_TEST_SUITE_P(name, TransportHandshakeConformance, harness);    \
  INSTANTIATE_TYPED_TEST_SUITE_P(name, TransportTrafficConformance, harness);      \
  INSTANTIATE_TYPED_TEST_SUITE_P(name, TransportLifeConformance, harness);         \
  INSTANTIATE_TYPED_TEST_SUITE_P(name, TransportSnapshotConformance, harness);     \
  INSTANTIATE_TYPED_TEST_SUITE_P(name, TransportSnapshotLifeConformance, harness); \
  }                                                                                \
  static_assert(true, "takes the semicolon")
