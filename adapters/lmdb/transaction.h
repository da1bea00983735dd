// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// LMDB's transactions and cursors, ended by their scope.
#pragma once

#include "adapters/lmdb/sealed.h"

#include <lmdb.h>

#include <optional>
#include <shared_mutex>
#include <utility>

namespace buoyant::lmdb {

/// The databases of an environment.
struct Tables {
  /// Identity, group states, snapshot metadata (state_values.h).
  MDB_dbi values = 0;
  /// Packed records (record.h) by (group, first index).
  MDB_dbi log = 0;
  /// The term from (group, index) on, until the next one.
  MDB_dbi runs = 0;
  /// The payloads of configuration entries by (group, index).
  MDB_dbi configurations = 0;
  /// One value (journal.h).
  MDB_dbi journal = 0;
};

/// One transaction; aborted unless committed. Stays on its thread. A transaction that reads
/// keeps the map in its place (see Environment).
class Transaction {
 public:
  Transaction(MDB_txn* txn, const Tables& tables, std::shared_lock<std::shared_mutex> gate)
      : txn_(txn), tables_(tables), gate_(std::move(gate)) {}

  Transaction(Transaction&& other) noexcept
      : txn_(std::exchange(other.txn_, nullptr)),
        tables_(other.tables_),
        gate_(std::move(other.gate_)) {}

  Transaction& operator=(Transaction&&) = delete;
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  ~Transaction() {
    if (txn_ != nullptr) {
      mdb_txn_abort(txn_);
    }
  }

  [[nodiscard]] MDB_txn* get() const noexcept { return txn_; }

  [[nodiscard]] const Tables& tables() const noexcept { return tables_; }

  [[nodiscard]] int commit() noexcept { return mdb_txn_commit(std::exchange(txn_, nullptr)); }

 private:
  MDB_txn* txn_;
  Tables tables_;
  /// Released after the transaction: members are destroyed in reverse, after the body above.
  std::shared_lock<std::shared_mutex> gate_;
};

/// Puts the number of the transaction among the values: what is read of a commit says which one it
/// is. Before each commit that has changed anything. LMDB's code.
[[nodiscard]] int put_number(MDB_txn* txn, MDB_dbi values) noexcept;

/// A cursor on one table. Ends before its transaction.
class Cursor {
 public:
  Cursor(const Transaction& txn, MDB_dbi table) noexcept {
    open_result_ = mdb_cursor_open(txn.get(), table, &cursor_);
  }

  Cursor(const Cursor&) = delete;
  Cursor& operator=(const Cursor&) = delete;

  ~Cursor() {
    if (cursor_ != nullptr) {
      mdb_cursor_close(cursor_);
    }
  }

  /// Moves within `group` only: MDB_NOTFOUND when what it came to belongs to another one.
  [[nodiscard]] int move(GroupId group, MDB_cursor_op operation) noexcept {
    if (open_result_ != 0) {
      return open_result_;
    }
    const int rc = mdb_cursor_get(cursor_, &key_, &data_, operation);
    return rc == 0 ? check_group(group) : rc;
  }

  /// To the first one at `index` or after.
  [[nodiscard]] int seek(GroupId group, Index index) noexcept {
    if (open_result_ != 0) {
      return open_result_;
    }
    elsewhere_ = false;
    const Key key(group, index);
    key_ = native(key.view());
    const int rc = mdb_cursor_get(cursor_, &key_, &data_, MDB_SET_RANGE);
    return rc == 0 ? check_group(group) : rc;
  }

  /// To the last one at `index` or before.
  [[nodiscard]] int seek_back(GroupId group, Index index) noexcept {
    const int rc = seek(group, index.next());
    if (rc != 0 && rc != MDB_NOTFOUND) {
      return rc;
    }
    // Beyond the group's end the cursor stands on the next group, or nowhere.
    const bool nowhere = rc == MDB_NOTFOUND && !elsewhere_;
    return move(group, nowhere ? MDB_LAST : MDB_PREV);
  }

  [[nodiscard]] int erase() noexcept { return mdb_cursor_del(cursor_, 0); }

  [[nodiscard]] Index index() const noexcept { return index_; }

  [[nodiscard]] ByteView data() const noexcept { return bytes_of(data_); }

 private:
  int check_group(GroupId group) noexcept {
    const std::optional<Index> index = Key::index_of(group, key_);
    elsewhere_ = !index;
    if (!index) {
      return MDB_NOTFOUND;
    }
    index_ = *index;
    return 0;
  }

  MDB_cursor* cursor_ = nullptr;
  int open_result_ = 0;
  MDB_val key_{};
  MDB_val data_{};
  Index index_;
  bool elsewhere_ = false;
};

}  // namespace buoyant::lmdb
