// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Destroys maps on a thread of its own: freeing a gigabyte of entries takes a second, which the
/// loop does not have.
#pragma once

#include "examples/kv/map.h"

#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace kv {

/// Any thread. The thread begins with the first large map; the destructor waits for its end.
class Reaper {
 public:
  /// Maps of up to so many entries are destroyed at once, by who gives them.
  static constexpr std::size_t kSmallEntries = 1000;

  Reaper() = default;
  Reaper(const Reaper&) = delete;
  Reaper& operator=(const Reaper&) = delete;
  ~Reaper();

  /// Never waits.
  void take(Map map);

 private:
  void run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Map> waiting_;
  bool is_ending_ = false;
  std::thread thread_;
};

}  // namespace kv
