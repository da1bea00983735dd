// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/lmdb/journal.h"

#include "adapters/lmdb/native_error.h"
#include "adapters/lmdb/page_walk.h"
#include "adapters/lmdb/state_values.h"
#include "buoyant/base/assert.h"
#include "buoyant/base/little_endian.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <unistd.h>

namespace buoyant::lmdb {

namespace {

constexpr std::uint64_t kPageBytes = 4096;
constexpr std::uint64_t kJournalBytesMin = std::uint64_t{64} << 10U;
constexpr std::uint64_t kJournalBytesMax = std::uint64_t{4} << 20U;
/// For the tree and the small values, beside the records.
constexpr std::uint64_t kTreeBytes = std::uint64_t{128} << 10U;
constexpr std::uint64_t kTagMagic = 0x004C4E524A4F5942;  // "BYOJRNL"

using Tag = std::array<std::byte, 2 * sizeof(std::uint64_t)>;

Tag tag_of(std::uint64_t tag) noexcept {
  Tag bytes{};
  store_le64(bytes.data(), kTagMagic);
  store_le64(bytes.data() + sizeof(std::uint64_t), tag);
  return bytes;
}

Error unreadable(int code) {
  return Error(Errc::kStorageFailed, "read the journal in data.mdb", code);
}

int write_all(int fd, ByteView bytes, std::uint64_t offset) noexcept {
  while (!bytes.empty()) {
    const ssize_t count = ::pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count <= 0) {
      return count == 0 ? EIO : errno;
    }
    bytes = bytes.subspan(static_cast<std::size_t>(count));
    offset += static_cast<std::uint64_t>(count);
  }
  return 0;
}

/// Whether a batch of this epoch, later than `next`, lies anywhere in `bytes`. It was written when
/// the one that should be at the beginning was durable.
bool has_later_batch(ByteView bytes, const BatchStamp& next, GroupId group) noexcept {
  for (; bytes.size() >= kBatchHeadBytes; bytes = bytes.subspan(sizeof(std::uint64_t))) {
    const std::optional<BatchStamp> stamp = stamp_of_batch(bytes);
    if (stamp && stamp->epoch == next.epoch && stamp->sequence > next.sequence &&
        size_of_batch(bytes, group) > 0) {
      return true;
    }
  }
  return false;
}

}  // namespace

ByteView journal_key() noexcept {
  return view_of("journal");
}

std::uint64_t journal_bytes_for(std::uint64_t reserve_bytes) noexcept {
  return std::clamp(reserve_bytes / 2, kJournalBytesMin, kJournalBytesMax) / kPageBytes *
         kPageBytes;
}

int create_journal(Transaction& txn, std::uint64_t tag, std::uint64_t bytes) {
  MDB_val key = native(journal_key());
  // The pages' own head, the tag's page, and then whole pages: not a byte of a page more.
  MDB_val value{.mv_size = kJournalHeadBytes + bytes, .mv_data = nullptr};
  const int rc =
      mdb_put(txn.get(), txn.tables().journal, &key, &value, MDB_RESERVE | MDB_NOOVERWRITE);
  if (rc == 0) {
    // LMDB gives memory with whatever was in it.
    std::memset(value.mv_data, 0, value.mv_size);
    const Tag made = tag_of(tag);
    std::memcpy(value.mv_data, made.data(), made.size());
  }
  return rc;
}

std::optional<BatchStamp> decode_mark(ByteView content) noexcept {
  ContentReader in(content);
  const std::uint64_t epoch = in.number();
  const std::uint64_t sequence = in.number();
  return in.complete() ? std::optional(BatchStamp{.epoch = epoch, .sequence = sequence})
                       : std::nullopt;
}

int put_mark(Transaction& txn, GroupId group, const BatchStamp& mark) {
  const Key key = journal_mark_key(group);
  ContentWriter content;
  content.number(mark.epoch).number(mark.sequence);
  const std::vector<std::byte> sealed = seal(key.view(), content.view());
  MDB_val native_key = native(key.view());
  MDB_val value = native(sealed);
  return mdb_put(txn.get(), txn.tables().values, &native_key, &value, 0);
}

