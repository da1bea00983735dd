// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/lmdb/journal_batch.h"

#include "adapters/lmdb/record.h"
#include "buoyant/base/assert.h"
#include "buoyant/base/checksum.h"
#include "buoyant/base/little_endian.h"

#include <cstring>

namespace buoyant::lmdb {

using port::StorageWrite;

namespace {

constexpr std::uint32_t kMagic = 0x314A5942;  // "BYJ1"
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kEpochAt = 8;
constexpr std::size_t kSequenceAt = 16;
constexpr std::size_t kBytesAt = 24;
constexpr std::size_t kChecksumAt = 32;

constexpr std::uint32_t kHasHardState = 1;
constexpr std::uint32_t kHasTruncation = 2;
constexpr std::uint32_t kHasEntries = 4;
constexpr std::uint32_t kFlags = kHasHardState | kHasTruncation | kHasEntries;
constexpr std::size_t kWriteHeadBytes = 48;
constexpr std::size_t kTermAt = 8;
constexpr std::size_t kVoteAt = 16;
constexpr std::size_t kTruncateAt = 24;
constexpr std::size_t kFirstAt = 32;
constexpr std::size_t kRecordBytesAt = 40;

constexpr std::size_t round_up(std::size_t bytes) noexcept {
  return (bytes + 7) / 8 * 8;
}

std::size_t record_bytes_of(const StorageWrite& write) noexcept {
  if (write.entries.empty()) {
    return 0;
  }
  std::size_t bytes = kRecordHeadBytes;
  for (const Entry& entry : write.entries) {
    bytes += bytes_in_record(entry);
  }
  return bytes;
}

std::uint64_t batch_checksum(ByteView batch, GroupId group) noexcept {
  const std::uint64_t head = checksum(batch.first(kChecksumAt), group.value());
  return checksum(batch.subspan(kBatchHeadBytes), head);
}

/// Writes one at `at`, with its record; where it ends.
std::byte* write_one(std::byte* at, GroupId group, const StorageWrite& write,
                     std::vector<const Entry*>& refs) {
  const std::size_t record = record_bytes_of(write);
  std::memset(at, 0, kWriteHeadBytes);
  store_le32(at, (write.hard_state ? kHasHardState : 0) |
                     (write.truncate_from ? kHasTruncation : 0) |
                     (write.entries.empty() ? 0 : kHasEntries));
  if (write.hard_state) {
    store_le64(at + kTermAt, write.hard_state->term.value());
    store_le64(at + kVoteAt, write.hard_state->voted_for.value());
  }
  store_le64(at + kTruncateAt, write.truncate_from.value_or(Index()).value());
  store_le64(at + kFirstAt, write.first.value());
  store_le64(at + kRecordBytesAt, record);
  at += kWriteHeadBytes;
  if (record > 0) {
    refs.clear();
    for (const Entry& entry : write.entries) {
      refs.push_back(&entry);
    }
    write_record(at, group, write.first, refs);
    std::memset(at + record, 0, round_up(record) - record);
  }
  return at + round_up(record);
}

/// The entries of a record; their payloads are slices of `batch`.
bool read_record(const Bytes& batch, std::size_t offset, std::size_t bytes, GroupId group,
                 StorageWrite& write) {
  const std::optional<RecordView> record =
      RecordView::parse(group, write.first, batch.view().subspan(offset, bytes));
  if (!record) {
    return false;
  }
  const ByteView payloads = record->payloads(record->count());
  auto at = static_cast<std::size_t>(payloads.data() - batch.data());
  for (std::uint32_t i = 0; i < record->count(); ++i) {
    const std::size_t size = record->payload_bytes(i);
    write.entries.push_back({.term = record->term(i),
                             .kind = record->kind(i),
                             .payload = size == 0 ? Bytes() : batch.slice(at, size)});
    at += size;
  }
  return true;
}

}  // namespace

bool has_only_the_log(const StorageWrite& write) noexcept {
  return !write.compact_through && !write.snapshot && !write.peers && !write.after_no_space;
}

std::size_t batch_bytes(std::span<const StorageWrite> writes) noexcept {
  std::size_t bytes = kBatchHeadBytes;
  for (const StorageWrite& write : writes) {
    bytes += kWriteHeadBytes + round_up(record_bytes_of(write));
  }
  return bytes;
}

void encode_batch(const BatchStamp& stamp, GroupId group, std::span<const StorageWrite> writes,
                  std::vector<std::byte>& bytes) {
  bytes.resize(batch_bytes(writes));
  std::byte* const head = bytes.data();
  store_le32(head, kMagic);
  store_le32(head + sizeof(std::uint32_t), kVersion);
  store_le64(head + kEpochAt, stamp.epoch);
  store_le64(head + kSequenceAt, stamp.sequence);
  store_le64(head + kBytesAt, bytes.size());
  std::byte* at = head + kBatchHeadBytes;
  std::vector<const Entry*> refs;
  for (const StorageWrite& write : writes) {
    BUOYANT_ASSERT(has_only_the_log(write));
    at = write_one(at, group, write, refs);
  }
  BUOYANT_ASSERT(at == head + bytes.size());
  store_le64(head + kChecksumAt, batch_checksum(bytes, group));
}

std::optional<BatchStamp> stamp_of_batch(ByteView bytes) noexcept {
  if (bytes.size() < kBatchHeadBytes || load_le32(bytes.data()) != kMagic ||
      load_le32(bytes.data() + sizeof(std::uint32_t)) != kVersion) {
    return std::nullopt;
  }
  return BatchStamp{.epoch = load_le64(bytes.data() + kEpochAt),
                    .sequence = load_le64(bytes.data() + kSequenceAt)};
}

std::size_t size_of_batch(ByteView bytes, GroupId group) noexcept {
  if (!stamp_of_batch(bytes)) {
    return 0;
  }
  const std::uint64_t size = load_le64(bytes.data() + kBytesAt);
  const bool is_whole = size >= kBatchHeadBytes && size <= bytes.size() && size % 8 == 0;
  return is_whole &&
                 batch_checksum(bytes.first(size), group) == load_le64(bytes.data() + kChecksumAt)
             ? size
             : 0;
}

std::optional<std::vector<StorageWrite>> decode_batch(const Bytes& bytes, GroupId group) {
  std::vector<StorageWrite> writes;
  std::size_t offset = kBatchHeadBytes;
  while (offset < bytes.size()) {
    if (bytes.size() - offset < kWriteHeadBytes) {
      return std::nullopt;
    }
    const std::byte* const head = bytes.data() + offset;
    const std::uint32_t flags = load_le32(head);
    const std::uint64_t record = load_le64(head + kRecordBytesAt);
    offset += kWriteHeadBytes;
    if ((flags & ~kFlags) != 0 || record > bytes.size() - offset ||
        (record > 0) != ((flags & kHasEntries) != 0)) {
      return std::nullopt;
    }
    StorageWrite& write = writes.emplace_back();
    if ((flags & kHasHardState) != 0) {
      write.hard_state = HardState{.term = Term(load_le64(head + kTermAt)),
                                   .voted_for = ServerId(load_le64(head + kVoteAt))};
    }
    if ((flags & kHasTruncation) != 0) {
      write.truncate_from = Index(load_le64(head + kTruncateAt));
    }
    write.first = Index(load_le64(head + kFirstAt));
    if (record > 0 && !read_record(bytes, offset, record, group, write)) {
      return std::nullopt;
    }
    offset += round_up(record);
  }
  return writes;
}

}  // namespace buoyant::lmdb
