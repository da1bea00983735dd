// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// UvTransports on one loop, and raw sockets that talk to them.
#pragma once

#include "adapters/uv/address.h"
#include "adapters/uv/async_poster.h"
#include "adapters/uv/transport.h"
#include "buoyant/conformance/transport_conformance.h"
#include "tests/adapters/uv/loop_fixture.h"
#include "tests/support/hello_codec.h"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <netinet/in.h>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace buoyant::uv::tests {

using std::chrono::milliseconds;

/// The harness of the conformance suite, which other tests use too.
class UvHarness {
 public:
  UvHarness() {
    auto opened = AsyncPoster::open(*loop_);
    EXPECT_TRUE(opened);
    poster_ = *opened;
  }

  ~UvHarness() { poster_->close(nullptr); }

  UvHarness(const UvHarness&) = delete;
  UvHarness& operator=(const UvHarness&) = delete;

  [[nodiscard]] TransportOptions options() {
    TransportOptions options;
    options.codec = &codec_;
    options.poster = poster_;
    options.redial_delay_min = milliseconds(2);
    options.redial_delay_max = milliseconds(10);
    options.unauthenticated_per_host_max = 64;
    options.seed = 1;
    return options;
  }

  std::unique_ptr<port::Transport> open(ServerId id, const conformance::TransportLimits& limits) {
    return reopen(id, limits, "127.0.0.1:0");
  }

  std::unique_ptr<port::Transport> reopen(ServerId, const conformance::TransportLimits& limits,
                                          const std::string& address) {
    TransportOptions wanted = options();
    wanted.listen = address;
    wanted.frame_bytes_max = limits.frame_bytes_max;
    wanted.queue_bytes_max = limits.queue_bytes_max;
    wanted.snapshot_queue_bytes_max = limits.snapshot_queue_bytes_max;
    return open(wanted);
  }

  std::unique_ptr<UvTransport> open(const TransportOptions& wanted) {
    auto transport = UvTransport::open(*loop_, wanted);
    EXPECT_TRUE(transport) << transport.error().context();
    return std::move(*transport);
  }

  std::string address_of(port::Transport& transport) {
    return static_cast<UvTransport&>(transport).bound_address();
  }

  bool run_until(const std::function<bool()>& condition) { return loop_.run_until(condition); }

  void run_some() { loop_.spin(20); }

  TestLoop& loop() { return loop_; }

 private:
  TestLoop loop_;
  buoyant::tests::HelloCodec codec_;
  std::shared_ptr<AsyncPoster> poster_;
};

/// A blocking TCP socket, to say what no transport would.
class RawSocket {
 public:
  /// Connects, with a small buffer, so that little is in flight that nobody reads.
  explicit RawSocket(const std::string& address) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    const int small = 4096;
    setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
    const sockaddr_storage target = *numeric_address(*parse_address(address));
    EXPECT_EQ(::connect(socket_, reinterpret_cast<const sockaddr*>(&target), sizeof(sockaddr_in)),
              0);
  }

  explicit RawSocket(int socket) : socket_(socket) {}

  RawSocket(RawSocket&& other) noexcept : socket_(std::exchange(other.socket_, -1)) {}

  RawSocket(const RawSocket&) = delete;
  RawSocket& operator=(const RawSocket&) = delete;

  ~RawSocket() { close(); }

  void close() {
    if (socket_ >= 0) {
      ::close(std::exchange(socket_, -1));
    }
  }

  void write(ByteView bytes) const {
    EXPECT_EQ(::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(bytes.size()));
  }

  void write(const Frame& frame) const {
    for (const Bytes& piece : frame.pieces) {
      write(piece.view());
    }
  }

  /// True when the other side has closed; reads away what is there.
  [[nodiscard]] bool is_closed() const {
    char buffer[4096];
    for (;;) {
      const ssize_t count = ::recv(socket_, buffer, sizeof(buffer), MSG_DONTWAIT);
      if (count == 0 || (count < 0 && errno != EAGAIN)) {
        return true;
      }
      if (count < 0) {
        return false;
      }
    }
  }

 private:
  int socket_;
};

/// A listening socket that nobody accepts from but the test.
class RawListener {
 public:
  RawListener() : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_storage address = *numeric_address(*parse_address("127.0.0.1:0"));
    const int small = 4096;
    setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
    EXPECT_EQ(::bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(sockaddr_in)), 0);
    EXPECT_EQ(::listen(socket_, 16), 0);
  }

  RawListener(const RawListener&) = delete;
  RawListener& operator=(const RawListener&) = delete;

  ~RawListener() { ::close(socket_); }

  [[nodiscard]] std::string address() const {
    sockaddr_storage address{};
    socklen_t size = sizeof(address);
    getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    return to_text(address);
  }

  /// -1 when nobody has dialled.
  [[nodiscard]] int accept() const {
    pollfd poll{.fd = socket_, .events = POLLIN, .revents = 0};
    return ::poll(&poll, 1, 0) == 1 ? ::accept(socket_, nullptr, nullptr) : -1;
  }

 private:
  int socket_;
};

}  // namespace buoyant::uv::tests
