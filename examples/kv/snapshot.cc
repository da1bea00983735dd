// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/kv/snapshot.h"

#include "buoyant/base/little_endian.h"
#include "examples/kv/limits.h"

#include <array>
#include <utility>

namespace kv {

namespace {

constexpr std::string_view kMagic = "buoykv01";
constexpr std::size_t kNumberBytes = 8;
constexpr std::size_t kHeadBytes = kMagic.size() + kNumberBytes;
constexpr std::size_t kLengthsBytes = 8;

std::array<std::byte, kNumberBytes> bytes_of(std::uint64_t value) {
  std::array<std::byte, kNumberBytes> bytes{};
  buoyant::store_le64(bytes.data(), value);
  return bytes;
}

std::uint64_t number_at(std::string_view bytes) {
  return buoyant::load_le64(buoyant::view_of(bytes).data());
}

std::size_t length(std::string_view bytes) {
  return buoyant::load_le32(buoyant::view_of(bytes).data());
}

}  // namespace

MapSource::MapSource(MapView view) : reader_(view) {
  add(kMagic);
  add(buoyant::text_of(bytes_of(view.size())));
}

void MapSource::add(std::string_view bytes) {
  ready_ += bytes;
  checksum_.add(buoyant::view_of(bytes));
}

void MapSource::add_next() {
  const Entry* const entry = reader_.next();
  if (entry == nullptr) {
    is_complete_ = true;
    add(buoyant::text_of(bytes_of(checksum_.value())));
    return;
  }
  std::array<std::byte, kLengthsBytes> lengths{};
  buoyant::store_le32(lengths.data(), entry->key_bytes);
  buoyant::store_le32(lengths.data() + kLengthsBytes / 2,
                      static_cast<std::uint32_t>(entry->value().size()));
  add(buoyant::text_of(lengths));
  add(entry->data.text());
}

buoyant::Result<buoyant::Bytes> MapSource::read(std::size_t bytes_max) noexcept {
  ready_.erase(0, std::exchange(given_, 0));
  while (ready_.size() < bytes_max && !is_complete_) {
    add_next();
  }
  const std::string_view chunk = std::string_view(ready_).substr(0, bytes_max);
  given_ = chunk.size();
  return buoyant::Bytes::copy_of(chunk);
}

buoyant::Result<void> MapTarget::write(buoyant::ByteView chunk) noexcept {
  text_.append(buoyant::text_of(chunk));
  for (Step step = Step::kGoOn; step == Step::kGoOn && !is_malformed_;) {
    step = take();
    is_malformed_ = step == Step::kMalformed;
  }
  text_.erase(0, std::exchange(taken_, 0));
  if (is_malformed_) {
    return buoyant::fail(buoyant::Errc::kMalformed, "key-value snapshot");
  }
  return {};
}

MapTarget::Step MapTarget::take() {
  const std::string_view rest = std::string_view(text_).substr(taken_);
  if (is_complete_) {
    return rest.empty() ? Step::kNeedsBytes : Step::kMalformed;
  }
  if (!entries_left_) {
    return take_head(rest);
  }
  return *entries_left_ > 0 ? take_entry(rest) : take_end(rest);
}

void MapTarget::pass(std::size_t bytes) {
  checksum_.add(buoyant::view_of(std::string_view(text_).substr(taken_, bytes)));
  taken_ += bytes;
}

MapTarget::Step MapTarget::take_head(std::string_view rest) {
  if (rest.size() < kHeadBytes) {
    return Step::kNeedsBytes;
  }
  if (!rest.starts_with(kMagic)) {
    return Step::kMalformed;
  }
  entries_left_ = number_at(rest.substr(kMagic.size()));
  pass(kHeadBytes);
  return Step::kGoOn;
}

MapTarget::Step MapTarget::take_entry(std::string_view rest) {
  if (rest.size() < kLengthsBytes) {
    return Step::kNeedsBytes;
  }
  const std::size_t key_bytes = length(rest);
  const std::size_t value_bytes = length(rest.substr(kLengthsBytes / 2));
  if (key_bytes > kKeyBytesMax || value_bytes > kValueBytesMax) {
    return Step::kMalformed;
  }
  const std::string_view pair = rest.substr(kLengthsBytes);
  if (pair.size() < key_bytes + value_bytes) {
    return Step::kNeedsBytes;
  }
  map_.set(pair.substr(0, key_bytes), pair.substr(key_bytes, value_bytes));
  pass(kLengthsBytes + key_bytes + value_bytes);
  *entries_left_ -= 1;
  return Step::kGoOn;
}

MapTarget::Step MapTarget::take_end(std::string_view rest) {
  if (rest.size() < kNumberBytes) {
    return Step::kNeedsBytes;
  }
  if (number_at(rest) != checksum_.value()) {
    return Step::kMalformed;
  }
  pass(kNumberBytes);
  is_complete_ = true;
  return Step::kGoOn;
}

buoyant::Result<void> MapTarget::finish() noexcept {
  if (!is_complete_ || is_malformed_) {
    return buoyant::fail(buoyant::Errc::kMalformed, "key-value snapshot");
  }
  receiver_->replace(std::move(map_));
  return {};
}

}  // namespace kv
