// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/kv/reaper.h"

#include <utility>

namespace kv {

Reaper::~Reaper() {
  {
    const std::lock_guard lock(mutex_);
    is_ending_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) {
    thread_.join();
  }
}

void Reaper::take(Map map) {
  if (map.size() <= kSmallEntries) {
    return;
  }
  const std::lock_guard lock(mutex_);
  waiting_.push_back(std::move(map));
  if (!thread_.joinable()) {
    thread_ = std::thread([this] { run(); });
  }
  changed_.notify_one();
}

void Reaper::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return is_ending_ || !waiting_.empty(); });
    if (waiting_.empty()) {
      return;
    }
    std::vector<Map> maps = std::exchange(waiting_, {});
    lock.unlock();
    maps.clear();
    lock.lock();
  }
}

}  // namespace kv
