// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// buoyant-http as the other example servers are made: its service and its program.
#pragma once

#include "buoyant/node.h"
#include "examples/common/application.h"
#include "examples/common/options.h"
#include "examples/common/protocol.h"
#include "examples/http/groups.h"
#include "examples/http/host_timer.h"
#include "examples/http/http_protocol.h"
#include "examples/http/store.h"

#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace http {

inline constexpr example::ProgramText kProgramText{
    "buoyant-http", "An HTTP server whose keys and counter are replicated by buoyant.", false,
    true};

class HttpService final : public example::Service {
 public:
  explicit HttpService(const Shared& first) : groups_{first} {}

  /// The next group. Before anybody speaks.
  void add(const Shared& group) { groups_.push_back(group); }

  std::unique_ptr<example::Protocol> speak(example::Connection& connection) override;

  [[nodiscard]] std::string_view too_many_clients() const override;

 private:
  std::vector<Shared> groups_;
};

class HttpProgram final : public example::Program {
 public:
  [[nodiscard]] const char* name() const override { return kProgramText.name; }

  buoyant::StateMachine& machine() override { return store_; }

  example::Service& serve(buoyant::Node& node) override {
    service_.emplace(Shared{node, store_, timer_});
    groups_.for_each([this](buoyant::Node& other, const Store& store) {
      service_->add(Shared{other, store, timer_});
    });
    return *service_;
  }

  buoyant::Result<void> open_more(uv_loop_t& loop, const buoyant::StandardOptions& first,
                                  const example::Options& options,
                                  const example::Log& log) override {
    return groups_.open(loop, first, options, log);
  }

  void close_more(const std::function<void()>& done) override { groups_.close(done); }

  void start(uv_loop_t& loop) override { timer_.start(loop); }

  void stop() override { timer_.stop(); }

 private:
  Store store_;
  HostTimer timer_;
  Groups groups_;
  std::optional<HttpService> service_;
};

}  // namespace http
