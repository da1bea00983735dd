// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/lmdb/transaction.h"

#include "adapters/lmdb/state_values.h"

namespace buoyant::lmdb {

int put_number(MDB_txn* txn, MDB_dbi values) noexcept {
  const std::vector<std::byte> sealed =
      seal(transaction_key(), encode_transaction(mdb_txn_id(txn)).view());
  MDB_val key = native(transaction_key());
  MDB_val value = native(sealed);
  return mdb_put(txn, values, &key, &value, 0);
}

}  // namespace buoyant::lmdb
