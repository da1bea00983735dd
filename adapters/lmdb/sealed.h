// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Keys, and small values with a checksum that covers their key.
///
/// LMDB has no checksums: a flipped bit is served as data. So every value of ours has one, and
/// since it covers the key, a value that turns up in the wrong place is found too. Packed log
/// records have their own layout (record.h).
#pragma once

#include "buoyant/base/bytes.h"
#include "buoyant/model/ids.h"

#include <lmdb.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace buoyant::lmdb {

/// Group and number, big-endian: LMDB's byte order is then the numbers' order, and many groups
/// fit into one environment.
class Key {
 public:
  static constexpr std::size_t kBytes = 16;

  Key(GroupId group, Index index) noexcept : Key(group, index.value()) {}

  Key(GroupId group, std::uint64_t number) noexcept;

  [[nodiscard]] ByteView view() const noexcept { return bytes_; }

  /// The number of a key of this group; none: of another group, or not such a key.
  [[nodiscard]] static std::optional<Index> index_of(GroupId group, const MDB_val& key) noexcept;

 private:
  std::array<std::byte, kBytes> bytes_{};
};

/// For LMDB, which does not write to it.
[[nodiscard]] MDB_val native(ByteView view) noexcept;

[[nodiscard]] ByteView bytes_of(const MDB_val& value) noexcept;

/// `content` with magic, version and checksum around it.
[[nodiscard]] std::vector<std::byte> seal(ByteView key, ByteView content);

/// What was sealed under this key; none: it fails its checks.
[[nodiscard]] std::optional<ByteView> unseal(ByteView key, ByteView value) noexcept;

/// Puts numbers and texts one after another.
class ContentWriter {
 public:
  ContentWriter& number(std::uint64_t value);
  /// With its length.
  ContentWriter& text(std::string_view value);

  [[nodiscard]] ByteView view() const noexcept { return bytes_; }

 private:
  std::vector<std::byte> bytes_;
};

/// Takes them out again; after the end it gives zeros and is not ok.
class ContentReader {
 public:
  explicit ContentReader(ByteView content) noexcept : rest_(content) {}

  [[nodiscard]] std::uint64_t number() noexcept;
  [[nodiscard]] std::string_view text() noexcept;

  /// All of it was read, and no more.
  [[nodiscard]] bool complete() const noexcept { return ok_ && rest_.empty(); }

  [[nodiscard]] bool ok() const noexcept { return ok_; }

  [[nodiscard]] std::size_t bytes_left() const noexcept { return rest_.size(); }

 private:
  [[nodiscard]] ByteView take(std::size_t size) noexcept;

  ByteView rest_;
  bool ok_ = true;
};

}  // namespace buoyant::lmdb
