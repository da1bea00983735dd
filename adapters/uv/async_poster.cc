// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/uv/async_poster.h"

#include "buoyant/base/assert.h"

#include <utility>

namespace buoyant::uv {

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
  uv_close(reinterpret_cast<uv_handle_t*>(&async_), [](uv_handle_t* handle) {
    auto& poster = *static_cast<AsyncPoster*>(handle->data);
    const std::shared_ptr<AsyncPoster> self = std::move(poster.held_by_loop_);
    const std::function<void()> closed = std::move(self->done_);
    if (closed) {
      closed();
    }
  });
}

}  // namespace buoyant::uv
