// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/lmdb/creation.h"

#include "adapters/lmdb/environment.h"
#include "adapters/lmdb/journal.h"
#include "adapters/lmdb/log_tables.h"
#include "adapters/lmdb/native_error.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <string>
#include <sys/random.h>
#include <sys/stat.h>

namespace buoyant::lmdb {

namespace {

constexpr std::array<const char*, 2> kMadeNames = {"lock.mdb", kDataName};

constexpr const char* kStrangeText =
    "`creating` in the data directory is not what an unfinished creation leaves; look at what is "
    "in it, and remove it";

/// What remove_aside comes to when no creation of ours made what lies there: another kind of file,
/// or more files.
bool is_strange(int code) noexcept {
  return code == ENOTEMPTY || code == ENOTDIR || code == EISDIR || code == ELOOP;
}

/// Only the files that a creation makes: whatever else lies there is not ours to remove.
int remove_aside(const posix::Directory& directory) {
  const posix::FileDescriptor aside(
      ::openat(directory.fd(), kCreationName, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!aside.is_open()) {
    return errno == ENOENT ? 0 : errno;
  }
  for (const char* name : kMadeNames) {
    if (::unlinkat(aside.get(), name, 0) != 0 && errno != ENOENT) {
      return errno;
    }
  }
  return ::unlinkat(directory.fd(), kCreationName, AT_REMOVEDIR) == 0 ? 0 : errno;
}

/// The first commit: who this is, and an empty log.
int write_first(Environment& environment, const LmdbOptions& options, GroupId group) {
  Identity identity{.cluster = options.cluster, .server = options.server};
  int rc = random_number(identity.incarnation);
  if (rc != 0) {
    return rc;
  }
  tl::expected<Transaction, int> txn = environment.begin_write();
  if (!txn) {
    return txn.error();
  }
  LogTables tables(*txn, group);
  rc = write_identity(*txn, identity);
  rc = rc == 0 ? tables.write_state({}) : rc;
  const std::uint64_t bytes = journal_bytes_for(
      std::min(options.reserve_bytes, environment.bytes_file() / 2), options.journal_bytes_max);
  rc = rc == 0 ? create_journal(*txn, identity.incarnation, bytes) : rc;
  rc = rc == 0 ? put_mark(*txn, group, {.sequence = kNoBatch + 1}) : rc;
  rc = rc == 0 ? environment.commit(*txn) : rc;
  return rc == 0 ? environment.sync() : rc;
}

Result<void> make_aside(const posix::Directory& directory, const LmdbOptions& options,
                        GroupId group) {
  if (::mkdirat(directory.fd(), kCreationName, 0700) != 0) {
    return fail(native_error(errno, "create a directory for the new data.mdb"));
  }
  const Result<std::unique_ptr<Environment>> environment =
      Environment::open(directory.path() + "/" + kCreationName, options);
  if (!environment) {
    return fail(environment.error());
  }
  if (const int rc = write_first(**environment, options, group); rc != 0) {
    return fail(native_error(rc, "commit the identity"));
  }
  return {};
}

}  // namespace

Result<void> create_if_missing(const posix::Directory& directory, const LmdbOptions& options,
                               GroupId group) {
  bool there = false;
  int rc = directory.look_up(kDataName, there);
  // The run that renamed it may have been killed before it synced the directory: without this
  // a power cut takes the name back, and the next start begins anew.
  rc = rc == 0 && there ? directory.sync() : rc;
  if (rc != 0) {
    return fail(native_error(rc, "look for data.mdb"));
  }
  rc = remove_aside(directory);
  if (is_strange(rc)) {
    return fail(Errc::kStorageCorrupt, kStrangeText, rc);
  }
  if (rc != 0) {
    return fail(native_error(rc, "remove an unfinished creation"));
  }
  if (there) {
    return {};
  }
  if (options.any_identity) {
    return fail(Errc::kInvalidOptions, "there is no data in the directory");
  }
  if (Result<void> made = make_aside(directory, options, group); !made) {
    return made;
  }
  const std::string made = std::string(kCreationName) + "/" + kDataName;
  if (::renameat2(directory.fd(), made.c_str(), directory.fd(), kDataName, RENAME_NOREPLACE) != 0) {
    return fail(native_error(errno, "rename the new data.mdb"));
  }
  rc = directory.sync();
  rc = rc == 0 ? remove_aside(directory) : rc;
  return rc == 0 ? Result<void>() : fail(native_error(rc, "sync the data directory"));
}

int write_identity(Transaction& txn, const Identity& identity) {
  const std::vector<std::byte> sealed = seal(identity_key(), encode(identity).view());
  MDB_val key = native(identity_key());
  MDB_val value = native(sealed);
  return mdb_put(txn.get(), txn.tables().values, &key, &value, 0);
}

int random_number(std::uint64_t& number) noexcept {
  do {
    if (::getrandom(&number, sizeof(number), 0) != sizeof(number)) {
      return errno == 0 ? EIO : errno;
    }
  } while (number == 0);
  return 0;
}

}  // namespace buoyant::lmdb
