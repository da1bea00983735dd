// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A record file, read.
#pragma once

#include "buoyant/base/bytes.h"
#include "tests/disk/shim/record.h"

#include <string>
#include <string_view>
#include <vector>

namespace buoyant::disk {

/// One record; borrows from its Record.
struct Event {
  RecordHeader header;
  ByteView content;

  [[nodiscard]] std::string_view text() const { return text_of(content); }

  /// Of a rename.
  [[nodiscard]] std::string_view old_name() const;
  [[nodiscard]] std::string_view new_name() const;
};

class Record {
 public:
  /// Requires: what the shim wrote.
  explicit Record(const std::string& path);

  Record(const Record&) = delete;
  Record& operator=(const Record&) = delete;
  ~Record() = default;

  [[nodiscard]] const std::vector<Event>& events() const noexcept { return events_; }

 private:
  std::string bytes_;
  std::vector<Event> events_;
};

}  // namespace buoyant::disk
