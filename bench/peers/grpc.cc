// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "bench/peers/grpc.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace buoyant::bench {

namespace {

/// In front of each message: not compressed, and its size.
constexpr std::size_t kPrefixBytes = 5;

std::string framed(const std::string& message) {
  const auto size = static_cast<std::uint32_t>(message.size());
  std::string body(1, '\0');
  for (const unsigned shift : {24U, 16U, 8U, 0U}) {
    body += static_cast<char>(static_cast<std::uint8_t>(size >> shift));
  }
  return body + message;
}

/// nghttp2 copies both.
nghttp2_nv header(std::string_view name, std::string_view value) {
  const auto bytes = [](std::string_view text) {
    return const_cast<std::uint8_t*>(reinterpret_cast<const std::uint8_t*>(text.data()));
  };
  return {.name = bytes(name),
          .value = bytes(value),
          .namelen = name.size(),
          .valuelen = value.size(),
          .flags = NGHTTP2_NV_FLAG_NONE};
}

std::string_view text_of(const std::uint8_t* bytes, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

}  // namespace

std::unique_ptr<GrpcConnection> GrpcConnection::open(std::uint16_t port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    close(fd);
    return nullptr;
  }
  const int one = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
  return std::unique_ptr<GrpcConnection>(new GrpcConnection(fd));
}

GrpcConnection::GrpcConnection(int fd) : fd_(fd) {
  nghttp2_session_callbacks* callbacks = nullptr;
  nghttp2_session_callbacks_new(&callbacks);
  nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data);
  nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_close);
  nghttp2_session_client_new(&session_, callbacks, this);
  nghttp2_session_callbacks_del(callbacks);
  nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, nullptr, 0);
}

GrpcConnection::~GrpcConnection() {
  nghttp2_session_del(session_);
  close(fd_);
}

bool GrpcConnection::call(const std::string& path, const std::string& message, Done done) {
  auto call = std::make_unique<Call>();
  call->body = framed(message);
  call->done = std::move(done);
  const std::array headers = {
      header(":method", "POST"), header(":scheme", "http"),
      header(":path", path),     header(":authority", "localhost"),
      header("te", "trailers"),  header("content-type", "application/grpc"),
  };
  nghttp2_data_provider provider{};
  provider.read_callback = on_body;
  if (nghttp2_submit_request(session_, nullptr, headers.data(), headers.size(), &provider,
                             call.get()) < 0) {
    return false;
  }
  // on_close takes it back.
  [[maybe_unused]] const Call* kept_by_stream = call.release();
  return true;
}

bool GrpcConnection::send() {
  for (;;) {
    const std::uint8_t* bytes = nullptr;
    const ssize_t count = nghttp2_session_mem_send(session_, &bytes);
    if (count < 0) {
      return false;
    }
    if (count == 0) {
      break;
    }
    output_.append(text_of(bytes, static_cast<std::size_t>(count)));
  }
  while (has_unsent()) {
    const ssize_t count =
        ::send(fd_, output_.data() + sent_, output_.size() - sent_, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count < 0) {
      return errno == EAGAIN;
    }
    sent_ += static_cast<std::size_t>(count);
  }
  output_.clear();
  sent_ = 0;
  return true;
}

bool GrpcConnection::receive() {
  std::array<std::uint8_t, 65536> buffer{};
  const ssize_t count = recv(fd_, buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (count <= 0) {
    return count < 0 && errno == EAGAIN;
  }
  return nghttp2_session_mem_recv(session_, buffer.data(), static_cast<std::size_t>(count)) >= 0;
}

GrpcConnection::Call* GrpcConnection::call_of(nghttp2_session* session, std::int32_t stream) {
  return static_cast<Call*>(nghttp2_session_get_stream_user_data(session, stream));
}

ssize_t GrpcConnection::on_body(nghttp2_session* session, std::int32_t stream, std::uint8_t* buffer,
                                std::size_t size, std::uint32_t* flags,
                                nghttp2_data_source* /*source*/, void* /*self*/) {
  Call* call = call_of(session, stream);
  const std::size_t count = std::min(size, call->body.size() - call->sent);
  call->body.copy(reinterpret_cast<char*>(buffer), count, call->sent);
  call->sent += count;
  if (call->sent == call->body.size()) {
    *flags |= NGHTTP2_DATA_FLAG_EOF;
  }
  return static_cast<ssize_t>(count);
}

int GrpcConnection::on_header(nghttp2_session* session, const nghttp2_frame* frame,
                              const std::uint8_t* name, std::size_t name_size,
                              const std::uint8_t* value, std::size_t value_size,
                              std::uint8_t /*flags*/, void* /*self*/) {
  Call* call = call_of(session, frame->hd.stream_id);
  if (call != nullptr && text_of(name, name_size) == "grpc-status") {
    call->is_well = text_of(value, value_size) == "0";
  }
  return 0;
}

int GrpcConnection::on_data(nghttp2_session* session, std::uint8_t /*flags*/, std::int32_t stream,
                            const std::uint8_t* data, std::size_t size, void* /*self*/) {
  if (Call* call = call_of(session, stream); call != nullptr) {
    call->answer.append(text_of(data, size));
  }
  return 0;
}

int GrpcConnection::on_close(nghttp2_session* session, std::int32_t stream, std::uint32_t error,
                             void* /*self*/) {
  const std::unique_ptr<Call> call(call_of(session, stream));
  if (call == nullptr) {
    return 0;
  }
  if (error == NGHTTP2_NO_ERROR && call->is_well && call->answer.size() >= kPrefixBytes) {
    call->done(call->answer.substr(kPrefixBytes));
  } else {
    call->done(std::nullopt);
  }
  return 0;
}

}  // namespace buoyant::bench
