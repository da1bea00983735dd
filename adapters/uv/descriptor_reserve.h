// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A file descriptor kept for when there are no more: without one a listening socket whose
/// connections cannot be accepted would hold the loop for ever.
///
/// libuv has such a descriptor of its own: out of others, it closes that one, accepts and closes
/// the connections that wait, and opens it again. If another thread was faster it has none any
/// more, and its loop over the listening socket has no end: it calls back with UV_EMFILE each
/// time. Then it gets ours.
#pragma once

#include <uv.h>

#include <fcntl.h>
#include <memory>
#include <unistd.h>
#include <utility>

namespace buoyant::uv {

/// Loop thread only.
class DescriptorReserve {
 public:
  DescriptorReserve() { refill(); }

  DescriptorReserve(const DescriptorReserve&) = delete;
  DescriptorReserve& operator=(const DescriptorReserve&) = delete;

  ~DescriptorReserve() { release(); }

  [[nodiscard]] bool is_full() const noexcept { return descriptor_ >= 0; }

  /// libuv called back because it could not accept: it has ours instead of its own.
  void give_to(uv_loop_t& loop) {
    release();
    // The first thing that libuv does for a new stream is to see to its own reserve.
    auto stream = std::make_unique<uv_tcp_t>();
    if (uv_tcp_init(&loop, stream.get()) == 0) {
      uv_close(reinterpret_cast<uv_handle_t*>(stream.release()), [](uv_handle_t* closed) {
        const std::unique_ptr<uv_tcp_t> owned(reinterpret_cast<uv_tcp_t*>(closed));
      });
    }
  }

  /// Some descriptor may be free again. Cheap while it is full.
  void refill() {
    if (!is_full()) {
      descriptor_ = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    }
  }

 private:
  void release() {
    if (is_full()) {
      ::close(std::exchange(descriptor_, -1));
    }
  }

  int descriptor_ = -1;
};

}  // namespace buoyant::uv
