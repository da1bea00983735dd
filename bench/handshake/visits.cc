// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "bench/handshake/visits.h"

#include "bench/cluster/certificates.h"
#include "tests/support/process/loopback.h"

#include <fmt/core.h>
#include <uv.h>

#include <algorithm>
#include <atomic>
#include <buoyant/standard.h>
#include <ctime>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

namespace buoyant::bench {

namespace {

constexpr std::uint64_t kConnectMillisecondsMax = 10000;

class NothingApplied final : public StateMachine {
 public:
  void apply(std::vector<Command> /*commands*/, ApplyDone done) noexcept override { done(); }
};

/// Where the servers are.
using Addresses = std::vector<std::string>;

/// One server on a loop of its own.
class Server final : public Observer {
 public:
  Server(std::uint64_t id, const Visits& visits, const Addresses& addresses) {
    uv_loop_init(&loop_);
    StandardOptions options{.id = id,
                            .cluster = kClusterName,
                            .listen = addresses[id - 1],
                            .data = visits.data + "/" + std::to_string(id)};
    if (!visits.certificates.empty()) {
      auto tls = open_tls(certificates_of(visits.certificates, id), options.cluster, id);
      if (!tls) {
        complain(tls.error());
        return;
      }
      options.tls = std::move(*tls);
    }
    auto node = open_standard_node(loop_, std::move(options), machine_, this);
    if (!node) {
      complain(node.error());
      return;
    }
    node_ = std::move(*node);
    (void)node_->bootstrap({{ServerId(1), addresses[0]}, {ServerId(2), addresses[1]}},
                           [](const Result<void>& /*done*/) {});
  }

  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  ~Server() override {
    if (node_ != nullptr) {
      node_->close([] {});
    }
    uv_run(&loop_, UV_RUN_DEFAULT);
    node_.reset();
    uv_loop_close(&loop_);
  }

  [[nodiscard]] bool is_open() const { return node_ != nullptr; }

  [[nodiscard]] uv_loop_t& loop() { return loop_; }

  /// The peer dialled us and we dialled it.
  [[nodiscard]] bool is_connected() const {
    const NodeStatus status = node_->status();
    return std::any_of(status.peers.begin(), status.peers.end(), [](const PeerStatus& peer) {
      return peer.link.connected && peer.link.accepted;
    });
  }

 private:
  static void complain(const Error& error) {
    fmt::print(stderr, "handshake_bench: {}: {}\n", error.message(), error.context());
  }

  uv_loop_t loop_{};
  NothingApplied machine_;
  std::unique_ptr<Node> node_;
};

double thread_us() {
  timespec used{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) * 1e6 + static_cast<double>(used.tv_nsec) / 1e3;
}

/// False: it did not open, or was not connected in time.
bool visit(const Visits& visits, const Addresses& addresses) {
  Server guest(2, visits, addresses);
  if (!guest.is_open()) {
    return false;
  }
  const std::uint64_t deadline = uv_now(&guest.loop()) + kConnectMillisecondsMax;
  while (!guest.is_connected()) {
    if (uv_now(&guest.loop()) > deadline) {
      fmt::print(stderr, "handshake_bench: not connected within {} ms\n", kConnectMillisecondsMax);
      return false;
    }
    uv_run(&guest.loop(), UV_RUN_ONCE);
  }
  return true;
}

Iterations summary_of(std::vector<double> iterations) {
  std::sort(iterations.begin(), iterations.end());
  const auto at = [&](std::size_t percent) {
    return iterations[(iterations.size() - 1) * percent / 100];
  };
  return {.count = iterations.size(), .p50_us = at(50), .p99_us = at(99), .longest_us = at(100)};
}

}  // namespace

std::optional<Iterations> measure_visits(const Visits& visits) {
  Addresses addresses;
  for (const std::uint16_t port : process::free_ports(2)) {
    addresses.push_back("127.0.0.1:" + std::to_string(port));
  }
  Server host(1, visits, addresses);
  if (!host.is_open()) {
    return std::nullopt;
  }
  std::atomic<bool> is_over = false;
  bool is_good = true;
  std::thread guests([&] {
    for (std::uint64_t i = 0; is_good && i < visits.visits; ++i) {
      is_good = visit(visits, addresses);
    }
    is_over = true;
  });
  // An iteration begins and ends with the loop waiting, at most for its next heartbeat or
  // election timeout: what it takes in between is all that its other sockets wait for.
  std::vector<double> iterations;
  while (!is_over) {
    const double begin = thread_us();
    uv_run(&host.loop(), UV_RUN_ONCE);
    iterations.push_back(thread_us() - begin);
  }
  guests.join();
  if (!is_good) {
    return std::nullopt;
  }
  return summary_of(std::move(iterations));
}

}  // namespace buoyant::bench
