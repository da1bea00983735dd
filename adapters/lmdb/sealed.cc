// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/lmdb/sealed.h"

#include "buoyant/base/checksum.h"
#include "buoyant/base/little_endian.h"

#include <cstring>

namespace buoyant::lmdb {

namespace {

constexpr std::uint32_t kSealMagic = 0x314d5942;  // "BYM1"
constexpr std::uint32_t kSealVersion = 1;
constexpr std::size_t kHeadBytes = 8;
constexpr std::size_t kChecksumBytes = 8;

void store_be64(std::byte* at, std::uint64_t value) noexcept {
  for (int byte = 7; byte >= 0; --byte) {
    at[byte] = static_cast<std::byte>(value);
    value >>= 8U;
  }
}

std::uint64_t load_be64(const std::byte* at) noexcept {
  std::uint64_t value = 0;
  for (int byte = 0; byte < 8; ++byte) {
    value = value << 8U | std::to_integer<std::uint64_t>(at[byte]);
  }
  return value;
}

}  // namespace

Key::Key(GroupId group, std::uint64_t number) noexcept {
  store_be64(bytes_.data(), group.value());
  store_be64(bytes_.data() + 8, number);
}

std::optional<Index> Key::index_of(GroupId group, const MDB_val& key) noexcept {
  const ByteView view = bytes_of(key);
  if (view.size() != kBytes || load_be64(view.data()) != group.value()) {
    return std::nullopt;
  }
  return Index(load_be64(view.data() + 8));
}

MDB_val native(ByteView view) noexcept {
  return {view.size(), const_cast<std::byte*>(view.data())};
}

ByteView bytes_of(const MDB_val& value) noexcept {
  return {static_cast<const std::byte*>(value.mv_data), value.mv_size};
}

std::vector<std::byte> seal(ByteView key, ByteView content) {
  std::vector<std::byte> value(kHeadBytes + content.size() + kChecksumBytes);
  store_le32(value.data(), kSealMagic);
  store_le32(value.data() + 4, kSealVersion);
  if (!content.empty()) {
    std::memcpy(value.data() + kHeadBytes, content.data(), content.size());
  }
  const std::size_t covered = kHeadBytes + content.size();
  store_le64(value.data() + covered, checksum({value.data(), covered}, checksum(key)));
  return value;
}

std::optional<ByteView> unseal(ByteView key, ByteView value) noexcept {
  if (value.size() < kHeadBytes + kChecksumBytes) {
    return std::nullopt;
  }
  const std::size_t covered = value.size() - kChecksumBytes;
  if (load_le32(value.data()) != kSealMagic || load_le32(value.data() + 4) != kSealVersion ||
      load_le64(value.data() + covered) != checksum(value.first(covered), checksum(key))) {
    return std::nullopt;
  }
  return value.subspan(kHeadBytes, covered - kHeadBytes);
}

ContentWriter& ContentWriter::number(std::uint64_t value) {
  const std::size_t at = bytes_.size();
  bytes_.resize(at + sizeof(value));
  store_le64(bytes_.data() + at, value);
  return *this;
}

ContentWriter& ContentWriter::text(std::string_view value) {
  number(value.size());
  const ByteView view = view_of(value);
  bytes_.insert(bytes_.end(), view.begin(), view.end());
  return *this;
}

ByteView ContentReader::take(std::size_t size) noexcept {
  if (!ok_ || size > rest_.size()) {
    ok_ = false;
    return {};
  }
  const ByteView taken = rest_.first(size);
  rest_ = rest_.subspan(size);
  return taken;
}

std::uint64_t ContentReader::number() noexcept {
  const ByteView taken = take(8);
  return taken.empty() ? 0 : load_le64(taken.data());
}

std::string_view ContentReader::text() noexcept {
  return text_of(take(number()));
}

}  // namespace buoyant::lmdb
