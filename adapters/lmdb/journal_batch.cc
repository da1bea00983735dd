// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/lmdb/journal_batch.h"

#include "buoyant/base/assert.h"
#include "buoyant/base/little_endian.h"

#include <cstring>
#include <limits>

namespace buoyant::lmdb {

using port::StorageWrite;

namespace {

constexpr std::size_t kHeadBytes = 16;
constexpr std::size_t kGroupAt = 8;

constexpr std::uint32_t kHasHardState = 1;
constexpr std::uint32_t kHasTruncation = 2;
constexpr std::size_t kWriteHeadBytes = 40;
constexpr std::size_t kCountAt = 4;
constexpr std::size_t kTermAt = 8;
constexpr std::size_t kVoteAt = 16;
constexpr std::size_t kTruncateAt = 24;
constexpr std::size_t kFirstAt = 32;

constexpr std::size_t kRowBytes = 16;
constexpr std::size_t kLengthAt = 8;
constexpr std::size_t kKindAt = 12;

void put_head(std::byte* at, const StorageWrite& write) noexcept {
  store_le32(at,
             (write.hard_state ? kHasHardState : 0) | (write.truncate_from ? kHasTruncation : 0));
  store_le32(at + kCountAt, static_cast<std::uint32_t>(write.entries.size()));
  const HardState hard_state = write.hard_state.value_or(HardState());
  store_le64(at + kTermAt, hard_state.term.value());
  store_le64(at + kVoteAt, hard_state.voted_for.value());
  store_le64(at + kTruncateAt, write.truncate_from.value_or(Index()).value());
  store_le64(at + kFirstAt, write.first.value());
}

/// Where it ends.
std::byte* put_entries(std::byte* at, const std::vector<Entry>& entries) noexcept {
  std::byte* payload = at + entries.size() * kRowBytes;
  for (const Entry& entry : entries) {
    const std::size_t size = entry.payload.size();
    BUOYANT_ASSERT(size <= std::numeric_limits<std::uint32_t>::max());
    store_le64(at, entry.term.value());
    store_le32(at + kLengthAt, static_cast<std::uint32_t>(size));
    store_le32(at + kKindAt, static_cast<std::uint32_t>(entry.kind));
    at += kRowBytes;
    if (size > 0) {
      std::memcpy(payload, entry.payload.data(), size);
      payload += size;
    }
  }
  return payload;
}

/// Takes writes out of a batch; nothing is read beyond its end.
class Reader {
 public:
  explicit Reader(const Bytes& bytes) noexcept : bytes_(bytes), at_(kHeadBytes) {}

  [[nodiscard]] bool is_at_end() const noexcept { return at_ == bytes_.size(); }

  [[nodiscard]] bool take(StorageWrite& write) {
    if (left() < kWriteHeadBytes) {
      return false;
    }
    const std::byte* const head = bytes_.data() + at_;
    const std::uint32_t flags = load_le32(head);
    const std::uint32_t count = load_le32(head + kCountAt);
    if ((flags & kHasHardState) != 0) {
      write.hard_state = HardState{.term = Term(load_le64(head + kTermAt)),
                                   .voted_for = ServerId(load_le64(head + kVoteAt))};
    }
    if ((flags & kHasTruncation) != 0) {
      write.truncate_from = Index(load_le64(head + kTruncateAt));
    }
    write.first = Index(load_le64(head + kFirstAt));
    at_ += kWriteHeadBytes;
    return flags <= (kHasHardState | kHasTruncation) && take_entries(count, write.entries);
  }

 private:
  [[nodiscard]] std::size_t left() const noexcept { return bytes_.size() - at_; }

  [[nodiscard]] bool take_entries(std::uint32_t count, std::vector<Entry>& entries) {
    if (count > left() / kRowBytes) {
      return false;
    }
    const std::byte* row = bytes_.data() + at_;
    at_ += count * kRowBytes;
    entries.reserve(count);
    for (std::uint32_t i = 0; i < count; ++i, row += kRowBytes) {
      const std::size_t size = load_le32(row + kLengthAt);
      const std::uint32_t kind = load_le32(row + kKindAt);
      if (size > left() || kind > static_cast<std::uint32_t>(EntryKind::kConfiguration)) {
        return false;
      }
      entries.push_back({.term = Term(load_le64(row)),
                         .kind = static_cast<EntryKind>(kind),
                         .payload = size == 0 ? Bytes() : bytes_.slice(at_, size)});
      at_ += size;
    }
    return true;
  }

  const Bytes& bytes_;
  std::size_t at_;
};

}  // namespace

bool has_only_the_log(const StorageWrite& write) noexcept {
  return !write.compact_through && !write.snapshot && !write.peers && !write.after_no_space;
}

std::size_t batch_bytes(std::span<const StorageWrite> writes) noexcept {
  std::size_t bytes = kHeadBytes + writes.size() * kWriteHeadBytes;
  for (const StorageWrite& write : writes) {
    for (const Entry& entry : write.entries) {
      bytes += kRowBytes + entry.payload.size();
    }
  }
  return bytes;
}

void encode_batch(GroupId group, std::span<const StorageWrite> writes,
                  std::vector<std::byte>& bytes) {
  bytes.resize(batch_bytes(writes));
  std::byte* at = bytes.data();
  store_le64(at, bytes.size());
  store_le64(at + kGroupAt, group.value());
  at += kHeadBytes;
  for (const StorageWrite& write : writes) {
    BUOYANT_ASSERT(has_only_the_log(write));
    put_head(at, write);
    at = put_entries(at + kWriteHeadBytes, write.entries);
  }
  BUOYANT_ASSERT(at == bytes.data() + bytes.size());
}

std::uint64_t size_of_batch(ByteView bytes) noexcept {
  return load_le64(bytes.data());
}

std::optional<std::vector<StorageWrite>> decode_batch(const Bytes& bytes, GroupId group) {
  if (bytes.size() < kHeadBytes || load_le64(bytes.data() + kGroupAt) != group.value()) {
    return std::nullopt;
  }
  std::vector<StorageWrite> writes;
  for (Reader reader(bytes); !reader.is_at_end();) {
    if (!reader.take(writes.emplace_back())) {
      return std::nullopt;
    }
  }
  return writes;
}

}  // namespace buoyant::lmdb
