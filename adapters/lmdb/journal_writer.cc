// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/lmdb/journal_writer.h"

#include "adapters/lmdb/journal_batch.h"
#include "adapters/lmdb/journal_sector.h"
#include "adapters/lmdb/record.h"
#include "buoyant/base/assert.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace buoyant::lmdb {

namespace {

/// What a thread that must not wait encodes at a time; it is also as much as the kernel gives to
/// the disk in one piece.
constexpr std::uint64_t kBeginBytesMax = std::uint64_t{64} << 10U;
/// For the tree and the small values, beside the records.
constexpr std::uint64_t kTreeBytes = std::uint64_t{128} << 10U;
/// A truncation writes the head of the record that it reaches into again: the one that is taken
/// over, and one that comes when nothing else has room.
constexpr std::uint64_t kCutsBytes = 2 * kRecordBytesMax;

constexpr std::uint64_t round_up(std::uint64_t bytes) noexcept {
  return (bytes + posix::kDiskBlock - 1) / posix::kDiskBlock * posix::kDiskBlock;
}

std::uint64_t sector_bytes_for(std::span<const port::StorageWrite> writes) noexcept {
  return sectors_for(batch_bytes(writes)) * kSectorBytes;
}

}  // namespace

JournalWriter::JournalWriter(Environment& environment, const JournalPlace& place, GroupId group,
                             std::uint64_t mark, std::unique_ptr<posix::DirectFile> direct) noexcept
    : environment_(environment),
      place_(place),
      group_(group),
      direct_(std::move(direct)),
      next_(mark) {}

bool JournalWriter::fits(std::span<const port::StorageWrite> writes) const noexcept {
  return sector_bytes_for(writes) <= place_.bytes - used_;
}

int JournalWriter::append(std::span<const port::StorageWrite> writes) {
  BUOYANT_ASSERT(fits(writes));
  encode(writes);
  int rc = environment_.may_write();
  if (rc == 0) {
    rc = direct_ != nullptr ? direct_->write(image(), image_offset())
                            : environment_.write_and_sync(image(), image_offset());
  }
  return land(rc);
}

bool JournalWriter::begin(std::span<const port::StorageWrite> writes) {
  if (signal() < 0 || !environment_.may_begin() || sector_bytes_for(writes) > kBeginBytesMax) {
    return false;
  }
  encode(writes);
  if (!direct_->begin(image(), image_offset())) {
    // Not a byte of it was written: its sequence is free.
    next_ -= 1;
    return false;
  }
  return true;
}

std::optional<int> JournalWriter::poll() noexcept {
  const std::optional<int> rc = direct_->poll();
  return rc ? std::optional(land(environment_.outcome_of_begun(*rc))) : std::nullopt;
}

int JournalWriter::wait() noexcept {
  return land(environment_.outcome_of_begun(direct_->wait()));
}

int JournalWriter::signal() const noexcept {
  return direct_ != nullptr && direct_->can_begin() ? direct_->signal() : -1;
}

std::uint64_t JournalWriter::room_needed(std::span<const port::StorageWrite> more) const noexcept {
  // As if it were full: entries stay out of the reserve, and a full log stays full.
  const std::uint64_t whole = place_.bytes + place_.bytes / 8;
  return std::max(table_bytes_ + table_bytes_for(more), whole) + kTreeBytes + kCutsBytes;
}

void JournalWriter::encode(std::span<const port::StorageWrite> writes) {
  encode_batch(group_, writes, batch_);
  piece_.before = used_ % posix::kDiskBlock;
  piece_.sectors = sectors_for(batch_.size()) * kSectorBytes;
  piece_.whole = round_up(piece_.before + piece_.sectors);
  piece_.table_bytes = table_bytes_for(writes);
  image_.reserve(piece_.whole, piece_.before > 0 ? posix::kDiskBlock : 0);
  std::byte* const at = image_.data() + piece_.before;
  const std::uint64_t number = used_ / kSectorBytes;
  write_sectors(batch_, number, next_, place_.tag, at);
  const std::uint64_t end = piece_.before + piece_.sectors;
  if (piece_.whole > posix::kDiskBlock || end < blank_from_) {
    write_blank_sectors(image_.data() + end, piece_.whole - end, place_.tag,
                        number + piece_.sectors / kSectorBytes);
  }
  blank_from_ = piece_.whole > posix::kDiskBlock ? posix::kDiskBlock : end;
  // Whatever becomes of it, no other one has its sequence.
  next_ += 1;
}

std::uint64_t JournalWriter::image_offset() const noexcept {
  return place_.offset + used_ - piece_.before;
}

int JournalWriter::land(int rc) noexcept {
  if (rc == 0) {
    used_ += piece_.sectors;
    table_bytes_ += piece_.table_bytes;
    // The next batch's first block, as it is on the disk now.
    const std::uint64_t end = piece_.before + piece_.sectors;
    const std::uint64_t block = end / posix::kDiskBlock * posix::kDiskBlock;
    if (block > 0 && block < piece_.whole) {
      std::memcpy(image_.data(), image_.data() + block, posix::kDiskBlock);
    }
    blank_from_ = block < piece_.whole ? end - block : posix::kDiskBlock;
  }
  return rc;
}

}  // namespace buoyant::lmdb