Result<JournalPlace> find_journal(const PageFile& file, const FileHeader& view, std::uint64_t tag) {
  std::vector<PageDamage> damages;
  const std::optional<TreeFigures> table = find_table(file, view, "journal", damages);
  if (!table) {
    return fail(Errc::kStorageCorrupt, "data.mdb: there is no journal");
  }
  PageWalk walk(file, view, table->root);
  const bool found = walk.first() && std::ranges::equal(walk.key(), journal_key());
  const std::uint64_t bytes = found ? walk.value_bytes() : 0;
  const std::optional<ByteView> head = found ? walk.value(sizeof(Tag)) : std::nullopt;
  const std::uint64_t page = found ? walk.value_page() : 0;
  if (!head || walk.next() || !walk.damages().empty() || view.page_bytes != kPageBytes ||
      bytes < kJournalHeadBytes + kJournalBytesMin ||
      (bytes - kJournalHeadBytes) % kPageBytes != 0) {
    return fail(Errc::kStorageCorrupt, "data.mdb: its journal is not one");
  }
  // What is about to be written over is read by its place once, and must be what was put.
  const std::uint64_t offset = page * kPageBytes + kPageHeadBytes;
  Tag read{};
  if (const int rc = file.read(offset, read); rc != 0) {
    return fail(unreadable(rc));
  }
  if (read != tag_of(tag)) {
    return fail(Errc::kStorageCorrupt, "data.mdb: its journal has another tag");
  }
  return JournalPlace{.offset = offset + kJournalHeadBytes, .bytes = bytes - kJournalHeadBytes};
}

Result<JournalContents> read_journal(const PageFile& file, const JournalPlace& place,
                                     const BatchStamp& mark, GroupId group) {
  Buffer buffer(place.bytes);
  if (const int rc = file.read(place.offset, {buffer.data(), place.bytes}); rc != 0) {
    return fail(unreadable(rc));
  }
  const Bytes all = std::move(buffer).freeze(place.bytes);
  JournalContents contents;
  BatchStamp next = mark;
  for (;;) {
    const ByteView rest = all.view().subspan(contents.bytes);
    const std::size_t size = stamp_of_batch(rest) == next ? size_of_batch(rest, group) : 0;
    if (size == 0) {
      contents.is_damaged = has_later_batch(rest, next, group);
      return contents;
    }
    std::optional<std::vector<port::StorageWrite>> writes =
        decode_batch(all.slice(contents.bytes, size), group);
    if (!writes) {
      return fail(Errc::kStorageCorrupt, "data.mdb: a batch of its journal");
    }
    std::ranges::move(*writes, std::back_inserter(contents.writes));
    contents.batches += 1;
    contents.bytes += size;
    next.sequence += 1;
  }
}

Journal::Journal(Environment& environment, const JournalPlace& place, GroupId group,
                 const BatchStamp& mark) noexcept
    : environment_(environment), place_(place), group_(group), next_(mark) {}

bool Journal::fits(std::span<const port::StorageWrite> writes) const noexcept {
  return batch_bytes(writes) <= place_.bytes - used_;
}

int Journal::append(std::span<const port::StorageWrite> writes) {
  BUOYANT_ASSERT(fits(writes));
  encode_batch(next_, group_, writes, batch_);
  // Whatever becomes of it, no other one is called like it.
  next_.sequence += 1;
  int rc = environment_.ask_hook();
  rc = rc == 0 ? write_all(environment_.file(), batch_, place_.offset + used_) : rc;
  rc = rc == 0 ? environment_.sync() : rc;
  used_ += rc == 0 ? batch_.size() : 0;
  return rc;
}

std::uint64_t Journal::room_needed() const noexcept {
  return place_.bytes + place_.bytes / 8 + kTreeBytes;
}

}  // namespace buoyant::lmdb
