// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/lmdb/native_error.h"

#include <lmdb.h>

#include <cerrno>

namespace buoyant::lmdb {

bool is_out_of_space(int code) noexcept {
  return code == MDB_MAP_FULL || code == ENOSPC || code == EDQUOT;
}

Error native_error(int code, const char* context) noexcept {
  if (is_out_of_space(code)) {
    return Error(Errc::kStorageFull, context, code);
  }
  switch (code) {
    case MDB_CORRUPTED:
    case MDB_INVALID:
    case MDB_PAGE_NOTFOUND:
    case MDB_VERSION_MISMATCH:
    case MDB_NOTFOUND:
      return Error(Errc::kStorageCorrupt, context, code);
    default:
      return Error(Errc::kStorageFailed, context, code);
  }
}

}  // namespace buoyant::lmdb
