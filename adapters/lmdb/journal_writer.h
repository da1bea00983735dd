// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Writes batches into the journal and makes each durable, with one write.
///
/// Around the page cache where the file system allows it; then always whole blocks of 4 KiB: the
/// sectors of earlier batches that share the first one are written again as they are, the rest of
/// the last one is blank. A disk writes a sector whole or not at all, so that what is durable
/// stays so.
#pragma once

#include "adapters/lmdb/environment.h"
#include "adapters/lmdb/journal.h"
#include "adapters/posix/aligned_buffer.h"
#include "adapters/posix/direct_file.h"
#include "buoyant/port/storage.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace buoyant::lmdb {

/// Of one thread at a time.
class JournalWriter {
 public:
  /// `mark`: durable, and nothing in the journal counts. The environment outlives this. `direct`
  /// may be null: then through the page cache, with a flush.
  JournalWriter(Environment& environment, const JournalPlace& place, GroupId group,
                std::uint64_t mark, std::unique_ptr<posix::DirectFile> direct) noexcept;

  /// Requires: has_only_the_log(each).
  [[nodiscard]] bool fits(std::span<const port::StorageWrite> writes) const noexcept;

  /// Makes them durable. 0 or errno; after an error nothing of it counts once the mark is
  /// committed, and nothing more may be appended before.
  [[nodiscard]] int append(std::span<const port::StorageWrite> writes);

  /// append() without waiting: begun, or not. Not: what is to be written is too much to be encoded
  /// by a thread that must not wait, or it cannot be done so.
  /// Requires: fits(writes); nothing is under way. What is under way ends with poll() or wait().
  [[nodiscard]] bool begin(std::span<const port::StorageWrite> writes);

  /// What append() would have given; nothing: it is under way. EAGAIN: as any other error, but the
  /// disk has none.
  [[nodiscard]] std::optional<int> poll() noexcept;

  /// The same, and waits.
  [[nodiscard]] int wait() noexcept;

  /// Can be read when poll() has something to say; -1: nothing can be begun.
  [[nodiscard]] int signal() const noexcept;

  /// What the tables need, at most, to take all of it and `more`, with what a truncation needs
  /// then and one that comes after it.
  [[nodiscard]] std::uint64_t room_needed(std::span<const port::StorageWrite> more) const noexcept;

  /// What the tables need, at most, for the entries in it.
  [[nodiscard]] std::uint64_t table_bytes() const noexcept { return table_bytes_; }

  [[nodiscard]] bool is_empty() const noexcept { return used_ == 0; }

  /// For the transaction that takes over what is here.
  [[nodiscard]] std::uint64_t mark() const noexcept { return next_; }

  /// That transaction is durable.
  void restart() noexcept {
    used_ = 0;
    table_bytes_ = 0;
    blank_from_ = posix::kDiskBlock;
  }

 private:
  /// In bytes: how much of the image is of earlier batches, the new one's sectors, and whole
  /// blocks.
  struct Piece {
    std::uint64_t before = 0;
    std::uint64_t sectors = 0;
    std::uint64_t whole = 0;
    std::uint64_t table_bytes = 0;
  };

  void encode(std::span<const port::StorageWrite> writes);

  [[nodiscard]] ByteView image() noexcept { return {image_.data(), piece_.whole}; }

  [[nodiscard]] std::uint64_t image_offset() const noexcept;
  int land(int rc) noexcept;

  Environment& environment_;
  JournalPlace place_;
  GroupId group_;
  std::unique_ptr<posix::DirectFile> direct_;
  /// The sequence of the next batch.
  std::uint64_t next_;
  std::uint64_t used_ = 0;
  std::uint64_t table_bytes_ = 0;
  Piece piece_;
  // Used again and again.
  std::vector<std::byte> batch_;
  posix::AlignedBuffer image_;
  /// From here on the image's first block has the blank sectors that belong there: sealing them
  /// again for each batch would cost more than the batch.
  std::uint64_t blank_from_ = posix::kDiskBlock;
};

}  // namespace buoyant::lmdb
