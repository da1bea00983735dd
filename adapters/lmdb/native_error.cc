// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/lmdb/native_error.h"

#include <lmdb.h>

#include <cerrno>

namespace buoyant::lmdb {

namespace {

/// MDB_PROBLEM, which not every 0.9 declares.
constexpr int kProblem = -30779;

}  // namespace

bool is_out_of_space(int code) noexcept {
  return code == MDB_MAP_FULL || code == ENOSPC || code == EDQUOT;
}

Error native_error(int code, const char* context) noexcept {
  if (is_out_of_space(code)) {
    return Error(Errc::kStorageFull, context, code);
  }
  switch (code) {
    // What our calls get from a file that is not as LMDB left it: pages and trees that contradict
    // themselves, values that are not there or there twice.
    case MDB_BAD_TXN:
    case MDB_BAD_VALSIZE:
    case MDB_CORRUPTED:
    case MDB_CURSOR_FULL:
    case MDB_INCOMPATIBLE:
    case MDB_INVALID:
    case MDB_KEYEXIST:
    case MDB_NOTFOUND:
    case MDB_PAGE_FULL:
    case MDB_PAGE_NOTFOUND:
    case kProblem:
    case MDB_VERSION_MISMATCH:
      return Error(Errc::kStorageCorrupt, context, code);
    default:
      return Error(Errc::kStorageFailed, context, code);
  }
}

}  // namespace buoyant::lmdb
