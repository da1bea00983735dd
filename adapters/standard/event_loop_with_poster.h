// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The node's handle on the loop, and the way back to it that its storage and transport share.
///
/// A node closes its loop last, and with it goes the poster: nobody else could tell when the
/// storage and the transport need it no more, also when a node is destroyed instead of closed.
#pragma once

#include "adapters/uv/async_poster.h"
#include "adapters/uv/event_loop.h"
#include "buoyant/port/event_loop.h"

#include <functional>
#include <memory>
#include <utility>

namespace buoyant::standard {

class EventLoopWithPoster final : public port::EventLoop {
 public:
  /// Takes over closing `poster`.
  EventLoopWithPoster(uv_loop_t& loop, std::shared_ptr<uv::AsyncPoster> poster)
      : loop_(loop), poster_(std::move(poster)) {}

  EventLoopWithPoster(const EventLoopWithPoster&) = delete;
  EventLoopWithPoster& operator=(const EventLoopWithPoster&) = delete;

  ~EventLoopWithPoster() override {
    if (poster_ != nullptr) {
      poster_->close(nullptr);
    }
  }

  [[nodiscard]] Instant now() const noexcept override { return loop_.now(); }

  [[nodiscard]] Duration thread_time() const noexcept override { return loop_.thread_time(); }

  void set_handler(port::TurnHandler& handler) noexcept override { loop_.set_handler(handler); }

  void wake() noexcept override { loop_.wake(); }

  void arm(Instant deadline) noexcept override { loop_.arm(deadline); }

  void close(std::function<void()> done) noexcept override {
    loop_.close([poster = std::move(poster_), done = std::move(done)]() mutable {
      poster->close(std::move(done));
    });
  }

 private:
  uv::UvEventLoop loop_;
  std::shared_ptr<uv::AsyncPoster> poster_;  ///< Null once it is closing.
};

}  // namespace buoyant::standard
