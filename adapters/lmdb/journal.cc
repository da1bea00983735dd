// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/lmdb/journal.h"

#include "adapters/lmdb/native_error.h"
#include "adapters/lmdb/page_walk.h"
#include "adapters/lmdb/record.h"
#include "adapters/lmdb/state_values.h"
#include "buoyant/base/assert.h"
#include "buoyant/base/little_endian.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <iterator>
#include <unistd.h>

namespace buoyant::lmdb {

namespace {

constexpr std::uint64_t kPageBytes = 4096;
constexpr std::uint64_t kJournalBytesMin = std::uint64_t{8} << 10U;
// Of each entry, beside its payload, in its record; of each that begins a term, among the runs; of
// each configuration, among those: with the nodes' own bytes.
constexpr std::uint64_t kEntryBytes = 32;
constexpr std::uint64_t kRunBytes = 64;
constexpr std::uint64_t kConfigurationBytes = 128;
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

/// Steps through the batches that count.
class Scan {
 public:
  Scan(const JournalPlace& place, std::uint64_t mark, ByteView sectors) noexcept
      : tag_(place.tag), next_(mark), sectors_(sectors), count_(sectors.size() / kSectorBytes) {}

  /// The next batch; nothing: there is none, or it is damaged.
  [[nodiscard]] std::optional<Bytes> next() {
    if (at_ == count_ || !is_of_next(at_)) {
      return std::nullopt;
    }
    const std::uint64_t bytes = size_of_batch(sectors_.subspan(at_ * kSectorBytes));
    if (bytes == 0 || bytes > (count_ - at_) * kSectorContentBytes) {
      is_damaged_ = true;
      return std::nullopt;
    }
    const std::uint64_t sectors = sectors_for(bytes);
    Buffer buffer(bytes);
    for (std::uint64_t i = 0; i < sectors; ++i) {
      if (!is_of_next(at_ + i)) {
        return std::nullopt;
      }
      const std::uint64_t offset = i * kSectorContentBytes;
      std::memcpy(buffer.data() + offset, sectors_.data() + (at_ + i) * kSectorBytes,
                  std::min<std::uint64_t>(bytes - offset, kSectorContentBytes));
    }
    at_ += sectors;
    next_ += 1;
    return std::move(buffer).freeze(bytes);
  }

  /// Behind the last one: no batch that was written later is there.
  [[nodiscard]] bool is_damaged() const noexcept {
    bool is_damaged = is_damaged_;
    for (std::uint64_t at = at_; at < count_ && !is_damaged; ++at) {
      const std::optional<std::uint64_t> sequence = sequence_at(at);
      is_damaged = sequence && *sequence > next_;
    }
    return is_damaged;
  }

  [[nodiscard]] std::vector<std::uint64_t> rotten() const {
    std::vector<std::uint64_t> rotten;
    for (std::uint64_t at = at_; at < count_; ++at) {
      if (!sequence_at(at)) {
        rotten.push_back(at);
      }
    }
    return rotten;
  }

  [[nodiscard]] std::uint64_t bytes() const noexcept { return at_ * kSectorBytes; }

 private:
  [[nodiscard]] std::optional<std::uint64_t> sequence_at(std::uint64_t at) const noexcept {
    return check_sector(sectors_.subspan(at * kSectorBytes, kSectorBytes), at, tag_);
  }

  /// False of one that an earlier batch left: then this batch was cut off. No other sector is there
  /// by rights.
  [[nodiscard]] bool is_of_next(std::uint64_t at) noexcept {
    const std::optional<std::uint64_t> sequence = sequence_at(at);
    is_damaged_ = is_damaged_ || !sequence || *sequence > next_;
    return sequence == next_;
  }

