// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/kv/resp_writer.h"

#include <algorithm>

namespace kv::resp {

namespace {

constexpr std::string_view kEnd = "\r\n";

}  // namespace

void add_simple(std::string& reply, std::string_view text) {
  (reply += '+').append(text).append(kEnd);
}

void add_error(std::string& reply, std::string_view text) {
  const std::size_t begin = reply.size() + 1;
  (reply += '-').append(text);
  std::replace_if(
      reply.begin() + static_cast<std::ptrdiff_t>(begin), reply.end(),
      [](char character) { return character == '\r' || character == '\n'; }, ' ');
  reply += kEnd;
}

void add_integer(std::string& reply, std::int64_t number) {
  (reply += ':').append(std::to_string(number)).append(kEnd);
}

void add_bulk(std::string& reply, std::string_view bytes) {
  reply.reserve(reply.size() + bulk_bytes_max(bytes.size()));
  (reply += '$').append(std::to_string(bytes.size())).append(kEnd).append(bytes).append(kEnd);
}

void add_array(std::string& reply, std::size_t size) {
  (reply += '*').append(std::to_string(size)).append(kEnd);
}

}  // namespace kv::resp
