// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/lmdb/compaction.h"

#include "adapters/lmdb/environment.h"
#include "adapters/lmdb/native_error.h"
#include "adapters/lmdb/page_walk.h"
#include "adapters/lmdb/state_values.h"
#include "adapters/lmdb/transaction.h"
#include "adapters/posix/file_descriptor.h"

#include <lmdb.h>

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <optional>
#include <string>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>
#include <utility>

namespace buoyant::lmdb {

namespace {

/// LMDB's code.
int copy_to(const std::string& path, int fd) {
  MDB_env* env = nullptr;
  int rc = mdb_env_create(&env);
  if (rc != 0) {
    return rc;
  }
  // Nobody writes: the directory is locked. Without LMDB's lock nothing is written but the copy.
  rc = mdb_env_open(env, path.c_str(), MDB_RDONLY | MDB_NOLOCK | MDB_NOTLS, 0600);
  rc = rc == 0 ? mdb_env_copyfd2(env, fd, MDB_CP_COMPACT) : rc;
  mdb_env_close(env);
  return rc;
}

/// LMDB gives a compact copy the number 1; its values have the one that they were copied from. Two
/// commits, for both meta pages. LMDB's code.
int renumber(const std::string& path) {
  constexpr MDB_dbi kTablesMax = 8;
  constexpr std::size_t kRoomBytes = std::size_t{1} << 20U;
  MDB_env* env = nullptr;
  int rc = mdb_env_create(&env);
  if (rc != 0) {
    return rc;
  }
  struct stat status = {};
  rc = ::stat(path.c_str(), &status) == 0 ? mdb_env_set_maxdbs(env, kTablesMax) : errno;
  rc = rc == 0 ? mdb_env_set_mapsize(env, static_cast<std::size_t>(status.st_size) + kRoomBytes)
               : rc;
  rc = rc == 0 ? mdb_env_open(env, path.c_str(), MDB_NOSUBDIR | MDB_NOLOCK | MDB_NOTLS, 0600) : rc;
  for (std::uint64_t commits = 0; rc == 0 && commits < kMetaPages; ++commits) {
    MDB_txn* native = nullptr;
    rc = mdb_txn_begin(env, nullptr, 0, &native);
    if (rc == 0) {
      Transaction txn(native, {}, {});
      MDB_dbi values = 0;
      rc = mdb_dbi_open(native, "values", 0, &values);
      rc = rc == 0 ? put_number(native, values) : rc;
      rc = rc == 0 ? txn.commit() : rc;
    }
  }
  MDB_envinfo info = {};
  MDB_stat stat = {};
  rc = rc == 0 ? mdb_env_info(env, &info) : rc;
  rc = rc == 0 ? mdb_env_stat(env, &stat) : rc;
  mdb_env_close(env);
  // A page that was freed at once is not written, and may be the last one.
  const auto bytes = static_cast<off_t>((info.me_last_pgno + 1) * stat.ms_psize);
  return rc == 0 && ::truncate(path.c_str(), bytes) != 0 ? errno : rc;
}

/// Both have the same key and value here; but the number of the commit is each one's own.
bool are_same_here(PageWalk& one, PageWalk& other) {
  if (!std::ranges::equal(one.key(), other.key())) {
    return false;
  }
  const std::optional<ByteView> value = one.value();
  const std::optional<ByteView> copied = other.value();
  return value && copied &&
         (std::ranges::equal(*value, *copied) || std::ranges::equal(one.key(), transaction_key()));
}

/// Both walks give the same keys and values.
bool are_equal(PageWalk& one, PageWalk& other) {
  bool more = one.first();
  bool others = other.first();
  while (more && others) {
    if (!are_same_here(one, other)) {
      return false;
    }
    more = one.next();
    others = other.next();
  }
  return more == others && one.damages().empty() && other.damages().empty();
}

/// Every table of `one` is in `other`, the same.
bool are_tables_equal(const PageFile& one, const FileHeader& view, const PageFile& other,
                      const FileHeader& copied) {
  PageWalk tables(one, view, view.main_tree.root);
  std::uint64_t count = 0;
  for (bool found = tables.first(); found; found = tables.next()) {
    const std::optional<ByteView> value = tables.value();
    const auto table = tables.is_tree() && value ? parse_tree(*value) : std::nullopt;
    std::vector<PageDamage> damages;
    const auto copy = find_table(other, copied, text_of(tables.key()), damages);
    if (!table || !copy || !damages.empty()) {
      return false;
    }
    PageWalk values(one, view, table->root);
    PageWalk copies(other, copied, copy->root);
    if (!are_equal(values, copies)) {
      return false;
    }
    count += 1;
  }
  PageWalk others(other, copied, copied.main_tree.root);
  std::uint64_t other_count = 0;
  for (bool found = others.first(); found; found = others.next()) {
    other_count += 1;
  }
  return count == other_count && tables.damages().empty() && others.damages().empty();
}

class Compaction {
 public:
  explicit Compaction(const posix::Directory& directory)
      : directory_(directory),
        data_(directory.path() + "/" + kDataName),
        copy_(directory.path() + "/" + kCompactionName) {}

