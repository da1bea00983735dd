// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/lmdb/native_error.h"

#include <gtest/gtest.h>
#include <lmdb.h>

#include <cerrno>

namespace buoyant::lmdb::native_error_test {

TEST(LmdbNativeErrorTest, NoRoomIsNoRoomWhereverItIsMissing) {
  EXPECT_EQ(native_error(MDB_MAP_FULL, "w").code(), Errc::kStorageFull);
  EXPECT_EQ(native_error(ENOSPC, "w").code(), Errc::kStorageFull);
  EXPECT_EQ(native_error(EDQUOT, "w").code(), Errc::kStorageFull);
}

TEST(LmdbNativeErrorTest, AFailingDiskIsNotAFullOne) {
  EXPECT_FALSE(is_out_of_space(EIO));
  EXPECT_EQ(native_error(EIO, "w").code(), Errc::kStorageFailed);
  EXPECT_EQ(native_error(MDB_PANIC, "w").code(), Errc::kStorageFailed);
}

TEST(LmdbNativeErrorTest, WhatFailsItsChecksIsCorrupt) {
  EXPECT_EQ(native_error(MDB_CORRUPTED, "w").code(), Errc::kStorageCorrupt);
  EXPECT_EQ(native_error(MDB_NOTFOUND, "w").code(), Errc::kStorageCorrupt);
  EXPECT_EQ(native_error(MDB_INVALID, "w").code(), Errc::kStorageCorrupt);
}

TEST(LmdbNativeErrorTest, ATreeThatContradictsItselfIsCorrupt) {
  EXPECT_EQ(native_error(MDB_BAD_TXN, "w").code(), Errc::kStorageCorrupt);
  EXPECT_EQ(native_error(MDB_CURSOR_FULL, "w").code(), Errc::kStorageCorrupt);
  EXPECT_EQ(native_error(MDB_KEYEXIST, "w").code(), Errc::kStorageCorrupt);
  EXPECT_EQ(native_error(MDB_PAGE_FULL, "w").code(), Errc::kStorageCorrupt);
  EXPECT_EQ(native_error(MDB_PAGE_NOTFOUND, "w").code(), Errc::kStorageCorrupt);
  // MDB_PROBLEM.
  EXPECT_EQ(native_error(-30779, "w").code(), Errc::kStorageCorrupt);
}

TEST(LmdbNativeErrorTest, KeepsTheNativeCodeAndTheContext) {
  const Error error = native_error(EIO, "write to the log");

  EXPECT_EQ(error.native(), EIO);
  EXPECT_STREQ(error.context(), "write to the log");
}

}  // namespace buoyant::lmdb::native_error_test
