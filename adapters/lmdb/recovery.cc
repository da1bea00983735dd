// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/lmdb/recovery.h"

#include "adapters/lmdb/creation.h"
#include "adapters/lmdb/log_changes.h"
#include "adapters/lmdb/log_tables.h"
#include "adapters/lmdb/native_error.h"
#include "adapters/lmdb/opening_check.h"
#include "adapters/posix/direct_file.h"

#include <utility>

namespace buoyant::lmdb {

namespace {

/// Records that are checked at opening: what the last commits wrote.
constexpr std::size_t kTailRecords = 8;
/// Room for rewriting them, and for the tree.
constexpr std::uint64_t kRecoveryBytes = (kTailRecords + 4) * kRecordBytesMax;

Result<Identity> read_identity(Transaction& txn, const LmdbOptions& options) {
  MDB_val key = native(identity_key());
  MDB_val value{};
  if (const int rc = mdb_get(txn.get(), txn.tables().values, &key, &value); rc != 0) {
    return fail(native_error(rc, "read the identity"));
  }
  const std::optional<ByteView> content = unseal(identity_key(), bytes_of(value));
  const std::optional<std::uint64_t> version =
      content ? decode_format_version(*content) : std::nullopt;
  if (!version) {
    return fail(Errc::kStorageCorrupt, "read the identity", MDB_CORRUPTED);
  }
  if (*version != kFormatVersion) {
    return fail(Errc::kUnsupportedVersion, "the data directory's format");
  }
  std::optional<Identity> identity = decode_identity(*content);
  if (!identity) {
    return fail(Errc::kStorageCorrupt, "read the identity", MDB_CORRUPTED);
  }
  if (options.any_identity) {
    return std::move(*identity);
  }
  if (identity->cluster != options.cluster) {
    return fail(Errc::kWrongCluster, "the data directory belongs to another cluster");
  }
  if (identity->server != options.server) {
    return fail(Errc::kWrongIdentity, "the data directory belongs to another server");
  }
  return std::move(*identity);
}

/// What the journal has goes where everything else is.
int take_journal(LogTables& tables, GroupState& state, const JournalContents& journal) {
  LogChanges changes(tables, state);
  int rc = 0;
  for (const port::StorageWrite& write : journal.writes) {
    rc = rc == 0 && !can_follow(state, write) ? MDB_CORRUPTED : rc;
    rc = rc == 0 ? changes.apply(write, true) : rc;
  }
  return rc == 0 ? changes.finish() : rc;
}

int read_log(LogTables& tables, Recovered& found, const JournalContents& journal, bool poisoned) {
  GroupState& state = found.state;
  port::StoredState& stored = found.stored;
  int rc = tables.read_state(state);
  rc = rc == 0 ? tables.check_tail(state, kTailRecords, poisoned) : rc;
  rc = rc == 0 ? take_journal(tables, state, journal) : rc;
  rc = rc == 0 ? tables.read_snapshot(stored.snapshot) : rc;
  rc = rc == 0 ? tables.read_peers(stored.peers) : rc;
  rc = rc == 0 ? tables.read_runs(state.base.index, state.last, stored.runs) : rc;
  rc = rc == 0 ? tables.read_configurations(state.base.index, stored.configurations) : rc;
  stored.hard_state = state.hard_state;
  stored.base = state.base;
  stored.bootstrap = state.bootstrap;
  return rc;
}

/// Reads everything and writes the identity in one transaction; its commit flushes.
Result<void> read_and_start(Recovered& found, const LmdbOptions& options, GroupId group,
                            const JournalContents& journal, bool poisoned) {
  tl::expected<Transaction, int> txn = found.environment->begin_write();
  if (!txn) {
    return fail(native_error(txn.error(), "begin to recover"));
  }
  Result<Identity> identity = read_identity(*txn, options);
  if (!identity) {
    return fail(identity.error());
  }
  found.stored = {};
  LogTables tables(*txn, group);
  if (const int rc = read_log(tables, found, journal, poisoned); rc != 0) {
    return fail(native_error(rc, "recover the log"));
  }
  identity->start_counter += 1;
  int rc = random_number(identity->start_id);
  rc = rc == 0 ? write_identity(*txn, *identity) : rc;
  found.mark = mark_of_start(journal);
  rc = rc == 0 ? put_mark(*txn, group, {.sequence = found.mark}) : rc;
  rc = rc == 0 ? found.environment->commit(*txn) : rc;
  if (rc != 0) {
    return fail(native_error(rc, "commit the start"));
  }
  found.stored.identity = std::move(*identity);
  return {};
}

}  // namespace

Result<Recovered> recover(const posix::Directory& directory, const LmdbOptions& options,
                          GroupId group) {
  const bool poisoned = directory.is_marked_poisoned();
  if (const Result<void> made = create_if_missing(directory, options, group); !made) {
    return fail(made.error());
  }
  // What it began must not land on what this run writes.
  posix::DirectFile::wait_for_killed_writers(directory.path() + "/" + kDataName);
  const Result<FoundJournal> journal = check_before_mapping(directory, group, poisoned);
  if (!journal) {
    return fail(journal.error());
  }
  Result<std::unique_ptr<Environment>> environment = Environment::open(directory.path(), options);
  if (!environment) {
    return fail(environment.error());
  }
  Recovered found{.environment = std::move(*environment),
                  .state = {},
                  .journal = journal->place,
                  .mark = 0,
                  .stored = {}};
  // What a killed process wrote may be in the page cache only: nothing counts before this.
  if (const int rc = found.environment->sync(); rc != 0) {
    return fail(native_error(rc, "flush data.mdb"));
  }
  if (const int rc = mend_journal(*found.environment, journal->place, journal->contents.rotten);
      rc != 0) {
    return fail(native_error(rc, "mend the journal in data.mdb"));
  }
  Result<void> started = read_and_start(found, options, group, journal->contents, poisoned);
  if (!started && is_out_of_space(started.error().native())) {
    int rc = found.environment->grow(kRecoveryBytes + table_bytes_for(journal->contents.writes));
    rc = is_out_of_space(rc) ? found.environment->use_reserve(true) : rc;
    started = rc == 0 ? read_and_start(found, options, group, journal->contents, poisoned)
                      : Result<void>(fail(native_error(rc, "make room in data.mdb")));
  }
  if (!started) {
    return fail(started.error());
  }
  if (const int rc = poisoned ? directory.clear_poisoned() : 0; rc != 0) {
    return fail(Errc::kStorageFailed, "remove POISON", rc);
  }
  return found;
}

}  // namespace buoyant::lmdb
