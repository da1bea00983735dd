// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Port: the durable log, hard state and identity of one server.
///
/// Writes are numbered, are carried out in order, and complete in order. The port promises
/// order and durability; how is the adapter's business. Everything but `open`-like factories
/// of the adapters is called on the loop thread and never blocks it; callbacks run on the loop
/// thread, never inside a call.
#pragma once

#include "buoyant/base/bytes.h"
#include "buoyant/base/result.h"
#include "buoyant/base/time.h"
#include "buoyant/model/entry.h"
#include "buoyant/model/hard_state.h"
#include "buoyant/model/ids.h"
#include "buoyant/model/message.h"
#include "buoyant/model/peer_identity.h"
#include "buoyant/model/snapshot.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

namespace buoyant::port {

/// How a write ended.
enum class WriteOutcome : std::uint8_t {
  /// All of it is durable.
  kDurable,
  /// Neither its entries nor those of any later write became durable, until a write arrives
  /// with `after_no_space`. Its hard state, table of peers and truncation did (from the
  /// reserve), and those of later ones do.
  kNoSpace,
  /// The storage is poisoned: nothing of this or any later write counts, nothing is written
  /// any more.
  kFailed,
};

/// A batch that becomes durable as a whole, or (kNoSpace) without its entries. Hard state may
/// be durable before the entries of the same write, never after them.
struct StorageWrite {
  WriteId id;
  std::optional<HardState> hard_state;
  /// Entries at this index and after are dropped, before `entries` are appended.
  std::optional<Index> truncate_from;
  /// The index of entries[0]; follows the last one that is stored (after the truncation).
  Index first;
  std::vector<Entry> entries;
  /// Entries up to here are dropped (§5.1): those that `snapshot`, or the one that is stored,
  /// covers. Not before the log's beginning, not after its end.
  std::optional<Index> compact_through;
  /// The current snapshot from now on. Without `compact_through` it replaces the log, which
  /// then begins after its position (§5.2); with it, it was taken here and the log goes on.
  std::optional<SnapshotMetadata> snapshot;
  /// The submitter has seen kNoSpace; entries are accepted again from this write on.
  bool after_no_space = false;
  /// The table of peers, whole; like the hard state it needs no space.
  std::optional<std::vector<PeerIdentity>> peers;
};

/// A configuration entry as it is stored.
struct StoredConfiguration {
  Index index;
  Bytes payload;

  friend bool operator==(const StoredConfiguration&, const StoredConfiguration&) = default;
};

/// What a server finds when it starts. All of it is durable.
struct StoredState {
  Identity identity;
  HardState hard_state;
  /// Position zero: none.
  SnapshotMetadata snapshot;
  /// The position before the first retained entry.
  LogPosition base;
  /// The terms of the retained entries, from base.index + 1 on.
  std::vector<TermRun> runs;
  /// All retained configuration entries, ascending.
  std::vector<StoredConfiguration> configurations;
  /// The entry_checksum of the first entry that was appended at index 1 (0: none was): tells
  /// bootstraps apart. It stays when the entry is compacted, and a server that began with a
  /// snapshot has none.
  std::uint64_t bootstrap = 0;
  /// The table of peers, as it was written last.
  std::vector<PeerIdentity> peers;
};

/// Entries that were read back; starts where the read did. Fewer than asked for when the byte
/// limit was reached, at least one.
using ReadDone = std::function<void(Result<std::vector<Entry>>)>;

/// Stored bytes that nobody asked for are not what was written, or cannot be read.
struct StorageDamage {
  /// Static text that `at` completes: an index, or an offset in a file.
  const char* what = "";
  std::uint64_t at = 0;

  friend bool operator==(const StorageDamage& left, const StorageDamage& right) noexcept {
    return std::string_view(left.what) == right.what && left.at == right.at;
  }
};

/// Of a storage that reads all that it stores from time to time, to find damage early.
struct ScrubStatus {
  bool enabled = false;
  /// Read so, since it was opened.
  std::uint64_t bytes = 0;
  /// How often it came to the end without finding damage, and how long ago the last time was.
  std::uint64_t passes = 0;
  Duration last_pass_age{0};
  /// What was found last; none once a pass has found nothing.
  std::optional<StorageDamage> damage;
};

struct StorageStatus {
  std::uint64_t bytes_used = 0;
  std::uint64_t bytes_file = 0;
  std::uint64_t bytes_max = 0;
  std::uint64_t writes = 0;
  std::uint64_t commits = 0;
  /// Writes submitted and not completed.
  std::uint64_t writes_pending = 0;
  /// How long the oldest commit under way has taken so far.
  Duration oldest_write_age{0};
  bool poisoned = false;
  /// kLow before a write fails for want of space, and while one would; in good time, so that what
  /// is under way then still fits. kEnough again when there is clearly more. May lag behind, but
  /// not behind a completion that was reported; asking has it looked at again.
  SpaceState space = SpaceState::kEnough;
  ScrubStatus scrub;
};

/// Hears of writes, and of damage.
class StorageEvents {
 public:
  StorageEvents() = default;
  StorageEvents(const StorageEvents&) = delete;
  StorageEvents& operator=(const StorageEvents&) = delete;

  /// Every write up to and including `through` that did not complete before has this outcome.
  virtual void on_written(WriteId through, WriteOutcome outcome, Error error) noexcept = 0;

  /// Found by a scrub (StorageStatus::scrub), once for each that differs from the one before. What
  /// is damaged is refused when it is read, and nothing else changes.
  virtual void on_damage(const StorageDamage& damage) noexcept { (void)damage; }

 protected:
  ~StorageEvents() = default;
};

/// One server's storage. Made open: what it found is at hand.
class Storage {
 public:
  Storage() = default;
  Storage(const Storage&) = delete;
  Storage& operator=(const Storage&) = delete;
  virtual ~Storage() = default;

  /// What was found at opening; may be taken once.
  [[nodiscard]] virtual StoredState take_stored_state() noexcept = 0;

  /// Begins: completions go to `events`, which must live until close's callback. Once, before
  /// the first write or read.
  virtual void start(StorageEvents& events) noexcept = 0;

  /// Queues a write. Requires: ids ascend; entries continue the log that all writes before
  /// leave behind; nothing after close.
  virtual void write(StorageWrite write) noexcept = 0;

  /// Reads entries from `first` through at most `last` and about `bytes_max` of payload, of
  /// what is durable when the read is carried out.
  /// Callback: once, unless the storage is closed first.
  /// Errors: kCompacted (`first` is before the log), kNotReady (`first` is not stored),
  /// kStorageCorrupt, kStorageFailed, kBusy (too many reads; bound: 64).
  virtual void read(Index first, Index last, std::size_t bytes_max, ReadDone done) noexcept = 0;

  [[nodiscard]] virtual StorageStatus status() const noexcept = 0;

  /// Ends: writes that were queued are carried out, unless the disk hangs: then the worker is
  /// left behind with the lock, touching nothing of ours. No event after this call; `done`
  /// runs once, from the loop, in bounded time.
  /// Requires: called once.
  virtual void close(std::function<void()> done) noexcept = 0;
};

}  // namespace buoyant::port
