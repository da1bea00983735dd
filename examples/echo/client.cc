// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/echo/client.h"

#include "buoyant/base/assert.h"

namespace echo {

namespace {

constexpr unsigned kKeepaliveSeconds = 60;

Client& client_of(const uv_handle_t* handle) {
  return *static_cast<Client*>(handle->data);
}

Client& client_of(const uv_stream_t* stream) {
  return *static_cast<Client*>(stream->data);
}

}  // namespace

std::shared_ptr<Client> Client::accept(uv_stream_t& listener, ClientHost& host) {
  std::shared_ptr<Client> client(new Client(host));
  BUOYANT_ASSERT(uv_tcp_init(listener.loop, &client->tcp_) == 0);
  BUOYANT_ASSERT(uv_timer_init(listener.loop, &client->linger_timer_) == 0);
  client->tcp_.data = client.get();
  client->linger_timer_.data = client.get();
  client->handles_open_ = 2;
  if (uv_accept(&listener, client->stream()) != 0) {
    client->close();
  }
  return client;
}

uv_stream_t* Client::stream() noexcept {
  return reinterpret_cast<uv_stream_t*>(&tcp_);
}

void Client::start() {
  uv_tcp_nodelay(&tcp_, 1);
  // A client whose host is gone sends nothing any more, not even its end.
  uv_tcp_keepalive(&tcp_, 1, kKeepaliveSeconds);
  update_reading();
}

void Client::refuse(std::string_view text) {
  has_ended_ = true;
  answer(answers_.open(0), text);
}

void Client::end() {
  has_ended_ = true;
  host_.on_answers(*this);
}

void Client::finish() {
  is_finishing_ = true;
  end();
}

void Client::close() {
  if (std::exchange(is_closing_, true)) {
    return;
  }
  const auto on_close = [](uv_handle_t* handle) {
    Client& client = client_of(handle);
    if (--client.handles_open_ == 0) {
      client.host_.on_closed(client);
    }
  };
  uv_close(reinterpret_cast<uv_handle_t*>(&tcp_), on_close);
  uv_close(reinterpret_cast<uv_handle_t*>(&linger_timer_), on_close);
}

// Reading.

void Client::update_reading() {
  const bool wanted =
      !is_closing_ && !peer_closed_ && (is_lingering_ || (!has_ended_ && !is_full_));
  if (wanted == is_reading_) {
    return;
  }
  is_reading_ = wanted;
  if (!wanted) {
    uv_read_stop(stream());
    return;
  }
  const auto give_buffer = [](uv_handle_t* handle, std::size_t /*suggested*/, uv_buf_t* buffer) {
    auto& shared = client_of(handle).host_.read_buffer();
    *buffer = uv_buf_init(shared.data(), static_cast<unsigned int>(shared.size()));
  };
  const auto take = [](uv_stream_t* stream, ssize_t count, const uv_buf_t* buffer) {
    client_of(stream).on_read(count, buffer->base);
  };
  if (uv_read_start(stream(), give_buffer, take) != 0) {
    close();
  }
}

void Client::on_read(ssize_t count, const char* data) {
  if (count > 0 && !has_ended_) {
    reader_.append({data, static_cast<std::size_t>(count)});
    take_lines();
  }
  if (count == UV_EOF) {
    // Half a line at the end is no line: its client may have died while writing it.
    peer_closed_ = true;
    has_ended_ = true;
    host_.on_answers(*this);
  } else if (count < 0) {
    close();
  }
  update_reading();
}

bool Client::has_room(std::size_t divisor) const noexcept {
  return answers_.size() < kRequestsMax / divisor &&
         answers_.bytes() + output_.size() + in_writing_.size() < kBytesMax / divisor;
}

void Client::take_lines() {
  while (!has_ended_ && !is_full_) {
    const auto line = reader_.next();
    if (!line) {
      break;
    }
    take_line(*line);
    is_full_ = !has_room(1);
  }
  if (!has_ended_ && reader_.is_too_long()) {
    refuse(kLineTooLong);
  }
}

void Client::take_line(std::string_view line) {
  const AnswerQueue::Ticket ticket = answers_.open(line.size());
  if (const auto refusal = refuse_line(line)) {
    answer(ticket, *refusal);
    return;
  }
  // The client may be gone when its line is decided.
  auto done = [weak = weak_from_this(), ticket](buoyant::Result<buoyant::Applied> outcome) {
    if (const auto client = weak.lock()) {
      client->answer(ticket, outcome ? outcome->reply.text() : error_line(outcome.error()));
    }
  };
  const auto accepted = host_.node().propose(buoyant::Bytes::copy_of(line), std::move(done));
  if (!accepted) {
    answer(ticket, error_line(accepted.error()));
  }
}

// Answering.

void Client::answer(AnswerQueue::Ticket ticket, std::string_view text) {
  answers_.fill(ticket, text);
  host_.on_answers(*this);
}

void Client::flush() {
  is_marked_ = false;
  if (is_closing_) {
    return;
  }
  answers_.take_ready(output_);
  write();
  if (is_full_ && has_room(2)) {
    is_full_ = false;
    take_lines();
  }
  if (has_ended_ && answers_.size() == 0 && output_.empty() && !is_writing_) {
    linger();
  }
  update_reading();
}

void Client::write() {
  if (is_writing_ || output_.empty() || is_lingering_) {
    return;
  }
  is_writing_ = true;
  in_writing_ = std::exchange(output_, {});
  const uv_buf_t buffer =
      uv_buf_init(in_writing_.data(), static_cast<unsigned int>(in_writing_.size()));
  const auto on_write = [](uv_write_t* request, int status) {
    client_of(request->handle).on_written(status);
  };
  if (uv_write(&write_request_, stream(), &buffer, 1, on_write) != 0) {
    close();
  }
}

void Client::on_written(int status) {
  is_writing_ = false;
  in_writing_.clear();
  if (status != 0) {
    close();
    return;
  }
  host_.on_answers(*this);
}

/// Closing a socket with unread bytes would reset the connection, and the last answers with it:
/// so we say that we are done, and read on for a while.
void Client::linger() {
  if (peer_closed_ || is_finishing_) {
    close();
    return;
  }
  if (std::exchange(is_lingering_, true)) {
    return;
  }
  const auto on_timeout = [](uv_timer_t* timer) { static_cast<Client*>(timer->data)->close(); };
  const auto ignore = [](uv_shutdown_t* /*request*/, int /*status*/) {};
  if (uv_shutdown(&shutdown_request_, stream(), ignore) != 0 ||
      uv_timer_start(&linger_timer_, on_timeout, kLingerMs, 0) != 0) {
    close();
  }
}

}  // namespace echo
