// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The map as a snapshot, written and read in parts of any size by a worker.
///
///   "buoykv01" | u64 entries | entries x (u32 key bytes, u32 value bytes, key, value) |
///   u64 checksum of all that
///
/// What is held of it besides the map is one entry and one part.
#pragma once

#include "buoyant/base/checksum.h"
#include "buoyant/port/state_machine.h"
#include "examples/kv/map.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace kv {

/// Reads a frozen map.
class MapSource final : public buoyant::SnapshotSource {
 public:
  explicit MapSource(MapView view);

  buoyant::Result<buoyant::Bytes> read(std::size_t bytes_max) noexcept override;

 private:
  void add(std::string_view bytes);
  void add_next();

  MapView::Reader reader_;
  buoyant::ChecksumStream checksum_;
  std::string ready_;      ///< Made, and not given out.
  std::size_t given_ = 0;  ///< Of ready_.
  bool is_complete_ = false;
};

/// Where the map of a snapshot goes, and the one that it replaces.
class MapReceiver {
 public:
  MapReceiver() = default;
  MapReceiver(const MapReceiver&) = delete;
  MapReceiver& operator=(const MapReceiver&) = delete;
  virtual ~MapReceiver() = default;

  /// On the loop.
  virtual void replace(Map map) = 0;

  /// A map that is not wanted, however large. Any thread.
  virtual void discard(Map map) = 0;
};

/// Builds a map on a worker; finish() hands it over. It may outlive the state machine, with a
/// worker that hangs: so it owns a share of the receiver.
class MapTarget final : public buoyant::SnapshotTarget {
 public:
  explicit MapTarget(std::shared_ptr<MapReceiver> receiver) : receiver_(std::move(receiver)) {}

  ~MapTarget() override { receiver_->discard(std::move(map_)); }

  /// Errors: kMalformed.
  buoyant::Result<void> write(buoyant::ByteView chunk) noexcept override;

  /// Errors: kMalformed; the receiver keeps the map that it has.
  buoyant::Result<void> finish() noexcept override;

 private:
  enum class Step { kGoOn, kNeedsBytes, kMalformed };

  Step take();
  Step take_head(std::string_view rest);
  Step take_entry(std::string_view rest);
  Step take_end(std::string_view rest);
  void pass(std::size_t bytes);

  std::shared_ptr<MapReceiver> receiver_;
  Map map_;
  buoyant::ChecksumStream checksum_;
  std::string text_;       ///< Came, and was not taken up to the end.
  std::size_t taken_ = 0;  ///< Of text_.
  std::optional<std::uint64_t> entries_left_;
  bool is_complete_ = false;
  bool is_malformed_ = false;
};

}  // namespace kv
