// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/lmdb/log_tables.h"

#include "buoyant/base/assert.h"

#include <algorithm>

namespace buoyant::lmdb {

int LogTables::append(Index first, EntryRefs entries) {
  int rc = append_runs(first, entries);
  rc = rc == 0 ? append_configurations(first, entries) : rc;
  while (rc == 0 && !entries.empty()) {
    const std::size_t count = entries_of_next_record(entries);
    rc = append_record(first, entries.first(count));
    entries = entries.subspan(count);
    first = first + count;
  }
  return rc;
}

int LogTables::append_record(Index first, EntryRefs entries) {
  const Key key(group_, first);
  MDB_val native_key = native(key.view());
  MDB_val value{record_bytes(entries), nullptr};
  // LMDB hands out its own page: the entries are copied once.
  int rc = mdb_put(txn_.get(), txn_.tables().log, &native_key, &value, MDB_RESERVE | MDB_APPEND);
  if (rc == MDB_KEYEXIST) {
    // Another group's records follow.
    rc = mdb_put(txn_.get(), txn_.tables().log, &native_key, &value, MDB_RESERVE | MDB_NOOVERWRITE);
  }
  if (rc == 0) {
    write_record(static_cast<std::byte*>(value.mv_data), group_, first, entries);
  }
  return rc;
}

int LogTables::append_runs(Index first, EntryRefs entries) {
  Term last;
  {
    Cursor cursor(txn_, txn_.tables().runs);
    const int rc = run_at(cursor, first, last);
    if (rc != 0 && rc != MDB_NOTFOUND) {
      return rc;
    }
  }
  for (std::size_t at = 0; at < entries.size(); ++at) {
    if (entries[at]->term == last) {
      continue;
    }
    last = entries[at]->term;
    ContentWriter content;
    content.number(last.value());
    const Key key(group_, first + at);
    if (const int rc = put_sealed(txn_.tables().runs, key.view(), content.view()); rc != 0) {
      return rc;
    }
  }
  return 0;
}

int LogTables::append_configurations(Index first, EntryRefs entries) {
  for (std::size_t at = 0; at < entries.size(); ++at) {
    if (entries[at]->kind != EntryKind::kConfiguration) {
      continue;
    }
    const Key key(group_, first + at);
    const ByteView payload = entries[at]->payload.view();
    if (const int rc = put_sealed(txn_.tables().configurations, key.view(), payload); rc != 0) {
      return rc;
    }
  }
  return 0;
}

int LogTables::truncate(Index from) {
  int rc = cut_record(from);
  rc = rc == 0 ? erase_from(txn_.tables().log, from) : rc;
  rc = rc == 0 ? erase_from(txn_.tables().runs, from) : rc;
  rc = rc == 0 ? erase_from(txn_.tables().configurations, from) : rc;
  return rc;
}

int LogTables::cut_record(Index from) {
  std::vector<std::byte> head;
  Index first;
  {
    Cursor cursor(txn_, txn_.tables().log);
    const int rc = cursor.seek_back(group_, from.previous());
    if (rc != 0) {
      return rc == MDB_NOTFOUND ? 0 : rc;
    }
    first = cursor.index();
    const std::optional<RecordView> record = RecordView::parse(group_, first, cursor.data());
    if (!record) {
      return MDB_CORRUPTED;
    }
    if (record->last() < from) {
      return 0;
    }
    head = record->head(group_, static_cast<std::uint32_t>(from - first));
  }
  const Key key(group_, first);
  MDB_val native_key = native(key.view());
  MDB_val value = native(head);
  return mdb_put(txn_.get(), txn_.tables().log, &native_key, &value, 0);
}

int LogTables::erase_from(MDB_dbi table, Index from) {
  Cursor cursor(txn_, table);
  int rc = cursor.seek(group_, from);
  while (rc == 0) {
    rc = cursor.erase();
    rc = rc == 0 ? cursor.seek(group_, from) : rc;
  }
  return rc == MDB_NOTFOUND ? 0 : rc;
}

int LogTables::sweep(LogPosition base, Index last, std::size_t count_max, Swept& swept) {
  const Index keep_from = base.index.next();
  int rc = sweep_table(txn_.tables().log, keep_from, last > base.index, count_max, swept);
  rc = rc == 0 ? sweep_table(txn_.tables().runs, keep_from, true, count_max, swept) : rc;
  rc = rc == 0 ? sweep_table(txn_.tables().configurations, keep_from, false, count_max, swept) : rc;
  return rc;
}

int LogTables::sweep_table(MDB_dbi table, Index keep_from, bool keep_last, std::size_t count_max,
                           Swept& swept) {
  // With keep_last a value reaches to the next one, and the last one to the log's end.
  Index until = keep_from;
  if (keep_last) {
    Cursor cursor(txn_, table);
    const int rc = cursor.seek_back(group_, keep_from);
    if (rc != 0) {
      return rc == MDB_NOTFOUND ? 0 : rc;
    }
    until = cursor.index();
  }
  Cursor cursor(txn_, table);
  int rc = cursor.seek(group_, Index(0));
  for (std::size_t count = 0; rc == 0 && cursor.index() < until; ++count) {
    if (count == count_max) {
      swept.more = true;
      return 0;
    }
    rc = cursor.erase();
    swept.removed += 1;
    rc = rc == 0 ? cursor.seek(group_, Index(0)) : rc;
  }
  return rc == MDB_NOTFOUND ? 0 : rc;
}

int LogTables::run_at(Cursor& cursor, Index index, Term& term) {
  if (const int rc = cursor.seek_back(group_, index); rc != 0) {
    return rc;
  }
  const Key key(group_, cursor.index());
  const std::optional<ByteView> content = unseal(key.view(), cursor.data());
  if (!content) {
    return MDB_CORRUPTED;
  }
  ContentReader in(*content);
  term = Term(in.number());
  return in.complete() ? 0 : MDB_CORRUPTED;
}

int LogTables::read_term(Index index, Term& term) {
  Cursor cursor(txn_, txn_.tables().runs);
  const int rc = run_at(cursor, index, term);
  return rc == MDB_NOTFOUND ? MDB_CORRUPTED : rc;
}

int LogTables::read_runs(Index base, Index last, std::vector<TermRun>& runs) {
  // Backwards: each run ends where the one after it begins.
  Cursor cursor(txn_, txn_.tables().runs);
  Index end = last;
  while (end > base) {
    Term term;
    if (const int rc = run_at(cursor, end, term); rc != 0) {
      return rc == MDB_NOTFOUND ? MDB_CORRUPTED : rc;
    }
    const Index begin = std::max(cursor.index(), base.next());
    runs.push_back({.term = term, .count = end - begin + 1});
    end = begin.previous();
  }
  std::reverse(runs.begin(), runs.end());
  // §3.3: terms never decrease along the log.
  const auto by_term = [](const TermRun& left, const TermRun& right) {
    return left.term < right.term;
  };
  return std::is_sorted(runs.begin(), runs.end(), by_term) ? 0 : MDB_CORRUPTED;
}

int LogTables::read_configurations(Index base,
                                   std::vector<port::StoredConfiguration>& configurations) {
  Cursor cursor(txn_, txn_.tables().configurations);
  int rc = cursor.seek(group_, base.next());
  for (; rc == 0; rc = cursor.move(group_, MDB_NEXT)) {
    const Key key(group_, cursor.index());
    const std::optional<ByteView> content = unseal(key.view(), cursor.data());
    if (!content) {
      return MDB_CORRUPTED;
    }
    configurations.push_back({.index = cursor.index(), .payload = Bytes::copy_of(*content)});
  }
  return rc == MDB_NOTFOUND ? 0 : rc;
}

int LogTables::check_terms(const RecordView& record) {
  Cursor cursor(txn_, txn_.tables().runs);
  Term term;
  const int rc = run_at(cursor, record.last(), term);
  if (rc != 0 && rc != MDB_NOTFOUND) {
    return rc;
  }
  return term == record.term(record.count() - 1) ? 0 : MDB_CORRUPTED;
}

int LogTables::check_tail(const GroupState& state, std::size_t count_max, bool rewrite) {
  Index at = state.last;
  {
    Cursor cursor(txn_, txn_.tables().log);
    const int rc = cursor.seek_back(group_, Index(kNumberMax));
    // Records behind an empty log are garbage; none may begin after it.
    if (rc == 0 && cursor.index() > at) {
      return MDB_CORRUPTED;
    }
  }
  for (std::size_t count = 0; count < count_max && at > state.base.index; ++count) {
    std::vector<std::byte> copy;
    Cursor cursor(txn_, txn_.tables().log);
    if (const int rc = cursor.seek_back(group_, at); rc != 0) {
      return rc == MDB_NOTFOUND ? MDB_CORRUPTED : rc;
    }
    const Index first = cursor.index();
    const std::optional<RecordView> record = RecordView::parse(group_, first, cursor.data());
    if (!record || record->last() != at) {
      return MDB_CORRUPTED;
    }
    if (const int rc = check_terms(*record); rc != 0) {
      return rc;
    }
    if (rewrite) {
      copy.assign(cursor.data().begin(), cursor.data().end());
      const Key key(group_, first);
      MDB_val native_key = native(key.view());
      MDB_val value = native(copy);
      // New pages: they are written whether or not the old ones look clean.
      if (const int rc = cursor.erase(); rc != 0) {
        return rc;
      }
      const int rc = mdb_put(txn_.get(), txn_.tables().log, &native_key, &value, 0);
      if (rc != 0) {
        return rc;
      }
    }
    at = first.previous();
  }
  return 0;
}

int LogTables::put_sealed(MDB_dbi table, ByteView key, ByteView content) {
  const std::vector<std::byte> sealed = seal(key, content);
  MDB_val native_key = native(key);
  MDB_val value = native(sealed);
  return mdb_put(txn_.get(), table, &native_key, &value, 0);
}

int LogTables::get_sealed(MDB_dbi table, ByteView key, ByteView& content) {
  MDB_val native_key = native(key);
  MDB_val value{};
  if (const int rc = mdb_get(txn_.get(), table, &native_key, &value); rc != 0) {
    return rc;
  }
  const std::optional<ByteView> found = unseal(key, bytes_of(value));
  if (!found) {
    return MDB_CORRUPTED;
  }
  content = *found;
  return 0;
}

int LogTables::read_state(GroupState& state) {
  ByteView content;
  const Key key = group_state_key(group_);
  if (const int rc = get_sealed(txn_.tables().values, key.view(), content); rc != 0) {
    return rc;
  }
  const std::optional<GroupState> decoded = decode_group_state(content);
  if (!decoded) {
    return MDB_CORRUPTED;
  }
  state = *decoded;
  return 0;
}

int LogTables::write_state(const GroupState& state) {
  const Key key = group_state_key(group_);
  return put_sealed(txn_.tables().values, key.view(), encode(state).view());
}

int LogTables::read_snapshot(SnapshotMetadata& snapshot) {
  snapshot = {};
  ByteView content;
  const Key key = snapshot_key(group_);
  if (const int rc = get_sealed(txn_.tables().values, key.view(), content); rc != 0) {
    return rc == MDB_NOTFOUND ? 0 : rc;
  }
  std::optional<SnapshotMetadata> decoded = decode_snapshot(content);
  if (!decoded) {
    return MDB_CORRUPTED;
  }
  snapshot = std::move(*decoded);
  return 0;
}

int LogTables::write_snapshot(const SnapshotMetadata& snapshot) {
  const Key key = snapshot_key(group_);
  return put_sealed(txn_.tables().values, key.view(), encode(snapshot).view());
}

int LogTables::read_peers(std::vector<PeerIdentity>& peers) {
  peers.clear();
  ByteView content;
  const Key key = peers_key(group_);
  if (const int rc = get_sealed(txn_.tables().values, key.view(), content); rc != 0) {
    return rc == MDB_NOTFOUND ? 0 : rc;
  }
  std::optional<std::vector<PeerIdentity>> decoded = decode_peers(content);
  if (!decoded) {
    return MDB_CORRUPTED;
  }
  peers = std::move(*decoded);
  return 0;
}

int LogTables::write_peers(const std::vector<PeerIdentity>& peers) {
  const Key key = peers_key(group_);
  return put_sealed(txn_.tables().values, key.view(), encode(peers).view());
}

}  // namespace buoyant::lmdb
