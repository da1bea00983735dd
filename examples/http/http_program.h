// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// buoyant-http as the other example servers are made: its service and its program.
#pragma once

#include "buoyant/node.h"
#include "examples/common/application.h"
#include "examples/common/options.h"
#include "examples/common/protocol.h"
#include "examples/http/host_timer.h"
#include "examples/http/http_protocol.h"
#include "examples/http/store.h"

#include <memory>
#include <optional>
#include <string_view>

namespace http {

inline constexpr example::ProgramText kProgramText{
    "buoyant-http", "An HTTP server whose keys and counter are replicated by buoyant.", false};

class HttpService final : public example::Service {
 public:
  explicit HttpService(const Shared& shared) : shared_(shared) {}

  std::unique_ptr<example::Protocol> speak(example::Connection& connection) override;

  [[nodiscard]] std::string_view too_many_clients() const override;

 private:
  Shared shared_;
};

class HttpProgram final : public example::Program {
 public:
  [[nodiscard]] const char* name() const override { return kProgramText.name; }

  buoyant::StateMachine& machine() override { return store_; }

  example::Service& serve(buoyant::Node& node) override {
    return service_.emplace(Shared{node, store_, timer_});
  }

  void start(uv_loop_t& loop) override { timer_.start(loop); }

  void stop() override { timer_.stop(); }

 private:
  Store store_;
  HostTimer timer_;
  std::optional<HttpService> service_;
};

}  // namespace http
