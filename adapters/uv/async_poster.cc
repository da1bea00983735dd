// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/uv/async_poster.h"

#include "buoyant/base/assert.h"

#include <utility>

namespace buoyant::uv {

/// Lives until libuv let go of its handle.
struct AsyncPoster::Watch {
  AsyncPoster& poster;
  std::function<void()> ready;
  uv_poll_t poll{};
};

Result<std::shared_ptr<AsyncPoster>> AsyncPoster::open(uv_loop_t& loop) {
  std::shared_ptr<AsyncPoster> poster(new AsyncPoster);
  const int status = uv_async_init(&loop, &poster->async_, [](uv_async_t* async) {
    static_cast<AsyncPoster*>(async->data)->run();
  });
  if (status < 0) {
    poster->closed_ = true;
    return fail(Errc::kTransportFailed, "uv_async_init", status);
  }
  poster->async_.data = poster.get();
  poster->handles_ = 1;
  poster->held_by_loop_ = poster;
  return poster;
}

AsyncPoster::~AsyncPoster() {
  BUOYANT_ASSERT(closed_);
}

void AsyncPoster::post(std::function<void()> task) noexcept {
  const std::lock_guard lock(mutex_);
  // A dropped task is the parameter's and dies with it, after the lock.
  if (closed_) {
    return;
  }
  queue_.push_back(std::move(task));
  if (queue_.size() == 1) {
    // Under the mutex: close cannot come between, and the handle is not sent to while it closes.
    uv_async_send(&async_);
  }
}

void AsyncPoster::run() {
  // A task may close this; then nobody else may hold it.
  const std::shared_ptr<AsyncPoster> self = held_by_loop_;
  std::vector<std::function<void()>> batch;
  {
    const std::lock_guard lock(mutex_);
    batch.swap(queue_);
  }
  for (std::function<void()>& task : batch) {
    // Only this thread closes, so that reading without the mutex is no race.
    if (closed_) {
      return;
    }
    std::exchange(task, nullptr)();
  }
}

void AsyncPoster::close(std::function<void()> done) noexcept {
  std::vector<std::function<void()>> dropped;
  {
    const std::lock_guard lock(mutex_);
    BUOYANT_ASSERT(!closed_);
    closed_ = true;
    dropped.swap(queue_);
  }
  done_ = std::move(done);
  while (!watches_.empty()) {
    unwatch(watches_.begin()->first);
  }
  uv_close(reinterpret_cast<uv_handle_t*>(&async_), [](uv_handle_t* handle) {
    static_cast<AsyncPoster*>(handle->data)->on_handle_closed();
  });
}

bool AsyncPoster::watch(int fd, std::function<void()> ready) noexcept {
  BUOYANT_ASSERT(!closed_ && !watches_.contains(fd));
  auto* const watch = new Watch{.poster = *this, .ready = std::move(ready)};
  if (uv_poll_init(async_.loop, &watch->poll, fd) != 0) {
    delete watch;
    return false;
  }
  handles_ += 1;
  watch->poll.data = watch;
  const int started = uv_poll_start(&watch->poll, UV_READABLE, [](uv_poll_t* poll, int, int) {
    // It may end its own watch, which goes when libuv lets go of the handle.
    static_cast<Watch*>(poll->data)->ready();
  });
  if (started != 0) {
    end_watch(*watch);
    return false;
  }
  // The async handle is what keeps the loop alive.
  uv_unref(reinterpret_cast<uv_handle_t*>(&watch->poll));
  watches_.emplace(fd, watch);
  return true;
}

void AsyncPoster::unwatch(int fd) noexcept {
  // After close there is none.
  if (const auto found = watches_.extract(fd)) {
    end_watch(*found.mapped());
  }
}

void AsyncPoster::end_watch(Watch& watch) noexcept {
  uv_close(reinterpret_cast<uv_handle_t*>(&watch.poll), [](uv_handle_t* handle) {
    const std::unique_ptr<Watch> ended(static_cast<Watch*>(handle->data));
    ended->poster.on_handle_closed();
  });
}

void AsyncPoster::on_handle_closed() noexcept {
  handles_ -= 1;
  if (handles_ == 0) {
    const std::shared_ptr<AsyncPoster> self = std::move(held_by_loop_);
    if (const std::function<void()> closed = std::move(done_)) {
      closed();
    }
  }
}

}  // namespace buoyant::uv
