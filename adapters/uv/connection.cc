// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/uv/connection.h"

#include "adapters/uv/context.h"
#include "buoyant/base/assert.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

namespace buoyant::uv {

namespace {

constexpr std::size_t kBuffersPerWrite = 64;

Connection& connection_of(uv_handle_t* handle) {
  return *static_cast<Connection*>(handle->data);
}

}  // namespace

ConnectionLimits limits_of(const TransportOptions& options, LinkPurpose purpose) {
  if (purpose == LinkPurpose::kSnapshots) {
    return {.queue_bytes_max = options.snapshot_queue_bytes_max,
            .receive_bytes_per_turn = options.snapshot_receive_bytes_per_turn,
            .send_bytes_per_turn = options.snapshot_send_bytes_per_turn,
            .stall = options.snapshot_stall};
  }
  return {.queue_bytes_max = options.queue_bytes_max,
          .receive_bytes_per_turn = options.receive_bytes_per_turn,
          .send_bytes_per_turn = options.send_bytes_per_turn,
          .stall = options.peer_stall};
}

Connection::Pointer Connection::create(Context& context) {
  return Pointer(new Connection(context));
}

Connection::Connection(Context& context)
    : context_(context),
      limits_(limits_of(context.options, LinkPurpose::kRequests)),
      reader_(kHelloBytesMax),
      handshake_(context.handshakes),
      reading_(context.deadlines),
      writing_(context.deadlines),
      stall_(context.deadlines),
      frame_(context.deadlines),
      room_(context.deadlines),
      end_(context.deadlines) {
  // Without a family it makes no socket yet, and cannot fail.
  const int status = uv_tcp_init(&context.loop, &tcp_);
  BUOYANT_ASSERT(status == 0);
  tcp_.data = this;
  connect_.data = this;
  write_.data = this;
  context_.handles.add();
}

void Connection::close() {
  BUOYANT_ASSERT(!closing_);
  say_farewell();
  closing_ = true;
  events_ = nullptr;
  handshake_.cancel();
  reading_.cancel();
  writing_.cancel();
  stall_.cancel();
  frame_.cancel();
  room_.cancel();
  end_.cancel();
  if (is_unflushed_) {
    std::erase(context_.unflushed, this);
  }
  // Open requests come back as cancelled before the close callback; they find `closing_`.
  uv_close(reinterpret_cast<uv_handle_t*>(&tcp_), [](uv_handle_t* handle) {
    Connection* connection = &connection_of(handle);
    HandleCount& handles = connection->context_.handles;
    delete connection;
    handles.release();
  });
}

int Connection::accept(uv_stream_t& listener) {
  const int status = uv_accept(&listener, reinterpret_cast<uv_stream_t*>(&tcp_));
  return status < 0 ? status : configure_socket();
}

void Connection::set_purpose(LinkPurpose purpose) {
  limits_ = limits_of(context_.options, purpose);
  limit_unacknowledged_time();
}

void Connection::dial(const sockaddr_storage& address, ServerId expected) {
  expected_ = expected;
  const int status = uv_tcp_connect(&connect_, &tcp_, reinterpret_cast<const sockaddr*>(&address),
                                    [](uv_connect_t* request, int result) {
                                      static_cast<Connection*>(request->data)->on_dialled(result);
                                    });
  if (status < 0) {
    end_later(Error(Errc::kTransportFailed, uv_strerror(status), status));
  }
}

void Connection::on_dialled(int status) {
  if (closing_) {
    return;
  }
  if (status == 0) {
    // Dialling a free port of the range that the system gives out can meet itself.
    status = is_connected_to_itself() ? UV_ECONNREFUSED : configure_socket();
  }
  if (status < 0) {
    end(Error(Errc::kTransportFailed, uv_strerror(status), status));
    return;
  }
  if (is_securing()) {
    await_handshake_step();
  } else {
    events_->on_open();
  }
}

void Connection::start_reading() {
  reads_ = true;
  reading_.post([this] { resume_reading(); });
}

void Connection::stop_reading() {
  reads_ = false;
  reading_.cancel();
  uv_read_stop(reinterpret_cast<uv_stream_t*>(&tcp_));
}

void Connection::resume_reading() {
  // Frames may have come in one piece with the one after which reading was stopped.
  deliver();
  look_at_security();
  if (closing_ || !wants_to_read()) {
    return;
  }
  const int status = uv_read_start(
      reinterpret_cast<uv_stream_t*>(&tcp_),
      [](uv_handle_t* handle, std::size_t, uv_buf_t* buffer) {
        connection_of(handle).on_alloc(*buffer);
      },
      [](uv_stream_t* stream, ssize_t count, const uv_buf_t*) {
        connection_of(reinterpret_cast<uv_handle_t*>(stream)).on_read(count);
      });
  if (status < 0 && status != UV_EALREADY) {
    end(Error(Errc::kTransportFailed, uv_strerror(status), status));
  }
}

void Connection::on_alloc(uv_buf_t& buffer) {
  if (const std::uint64_t iteration = context_.deadlines.iteration();
      iteration != read_iteration_) {
    read_iteration_ = iteration;
    read_this_turn_ = 0;
  }
  const std::size_t left =
      limits_.receive_bytes_per_turn - std::min(limits_.receive_bytes_per_turn, read_this_turn_);
  if (left == 0) {
    // libuv then calls back with UV_ENOBUFS.
    buffer = uv_buf_init(nullptr, 0);
    return;
  }
  const std::span<std::byte> target =
      context_.options.security == nullptr ? reader_.writable() : ciphertext_target();
  buffer = uv_buf_init(reinterpret_cast<char*>(target.data()),
                       static_cast<unsigned int>(std::min(target.size(), left)));
}

void Connection::on_read(ssize_t count) {
  if (closing_ || count == 0) {
    return;
  }
  if (count == UV_ENOBUFS) {
    // The budget of this iteration is used up; the next one has its own.
    uv_read_stop(reinterpret_cast<uv_stream_t*>(&tcp_));
    reading_.post([this] { resume_reading(); });
    return;
  }
  if (count < 0) {
    on_stream_end(static_cast<int>(count));
    return;
  }
  read_this_turn_ += static_cast<std::size_t>(count);
  if (context_.options.security != nullptr) {
    on_ciphertext(static_cast<std::size_t>(count));
    return;
  }
  reader_.commit(static_cast<std::size_t>(count));
  deliver();
}

void Connection::on_stream_end(int status) {
  if (secure_ != nullptr && status == UV_EOF) {
    secure_->feed_end();
    deliver();
    look_at_security();
  }
  end(Error(Errc::kTransportFailed,
            status == UV_EOF ? "closed by the other side" : uv_strerror(status), status));
}

void Connection::deliver() {
  while (!closing_ && reads_) {
    auto frame = reader_.next();
    if (!frame) {
      end(frame.error());
      return;
    }
    if (!*frame) {
      if (refill()) {
        continue;
      }
      watch_frame();
      return;
    }
    ++frames_;
    events_->on_frame(std::move(**frame));
  }
}

port::SendResult Connection::send(const Frame& frame) {
  const std::size_t queued = queued_bytes();
  if (queued > 0 && queued + frame.bytes() > limits_.queue_bytes_max) {
    was_full_ = true;
    return port::SendResult::kQueueFull;
  }
  queue_.push(frame);
  if (!is_unflushed_) {
    is_unflushed_ = true;
    context_.unflushed.push_back(this);
  }
  return port::SendResult::kQueued;
}

std::size_t Connection::queued_bytes() const noexcept {
  if (secure_ != nullptr) {
    return queue_.bytes() + secure_->output().size();
  }
  const std::size_t left =
      in_flight_ > 0 ? uv_stream_get_write_queue_size(reinterpret_cast<const uv_stream_t*>(&tcp_))
                     : 0;
  return queue_.bytes() - in_flight_ + left;
}

void Connection::send_now(const Frame& frame) {
  queue_.push(frame);
  write();
}

void Connection::flush() {
  is_unflushed_ = false;
  write();
}

void Connection::write() {
  std::size_t budget = limits_.send_bytes_per_turn;
  std::array<uv_buf_t, kBuffersPerWrite> space;
  while (in_flight_ == 0 && has_output() && !end_.is_active()) {
    if (budget == 0) {
      writing_.post([this] { write(); });
      break;
    }
    const auto buffers = output(space, budget);
    const std::size_t wanted = bytes_of(buffers);
    const int status = uv_try_write(reinterpret_cast<uv_stream_t*>(&tcp_), buffers.data(),
                                    static_cast<unsigned int>(buffers.size()));
    if (status < 0 && status != UV_EAGAIN) {
      end_later(Error(Errc::kTransportFailed, uv_strerror(status), status));
      return;
    }
    const auto written = static_cast<std::size_t>(std::max(status, 0));
    consume_output(written);
    budget -= written;
    if (written < wanted) {
      write_rest(output(space, budget));
    }
  }
  check_room();
}

void Connection::write_rest(std::span<uv_buf_t> buffers) {
  in_flight_ = bytes_of(buffers);
  const int status =
      uv_write(&write_, reinterpret_cast<uv_stream_t*>(&tcp_), buffers.data(),
               static_cast<unsigned int>(buffers.size()), [](uv_write_t* request, int result) {
                 static_cast<Connection*>(request->data)->on_written(result);
               });
  if (status < 0) {
    in_flight_ = 0;
    end_later(Error(Errc::kTransportFailed, uv_strerror(status), status));
    return;
  }
  progress_ = in_flight_;
  watch_progress();
}

void Connection::on_written(int status) {
  if (closing_) {
    return;
  }
  stall_.cancel();
  consume_output(std::exchange(in_flight_, 0));
  if (status < 0) {
    end(Error(Errc::kTransportFailed, uv_strerror(status), status));
    return;
  }
  write();
}

void Connection::watch_progress() {
  stall_.start(limits_.stall, [this] {
    const std::size_t left =
        uv_stream_get_write_queue_size(reinterpret_cast<const uv_stream_t*>(&tcp_));
    if (left == progress_) {
      end(Error(Errc::kTransportFailed, "the peer takes nothing", UV_ETIMEDOUT));
      return;
    }
    progress_ = left;
    watch_progress();
  });
}

void Connection::watch_frame() {
  if (frame_.is_active() || reader_.pending_bytes() == 0) {
    return;
  }
  const TransportOptions& options = context_.options;
  const auto seconds = static_cast<double>(reader_.frame_bytes()) /
                       static_cast<double>(options.frame_bytes_per_second_min);
  const auto by_length =
      std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds));
  frame_.start(std::max(options.frame_timeout, by_length), [this, before = frames_] {
    if (frames_ == before && reads_) {
      end(Error(Errc::kTransportFailed, "a frame takes too long", UV_ETIMEDOUT));
    } else {
      watch_frame();
    }
  });
}

void Connection::check_room() {
  if (was_full_ && !room_.is_active() && queued_bytes() <= limits_.queue_bytes_max / 2) {
    room_.post([this] {
      was_full_ = false;
      events_->on_room();
    });
  }
}

void Connection::end(Error error) {
  if (!closing_ && events_ != nullptr) {
    events_->on_end(error);
  }
}

void Connection::end_later(Error error) {
  if (!closing_) {
    end_.post([this, error] { end(error); });
  }
}

}  // namespace buoyant::uv
