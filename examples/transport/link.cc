// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/transport/link.h"

#include <optional>

namespace local_transport {

using buoyant::Bytes;
using buoyant::Errc;

/// What one flush sends: lives until libuv has written it, or the link is closed.
struct Link::Write {
  uv_write_t request{};
  std::vector<Bytes> pieces;
  std::size_t bytes = 0;
};

Link::Link(uv_loop_t& loop, LinkEvents& events) : events_(&events) {
  uv_pipe_init(&loop, &pipe_, 0);
  pipe_.data = this;
  connect_.data = this;
}

void Link::dial(const std::string& path) {
  uv_pipe_connect(&connect_, &pipe_, path.c_str(), [](uv_connect_t* request, int status) {
    Link& self = *static_cast<Link*>(request->data);
    if (self.events_ == nullptr) {
      return;
    }
    if (status != 0) {
      self.events_->on_end(self, uv_strerror(status), false);
    } else {
      self.events_->on_open(self);
    }
  });
}

int Link::accept(uv_pipe_t& listener) {
  return uv_accept(reinterpret_cast<uv_stream_t*>(&listener), stream());
}

void Link::start_reading() {
  reads_ = true;
  uv_read_start(
      stream(),
      [](uv_handle_t* handle, std::size_t, uv_buf_t* buffer) {
        const auto free = static_cast<Link*>(handle->data)->reader_.writable();
        *buffer =
            uv_buf_init(reinterpret_cast<char*>(free.data()), static_cast<unsigned>(free.size()));
      },
      [](uv_stream_t* handle, ssize_t count, const uv_buf_t*) {
        static_cast<Link*>(handle->data)->on_read(count);
      });
  deliver();
}

void Link::stop_reading() {
  reads_ = false;
  uv_read_stop(stream());
}

void Link::on_read(ssize_t count) {
  if (count < 0) {
    const char* error = uv_strerror(static_cast<int>(count));
    events_->on_end(*this, count == UV_EOF ? "connection closed" : error, false);
    return;
  }
  reader_.commit(static_cast<std::size_t>(count));
  deliver();
}

void Link::deliver() {
  while (events_ != nullptr && reads_) {
    buoyant::Result<std::optional<buoyant::ReceivedFrame>> frame = reader_.next();
    if (!frame) {
      const bool is_long = frame.error().code() == Errc::kTooLarge;
      events_->on_end(*this, is_long ? "frame over the cap" : "malformed frame", true);
      return;
    }
    if (!*frame) {
      return;
    }
    events_->on_frame(*this, std::move(**frame));
  }
}

void Link::queue(const buoyant::Frame& frame) {
  unflushed_.insert(unflushed_.end(), frame.pieces.begin(), frame.pieces.end());
  queued_bytes_ += frame.bytes();
}

void Link::flush() {
  if (unflushed_.empty()) {
    return;
  }
  auto* write = new Write{.pieces = std::exchange(unflushed_, {})};
  write->request.data = write;
  std::vector<uv_buf_t> buffers;
  for (const Bytes& piece : write->pieces) {
    write->bytes += piece.size();
    // libuv does not write into it.
    auto* bytes = reinterpret_cast<char*>(const_cast<std::byte*>(piece.data()));
    buffers.push_back(uv_buf_init(bytes, static_cast<unsigned>(piece.size())));
  }
  const auto on_written = [](uv_write_t* request, int status) {
    Link& self = *static_cast<Link*>(request->handle->data);
    const std::unique_ptr<Write> done(static_cast<Write*>(request->data));
    self.queued_bytes_ -= done->bytes;
    if (self.events_ == nullptr) {
      return;
    }
    if (status != 0 || self.ends_when_written_) {
      self.events_->on_end(self, status != 0 ? uv_strerror(status) : "refused", false);
    } else {
      self.events_->on_written(self);
    }
  };
  const int status = uv_write(&write->request, stream(), buffers.data(),
                              static_cast<unsigned>(buffers.size()), on_written);
  // Not taken at all: the end of the stream is read, and reported, soon.
  if (status != 0) {
    delete write;
  }
}

void Link::send_last(const buoyant::Frame& frame) {
  ends_when_written_ = true;
  queue(frame);
  flush();
}

void Link::close(std::shared_ptr<Ending> ending) {
  events_ = nullptr;
  ending_ = std::move(ending);
  uv_close(reinterpret_cast<uv_handle_t*>(&pipe_),
           [](uv_handle_t* handle) { delete static_cast<Link*>(handle->data); });
}

}  // namespace local_transport
