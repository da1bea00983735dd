// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The echo server on a real loop and loopback, with a node whose outcomes a test decides.
#pragma once

#include "examples/echo/echo_service.h"
#include "tests/examples/common/server_fixture.h"
#include "tests/examples/echo/held_node.h"

namespace echo::testing_support {

using example::testing_support::PlainSocket;

class ServerFixture : public example::testing_support::ServerFixture {
 protected:
  example::Service& service() override { return service_; }

  bool wait_for_proposals(std::size_t count) {
    return run_until([&] { return node_.held.size() >= count; });
  }

  HeldNode node_;
  EchoService service_{node_};
};

}  // namespace echo::testing_support
