// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What buoyant-echo serves: lines in, the same lines out.
#pragma once

#include "buoyant/node.h"
#include "examples/common/application.h"
#include "examples/common/options.h"
#include "examples/common/protocol.h"
#include "examples/echo/echo_machine.h"
#include "examples/echo/protocol.h"

#include <memory>
#include <optional>
#include <string_view>

namespace echo {

inline constexpr example::ProgramText kProgramText{
    "buoyant-echo", "An echo server whose lines are replicated by buoyant.", true};

/// The node must outlive the connections.
class EchoService final : public example::Service {
 public:
  explicit EchoService(buoyant::Node& node) : node_(node) {}

  std::unique_ptr<example::Protocol> speak(example::Connection& connection) override;

  [[nodiscard]] std::string_view too_many_clients() const override { return kTooManyClients; }

 private:
  buoyant::Node& node_;
};

class EchoProgram final : public example::Program {
 public:
  explicit EchoProgram(const example::Options& options)
      : machine_(options.print ? stdout : nullptr) {}

  [[nodiscard]] const char* name() const override { return kProgramText.name; }

  buoyant::StateMachine& machine() override { return machine_; }

  example::Service& serve(buoyant::Node& node) override { return service_.emplace(node); }

 private:
  EchoMachine machine_;
  std::optional<EchoService> service_;
};

}  // namespace echo
