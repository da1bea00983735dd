// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/kv/resp_reader.h"

#include "buoyant/base/assert.h"
#include "examples/kv/integer.h"

#include <algorithm>

namespace kv {

namespace {

/// "*65536\r\n" and the like.
constexpr std::size_t kLengthLineBytesMax = 32;
/// Kept for the next requests; what is beyond is given back.
constexpr std::size_t kKeptBytesMax = std::size_t{256} << 10U;

}  // namespace

void RespReader::append(std::string_view chunk) {
  text_.erase(0, begin_);
  at_ -= begin_;
  begin_ = 0;
  if (text_.empty() && text_.capacity() > kKeptBytesMax) {
    std::string().swap(text_);
  }
  text_.append(chunk);
  arguments_.clear();
}

const RespReader::Arguments* RespReader::front() {
  while (!is_whole_ && error_.empty()) {
    const Step step = arguments_left_ ? read_argument() : begin_request();
    if (step == Step::kNeedsBytes) {
      return nullptr;
    }
    is_whole_ = step == Step::kWhole;
  }
  if (!error_.empty()) {
    return nullptr;
  }
  if (arguments_.empty()) {
    for (const auto& [offset, size] : places_) {
      arguments_.push_back(std::string_view(text_).substr(begin_ + offset, size));
    }
  }
  return &arguments_;
}

void RespReader::pop() {
  BUOYANT_ASSERT(is_whole_);
  is_whole_ = false;
  begin_ = at_;
  arguments_left_.reset();
  places_.clear();
  arguments_.clear();
}

RespReader::Step RespReader::refuse(std::string error) {
  error_ = std::move(error);
  return Step::kNeedsBytes;
}

/// The text up to a line's end, which is passed over. Nothing: it has not come, or is too far.
std::optional<std::string_view> RespReader::line(std::size_t bytes_max) {
  const std::string_view rest = std::string_view(text_).substr(at_, bytes_max);
  const std::size_t end = rest.find('\n');
  if (end == std::string_view::npos) {
    if (rest.size() == bytes_max) {
      refuse("ERR Protocol error: too big line");
    }
    return std::nullopt;
  }
  at_ += end + 1;
  const bool has_return = end > 0 && rest[end - 1] == '\r';
  return rest.substr(0, has_return ? end - 1 : end);
}

/// What was read says nothing.
RespReader::Step RespReader::skip_to(std::size_t at) {
  begin_ = at;
  places_.clear();
  arguments_left_.reset();
  return Step::kGoOn;
}

RespReader::Step RespReader::begin_request() {
  if (at_ == text_.size()) {
    return Step::kNeedsBytes;
  }
  return text_[at_] == '*' ? read_array_length() : read_words();
}

RespReader::Step RespReader::read_array_length() {
  const auto text = line(kLengthLineBytesMax);
  if (!text) {
    return Step::kNeedsBytes;
  }
  const auto count = parse_integer(text->substr(1));
  if (!count || *count > static_cast<std::int64_t>(kArgumentsMax)) {
    return refuse("ERR Protocol error: invalid multibulk length");
  }
  if (*count <= 0) {
    return skip_to(at_);
  }
  arguments_left_ = static_cast<std::size_t>(*count);
  return Step::kGoOn;
}

RespReader::Step RespReader::read_words() {
  const std::size_t begin = at_;
  const auto text = line(kLineBytesMax);
  if (!text) {
    return Step::kNeedsBytes;
  }
  for (std::size_t from = 0; (from = text->find_first_not_of(" \t", from)) != text->npos;) {
    const std::size_t to = std::min(text->find_first_of(" \t", from), text->size());
    places_.emplace_back(begin - begin_ + from, to - from);
    from = to;
  }
  return places_.empty() ? skip_to(at_) : Step::kWhole;
}

bool RespReader::is_within_bounds(std::size_t more) const {
  return at_ - begin_ + more <= kRequestBytesMax;
}

RespReader::Step RespReader::read_argument() {
  if (*arguments_left_ == 0) {
    return Step::kWhole;
  }
  if (!argument_bytes_) {
    if (at_ < text_.size() && text_[at_] != '$') {
      return refuse(std::string("ERR Protocol error: expected '$', got '") + text_[at_] + "'");
    }
    const auto text = line(kLengthLineBytesMax);
    if (!text) {
      return Step::kNeedsBytes;
    }
    const auto bytes = parse_integer(text->substr(1));
    if (!bytes || *bytes < 0 || *bytes > static_cast<std::int64_t>(kRequestBytesMax) ||
        !is_within_bounds(static_cast<std::size_t>(*bytes) + 2)) {
      return refuse("ERR Protocol error: invalid bulk length");
    }
    argument_bytes_ = static_cast<std::size_t>(*bytes);
  }
  if (text_.size() - at_ < *argument_bytes_ + 2) {
    return Step::kNeedsBytes;
  }
  if (std::string_view(text_).substr(at_ + *argument_bytes_, 2) != "\r\n") {
    return refuse("ERR Protocol error: a bulk string does not end where it should");
  }
  places_.emplace_back(at_ - begin_, *argument_bytes_);
  at_ += *argument_bytes_ + 2;
  argument_bytes_.reset();
  *arguments_left_ -= 1;
  return *arguments_left_ == 0 ? Step::kWhole : Step::kGoOn;
}

}  // namespace kv
