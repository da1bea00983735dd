// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A disk of which single operations fail, or all of them from one on, as when a process ends.
#pragma once

#include "adapters/files/options.h"

#include <cerrno>
#include <cstddef>
#include <limits>
#include <map>
#include <optional>

namespace buoyant::files::faulty_disk {

class FaultyDisk final : public FileHook {
 public:
  int before(Operation operation, std::size_t& bytes) noexcept override {
    dies_at = operation == dies_before ? operations : dies_at;
    if (operations++ >= dies_at) {
      return EIO;
    }
    if (operation == Operation::kRead || operation == Operation::kWrite) {
      bytes = bytes < transfer_bytes_max ? bytes : transfer_bytes_max;
    }
    const auto found = fail_next.find(operation);
    if (found == fail_next.end()) {
      return 0;
    }
    const int code = found->second;
    fail_next.erase(found);
    return code;
  }

  /// The errno with which the next one of these fails.
  std::map<Operation, int> fail_next;
  /// Reads and writes are short beyond this.
  std::size_t transfer_bytes_max = std::numeric_limits<std::size_t>::max();
  /// So many operations so far; from this one on nothing happens any more.
  std::size_t operations = 0;
  std::size_t dies_at = std::numeric_limits<std::size_t>::max();
  /// The same, from the next one of these on.
  std::optional<Operation> dies_before;

  /// The next process has a disk that works.
  void revive() {
    dies_at = std::numeric_limits<std::size_t>::max();
    dies_before.reset();
  }
};

}  // namespace buoyant::files::faulty_disk
