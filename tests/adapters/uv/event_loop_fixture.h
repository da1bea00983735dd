// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A node on a loop of its own that writes its turns down.
#pragma once

#include "adapters/uv/event_loop.h"
#include "tests/adapters/uv/loop_fixture.h"

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace buoyant::uv::tests {

using std::chrono::milliseconds;

/// Holds the thread as a slow callback of the host does.
inline void hold_thread(Duration duration) {
  const std::uint64_t end = uv_hrtime() + static_cast<std::uint64_t>(duration.count());
  while (uv_hrtime() < end) {
  }
}

/// The fixture: the handler of its own node.
class UvEventLoopFixture : public testing::Test, public port::TurnHandler {
 protected:
  void SetUp() override { node_->set_handler(*this); }

  void TearDown() override {
    if (node_) {
      node_->close([this] { node_.reset(); });
    }
    EXPECT_TRUE(loop_.run_until([this] { return node_ == nullptr; }));
  }

  void on_turn(const port::Turn& turn) noexcept override {
    events_.emplace_back("turn");
    turns_.push_back(turn);
    if (in_turn_) {
      in_turn_();
    }
  }

  bool run_until_turns(std::size_t count) {
    return loop_.run_until([this, count] { return turns_.size() >= count; });
  }

  TestLoop loop_;
  std::unique_ptr<UvEventLoop> node_ = std::make_unique<UvEventLoop>(*loop_);
  std::vector<port::Turn> turns_;
  std::vector<std::string> events_;
  std::function<void()> in_turn_;
};

/// A socket pair of which the loop polls one end.
class PolledSocket {
 public:
  PolledSocket(uv_loop_t& loop, std::function<void()> on_readable)
      : on_readable_(std::move(on_readable)) {
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends_.data()), 0);
    uv_poll_init(&loop, &poll_, ends_[0]);
    poll_.data = this;
    uv_poll_start(&poll_, UV_READABLE, [](uv_poll_t* poll, int, int) {
      auto& self = *static_cast<PolledSocket*>(poll->data);
      std::array<char, 64> buffer{};
      EXPECT_GT(read(self.ends_[0], buffer.data(), buffer.size()), 0);
      self.on_readable_();
    });
  }

  void make_readable() { EXPECT_EQ(write(ends_[1], "x", 1), 1); }

  /// Requires: the loop runs on until it is closed.
  void close() {
    uv_close(reinterpret_cast<uv_handle_t*>(&poll_), [](uv_handle_t* handle) {
      auto& self = *static_cast<PolledSocket*>(handle->data);
      ::close(self.ends_[0]);
      ::close(self.ends_[1]);
    });
  }

 private:
  std::function<void()> on_readable_;
  std::array<int, 2> ends_{};
  uv_poll_t poll_{};
};

}  // namespace buoyant::uv::tests
