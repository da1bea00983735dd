// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The packed log record: consecutive entries in one value, keyed by the first one's index.
///
///   0  magic u32, version u32            24  payload bytes u64
///   8  first index u64                   32  checksum u64, over the key and all the rest
///  16  count u32, reserved u32           40  per entry: term u64, length u32, kind u8, 3 x 0
///                                            then the payloads, one after another
///
/// Numbers are little-endian. Deleting or stepping over entries costs by the record, not by
/// the entry.
#pragma once

#include "adapters/lmdb/sealed.h"
#include "buoyant/model/entry.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace buoyant::lmdb {

/// No record is larger, unless a single entry is. Also bounds what a truncation rewrites.
inline constexpr std::size_t kRecordBytesMax = std::size_t{256} * 1024;

/// What of a record is before its entries.
inline constexpr std::size_t kRecordHeadBytes = 40;

/// Entries where they lie.
using EntryRefs = std::span<const Entry* const>;

/// A verified record; borrows its bytes.
class RecordView {
 public:
  /// None: it fails its checks, or is not the record of this key.
  [[nodiscard]] static std::optional<RecordView> parse(GroupId group, Index first,
                                                       ByteView value) noexcept;

  [[nodiscard]] Index first() const noexcept { return first_; }

  [[nodiscard]] Index last() const noexcept { return first_ + (count_ - 1); }

  [[nodiscard]] std::uint32_t count() const noexcept { return count_; }

  [[nodiscard]] Term term(std::uint32_t at) const noexcept;
  [[nodiscard]] EntryKind kind(std::uint32_t at) const noexcept;
  [[nodiscard]] std::size_t payload_bytes(std::uint32_t at) const noexcept;

  /// The payloads of the first `count` entries, one after another.
  [[nodiscard]] ByteView payloads(std::uint32_t count) const noexcept;

  /// A record of the first `count` entries only. Requires: 0 < count <= this->count().
  [[nodiscard]] std::vector<std::byte> head(GroupId group, std::uint32_t count) const;

 private:
  RecordView(Index first, std::uint32_t count, ByteView value) noexcept
      : first_(first), count_(count), value_(value) {}

  [[nodiscard]] const std::byte* row(std::uint32_t at) const noexcept;

  Index first_;
  std::uint32_t count_;
  ByteView value_;
};

/// How many entries a record has, by its head alone: no checksum was looked at. 0: it is not the
/// head of the record of this index.
[[nodiscard]] std::uint32_t count_of_record(Index first, ByteView head) noexcept;

/// How many of `entries` go into the next record; at least one. Requires: not empty.
[[nodiscard]] std::size_t entries_of_next_record(EntryRefs entries) noexcept;

[[nodiscard]] std::size_t record_bytes(EntryRefs entries) noexcept;

/// Writes a record of record_bytes() at `at`.
void write_record(std::byte* at, GroupId group, Index first, EntryRefs entries) noexcept;

}  // namespace buoyant::lmdb
