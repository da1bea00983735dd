// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Reports on their way to the loop, whichever thread ended the writes.
///
/// The loop may hear of its own batch before it runs what the writer posted for an earlier one: so
/// whoever gets there first takes all that is there, in the order of the writes.
#pragma once

#include "adapters/lmdb/log_writer.h"

#include <iterator>
#include <mutex>
#include <utility>
#include <vector>

namespace buoyant::lmdb {

class ReportQueue {
 public:
  /// [holder] While it still holds the log.
  void add(std::vector<WriteReport> reports) {
    const std::lock_guard guard(mutex_);
    reports_.insert(reports_.end(), std::make_move_iterator(reports.begin()),
                    std::make_move_iterator(reports.end()));
  }

  /// [loop thread]
  [[nodiscard]] std::vector<WriteReport> take() {
    const std::lock_guard guard(mutex_);
    return std::exchange(reports_, {});
  }

 private:
  std::mutex mutex_;
  std::vector<WriteReport> reports_;
};

}  // namespace buoyant::lmdb