  Compaction(const Compaction&) = delete;
  Compaction& operator=(const Compaction&) = delete;
  ~Compaction() = default;

  Result<void> copy() {
    fd_ = posix::FileDescriptor(
        ::open(copy_.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!fd_.is_open()) {
      return fail(native_error(errno, "create the copy of data.mdb"));
    }
    int rc = copy_to(directory_.path(), fd_.get());
    rc = rc == 0 ? renumber(copy_) : rc;
    // LMDB makes an EIO of a short write.
    rc = rc == EIO && is_disk_full() ? ENOSPC : rc;
    return rc == 0 ? Result<void>() : fail(native_error(rc, "copy data.mdb"));
  }

  Result<void> sync() {
    if (::fsync(fd_.get()) != 0) {
      return fail(native_error(errno, "sync the copy of data.mdb"));
    }
    // What is compared is to come from the disk, as far as the system goes along.
    static_cast<void>(::posix_fadvise(fd_.get(), 0, 0, POSIX_FADV_DONTNEED));
    return {};
  }

  Result<CompactionFigures> compare() {
    const Result<PageFile> data = PageFile::open_file(data_);
    const Result<PageFile> copy = PageFile::open_file(copy_);
    if (!data || !copy) {
      return fail(data ? copy.error() : data.error());
    }
    const Result<FileHeader> view = data->newest();
    const Result<FileHeader> copied = copy->newest();
    if (!view || !copied) {
      return fail(view ? copied.error() : view.error());
    }
    if (!are_tables_equal(*data, *view, *copy, *copied)) {
      return fail(Errc::kStorageCorrupt, "the copy of data.mdb differs from it");
    }
    CompactionFigures figures;
    std::uint64_t allocated = 0;
    int code = data->size(figures.bytes_before, allocated);
    code = code == 0 ? copy->size(figures.bytes_after, allocated) : code;
    return code == 0 ? Result<CompactionFigures>(figures)
                     : fail(native_error(code, "look at data.mdb"));
  }

  Result<void> unlock() {
    if (::unlinkat(directory_.fd(), "lock.mdb", 0) != 0 && errno != ENOENT) {
      return fail(native_error(errno, "remove lock.mdb"));
    }
    return {};
  }

  Result<void> rename() {
    if (::renameat(directory_.fd(), kCompactionName, directory_.fd(), kDataName) != 0) {
      return fail(native_error(errno, "rename the copy of data.mdb"));
    }
    const int code = directory_.sync();
    return code == 0 ? Result<void>() : fail(native_error(code, "sync the data directory"));
  }

  void clean_up() const { static_cast<void>(::unlinkat(directory_.fd(), kCompactionName, 0)); }

 private:
  [[nodiscard]] bool is_disk_full() const {
    constexpr std::uint64_t kFullBytes = std::uint64_t{1} << 20U;
    struct statvfs status = {};
    return ::fstatvfs(fd_.get(), &status) == 0 &&
           std::uint64_t{status.f_bavail} * status.f_frsize < kFullBytes;
  }

  const posix::Directory& directory_;
  std::string data_;
  std::string copy_;
  posix::FileDescriptor fd_;
};

}  // namespace

Result<CompactionFigures> compact(const posix::Directory& directory,
                                  const OnCompactionStep& on_step) {
  Compaction compaction(directory);
  bool stopped = false;
  const auto after = [&](CompactionStep step, Result<void> done) -> Result<void> {
    stopped = done && !on_step(step);
    return stopped ? fail(Errc::kStopped, "compact data.mdb") : done;
  };
  CompactionFigures figures;
  Result<void> done = after(CompactionStep::kCopied, compaction.copy());
  done = done ? after(CompactionStep::kSynced, compaction.sync()) : done;
  if (done) {
    const Result<CompactionFigures> compared = compaction.compare();
    done = after(CompactionStep::kCompared,
                 compared ? Result<void>() : Result<void>(fail(compared.error())));
    figures = compared.value_or(CompactionFigures());
  }
  done = done ? after(CompactionStep::kUnlocked, compaction.unlock()) : done;
  done = done ? after(CompactionStep::kRenamed, compaction.rename()) : done;
  if (!done && !stopped) {
    compaction.clean_up();
  }
  return done ? Result<CompactionFigures>(figures) : fail(done.error());
}

}  // namespace buoyant::lmdb
