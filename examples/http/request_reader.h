// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Requests of HTTP/1.1 out of the bytes of a connection, by Debian's http_parser.
#pragma once

#include "examples/http/request.h"

#include <cstddef>
#include <http_parser.h>
#include <optional>
#include <string>
#include <string_view>

namespace http {

class RequestReader {
 public:
  RequestReader();
  RequestReader(const RequestReader&) = delete;
  RequestReader& operator=(const RequestReader&) = delete;
  ~RequestReader() = default;

  void append(std::string_view bytes);

  /// The whole request at the front; valid until pop(). Null: more bytes are needed, or error().
  const Request* front();

  /// Removes the request at the front. Requires: front() gave one.
  void pop();

  /// The status that answers what cannot be a request; what follows it has no meaning.
  [[nodiscard]] std::optional<int> error() const noexcept { return error_; }

  /// The client has sent a head, and waits to be told whether it may send the body. Asked once per
  /// request: it is told then.
  bool take_expectation();

  /// Bytes that were not removed, read or not.
  [[nodiscard]] std::size_t pending_bytes() const noexcept {
    return unread_.size() - begin_ + head_bytes_ + request_.body.size();
  }

 private:
  /// What the parser calls.
  static const http_parser_settings& settings();
  template <int (RequestReader::*kTake)(std::string_view)>
  static int take_part(http_parser* parser, const char* at, std::size_t bytes);
  template <int (RequestReader::*kNote)()>
  static int note(http_parser* parser);

  void read();
  void begin_next();
  int on_target(std::string_view part);
  int on_header_name(std::string_view part);
  int on_header_value(std::string_view part);
  int on_head();
  int on_body(std::string_view part);
  int on_end();
  int refuse(int status);

  http_parser parser_{};
  std::string unread_;
  std::size_t begin_ = 0;  ///< Of what was not read, in unread_.
  Request request_;
  std::size_t head_bytes_ = 0;
  bool is_in_value_ = false;  ///< The last bytes of a head were of a header's value.
  bool has_head_ = false;
  bool is_whole_ = false;
  bool is_expected_ = false;  ///< To tell the client to go on.
  std::optional<int> error_;
};

}  // namespace http
