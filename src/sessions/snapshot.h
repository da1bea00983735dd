// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The table in front of the user's snapshot.
///
///   "buoysess" | u48 sessions | u16 version: 0 | sessions | u64 checksum of all that | the user's
///   snapshot a session: u64 id | u64 used | u64 sequence | u8 reply state | u32 reply bytes |
///   reply
///
/// The version came later than the rest: it lies in what were the upper bytes of a number that
/// never reaches them, so that what was written before has version 0, and who was there before
/// reads it.
#pragma once

#include "buoyant/base/checksum.h"
#include "buoyant/base/error.h"
#include "buoyant/port/state_machine.h"
#include "sessions/table.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace buoyant::sessions {

class TableSource final : public SnapshotSource {
 public:
  TableSource(TableView view, std::unique_ptr<SnapshotSource> inner);

  Result<Bytes> read(std::size_t bytes_max) noexcept override;

 private:
  void add(ByteView bytes);
  void add_next();

  TableView view_;
  std::unique_ptr<SnapshotSource> inner_;
  std::size_t shard_ = 0;
  std::size_t at_ = 0;  ///< In the shard.
  ChecksumStream checksum_;
  std::string ready_;      ///< Made, and not given out.
  std::size_t given_ = 0;  ///< Of ready_.
  bool is_complete_ = false;
};

class TableTarget final : public SnapshotTarget {
 public:
  /// `replace` takes the table over, on the loop, when everything is installed.
  TableTarget(const SessionOptions& options, std::unique_ptr<SnapshotTarget> inner,
              std::function<void(std::unique_ptr<Table>)> replace);

  /// Errors: kMalformed, kUnsupportedVersion (of a later version of buoyant), the inner one's.
  Result<void> write(ByteView chunk) noexcept override;

  /// The same; nothing has changed then.
  Result<void> finish() noexcept override;

 private:
  enum class Step : std::uint8_t { kGoOn, kNeedsBytes, kMalformed, kLaterVersion };

  Step take();
  Step take_head(ByteView rest);
  Step take_session(ByteView rest);
  Step take_end(ByteView rest);
  void pass(std::size_t bytes);

  std::unique_ptr<SnapshotTarget> inner_;
  std::function<void(std::unique_ptr<Table>)> replace_;
  std::unique_ptr<Table> table_;
  ChecksumStream checksum_;
  std::string text_;       ///< Came, and was not taken.
  std::size_t taken_ = 0;  ///< Of text_.
  std::optional<std::uint64_t> sessions_left_;
  bool is_complete_ = false;
  std::optional<Errc> refusal_;  ///< Nothing more is taken.
};

}  // namespace buoyant::sessions
