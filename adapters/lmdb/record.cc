// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/lmdb/record.h"

#include "buoyant/base/assert.h"
#include "buoyant/base/checksum.h"
#include "buoyant/base/little_endian.h"

#include <cstring>
#include <limits>

namespace buoyant::lmdb {

namespace {

constexpr std::uint32_t kRecordMagic = 0x314c5942;  // "BYL1"
constexpr std::uint32_t kRecordVersion = 1;
constexpr std::size_t kChecksumAt = 32;
constexpr std::size_t kRowBytes = 16;
constexpr std::size_t kLengthAt = 8;
constexpr std::size_t kKindAt = 12;

std::uint64_t record_checksum(GroupId group, Index first, ByteView record) noexcept {
  const Key key(group, first);
  const std::uint64_t head = checksum(record.first(kChecksumAt), checksum(key.view()));
  return checksum(record.subspan(kRecordHeadBytes), head);
}

void write_header(std::byte* at, Index first, std::uint32_t count, std::uint64_t payload_bytes) {
  store_le32(at, kRecordMagic);
  store_le32(at + 4, kRecordVersion);
  store_le64(at + 8, first.value());
  store_le32(at + 16, count);
  store_le32(at + 20, 0);
  store_le64(at + 24, payload_bytes);
}

std::size_t stored_bytes(const Entry& entry) noexcept {
  return kRowBytes + entry.payload.size();
}

}  // namespace

std::uint32_t count_of_record(Index first, ByteView head) noexcept {
  const bool is_ours = head.size() >= kRecordHeadBytes && load_le32(head.data()) == kRecordMagic &&
                       load_le32(head.data() + 4) == kRecordVersion &&
                       load_le64(head.data() + 8) == first.value();
  return is_ours ? load_le32(head.data() + 16) : 0;
}

std::optional<RecordView> RecordView::parse(GroupId group, Index first, ByteView value) noexcept {
  const std::uint32_t count = count_of_record(first, value);
  if (count == 0) {
    return std::nullopt;
  }
  const std::uint64_t payload_bytes = load_le64(value.data() + 24);
  const std::size_t rest = value.size() - kRecordHeadBytes;
  if (count > rest / kRowBytes || payload_bytes != rest - count * kRowBytes ||
      load_le64(value.data() + kChecksumAt) != record_checksum(group, first, value)) {
    return std::nullopt;
  }
  const RecordView view(first, count, value);
  // Only a record that was written wrongly can fail here, and it must not be read past its end.
  std::uint64_t sum = 0;
  for (std::uint32_t at = 0; at < count; ++at) {
    sum += view.payload_bytes(at);
    if (view.kind(at) > EntryKind::kConfiguration) {
      return std::nullopt;
    }
  }
  return sum == payload_bytes ? std::optional(view) : std::nullopt;
}

const std::byte* RecordView::row(std::uint32_t at) const noexcept {
  BUOYANT_ASSERT(at < count_);
  return value_.data() + kRecordHeadBytes + at * kRowBytes;
}

Term RecordView::term(std::uint32_t at) const noexcept {
  return Term(load_le64(row(at)));
}

EntryKind RecordView::kind(std::uint32_t at) const noexcept {
  return static_cast<EntryKind>(row(at)[kKindAt]);
}

std::size_t RecordView::payload_bytes(std::uint32_t at) const noexcept {
  return load_le32(row(at) + kLengthAt);
}

ByteView RecordView::payloads(std::uint32_t count) const noexcept {
  BUOYANT_ASSERT(count <= count_);
  std::size_t bytes = 0;
  for (std::uint32_t at = 0; at < count; ++at) {
    bytes += payload_bytes(at);
  }
  return value_.subspan(kRecordHeadBytes + count_ * kRowBytes, bytes);
}

std::vector<std::byte> RecordView::head(GroupId group, std::uint32_t count) const {
  BUOYANT_ASSERT(count > 0);
  const ByteView kept = payloads(count);
  const std::size_t rows = count * kRowBytes;
  std::vector<std::byte> record(kRecordHeadBytes + rows + kept.size());
  write_header(record.data(), first_, count, kept.size());
  std::memcpy(record.data() + kRecordHeadBytes, row(0), rows);
  if (!kept.empty()) {
    std::memcpy(record.data() + kRecordHeadBytes + rows, kept.data(), kept.size());
  }
  store_le64(record.data() + kChecksumAt, record_checksum(group, first_, record));
  return record;
}

std::size_t entries_of_next_record(EntryRefs entries) noexcept {
  BUOYANT_ASSERT(!entries.empty());
  std::size_t bytes = kRecordHeadBytes + stored_bytes(*entries[0]);
  std::size_t count = 1;
  while (count < entries.size() && bytes + stored_bytes(*entries[count]) <= kRecordBytesMax) {
    bytes += stored_bytes(*entries[count]);
    count += 1;
  }
  return count;
}

std::size_t record_bytes(EntryRefs entries) noexcept {
  std::size_t bytes = kRecordHeadBytes;
  for (const Entry* entry : entries) {
    bytes += stored_bytes(*entry);
  }
  return bytes;
}

void write_record(std::byte* at, GroupId group, Index first, EntryRefs entries) noexcept {
  std::byte* row = at + kRecordHeadBytes;
  std::byte* payload = row + entries.size() * kRowBytes;
  std::byte* const payloads = payload;
  for (const Entry* entry : entries) {
    const std::size_t size = entry->payload.size();
    BUOYANT_ASSERT(size <= std::numeric_limits<std::uint32_t>::max());
    store_le64(row, entry->term.value());
    store_le32(row + kLengthAt, static_cast<std::uint32_t>(size));
    store_le32(row + kKindAt, static_cast<std::uint32_t>(entry->kind));
    row += kRowBytes;
    if (size > 0) {
      std::memcpy(payload, entry->payload.data(), size);
      payload += size;
    }
  }
  write_header(at, first, static_cast<std::uint32_t>(entries.size()),
               static_cast<std::uint64_t>(payload - payloads));
  const ByteView record(at, static_cast<std::size_t>(payload - at));
  store_le64(at + kChecksumAt, record_checksum(group, first, record));
}

}  // namespace buoyant::lmdb
