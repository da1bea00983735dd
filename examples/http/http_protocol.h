// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The requests of one connection, one after the other.
///
/// A request begins when the one before it on its connection was answered, so that pipelined ones
/// have the same effect as those of a client that waits. Behind kPipelineBytesMax of them nothing
/// more is read. The node answers within five election timeouts, so every request is answered.
#pragma once

#include "buoyant/node.h"
#include "examples/common/connection.h"
#include "examples/common/protocol.h"
#include "examples/http/figures.h"
#include "examples/http/host_timer.h"
#include "examples/http/limits.h"
#include "examples/http/request_reader.h"
#include "examples/http/response.h"
#include "examples/http/route.h"
#include "examples/http/store.h"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace http {

/// What all connections share. The node, the store and the timer must outlive them.
/// What the connections share of one group.
struct Shared {
  buoyant::Node& node;
  const Store& store;
  const HostTimer& timer;
  Patience patience = {};
  Figures figures = {};
};

class HttpProtocol final : public example::Protocol {
 public:
  /// `groups` has one at least, and outlives it.
  HttpProtocol(example::Connection& connection, std::vector<Shared>& groups)
      : connection_(connection), groups_(groups), shared_(&groups.front()) {}

  void on_start() override { wait(); }

  void append(std::string_view bytes) override { reader_.append(bytes); }

  bool take() override;

  [[nodiscard]] std::size_t pending_bytes() const override { return reader_.pending_bytes(); }

  [[nodiscard]] bool wants_bytes() const override {
    return phase_ != Phase::kAnswering || pending_bytes() < kPipelineBytesMax;
  }

  void on_alarm() override;

 private:
  /// kNew: nothing is waited for yet.
  enum class Phase : std::uint8_t { kNew, kIdle, kReceiving, kAnswering };

  void wait();
  void begin(const Request& request);
  void run(Route route, std::string_view body);
  void read(const Route& route);
  void write(const Command& command);
  void answer(Response response);
  Response answer_read(const Route& route) const;
  Response answer_here(Action action) const;

  example::Connection& connection_;
  std::vector<Shared>& groups_;
  Shared* shared_;  ///< Of the group that the last request was for.
  RequestReader reader_;
  Phase phase_ = Phase::kNew;

  // Of the request that is being answered.
  example::AnswerQueue::Ticket ticket_ = 0;
  std::uint64_t began_ns_ = 0;
  bool has_body_ = true;
  bool keeps_alive_ = true;
  Latencies* latencies_ = nullptr;  ///< Null: it is not counted.
};

}  // namespace http
