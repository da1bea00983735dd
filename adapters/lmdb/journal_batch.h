// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What the journal holds of writes that became durable together: a batch.
///
///   0  magic u32, version u32            32  checksum u64, over the group and all the rest
///   8  epoch u64                         40  the writes: flags u32, 4 x 0, term u64, vote u64,
///  16  sequence u64                          truncate-from u64, first index u64, record bytes u64,
///  24  bytes u64                             then a record (record.h), filled up to 8 bytes
///
/// Epoch and sequence are written nowhere twice: an old batch that lies where a new one was cut off
/// is not taken for it (decision 0018).
#pragma once

#include "adapters/lmdb/sealed.h"
#include "buoyant/port/storage.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace buoyant::lmdb {

/// Which batch it is.
struct BatchStamp {
  /// Of one run of one server.
  std::uint64_t epoch = 0;
  /// Within the epoch.
  std::uint64_t sequence = 0;

  friend bool operator==(const BatchStamp&, const BatchStamp&) = default;
};

inline constexpr std::size_t kBatchHeadBytes = 40;

/// What a write is, if it fits into a batch: hard state, truncation and entries.
[[nodiscard]] bool has_only_the_log(const port::StorageWrite& write) noexcept;

/// What encode_batch makes of them.
[[nodiscard]] std::size_t batch_bytes(std::span<const port::StorageWrite> writes) noexcept;

/// Replaces what is in `bytes`. Requires: has_only_the_log(each).
void encode_batch(const BatchStamp& stamp, GroupId group,
                  std::span<const port::StorageWrite> writes, std::vector<std::byte>& bytes);

/// The stamp of what claims to be a batch at the beginning of `bytes`; nothing is verified.
[[nodiscard]] std::optional<BatchStamp> stamp_of_batch(ByteView bytes) noexcept;

/// The size of the batch at the beginning of `bytes`, if all of it is there and intact; else 0.
[[nodiscard]] std::size_t size_of_batch(ByteView bytes, GroupId group) noexcept;

/// The writes of a batch, their ids left out. Nothing: it was written wrongly.
/// Requires: size_of_batch(bytes) == bytes.size().
[[nodiscard]] std::optional<std::vector<port::StorageWrite>> decode_batch(const Bytes& bytes,
                                                                          GroupId group);

}  // namespace buoyant::lmdb
