// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A storage through its port, written and read by one who waits each time.
#pragma once

#include "buoyant/port/storage.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

namespace buoyant::bench {

/// Borrows the storage; closes it at its end.
class WrittenLog final : private port::StorageEvents {
 public:
  /// Runs the loop of the storage until the condition holds.
  using Wait = std::function<void(const std::function<bool()>&)>;

  WrittenLog(port::Storage& storage, Wait wait) : storage_(storage), wait_(std::move(wait)) {
    const port::StoredState state = storage_.take_stored_state();
    last_ = state.base.index + count_of(state.runs);
    storage_.start(*this);
  }

  WrittenLog(const WrittenLog&) = delete;
  WrittenLog& operator=(const WrittenLog&) = delete;

  ~WrittenLog() {
    bool is_closed = false;
    storage_.close([&] { is_closed = true; });
    wait_([&] { return is_closed; });
  }

  /// One write of `count` equal entries, until it is durable. False: it failed.
  bool append(std::size_t count, const Bytes& payload) {
    port::StorageWrite write;
    id_ = id_.next();
    write.id = id_;
    write.first = last_.next();
    write.entries.assign(count, {Term(1), EntryKind::kCommand, payload});
    last_ = last_ + count;
    storage_.write(std::move(write));
    wait_([this] { return written_ == id_ || has_failed_; });
    return !has_failed_;
  }

  /// Entries from `first` on, as many as the limits allow; how many: 0 after an error.
  std::size_t read(Index first, Index last, std::size_t bytes_max) {
    std::optional<std::size_t> count;
    storage_.read(first, last, bytes_max, [&](const Result<std::vector<Entry>>& entries) {
      count = entries ? entries->size() : 0;
    });
    wait_([&] { return count.has_value(); });
    return *count;
  }

  [[nodiscard]] Index last() const { return last_; }

 private:
  void on_written(WriteId through, port::WriteOutcome outcome, Error /*error*/) noexcept override {
    written_ = through;
    has_failed_ = has_failed_ || outcome != port::WriteOutcome::kDurable;
  }

  port::Storage& storage_;
  Wait wait_;
  Index last_;
  WriteId id_;
  WriteId written_;
  bool has_failed_ = false;
};

}  // namespace buoyant::bench
