// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/inspect/progress.h"

#include "tools/common/describe.h"

#include <algorithm>
#include <cstdio>
#include <unistd.h>

namespace buoyant::inspect_tool {

namespace {

constexpr std::uint64_t kBarWidth = 30;
constexpr std::chrono::milliseconds kPeriod{100};

}  // namespace

std::string bar_of(std::uint64_t done, std::uint64_t total) {
  total = std::max<std::uint64_t>(total, 1);
  done = std::min(done, total);
  // Totals are of files: their hundredfold is a number, too.
  const std::uint64_t filled = done * kBarWidth / total;
  std::string percent = std::to_string(done * 100 / total);
  percent.insert(0, 3 - std::min<std::size_t>(percent.size(), 3), ' ');
  return "[" + std::string(filled, '#') + std::string(kBarWidth - filled, '.') + "] " + percent +
         " %, " + tools::text_of_bytes(done) + " of " + tools::text_of_bytes(total);
}

Progress::Progress()
    : is_shown_(::isatty(STDERR_FILENO) == 1), next_(std::chrono::steady_clock::now()) {}

void Progress::hide() {
  if (width_ > 0) {
    std::fprintf(stderr, "\r%s\r", std::string(width_, ' ').c_str());
    std::fflush(stderr);
    width_ = 0;
  }
}

void Progress::add(std::uint64_t bytes) {
  done_ += bytes;
  const auto now = std::chrono::steady_clock::now();
  if (!is_shown_ || now < next_) {
    return;
  }
  next_ = now + kPeriod;
  std::string bar = bar_of(done_, total_);
  const std::size_t size = bar.size();
  bar.resize(std::max(size, width_), ' ');
  width_ = size;
  std::fprintf(stderr, "\r%s", bar.c_str());
  std::fflush(stderr);
}

}  // namespace buoyant::inspect_tool
