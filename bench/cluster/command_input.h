// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// How a driver and its servers talk: lines on their standard input and output.
#pragma once

#include <uv.h>

#include <functional>
#include <string>

namespace buoyant::bench {

/// One line to the driver.
void say(const std::string& line);

/// Lines from the driver, on standard input. Stays until the loop has run out.
class CommandInput {
 public:
  using OnLine = std::function<void(const std::string& line)>;

  CommandInput() = default;
  CommandInput(const CommandInput&) = delete;
  CommandInput& operator=(const CommandInput&) = delete;

  /// `on_line` gets each line, without its end; `on_end` is called once, when no more will come.
  void open(uv_loop_t& loop, OnLine on_line, std::function<void()> on_end);

 private:
  static void on_alloc(uv_handle_t* handle, std::size_t suggested, uv_buf_t* buffer);
  static void on_read(uv_stream_t* stream, ssize_t count, const uv_buf_t* buffer);

  uv_pipe_t pipe_{};
  OnLine on_line_;
  std::function<void()> on_end_;
  std::string line_;
  char chunk_[4096] = {};
};

}  // namespace buoyant::bench
