// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What the journal holds of writes that became durable together: a batch.
///
///   0  bytes u64, group u64        of each write: flags u32, entries u32, term u64, vote u64,
///  16  the writes                  truncate-from u64, first index u64; of each of its entries:
///                                  term u64, length u32, kind u32; then the payloads
///
/// Checksums are the sectors' (journal_sector.h).
#pragma once

#include "adapters/lmdb/sealed.h"
#include "buoyant/port/storage.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace buoyant::lmdb {

/// What a write is, if it fits into a batch: hard state, truncation and entries.
[[nodiscard]] bool has_only_the_log(const port::StorageWrite& write) noexcept;

/// What encode_batch makes of them.
[[nodiscard]] std::size_t batch_bytes(std::span<const port::StorageWrite> writes) noexcept;

/// Replaces what is in `bytes`. Requires: has_only_the_log(each).
void encode_batch(GroupId group, std::span<const port::StorageWrite> writes,
                  std::vector<std::byte>& bytes);

/// How many bytes the batch has that begins here. Requires: at least eight are here.
[[nodiscard]] std::uint64_t size_of_batch(ByteView bytes) noexcept;

/// The writes of a batch, their ids left out; payloads are slices of `bytes`. Nothing: it was
/// written wrongly, or is another group's.
[[nodiscard]] std::optional<std::vector<port::StorageWrite>> decode_batch(const Bytes& bytes,
                                                                          GroupId group);

}  // namespace buoyant::lmdb
