// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The records of the flush shim, and what follows from them: when bytes became durable, and
/// which frames left and came when.
#pragma once

#include "buoyant/model/message.h"
#include "tests/process/shim/record.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace buoyant::process {

/// A point on the counter of the process that was watched.
using Tick = std::uint64_t;

struct FlushRecord {
  flush_shim::RecordHeader header;
  std::string content;
};

/// A frame that was sent or received whole. The handshake's frames have no message.
struct SeenFrame {
  bool is_sent = false;
  /// Sent: before its last bytes left. Received: after its last bytes came.
  Tick at = 0;
  /// The connection.
  std::uint64_t socket = 0;
  std::optional<PeerMessage> message;
};

class FlushLog {
 public:
  /// Reads a log; a last record that is cut off does not count.
  explicit FlushLog(const std::string& path);

  /// In the order in which the calls began.
  [[nodiscard]] const std::vector<FlushRecord>& records() const noexcept { return records_; }

  /// When the first write that contains the text had become durable with everything that is
  /// needed to find it again: a batch of the journal flushed, or its pages flushed, then the meta
  /// page that refers to them written durably. Nothing: never.
  [[nodiscard]] std::optional<Tick> durable_at(std::string_view text) const;

  /// True: the text is in something that was written, flushed or not.
  [[nodiscard]] bool has_written(std::string_view text) const;

  /// When the first batch that was written after `from` was durable, or the first transaction whose
  /// flush and meta page both came after it.
  [[nodiscard]] std::optional<Tick> commit_after(Tick from) const;

  /// Before the end of `line` and its newline was sent on a socket that is no peer's.
  [[nodiscard]] std::optional<Tick> answered_at(const std::string& line) const;

  /// The frames of all connections to peers, by time.
  [[nodiscard]] std::vector<SeenFrame> frames() const;

 private:
  /// When what was written so is durable.
  [[nodiscard]] std::optional<Tick> durable(const FlushRecord& write) const;
  [[nodiscard]] std::optional<Tick> batch_after(Tick from) const;
  [[nodiscard]] std::optional<Tick> transaction_after(Tick from) const;
  [[nodiscard]] std::optional<Tick> flushed_after(Tick from, std::uint64_t inode) const;

  std::vector<FlushRecord> records_;
  /// The sockets on which frames travel.
  std::map<std::uint64_t, bool> is_peer_;
};

}  // namespace buoyant::process
