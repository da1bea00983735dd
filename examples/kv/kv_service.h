// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What buoyant-kv serves: RESP2, with the answers of a connection in the order of its requests.
#pragma once

#include "buoyant/node.h"
#include "examples/common/application.h"
#include "examples/common/options.h"
#include "examples/common/protocol.h"
#include "examples/kv/kv_state.h"
#include "examples/kv/replication.h"

#include <memory>
#include <optional>
#include <string_view>

namespace kv {

inline constexpr example::ProgramText kProgramText{
    "buoyant-kv", "A key-value server that speaks RESP2, replicated by buoyant.", false};

/// The node and the state must outlive the connections.
class KvService final : public example::Service {
 public:
  KvService(buoyant::Node& node, const KvState& replicated)
      : replication_(node), replicated_(replicated) {}

  std::unique_ptr<example::Protocol> speak(example::Connection& connection) override;

  [[nodiscard]] std::string_view too_many_clients() const override {
    return "-ERR max number of clients reached\r\n";
  }

 private:
  Replication replication_;
  const KvState& replicated_;
};

class KvProgram final : public example::Program {
 public:
  [[nodiscard]] const char* name() const override { return kProgramText.name; }

  buoyant::StateMachine& machine() override { return replicated_.state_machine(); }

  example::Service& serve(buoyant::Node& node) override {
    return service_.emplace(node, replicated_);
  }

 private:
  KvState replicated_;
  std::optional<KvService> service_;
};

}  // namespace kv
