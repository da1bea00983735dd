// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Entries for followers that are further behind than the cache reaches, read from storage.
///
/// One read per follower is under way, of about one frame, and one that came back is held: that
/// bounds the memory of many lagging followers. What comes back is used entry by entry, only
/// where its term is still the log's.
#pragma once

#include "buoyant/port/storage.h"

#include <cstddef>
#include <functional>
#include <map>
#include <vector>

namespace buoyant::node {

/// Owned by the engine, which lives until the storage is closed.
class LogReader {
 public:
  struct Failure {
    ServerId peer;
    Errc code;
  };

  /// `on_result` is called when a read came back.
  LogReader(port::Storage& storage, std::size_t bytes_max, std::function<void()> on_result)
      : storage_(storage), bytes_max_(bytes_max), on_result_(std::move(on_result)) {}

  /// The entry, if it was read for this peer; else null. Valid until the next call.
  [[nodiscard]] const Entry* find(ServerId peer, Index index, Term term) const noexcept;

  /// True: something was read for this peer at this index, of whatever term.
  [[nodiscard]] bool holds(ServerId peer, Index index) const noexcept;

  /// What was read for the peer is not what is stored there.
  void report_corrupt(ServerId peer) {
    failures_.push_back({.peer = peer, .code = Errc::kStorageCorrupt});
  }

  /// Reads [first, last] for the peer, unless a read is under way for it or `first` is held.
  /// Requires: last is durable.
  void request(ServerId peer, Index first, Index last);

  /// Reads that failed since the last call.
  [[nodiscard]] std::vector<Failure> take_failures() noexcept {
    return std::exchange(failures_, {});
  }

  /// What was read for the peer, or will come, is not wanted any more.
  void forget(ServerId peer);

  void forget_all();

 private:
  struct Held {
    std::uint64_t generation = 0;  ///< Of the read under way; a result of another one is stale.
    bool reading = false;
    Index first;
    std::vector<Entry> entries;
  };

  void on_read(ServerId peer, std::uint64_t generation, Index first,
               Result<std::vector<Entry>> result);

  port::Storage& storage_;
  std::size_t bytes_max_;
  std::function<void()> on_result_;
  std::uint64_t generation_ = 0;
  std::map<ServerId, Held> held_;
  std::vector<Failure> failures_;
};

}  // namespace buoyant::node
