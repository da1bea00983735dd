// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The record file, as the process writes it that is recorded.
#pragma once

#include "tests/disk/shim/record.h"

#include <cerrno>
#include <mutex>
#include <string>
#include <string_view>

namespace buoyant::disk::shim {

class Log {
 public:
  static Log& instance();

  /// The directory that is watched; empty: nothing is.
  [[nodiscard]] const std::string& root() const noexcept { return root_; }

  [[nodiscard]] std::mutex& mutex() noexcept { return mutex_; }

  // Under the mutex:

  void begin(RecordHeader header) noexcept;
  void append(const void* data, std::size_t size) noexcept;
  /// The record is complete; the process may end here.
  void end() noexcept;

  void record(const RecordHeader& header) noexcept;
  void record_name(RecordHeader header, std::string_view name) noexcept;

 private:
  Log();

  int file_ = -1;
  std::string root_;
  std::string pending_;
  /// Records until the process is killed; negative: it is not.
  long left_ = -1;
  /// Which records count for that; 0: all.
  long counted_ = 0;
  Action action_ = Action::kStart;
  std::mutex mutex_;
};

/// A call and its record; errno is the call's.
class Step {
 public:
  Step() : lock_(Log::instance().mutex()) {}

  Step(const Step&) = delete;
  Step& operator=(const Step&) = delete;
  ~Step() = default;

 private:
  std::lock_guard<std::mutex> lock_;
};

/// What recording does to errno is undone.
class KeepErrno {
 public:
  KeepErrno() noexcept : saved_(errno) {}

  KeepErrno(const KeepErrno&) = delete;
  KeepErrno& operator=(const KeepErrno&) = delete;

  ~KeepErrno() { errno = saved_; }

 private:
  int saved_;
};

}  // namespace buoyant::disk::shim
