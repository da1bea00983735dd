// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A server on a real loop and loopback, and plain sockets that talk to it.
#pragma once

#include "examples/common/server.h"

#include <gtest/gtest.h>
#include <uv.h>

#include <arpa/inet.h>
#include <array>
#include <fcntl.h>
#include <functional>
#include <memory>
#include <netinet/in.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>

namespace example::testing_support {

/// A client's end of a connection; never blocks.
class PlainSocket {
 public:
  explicit PlainSocket(int port) : descriptor_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    fcntl(descriptor_, F_SETFL, O_NONBLOCK);
  }

  PlainSocket(const PlainSocket&) = delete;
  PlainSocket& operator=(const PlainSocket&) = delete;

  ~PlainSocket() { ::close(descriptor_); }

  /// How many bytes the system took.
  std::size_t send(std::string_view text) const {
    const ssize_t count = ::send(descriptor_, text.data(), text.size(), MSG_NOSIGNAL);
    return count < 0 ? 0 : static_cast<std::size_t>(count);
  }

  /// Its end will be a reset, not an end of file.
  void reset_at_close() const {
    const linger at_once{1, 0};
    setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  }

  void end_writing() const { shutdown(descriptor_, SHUT_WR); }

  /// Everything that came so far.
  const std::string& received() {
    std::array<char, 65536> part{};
    ssize_t count = 0;
    while ((count = recv(descriptor_, part.data(), part.size(), 0)) > 0) {
      received_.append(part.data(), static_cast<std::size_t>(count));
    }
    is_closed_ = is_closed_ || count == 0;
    return received_;
  }

  /// The server closed, and everything before was received.
  bool is_closed() {
    received();
    return is_closed_;
  }

 private:
  int descriptor_;
  std::string received_;
  bool is_closed_ = false;
};

class ServerFixture : public testing::Test {
 protected:
  /// What is served; of the derived fixture.
  virtual Service& service() = 0;

  void SetUp() override {
    ASSERT_EQ(uv_loop_init(&loop_), 0);
    ASSERT_EQ(uv_timer_init(&loop_, &pulse_), 0);
    // So that a wait looks at its condition again.
    uv_timer_start(
        &pulse_, [](uv_timer_t*) {}, 1, 1);
    server_ = std::make_unique<Server>(loop_, service(), limits_);
    ASSERT_TRUE(server_->listen("127.0.0.1:0"));
  }

  void TearDown() override {
    if (!is_closed_) {
      close_server();
    }
    EXPECT_TRUE(run_until([this] { return is_closed_; }));
    uv_close(reinterpret_cast<uv_handle_t*>(&pulse_), nullptr);
    uv_run(&loop_, UV_RUN_DEFAULT);
    EXPECT_EQ(uv_loop_close(&loop_), 0);
  }

  void close_server() {
    server_->close([this] { is_closed_ = true; });
  }

  /// Runs the loop until something is true; false: it was not within ten seconds.
  bool run_until(const std::function<bool()>& condition) {
    const std::uint64_t limit = uv_hrtime() + 10'000'000'000U;
    while (!condition() && uv_hrtime() < limit) {
      uv_run(&loop_, UV_RUN_ONCE);
    }
    return condition();
  }

  /// A few turns, for what must not happen.
  void run_a_while() {
    for (int turn = 0; turn < 20; ++turn) {
      uv_run(&loop_, UV_RUN_ONCE);
    }
  }

  void run_past(std::uint64_t milliseconds) {
    const std::uint64_t end = uv_hrtime() + milliseconds * 1'000'000;
    while (uv_hrtime() < end) {
      uv_run(&loop_, UV_RUN_ONCE);
    }
  }

  bool wait_for(PlainSocket& socket, const std::string& text) {
    return run_until([&] { return socket.received() == text; });
  }

  /// Of the server; for derived fixtures.
  ServerLimits limits_;
  uv_loop_t loop_{};
  uv_timer_t pulse_{};
  std::unique_ptr<Server> server_;
  bool is_closed_ = false;
};

}  // namespace example::testing_support
