// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The key-value server on a real loop and loopback, with a node whose outcomes a test decides.
#pragma once

#include "examples/kv/kv_service.h"
#include "tests/examples/common/server_fixture.h"
#include "tests/examples/echo/held_node.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kv::testing_support {

using example::testing_support::PlainSocket;

class KvFixture : public example::testing_support::ServerFixture {
 protected:
  explicit KvFixture(const example::Options& options = {}) : program_(options) {}

  example::Service& service() override { return service_; }

  bool wait_for_proposals(std::size_t count) {
    return run_until([&] { return node_.held.size() >= count; });
  }

  /// Applies the proposal at the front and answers it.
  void commit() {
    auto proposal = std::move(node_.held.front());
    node_.held.pop_front();
    const buoyant::LogPosition position{buoyant::Term(1), buoyant::Index(++applied_)};
    program_.machine().apply(
        {{position.index, position.term, buoyant::Bytes::copy_of(proposal.line)}},
        buoyant::ApplyDone([&](const std::vector<buoyant::Bytes>& replies) {
          proposal.done(buoyant::Applied{position, replies.at(0)});
        }));
  }

  /// Sends, applies all proposals, and expects this to come back.
  testing::AssertionResult exchange(PlainSocket& socket, std::string_view request,
                                    const std::string& answer) {
    const std::string before = socket.received();
    socket.send(request);
    const bool came = run_until([&] {
      while (!node_.held.empty()) {
        commit();
      }
      while (!node_.reads.empty()) {
        node_.end_read();
      }
      return socket.received().size() >= before.size() + answer.size();
    });
    const std::string got = socket.received().substr(before.size());
    return came && got == answer ? testing::AssertionSuccess()
                                 : testing::AssertionFailure() << "got " << got;
  }

  echo::testing_support::HeldNode node_;
  KvProgram program_;
  example::Service& service_ = program_.serve(node_);
  std::uint64_t applied_ = 0;
};

}  // namespace kv::testing_support
