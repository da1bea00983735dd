// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/common/application.h"

#include "adapters/uv/address.h"
#include "buoyant/base/assert.h"
#include "examples/common/describe.h"
#include "examples/common/resolve.h"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <utility>

namespace example {

namespace {

Application& application_of(void* data) {
  return *static_cast<Application*>(data);
}

}  // namespace

buoyant::StandardOptions standard_options(const Options& options) {
  buoyant::StandardOptions standard{.id = options.id.value(),
                                    .cluster = options.cluster,
                                    .listen = options.listen,
                                    .data = options.data};
  standard.advertise = options.advertise;
  standard.dial = options.dial;
  standard.insecure_plaintext = options.insecure_plaintext;
  standard.map_bytes_max = options.map_bytes_max.value_or(standard.map_bytes_max);
  standard.scrub_bytes_per_second = options.scrub_bytes_per_second;
  standard.node.election_timeout = options.election_timeout;
  standard.node.heartbeat_interval = options.heartbeat_interval;
  standard.node.forward_proposals = options.forward;
  standard.node.snapshot_entries =
      options.snapshot_entries.value_or(standard.node.snapshot_entries);
  standard.node.snapshot_bytes = options.snapshot_bytes.value_or(standard.node.snapshot_bytes);
  // Who wants a short log does not want a long tail of it.
  standard.node.snapshot_tail_entries =
      std::min(standard.node.snapshot_tail_entries, standard.node.snapshot_entries);
  standard.node.snapshot_tail_bytes =
      std::min(standard.node.snapshot_tail_bytes, standard.node.snapshot_bytes);
  return standard;
}

Application::Application(uv_loop_t& loop, Program& program, Options options)
    : loop_(loop),
      program_(program),
      options_(std::move(options)),
      log_(program.name(), options_.id, options_.log_level) {}

int Application::run() {
  buoyant::StandardOptions standard = standard_options(options_);
  program_.configure(standard);
  if (!open_tls(standard)) {
    return exit_code_;
  }
  auto opened = buoyant::open_standard_node(loop_, standard, program_.machine(), &log_.observer());
  if (!opened) {
    const std::string where = " (--listen " + options_.listen + ", --data " + options_.data + ")";
    explain(exit_code_of(opened.error().code()), describe("cannot start", opened.error()) + where);
    // What had been opened before is still closing.
    uv_run(&loop_, UV_RUN_DEFAULT);
    return exit_code_;
  }
  node_ = std::move(*opened);
  program_.start(loop_);
  // Before the signals are taken over: looking up the name of --client may take its time, and
  // until the node takes proposals a signal may end the process at once.
  const bool has_all = open_more(standard);
  const bool serving = serve() && has_all;
  watch_signals();
  if (!serving || !bootstrap()) {
    stop(exit_code_);
  }
  uv_run(&loop_, UV_RUN_DEFAULT);
  return exit_code_;
}

bool Application::open_tls(buoyant::StandardOptions& standard) {
  if (options_.tls_certificates.empty()) {
    return true;
  }
  auto opened = buoyant::open_tls({.certificates = options_.tls_certificates,
                                   .key = options_.tls_key,
                                   .authorities = options_.tls_authorities},
                                  options_.cluster, options_.id.value());
  if (!opened) {
    explain(exit_code_of(opened.error().code()), describe("cannot use TLS", opened.error()));
    return false;
  }
  tls_ = std::move(*opened);
  standard.tls = tls_;
  return true;
}

bool Application::open_more(const buoyant::StandardOptions& first) {
  const auto opened = program_.open_more(loop_, first, options_, log_);
  if (!opened) {
    explain(exit_code_of(opened.error().code()),
            describe("cannot start another group", opened.error()));
  }
  return opened.has_value();
}

bool Application::serve() {
  server_ = std::make_unique<Server>(loop_, program_.serve(*node_), options_.clients);
  const auto actions =
      options_.admin ? HttpService::Actions::kTaken : HttpService::Actions::kRefused;
  metrics_ = std::make_unique<Server>(loop_, http_.emplace(*node_, actions), HttpService::kLimits);
  return listen(*server_, "clients", options_.client) &&
         (options_.metrics.empty() ||
          (may_take_actions() && listen(*metrics_, "metrics", options_.metrics)));
}

/// Whoever reaches that port may have anything done: nobody from elsewhere, unless that is wanted.
bool Application::may_take_actions() {
  if (!options_.admin || options_.admin_beyond_loopback) {
    return true;
  }
  const auto address = resolve(loop_, options_.metrics);
  const bool is_safe = address && buoyant::uv::is_loopback(*address);
  if (!is_safe) {
    explain(kExitUsage, "--admin: " + options_.metrics +
                            " is not on loopback, and has no authentication: see "
                            "--admin-beyond-loopback");
  }
  return is_safe;
}

bool Application::listen(Server& server, const char* what, const std::string& address) {
  const auto listening = server.listen(address);
  if (!listening) {
    explain(kExitUsage, describe(std::string("cannot listen for ") + what + " on " + address,
                                 listening.error()));
  }
  return listening.has_value();
}

/// Gives an empty server its first configuration. Data that is there has one already.
bool Application::bootstrap() {
  if (options_.join || node_->status().last.index.is_set()) {
    return true;
  }
  if (options_.members.empty()) {
    explain(kExitUsage, "the data directory is empty: --member or --join is needed");
    return false;
  }
  const auto accepted = node_->bootstrap(options_.members, [this](buoyant::Result<void> done) {
    if (!done && !is_stopping_) {
      stop(explain(exit_code_of(done.error().code()), describe("cannot begin", done.error())));
    }
  });
  if (!accepted) {
    explain(exit_code_of(accepted.error().code()), describe("cannot begin", accepted.error()));
    return false;
  }
  return true;
}

void Application::watch_signals() {
  BUOYANT_ASSERT(uv_timer_init(&loop_, &stop_limit_) == 0);
  stop_limit_.data = this;
  BUOYANT_ASSERT(uv_timer_init(&loop_, &leave_tick_) == 0);
  leave_tick_.data = this;
  const auto on_signal = [](uv_signal_t* handle, int /*number*/) {
    application_of(handle->data).stop(kExitClean);
  };
  for (auto [handle, number] : {std::pair(&terminate_, SIGTERM), std::pair(&interrupt_, SIGINT)}) {
    BUOYANT_ASSERT(uv_signal_init(&loop_, handle) == 0);
    handle->data = this;
    BUOYANT_ASSERT(uv_signal_start(handle, on_signal, number) == 0);
  }
  BUOYANT_ASSERT(uv_signal_init(&loop_, &report_) == 0);
  report_.data = this;
  const auto on_report = [](uv_signal_t* handle, int /*number*/) {
    const buoyant::Node& node = *application_of(handle->data).node_;
    const std::string line = status_json(node.status(), node.latencies()) + "\n";
    std::fwrite(line.data(), 1, line.size(), stderr);
  };
  BUOYANT_ASSERT(uv_signal_start(&report_, on_report, SIGUSR1) == 0);
  // Without certificates SIGHUP ends the process, as it always did.
  if (tls_ != nullptr) {
    renewal_.emplace(loop_, tls_, log_);
  }
}

/// A leader hands over first, so that the others need not wait for an election. Then the node is
/// closed, so that every open request has its outcome; then the clients, who get it.
void Application::stop(ExitCode code) {
  if (std::exchange(is_stopping_, true)) {
    return;
  }
  exit_code_ = code;
  uv_timer_start(
      &stop_limit_, [](uv_timer_t* timer) { std::_Exit(application_of(timer->data).exit_code_); },
      kStopLimitMs, 0);
  server_->stop();
  if (code != kExitClean || !hand_over()) {
    close_node();
  }
}

bool Application::hand_over() {
  if (node_->status().standing.role != buoyant::core::Role::kLeader) {
    return false;
  }
  const auto accepted = node_->transfer(
      {}, [this](const buoyant::Result<buoyant::ServerId>&) { is_handed_over_ = true; });
  if (!accepted) {
    return false;
  }
  uv_timer_start(
      &leave_tick_, [](uv_timer_t* timer) { application_of(timer->data).look_whether_it_may_go(); },
      kLeaveTickMs, kLeaveTickMs);
  return true;
}

/// Whether it could be handed over or not, what is open may be answered soon.
void Application::look_whether_it_may_go() {
  leave_ticks_ += 1;
  const bool is_done = is_handed_over_ && node_->status().proposals_pending == 0;
  if (is_done || leave_ticks_ * kLeaveTickMs >= kLeaveLimitMs) {
    uv_timer_stop(&leave_tick_);
    close_node();
  }
}

void Application::close_node() {
  node_->close([this] { program_.close_more([this] { close_server(); }); });
}

void Application::close_server() {
  server_->close([this] { metrics_->close([this] { close_handles(); }); });
}

void Application::close_handles() {
  program_.stop();
  uv_close(reinterpret_cast<uv_handle_t*>(&terminate_), nullptr);
  uv_close(reinterpret_cast<uv_handle_t*>(&interrupt_), nullptr);
  uv_close(reinterpret_cast<uv_handle_t*>(&report_), nullptr);
  if (renewal_) {
    renewal_->close();
  }
  uv_close(reinterpret_cast<uv_handle_t*>(&stop_limit_), nullptr);
  uv_close(reinterpret_cast<uv_handle_t*>(&leave_tick_), nullptr);
}

ExitCode Application::explain(ExitCode code, const std::string& text) {
  exit_code_ = code;
  log_.write(LogLevel::kError, text);
  return code;
}

}  // namespace example
