// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Unary gRPC calls over one HTTP/2 connection, as many at a time as wanted: what a client of
/// etcd needs, and no more. The messages are the caller's.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <nghttp2/nghttp2.h>
#include <optional>
#include <string>

namespace buoyant::bench {

/// A connection to a loopback port. Driven by its owner's poll.
class GrpcConnection {
 public:
  /// The answer; nothing: the call failed. Called once, while receive() runs.
  using Done = std::function<void(const std::optional<std::string>& answer)>;

  /// Nothing: nobody listens.
  static std::unique_ptr<GrpcConnection> open(std::uint16_t port);
  GrpcConnection(const GrpcConnection&) = delete;
  GrpcConnection& operator=(const GrpcConnection&) = delete;
  ~GrpcConnection();

  /// "/package.Service/Method". Goes out with the next send(). False: the connection is broken.
  bool call(const std::string& path, const std::string& message, Done done);

  [[nodiscard]] int fd() const { return fd_; }

  /// Sends what the socket takes; false: the connection is broken.
  bool send();

  /// More to send than the socket took.
  [[nodiscard]] bool has_unsent() const { return sent_ < output_.size(); }

  /// Reads what is there; false: the connection is broken.
  bool receive();

 private:
  struct Call {
    std::string body;
    std::size_t sent = 0;
    std::string answer;
    bool is_well = false;
    Done done;
  };

  explicit GrpcConnection(int fd);

  static Call* call_of(nghttp2_session* session, std::int32_t stream);
  static ssize_t on_body(nghttp2_session* session, std::int32_t stream, std::uint8_t* buffer,
                         std::size_t size, std::uint32_t* flags, nghttp2_data_source* source,
                         void* self);
  static int on_header(nghttp2_session* session, const nghttp2_frame* frame,
                       const std::uint8_t* name, std::size_t name_size, const std::uint8_t* value,
                       std::size_t value_size, std::uint8_t flags, void* self);
  static int on_data(nghttp2_session* session, std::uint8_t flags, std::int32_t stream,
                     const std::uint8_t* data, std::size_t size, void* self);
  static int on_close(nghttp2_session* session, std::int32_t stream, std::uint32_t error,
                      void* self);

  int fd_;
  nghttp2_session* session_ = nullptr;
  std::string output_;
  std::size_t sent_ = 0;
};

}  // namespace buoyant::bench
