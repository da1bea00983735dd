// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/http/request_reader.h"

#include "buoyant/base/assert.h"
#include "examples/http/limits.h"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <limits>
#include <utility>

namespace http {

namespace {

constexpr int kStop = -1;

/// What breaks the rules of HTTP, as a status.
int status_of(http_errno error) {
  if (error == HPE_INVALID_METHOD) {
    return HTTP_STATUS_NOT_IMPLEMENTED;
  }
  if (error == HPE_INVALID_VERSION) {
    return HTTP_STATUS_HTTP_VERSION_NOT_SUPPORTED;
  }
  return error == HPE_HEADER_OVERFLOW ? HTTP_STATUS_REQUEST_HEADER_FIELDS_TOO_LARGE
                                      : HTTP_STATUS_BAD_REQUEST;
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
  return result;
}

}  // namespace

RequestReader::RequestReader() {
  begin_next();
}

void RequestReader::begin_next() {
  http_parser_init(&parser_, HTTP_REQUEST);
  parser_.data = this;
  request_ = {};
  head_bytes_ = 0;
  is_in_value_ = false;
  has_head_ = false;
  is_whole_ = false;
  is_expected_ = false;
}

void RequestReader::append(std::string_view bytes) {
  unread_.erase(0, std::exchange(begin_, 0));
  unread_ += bytes;
}

const Request* RequestReader::front() {
  while (!is_whole_ && !error_ && begin_ < unread_.size()) {
    read();
  }
  return is_whole_ ? &request_ : nullptr;
}

void RequestReader::pop() {
  BUOYANT_ASSERT(is_whole_);
  begin_next();
}

bool RequestReader::take_expectation() {
  return std::exchange(is_expected_, false) && !is_whole_ && !error_;
}

void RequestReader::read() {
  const std::string_view unread = std::string_view(unread_).substr(begin_);
  // A head gets no more bytes than it may have.
  const bool was_in_head = !has_head_;
  const std::size_t count =
      was_in_head ? std::min(unread.size(), kHeadBytesMax - head_bytes_) : unread.size();
  const std::size_t read = http_parser_execute(&parser_, &settings(), unread.data(), count);
  begin_ += read;
  head_bytes_ += was_in_head ? read : 0;
  const http_errno error = HTTP_PARSER_ERRNO(&parser_);
  // Paused: at the end of a request. What a callback refused has its status already.
  if (error != HPE_OK && error != HPE_PAUSED && !error_) {
    error_ = status_of(error);
  }
  if (!has_head_ && head_bytes_ == kHeadBytesMax && !error_) {
    error_ = HTTP_STATUS_REQUEST_HEADER_FIELDS_TOO_LARGE;
  }
}

template <int (RequestReader::*kTake)(std::string_view)>
int RequestReader::take_part(http_parser* parser, const char* at, std::size_t bytes) {
  return (static_cast<RequestReader*>(parser->data)->*kTake)({at, bytes});
}

template <int (RequestReader::*kNote)()>
int RequestReader::note(http_parser* parser) {
  return (static_cast<RequestReader*>(parser->data)->*kNote)();
}

const http_parser_settings& RequestReader::settings() {
  static const http_parser_settings kSettings = [] {
    http_parser_settings made;
    http_parser_settings_init(&made);
    made.on_url = take_part<&RequestReader::on_target>;
    made.on_header_field = take_part<&RequestReader::on_header_name>;
    made.on_header_value = take_part<&RequestReader::on_header_value>;
    made.on_headers_complete = note<&RequestReader::on_head>;
    made.on_body = take_part<&RequestReader::on_body>;
    made.on_message_complete = note<&RequestReader::on_end>;
    return made;
  }();
  return kSettings;
}

int RequestReader::on_target(std::string_view part) {
  request_.target += part;
  return 0;
}

/// Behind a body, too, where what comes is of no interest.
int RequestReader::on_header_name(std::string_view part) {
  if (has_head_) {
    return 0;
  }
  if (is_in_value_ || request_.headers.empty()) {
    request_.headers.emplace_back();
    is_in_value_ = false;
  }
  request_.headers.back().first += lower(part);
  return 0;
}

int RequestReader::on_header_value(std::string_view part) {
  if (!has_head_) {
    is_in_value_ = true;
    request_.headers.back().second += part;
  }
  return 0;
}

int RequestReader::on_head() {
  has_head_ = true;
  request_.method = static_cast<http_method>(parser_.method);
  request_.keeps_alive = http_should_keep_alive(&parser_) != 0;
  request_.is_http_1_0 = parser_.http_minor == 0;
  if (parser_.http_major != 1) {
    return refuse(HTTP_STATUS_HTTP_VERSION_NOT_SUPPORTED);
  }
  if (!request_.is_http_1_0 && request_.header("host") == nullptr) {
    return refuse(HTTP_STATUS_BAD_REQUEST);
  }
  constexpr std::uint64_t kUnknown = std::numeric_limits<std::uint64_t>::max();
  if (parser_.content_length != kUnknown && parser_.content_length > kValueBytesMax) {
    return refuse(HTTP_STATUS_PAYLOAD_TOO_LARGE);
  }
  const std::string* const expect = request_.header("expect");
  is_expected_ = expect != nullptr && lower(*expect) == "100-continue";
  return 0;
}

int RequestReader::on_body(std::string_view part) {
  if (request_.body.size() + part.size() > kValueBytesMax) {
    return refuse(HTTP_STATUS_PAYLOAD_TOO_LARGE);
  }
  request_.body += part;
  return 0;
}

int RequestReader::on_end() {
  is_whole_ = true;
  // What follows is the next request's.
  http_parser_pause(&parser_, 1);
  return 0;
}

int RequestReader::refuse(int status) {
  error_ = status;
  return kStop;
}

}  // namespace http
