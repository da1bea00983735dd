// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What every transport must do: typed tests in three suites, to which each adapter gives a
/// harness with INSTANTIATE_TRANSPORT_CONFORMANCE:
///
///   struct Harness {
///     std::unique_ptr<port::Transport> open(ServerId id, const TransportLimits& limits);
///     std::unique_ptr<port::Transport> reopen(ServerId, const TransportLimits&, address);
///     std::string address_of(port::Transport&);         // after open, before start
///     bool run_until(std::function<bool()> condition);  // false: it did not come about
///     void run_some();                                  // a few iterations
///   };
///
/// The harness checks in its destructor that nothing is left in the loop.
#pragma once

#include "tests/adapters/transport_handshake_conformance.h"
#include "tests/adapters/transport_life_conformance.h"
#include "tests/adapters/transport_traffic_conformance.h"

/// Requires: in namespace buoyant::tests.
#define INSTANTIATE_TRANSPORT_CONFORMANCE(prefix, Harness)                        \
  INSTANTIATE_TYPED_TEST_SUITE_P(prefix, TransportHandshakeConformance, Harness); \
  INSTANTIATE_TYPED_TEST_SUITE_P(prefix, TransportTrafficConformance, Harness);   \
  INSTANTIATE_TYPED_TEST_SUITE_P(prefix, TransportLifeConformance, Harness)
