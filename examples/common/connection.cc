// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/common/connection.h"

#include "buoyant/base/assert.h"

#include <algorithm>

namespace example {

namespace {

constexpr unsigned kKeepaliveSeconds = 60;

Connection& connection_of(const uv_handle_t* handle) {
  return *static_cast<Connection*>(handle->data);
}

Connection& connection_of(const uv_stream_t* stream) {
  return *static_cast<Connection*>(stream->data);
}

}  // namespace

Connection::Connection(ConnectionHost& host)
    : host_(host), protocol_(host.service().speak(*this)) {}

std::shared_ptr<Connection> Connection::accept(uv_stream_t& listener, ConnectionHost& host) {
  std::shared_ptr<Connection> client(new Connection(host));
  BUOYANT_ASSERT(uv_tcp_init(listener.loop, &client->tcp_) == 0);
  BUOYANT_ASSERT(uv_timer_init(listener.loop, &client->patience_) == 0);
  BUOYANT_ASSERT(uv_timer_init(listener.loop, &client->half_) == 0);
  BUOYANT_ASSERT(uv_timer_init(listener.loop, &client->alarm_) == 0);
  client->tcp_.data = client.get();
  client->patience_.data = client.get();
  client->half_.data = client.get();
  client->alarm_.data = client.get();
  client->handles_open_ = 4;
  if (uv_accept(&listener, client->stream()) != 0) {
    client->close();
  }
  return client;
}

uv_stream_t* Connection::stream() noexcept {
  return reinterpret_cast<uv_stream_t*>(&tcp_);
}

void Connection::start() {
  uv_tcp_nodelay(&tcp_, 1);
  // A client whose host is gone sends nothing any more, not even its end.
  uv_tcp_keepalive(&tcp_, 1, kKeepaliveSeconds);
  protocol_->on_start();
  update_reading();
}

void Connection::refuse(std::string_view text) {
  has_ended_ = true;
  answer(answers_.open(0), text);
}

void Connection::end() {
  has_ended_ = true;
  host_.on_answers(*this);
}

void Connection::finish() {
  is_finishing_ = true;
  end();
}

void Connection::close() {
  if (std::exchange(is_closing_, true)) {
    return;
  }
  const auto on_close = [](uv_handle_t* handle) {
    Connection& client = connection_of(handle);
    if (--client.handles_open_ == 0) {
      client.host_.on_closed(client);
    }
  };
  uv_close(reinterpret_cast<uv_handle_t*>(&tcp_), on_close);
  uv_close(reinterpret_cast<uv_handle_t*>(&patience_), on_close);
  uv_close(reinterpret_cast<uv_handle_t*>(&half_), on_close);
  uv_close(reinterpret_cast<uv_handle_t*>(&alarm_), on_close);
  account();
}

// Reading.

void Connection::update_reading() {
  const bool wanted = !is_closing_ && !peer_closed_ &&
                      (is_lingering_ || (!has_ended_ && !is_full_ && protocol_->wants_bytes()));
  if (wanted == is_reading_) {
    return;
  }
  is_reading_ = wanted;
  if (!wanted) {
    uv_read_stop(stream());
    return;
  }
  const auto give_buffer = [](uv_handle_t* handle, std::size_t /*suggested*/, uv_buf_t* buffer) {
    auto& shared = connection_of(handle).host_.read_buffer();
    *buffer = uv_buf_init(shared.data(), static_cast<unsigned int>(shared.size()));
  };
  const auto take = [](uv_stream_t* stream, ssize_t count, const uv_buf_t* buffer) {
    connection_of(stream).on_read(count, buffer->base);
  };
  if (uv_read_start(stream(), give_buffer, take) != 0) {
    close();
  }
}

void Connection::on_read(ssize_t count, const char* data) {
  if (count > 0 && !has_ended_) {
    protocol_->append({data, static_cast<std::size_t>(count)});
    take_requests();
  }
  if (count == UV_EOF) {
    // Half a request at the end is none: its client may have died while writing it.
    peer_closed_ = true;
    has_ended_ = true;
    host_.on_answers(*this);
  } else if (count < 0) {
    close();
  }
  look_for_half_a_request();
  account();
  update_reading();
}

/// What is there when all before it is answered is the beginning of a request. As a whole it has
/// its time, however often a byte of it comes.
void Connection::look_for_half_a_request() {
  const bool is_half =
      !is_closing_ && !has_ended_ && answers_.size() == 0 && protocol_->pending_bytes() > 0;
  if (!is_half) {
    uv_timer_stop(&half_);
  } else if (uv_is_active(reinterpret_cast<const uv_handle_t*>(&half_)) == 0) {
    const auto on_timeout = [](uv_timer_t* timer) {
      static_cast<Connection*>(timer->data)->close();
    };
    BUOYANT_ASSERT(uv_timer_start(&half_, on_timeout, host_.limits().request_ms, 0) == 0);
  }
}

/// Tells the host what this client holds; too much is the end of it.
void Connection::account() {
  const std::size_t bytes = is_closing_ ? 0
                                        : answers_.bytes() + output_.size() + in_writing_.size() +
                                              protocol_->pending_bytes();
  if (const std::size_t before = std::exchange(held_, bytes); before != bytes) {
    host_.on_held(before, bytes);
  }
  if (held_ > kBytesHardMax) {
    close();
  }
}

bool Connection::has_room(std::size_t divisor) const noexcept {
  return answers_.size() < kRequestsMax / divisor &&
         answers_.bytes() + output_.size() + in_writing_.size() < kBytesMax / divisor;
}

void Connection::take_requests() {
  while (!has_ended_ && !is_full_ && !is_closing_ && protocol_->take()) {
    is_full_ = !has_room(1);
    // One that began behind others has its own time.
    uv_timer_stop(&half_);
  }
}

// Answering.

void Connection::answer(AnswerQueue::Ticket ticket, std::string_view text) {
  if (is_closing_) {
    return;
  }
  answers_.fill(ticket, text);
  host_.on_answers(*this);
  account();
}

void Connection::set_alarm(std::uint64_t at_ms) {
  if (is_closing_) {
    return;
  }
  const auto on_alarm = [](uv_timer_t* timer) {
    static_cast<Connection*>(timer->data)->protocol_->on_alarm();
  };
  BUOYANT_ASSERT(uv_timer_start(&alarm_, on_alarm, at_ms - std::min(at_ms, now_ms()), 0) == 0);
}

void Connection::flush() {
  is_marked_ = false;
  if (is_closing_) {
    return;
  }
  answers_.take_ready(output_);
  write();
  protocol_->on_room();
  is_full_ = is_full_ && !has_room(2);
  take_requests();
  look_for_half_a_request();
  account();
  if (is_closing_) {
    return;
  }
  if (has_ended_ && answers_.size() == 0 && output_.empty() && !is_writing_) {
    linger();
  }
  update_reading();
}

void Connection::write() {
  if (is_writing_ || output_.empty() || is_lingering_) {
    return;
  }
  is_writing_ = true;
  in_writing_ = std::exchange(output_, {});
  const uv_buf_t buffer =
      uv_buf_init(in_writing_.data(), static_cast<unsigned int>(in_writing_.size()));
  const auto on_write = [](uv_write_t* request, int status) {
    connection_of(request->handle).on_written(status);
  };
  if (uv_write(&write_request_, stream(), &buffer, 1, on_write) != 0) {
    close();
    return;
  }
  look_for_a_stall();
}

/// As long as the client takes something within each interval it may take its time.
void Connection::look_for_a_stall() {
  const std::size_t unwritten = uv_stream_get_write_queue_size(stream());
  if (unwritten == 0) {
    return;
  }
  unwritten_ = unwritten;
  const auto on_timeout = [](uv_timer_t* timer) {
    auto& connection = *static_cast<Connection*>(timer->data);
    if (uv_stream_get_write_queue_size(connection.stream()) == connection.unwritten_) {
      connection.close();
    } else {
      connection.look_for_a_stall();
    }
  };
  uv_timer_start(&patience_, on_timeout, host_.limits().stall_ms, 0);
}

void Connection::on_written(int status) {
  is_writing_ = false;
  in_writing_.clear();
  if (!is_closing_) {
    uv_timer_stop(&patience_);
  }
  if (status != 0) {
    close();
    return;
  }
  host_.on_answers(*this);
}

/// Closing a socket with unread bytes would reset the connection, and the last answers with it:
/// so we say that we are done, and read on for a while.
void Connection::linger() {
  if (peer_closed_ || is_finishing_) {
    close();
    return;
  }
  if (std::exchange(is_lingering_, true)) {
    return;
  }
  const auto on_timeout = [](uv_timer_t* timer) { static_cast<Connection*>(timer->data)->close(); };
  const auto ignore = [](uv_shutdown_t* /*request*/, int /*status*/) {};
  if (uv_shutdown(&shutdown_request_, stream(), ignore) != 0 ||
      uv_timer_start(&patience_, on_timeout, kLingerMs, 0) != 0) {
    close();
  }
}

}  // namespace example
