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

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace kv {

inline constexpr example::ProgramText kProgramText{
    "buoyant-kv", "A key-value server that speaks RESP2, replicated by buoyant.", false};

/// The node and the state must outlive the connections.
class KvService final : public example::Service {
 public:
  /// How long requests may wait is a matter of the election timeout.
  KvService(buoyant::Node& node, const KvState& replicated, std::uint64_t election_ms)
      : replication_(node), replicated_(replicated), election_ms_(election_ms) {}

  std::unique_ptr<example::Protocol> speak(example::Connection& connection) override;

  [[nodiscard]] std::string_view too_many_clients() const override {
    return "-ERR max number of clients reached\r\n";
  }

 private:
  Replication replication_;
  const KvState& replicated_;
  const std::uint64_t election_ms_;
};

class KvProgram final : public example::Program {
 public:
  explicit KvProgram(const example::Options& options)
      : election_timeout_(options.election_timeout) {}

  [[nodiscard]] const char* name() const override { return kProgramText.name; }

  /// READMODE lease needs leases.
  void configure(buoyant::StandardOptions& options) const override {
    options.node.lease_reads = true;
    options.node.clock_drift_max = options.node.election_timeout / 10;
  }

  buoyant::StateMachine& machine() override { return replicated_.state_machine(); }

  example::Service& serve(buoyant::Node& node) override {
    return service_.emplace(node, replicated_, election_ms());
  }

 private:
  [[nodiscard]] std::uint64_t election_ms() const {
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::milliseconds>(election_timeout_).count());
  }

  const buoyant::Duration election_timeout_;
  KvState replicated_;
  std::optional<KvService> service_;
};

}  // namespace kv
