// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// An example server from its options to its exit code.
#pragma once

#include "buoyant/node.h"
#include "buoyant/standard.h"
#include "examples/common/exit_code.h"
#include "examples/common/http_service.h"
#include "examples/common/log.h"
#include "examples/common/options.h"
#include "examples/common/protocol.h"
#include "examples/common/server.h"
#include "examples/common/tls_renewal.h"

#include <uv.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace example {

/// What tells the programs apart. Must outlive the application.
class Program {
 public:
  Program() = default;
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  virtual ~Program() = default;

  [[nodiscard]] virtual const char* name() const = 0;

  virtual buoyant::StateMachine& machine() = 0;

  /// Changes what the library is asked for.
  virtual void configure(buoyant::StandardOptions& /*options*/) const {}

  /// What is spoken on the client port. Called once; the node outlives all connections.
  virtual Service& serve(buoyant::Node& node) = 0;

  /// More nodes on the loop, of groups beyond the first, whose options and log these are; an error
  /// ends the program. They have a node of every group that could be opened.
  virtual buoyant::Result<void> open_more(uv_loop_t& /*loop*/,
                                          const buoyant::StandardOptions& /*first*/,
                                          const Options& /*options*/, const Log& /*log*/) {
    return {};
  }

  /// Closes them, when the first node is closed. `done` runs once, perhaps before it returns.
  virtual void close_more(const std::function<void()>& done) { done(); }

  /// Handles of its own on the loop, which it shares with the node: before it serves, and when
  /// nothing else is left there. Each once, or neither.
  virtual void start(uv_loop_t& /*loop*/) {}

  virtual void stop() {}
};

/// What the library is asked for.
buoyant::StandardOptions standard_options(const Options& options);

/// Runs once. The loop is borrowed, and empty again when run() is over.
class Application {
 public:
  /// When closing takes longer than this, the process ends anyway: nothing in memory is worth
  /// more than ending when asked to.
  static constexpr std::uint64_t kStopLimitMs = 4000;
  /// Of which a leader takes this much to hand over (§3.10) and to answer what is open.
  static constexpr std::uint64_t kLeaveLimitMs = 1000;
  static constexpr std::uint64_t kLeaveTickMs = 5;

  Application(uv_loop_t& loop, Program& program, Options options);
  Application(const Application&) = delete;
  Application& operator=(const Application&) = delete;
  ~Application() = default;

  /// Opens, serves until a signal, closes. Gives the exit code; another than zero was explained
  /// in one line on stderr.
  int run();

 private:
  bool open_more(const buoyant::StandardOptions& first);
  bool serve();
  bool listen(Server& server, const char* what, const std::string& address);
  bool may_take_actions();
  bool bootstrap();
  /// Reads the certificates, if there are any to be used.
  bool open_tls(buoyant::StandardOptions& standard);
  void watch_signals();
  void stop(ExitCode code);
  bool hand_over();
  void look_whether_it_may_go();
  void close_node();
  void close_server();
  void close_handles();
  ExitCode explain(ExitCode code, const std::string& text);

  uv_loop_t& loop_;
  Program& program_;
  const Options options_;
  Log log_;
  std::shared_ptr<buoyant::port::StreamSecurity> tls_;  ///< Null: none.
  std::unique_ptr<buoyant::Node> node_;
  std::unique_ptr<Server> server_;
  std::optional<HttpService> http_;
  std::unique_ptr<Server> metrics_;
  uv_signal_t terminate_{};
  uv_signal_t interrupt_{};
  uv_signal_t report_{};
  std::optional<TlsRenewal> renewal_;
  uv_timer_t stop_limit_{};
  uv_timer_t leave_tick_{};
  std::uint64_t leave_ticks_ = 0;
  bool is_handed_over_ = false;
  bool is_stopping_ = false;
  ExitCode exit_code_ = kExitClean;
};

}  // namespace example
