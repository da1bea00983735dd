// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/support/process/resp.h"

#include <charconv>
#include <utility>

namespace buoyant::process {

static constexpr std::string_view kEnd = "\r\n";
static constexpr int kDepthMax = 8;
static constexpr std::int64_t kBytesMax = std::int64_t{512} << 20U;

static std::optional<std::int64_t> integer_of(std::string_view text) {
  std::int64_t value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || stop != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

std::string shown(const RespValue& value) {
  switch (value.kind) {
    case RespValue::Kind::kSimple:
      return "+" + value.text;
    case RespValue::Kind::kError:
      return "-" + value.text;
    case RespValue::Kind::kInteger:
      return ":" + value.text;
    case RespValue::Kind::kBulk:
      return "$" + value.text;
    case RespValue::Kind::kNil:
      return "$-1";
    case RespValue::Kind::kArray:
      break;
  }
  std::string text = "*[";
  for (const RespValue& item : value.items) {
    text += (text.size() > 2 ? " " : "") + shown(item);
  }
  return text + "]";
}

std::string resp_request(const std::vector<std::string>& words) {
  std::string bytes = "*" + std::to_string(words.size()) + "\r\n";
  for (const std::string& word : words) {
    bytes += "$" + std::to_string(word.size()) + "\r\n" + word + "\r\n";
  }
  return bytes;
}

std::optional<RespValue> RespReader::take(std::string& bytes) {
  std::string_view rest = bytes;
  if (is_broken_ || rest.empty()) {
    return std::nullopt;
  }
  auto value = read(rest, 0);
  if (value) {
    bytes.erase(0, bytes.size() - rest.size());
  }
  return value;
}

std::optional<RespValue> RespReader::broken() {
  is_broken_ = true;
  return std::nullopt;
}

std::optional<RespValue> RespReader::read(std::string_view& rest, int depth) {
  const std::size_t end = rest.find(kEnd);
  if (end == std::string_view::npos) {
    return std::nullopt;
  }
  const char type = end == 0 ? '\0' : rest[0];
  const std::string_view text = end == 0 ? std::string_view() : rest.substr(1, end - 1);
  rest.remove_prefix(end + kEnd.size());
  if (type == '+') {
    return RespValue{RespValue::Kind::kSimple, std::string(text), {}};
  }
  if (type == '-') {
    return RespValue{RespValue::Kind::kError, std::string(text), {}};
  }
  const auto number = integer_of(text);
  if (!number) {
    return broken();
  }
  if (type == ':') {
    return RespValue{RespValue::Kind::kInteger, std::string(text), {}};
  }
  if ((type != '$' && type != '*') || *number < -1 || *number > kBytesMax || depth > kDepthMax) {
    return broken();
  }
  if (*number == -1) {
    return RespValue();
  }
  return type == '$' ? read_bulk(rest, *number) : read_array(rest, *number, depth);
}

std::optional<RespValue> RespReader::read_bulk(std::string_view& rest, std::int64_t size) {
  const auto bytes = static_cast<std::size_t>(size);
  if (rest.size() < bytes + kEnd.size()) {
    return std::nullopt;
  }
  if (rest.substr(bytes, kEnd.size()) != kEnd) {
    return broken();
  }
  RespValue value{RespValue::Kind::kBulk, std::string(rest.substr(0, bytes)), {}};
  rest.remove_prefix(bytes + kEnd.size());
  return value;
}

std::optional<RespValue> RespReader::read_array(std::string_view& rest, std::int64_t size,
                                                int depth) {
  RespValue value{RespValue::Kind::kArray, {}, {}};
  for (std::int64_t item = 0; item < size; ++item) {
    auto read_item = read(rest, depth + 1);
    if (!read_item) {
      return std::nullopt;
    }
    value.items.push_back(*std::move(read_item));
  }
  return value;
}

}  // namespace buoyant::process
