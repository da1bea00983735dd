// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Damaged data directories: a store with known contents, one corruption, and what opening and
/// reading it comes to.
#pragma once

#include "buoyant/base/random.h"
#include "tests/disk/sample.h"

#include <array>
#include <cstdint>
#include <map>
#include <string>

namespace buoyant::disk {

enum class Corruption : std::uint8_t {
  kBitFlip,          ///< One bit of data.mdb, in its used part.
  kMetaBitFlip,      ///< One bit of the meta pages' contents.
  kPageHeadBitFlip,  ///< One bit of the first bytes of a page of data.mdb.
  kGarbage,          ///< Some bytes of data.mdb.
  kZeroedPage,       ///< A page of data.mdb.
  kMovedPage,        ///< A page of data.mdb that holds what another one should.
  kTruncation,       ///< data.mdb, at any length.
  kSwappedFiles,     ///< Two files of the directory, by name.
  kOtherServer,      ///< The data directory, or its data.mdb, of another server or cluster.
  kSmallFiles,       ///< Garbage in LOCK, lock.mdb, POISON, left-overs.
  kJournalBitFlip,   ///< One bit of the journal.
  kJournalGarbage,   ///< Some bytes of the journal.
  kSnapshotBitFlip,
  kSnapshotGarbage,
  kSnapshotTruncation,
  kSnapshotSwap,  ///< The contents of two snapshot files.
};

inline constexpr std::size_t kCorruptions = 16;

[[nodiscard]] const char* corruption_name(Corruption corruption);

/// Changes `files`; what it did, for people.
std::string corrupt(Random& random, Corruption corruption, const Samples& samples, Files& files);

/// What came of one corruption.
struct CorruptionResult {
  Corruption corruption = Corruption::kBitFlip;
  /// "same", "refused CODE", "found CODE" (while reading), "later CODE" (after new writes),
  /// "snapshot gone", "snapshot CODE", "SIGBUS", or "WRONG: ..."
  std::string outcome;
  std::string what;

  [[nodiscard]] bool is_wrong() const { return outcome.starts_with("WRONG"); }

  [[nodiscard]] bool is_signal() const { return outcome.starts_with("SIG"); }
};

/// What comes of opening, reading and writing `files` in a child, which should be `sample`'s.
[[nodiscard]] std::string try_files(const std::string& root, const Files& files,
                                    const Sample& sample);

/// One corruption: `number` of the run with this seed. Uses `root`, which is emptied.
[[nodiscard]] CorruptionResult try_corruption(const std::string& root, const Samples& samples,
                                              std::uint64_t seed, std::uint64_t number);

/// How often each outcome came, by kind.
class CorruptionTable {
 public:
  void add(const CorruptionResult& result);

  [[nodiscard]] std::uint64_t wrong() const { return wrong_; }

  [[nodiscard]] std::uint64_t signals() const { return signals_; }

  /// A table in Markdown.
  [[nodiscard]] std::string text() const;

 private:
  std::array<std::map<std::string, std::uint64_t>, kCorruptions> counts_;
  std::uint64_t wrong_ = 0;
  std::uint64_t signals_ = 0;
};

}  // namespace buoyant::disk
