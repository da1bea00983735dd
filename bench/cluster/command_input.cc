// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "bench/cluster/command_input.h"

#include <cstdio>
#include <utility>

namespace buoyant::bench {

void say(const std::string& line) {
  std::printf("%s\n", line.c_str());
  std::fflush(stdout);
}

void CommandInput::open(uv_loop_t& loop, OnLine on_line, std::function<void()> on_end) {
  on_line_ = std::move(on_line);
  on_end_ = std::move(on_end);
  uv_pipe_init(&loop, &pipe_, 0);
  pipe_.data = this;
  uv_pipe_open(&pipe_, 0);
  uv_read_start(reinterpret_cast<uv_stream_t*>(&pipe_), on_alloc, on_read);
}

void CommandInput::on_alloc(uv_handle_t* handle, std::size_t /*suggested*/, uv_buf_t* buffer) {
  auto* self = static_cast<CommandInput*>(handle->data);
  *buffer = uv_buf_init(self->chunk_, sizeof(self->chunk_));
}

void CommandInput::on_read(uv_stream_t* stream, ssize_t count, const uv_buf_t* buffer) {
  auto* self = static_cast<CommandInput*>(stream->data);
  if (count < 0) {
    uv_close(reinterpret_cast<uv_handle_t*>(stream), nullptr);
    self->on_end_();
    return;
  }
  self->line_.append(buffer->base, static_cast<std::size_t>(count));
  for (std::size_t end = self->line_.find('\n'); end != std::string::npos;
       end = self->line_.find('\n')) {
    const std::string line = self->line_.substr(0, end);
    self->line_.erase(0, end + 1);
    self->on_line_(line);
  }
}

}  // namespace buoyant::bench
