// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/lmdb/whole_log.h"

#include "adapters/lmdb/log_changes.h"
#include "adapters/lmdb/log_tail.h"

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

namespace buoyant::lmdb {

namespace {

/// The terms of the first `count` entries.
void cut_runs(std::vector<TermRun>& runs, std::uint64_t count) {
  std::vector<TermRun> kept;
  for (const TermRun& run : runs) {
    const std::uint64_t part = std::min(run.count, count);
    append_run(kept, run.term, part);
    count -= part;
  }
  runs = std::move(kept);
}

void replace_end(LogFacts& facts, Index begin, const std::vector<Entry>& entries) {
  cut_runs(facts.runs, begin.previous() - facts.state.base.index);
  std::erase_if(facts.configurations,
                [&](const port::StoredConfiguration& stored) { return stored.index >= begin; });
  for (std::size_t at = 0; at < entries.size(); ++at) {
    append_run(facts.runs, entries[at].term, 1);
    if (entries[at].kind == EntryKind::kConfiguration) {
      facts.configurations.push_back({.index = begin + at, .payload = entries[at].payload});
    }
  }
}

}  // namespace

Result<JournalContents> read_live_journal(LogImage& image) {
  constexpr int kTriesMax = 100;
  Result<JournalContents> journal = image.journal();
  for (int tries = 1; journal && journal->is_damaged && tries < kTriesMax; ++tries) {
    // Each time another pause: a writer in even steps is not met in the same one again and again.
    std::this_thread::sleep_for(std::chrono::microseconds(500 + 37 * tries % 1000));
    journal = image.journal();
  }
  return journal;
}

Result<WholeLog> read_whole_log(LogImage& image) {
  Result<LogFacts> facts = read_facts(image);
  if (!facts) {
    return fail(facts.error());
  }
  Result<JournalContents> journal = read_live_journal(image);
  if (!journal) {
    return fail(journal.error());
  }
  LogTail tail(facts->state.last);
  for (port::StorageWrite& write : journal->writes) {
    if (!can_follow(facts->state, write)) {
      return fail(Errc::kStorageCorrupt, "the journal does not continue the log");
    }
    follow(facts->state, write);
    tail.take(write);
  }
  replace_end(*facts, tail.begin(), tail.entries());
  return WholeLog{.facts = std::move(*facts),
                  .journal_begin = tail.begin(),
                  .journal_entries = tail.entries(),
                  .journal_batches = journal->batches,
                  .journal_bytes = journal->bytes,
                  .is_journal_damaged = journal->is_damaged};
}

}  // namespace buoyant::lmdb
