// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The thread of the floor's leader that appends what is new in the ring to a journal, and
/// flushes it: as much at a time as came meanwhile.
#pragma once

#include "bench/floor/journal.h"

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace buoyant::bench {

/// Of every journal of the floor.
inline constexpr std::size_t kJournalBytes = std::size_t{64} << 20U;

class Flusher {
 public:
  /// `ring` outlives it. Returns when the journal at `path` is there.
  Flusher(const std::string& path, const std::vector<std::byte>& ring);
  Flusher(const Flusher&) = delete;
  Flusher& operator=(const Flusher&) = delete;
  ~Flusher();

  /// The bytes up to `end`, counted from the beginning of the run, are in the ring.
  void offer(std::uint64_t end);

  /// Counted in the same way.
  [[nodiscard]] std::uint64_t durable() const { return durable_.load(std::memory_order_acquire); }

  /// Can be read when durable() rose since take_note().
  [[nodiscard]] int fd() const { return fd_; }

  void take_note();

  void stop();

 private:
  void run();

  const std::vector<std::byte>& ring_;
  Journal journal_;
  int fd_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t offered_ = 0;
  bool stopping_ = false;
  std::atomic<std::uint64_t> durable_ = 0;
  std::thread thread_;
};

}  // namespace buoyant::bench
