// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/state_machine/snapshot.h"

#include "buoyant/base/checksum.h"
#include "buoyant/base/little_endian.h"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace key_value {

namespace {

constexpr std::size_t kNumberBytes = 8;

std::string number(std::uint64_t value) {
  std::string bytes(kNumberBytes, '\0');
  buoyant::store_le64(reinterpret_cast<std::byte*>(bytes.data()), value);
  return bytes;
}

/// Takes parts off the front of bytes that may be anything.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  std::optional<std::uint64_t> number() {
    const std::optional<std::string_view> bytes = take(kNumberBytes);
    return bytes ? std::optional(buoyant::load_le64(buoyant::view_of(*bytes).data()))
                 : std::nullopt;
  }

  std::optional<std::string_view> text() {
    const std::optional<std::uint64_t> length = number();
    return length ? take(*length) : std::nullopt;
  }

  [[nodiscard]] bool is_empty() const { return rest_.empty(); }

 private:
  std::optional<std::string_view> take(std::uint64_t length) {
    if (length > rest_.size()) {
      return std::nullopt;
    }
    const std::string_view part = rest_.substr(0, length);
    rest_.remove_prefix(length);
    return part;
  }

  std::string_view rest_;
};

}  // namespace

std::string encode(const Map& map) {
  std::string bytes = number(map.size());
  for (const auto& [key, value] : map) {
    bytes.append(number(key.size())).append(key);
    bytes.append(number(value.size())).append(value);
  }
  return bytes.append(number(buoyant::checksum(buoyant::view_of(bytes))));
}

std::optional<Map> decode(std::string_view bytes) {
  if (bytes.size() < 2 * kNumberBytes) {
    return std::nullopt;
  }
  const std::string_view body = bytes.substr(0, bytes.size() - kNumberBytes);
  if (Reader(bytes.substr(body.size())).number() != buoyant::checksum(buoyant::view_of(body))) {
    return std::nullopt;
  }
  Reader reader(body);
  Map map;
  // Nothing is allocated by a length that was not checked against the bytes that are there.
  for (std::uint64_t pairs = *reader.number(); pairs > 0; --pairs) {
    const auto key = reader.text();
    const auto value = reader.text();
    if (!key || !value) {
      return std::nullopt;
    }
    map.emplace(*key, *value);
  }
  return reader.is_empty() ? std::optional(std::move(map)) : std::nullopt;
}

buoyant::Result<buoyant::Bytes> MapSource::read(std::size_t bytes_max) noexcept {
  if (!bytes_) {
    bytes_ = encode(std::exchange(map_, {}));
  }
  const std::string_view chunk = std::string_view(*bytes_).substr(read_, bytes_max);
  read_ += chunk.size();
  return buoyant::Bytes::copy_of(chunk);
}

buoyant::Result<void> MapTarget::write(buoyant::ByteView chunk) noexcept {
  bytes_.append(buoyant::text_of(chunk));
  return {};
}

buoyant::Result<void> MapTarget::finish() noexcept {
  std::optional<Map> map = decode(bytes_);
  if (!map) {
    return buoyant::fail(buoyant::Errc::kMalformed, "key-value snapshot");
  }
  map_ = std::move(*map);
  return {};
}

}  // namespace key_value
