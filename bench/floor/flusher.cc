// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "bench/floor/flusher.h"

#include "bench/floor/expect.h"

#include <algorithm>
#include <span>
#include <sys/eventfd.h>
#include <unistd.h>

namespace buoyant::bench {

Flusher::Flusher(const std::string& path, const std::vector<std::byte>& ring)
    : ring_(ring),
      journal_(path, kJournalBytes),
      fd_(eventfd(0, EFD_CLOEXEC)),
      thread_([this] { run(); }) {}

Flusher::~Flusher() {
  stop();
  close(fd_);
}

void Flusher::offer(std::uint64_t end) {
  {
    const std::lock_guard lock(mutex_);
    offered_ = end;
  }
  changed_.notify_one();
}

void Flusher::take_note() {
  eventfd_t count = 0;
  eventfd_read(fd_, &count);
}

void Flusher::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) {
    thread_.join();
  }
}

void Flusher::run() {
  std::uint64_t durable = 0;
  for (;;) {
    std::uint64_t end = 0;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return offered_ > durable || stopping_; });
      if (stopping_) {
        return;
      }
      end = offered_;
    }
    while (durable < end) {
      const std::size_t offset = durable % ring_.size();
      const std::size_t bytes = std::min<std::size_t>(end - durable, ring_.size() - offset);
      journal_.append(std::span(ring_).subspan(offset, bytes));
      durable += bytes;
    }
    journal_.flush();
    durable_.store(durable, std::memory_order_release);
    expect(eventfd_write(fd_, 1) == 0, "floor_bench: eventfd");
  }
}

}  // namespace buoyant::bench