  std::uint64_t tag_;
  std::uint64_t next_;
  ByteView sectors_;
  std::uint64_t count_;
  std::uint64_t at_ = 0;
  bool is_damaged_ = false;
};

}  // namespace

ByteView journal_key() noexcept {
  return view_of("journal");
}

std::uint64_t journal_bytes_for(std::uint64_t reserve_bytes, std::uint64_t bytes_max) noexcept {
  const std::uint64_t bytes = std::min(reserve_bytes / 2, bytes_max);
  return std::max(bytes, kJournalBytesMin) / kPageBytes * kPageBytes;
}

std::uint64_t table_bytes_for(std::span<const port::StorageWrite> writes) noexcept {
  std::uint64_t bytes = 0;
  for (const port::StorageWrite& write : writes) {
    Term last;
    for (const Entry& entry : write.entries) {
      const std::uint64_t size = entry.payload.size();
      // Of a page with a configuration nearly half may stay empty.
      bytes += kEntryBytes + size;
      bytes += entry.term == last ? 0 : kRunBytes;
      bytes += entry.kind == EntryKind::kConfiguration ? kConfigurationBytes + 2 * size : 0;
      last = entry.term;
    }
  }
  // Pages are not full to the last byte, and have others above them.
  return bytes + bytes / 8;
}

int create_journal(Transaction& txn, std::uint64_t tag, std::uint64_t bytes) {
  MDB_val key = native(journal_key());
  // The pages' own head, the tag's page, and then whole pages: not a byte of a page more.
  MDB_val value{.mv_size = kJournalHeadBytes + bytes, .mv_data = nullptr};
  const int rc =
      mdb_put(txn.get(), txn.tables().journal, &key, &value, MDB_RESERVE | MDB_NOOVERWRITE);
  if (rc == 0) {
    // LMDB gives memory with whatever was in it.
    auto* const at = static_cast<std::byte*>(value.mv_data);
    std::memset(at, 0, kJournalHeadBytes);
    const Tag made = tag_of(tag);
    std::memcpy(at, made.data(), made.size());
    write_blank_sectors(at + kJournalHeadBytes, bytes, tag);
  }
  return rc;
}

std::optional<JournalMark> decode_mark(ByteView content) noexcept {
  ContentReader in(content);
  const std::uint64_t sequence = in.number();
  const std::uint64_t is_closed = in.number();
  return in.complete() && is_closed <= 1
             ? std::optional(JournalMark{.sequence = sequence, .is_closed = is_closed == 1})
             : std::nullopt;
}

int put_mark(Transaction& txn, GroupId group, const JournalMark& mark) {
  const Key key = journal_mark_key(group);
  ContentWriter content;
  content.number(mark.sequence).number(mark.is_closed ? 1 : 0);
  const std::vector<std::byte> sealed = seal(key.view(), content.view());
  MDB_val native_key = native(key.view());
  MDB_val value = native(sealed);
  return mdb_put(txn.get(), txn.tables().values, &native_key, &value, 0);
}

std::uint64_t mark_of_start(const JournalContents& found) noexcept {
  // One batch at most was under way; the rest of the distance costs nothing.
  constexpr std::uint64_t kDistance = 1'000'000;
  return found.next + kDistance;
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
  return JournalPlace{
      .offset = offset + kJournalHeadBytes, .bytes = bytes - kJournalHeadBytes, .tag = tag};
}

Result<JournalContents> read_journal(const PageFile& file, const JournalPlace& place,
                                     const JournalMark& mark, GroupId group) {
  std::vector<std::byte> sectors(place.bytes);
  if (const int rc = file.read(place.offset, sectors); rc != 0) {
    return fail(unreadable(rc));
  }
  JournalContents contents;
  Scan scan(place, mark.sequence, sectors);
  while (!mark.is_closed) {
    const std::optional<Bytes> batch = scan.next();
    if (!batch) {
      break;
    }
    std::optional<std::vector<port::StorageWrite>> writes = decode_batch(*batch, group);
    if (!writes) {
      return fail(Errc::kStorageCorrupt, "data.mdb: a batch of its journal");
    }
    std::ranges::move(*writes, std::back_inserter(contents.writes));
    contents.batches += 1;
  }
  contents.next = mark.sequence + contents.batches;
  contents.bytes = scan.bytes();
  contents.is_damaged = !mark.is_closed && scan.is_damaged();
  contents.rotten = scan.rotten();
  return contents;
}

int mend_journal(Environment& environment, const JournalPlace& place,
                 const std::vector<std::uint64_t>& rotten) {
  if (rotten.empty()) {
    return 0;
  }
  std::vector<std::byte> blank(place.bytes);
  write_blank_sectors(blank.data(), blank.size(), place.tag);
  int rc = 0;
  for (const std::uint64_t number : rotten) {
    const std::uint64_t at = number * kSectorBytes;
    const ByteView sector = ByteView(blank).subspan(at, kSectorBytes);
    rc = rc == 0 ? environment.write_and_sync(sector, place.offset + at) : rc;
  }
  return rc;
}

void cache_by_pages(Environment& environment, const JournalPlace& place) {
  const auto offset = static_cast<off_t>(place.offset);
  static_cast<void>(::posix_fadvise(environment.file(), offset, static_cast<off_t>(place.bytes),
                                    POSIX_FADV_DONTNEED));
  // Of this descriptor, which nobody else reads with.
  static_cast<void>(::posix_fadvise(environment.file(), 0, 0, POSIX_FADV_RANDOM));
  std::vector<std::byte> read(place.bytes);
  static_cast<void>(::pread(environment.file(), read.data(), read.size(), offset));
}

}  // namespace buoyant::lmdb
