// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What a buoyant-echo applied, from what it wrote with --print.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

namespace buoyant::process {

/// The applied lines of one server, of all its runs together. A run applies again what the runs
/// before it did; that must be the same.
class AppliedLog {
 public:
  struct Line {
    std::uint64_t term = 0;
    std::string text;

    friend bool operator==(const Line&, const Line&) = default;
  };

  /// Reads one run's output. A last line without newline was cut off by a SIGKILL and does not
  /// count. What is wrong with the run, first finding: an index that does not rise, a line that
  /// is none, an index that another run had otherwise. "": nothing.
  std::string add_run(const std::string& path);

  [[nodiscard]] const std::map<std::uint64_t, Line>& lines() const noexcept { return lines_; }

  /// The texts; which one stands twice is in `repeated`.
  [[nodiscard]] std::set<std::string> texts() const;

  /// A text that was applied at two indexes; "": none.
  [[nodiscard]] std::string repeated() const;

 private:
  std::map<std::uint64_t, Line> lines_;
};

/// Where two logs differ first, in words; "": nowhere.
std::string difference(const AppliedLog& left, const AppliedLog& right);

}  // namespace buoyant::process
