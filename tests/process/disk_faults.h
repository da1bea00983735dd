// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The disk of one server, which a test can have fail, hang, or be slow while the server runs.
#pragma once

#include "tests/process/fault_shim/plan.h"

#include <cstdint>
#include <limits>
#include <map>
#include <string>

namespace buoyant::process {

/// What is to happen to calls of one server.
struct DiskFault {
  fault_shim::Action action = fault_shim::Action::kFail;
  /// Bits of fault_shim::Call.
  std::uint32_t calls = 0;
  /// Of the path of the file; "": any.
  std::string part = {};
  /// An errno, of kFail.
  int code = 0;
  /// The delay, of kSlow.
  std::uint32_t milliseconds = 0;
  /// So many calls go well before.
  std::int64_t spared = 0;
  /// Then so many are struck, and all later ones go well.
  std::int64_t times = std::numeric_limits<std::int64_t>::max() / 2;
};

/// Owned by a test; must outlive the server that it is given to. Nothing is struck at first.
class DiskFaults {
 public:
  /// `directory`: exists; what is below `root` is struck.
  DiskFaults(const std::string& directory, std::string root);
  DiskFaults(const DiskFaults&) = delete;
  DiskFaults& operator=(const DiskFaults&) = delete;
  ~DiskFaults();

  /// What a server needs for it.
  [[nodiscard]] std::map<std::string, std::string> environment() const;

  /// From now on; instead of what there was.
  void set(const DiskFault& fault);

  /// The disk is good again, and what hung goes on.
  void heal();

  /// Calls that were struck since set().
  [[nodiscard]] std::uint64_t struck() const { return plan_->struck; }

 private:
  std::string path_;
  std::string root_;
  fault_shim::Plan* plan_ = nullptr;
};

}  // namespace buoyant::process
