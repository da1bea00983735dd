// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/lmdb/environment.h"

#include "adapters/lmdb/native_error.h"
#include "adapters/lmdb/page_layout.h"
#include "adapters/posix/write_at.h"
#include "buoyant/base/assert.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <limits>
#include <mutex>
#include <sys/stat.h>
#include <sys/statvfs.h>

namespace buoyant::lmdb {

namespace {

constexpr unsigned kReadersMax = 16;
constexpr MDB_dbi kTablesMax = 8;
constexpr std::uint64_t kUnit = std::uint64_t{64} * 1024;
/// With less left than this a disk counts as full.
constexpr std::uint64_t kFullBytes = std::uint64_t{1} << 20U;
constexpr std::uint64_t kFileBytesMin = 4 * kUnit;
constexpr int kLmdbPatchMin = 22;
/// The kernel begins to read no more than about this for one advice.
constexpr std::uint64_t kAdvised = std::uint64_t{512} * 1024;

void on_lmdb_assert(MDB_env* env, const char* message) {
  const char* path = "";
  mdb_env_get_path(env, &path);
  std::fprintf(stderr, "buoyant: LMDB found %s damaged: %s\n", path, message);
  assert_failed("LMDB's own check", __FILE__, __LINE__);
}

std::uint64_t round_up(std::uint64_t bytes) {
  return (bytes + kUnit - 1) / kUnit * kUnit;
}

int open_tables(MDB_txn* txn, unsigned flags, Tables& tables) noexcept {
  int rc = mdb_dbi_open(txn, "values", flags, &tables.values);
  rc = rc == 0 ? mdb_dbi_open(txn, "log", flags, &tables.log) : rc;
  rc = rc == 0 ? mdb_dbi_open(txn, "runs", flags, &tables.runs) : rc;
  rc = rc == 0 ? mdb_dbi_open(txn, "configurations", flags, &tables.configurations) : rc;
  return rc == 0 ? mdb_dbi_open(txn, "journal", flags, &tables.journal) : rc;
}

}  // namespace

Environment::Environment(MDB_env* env, const LmdbOptions& options) noexcept
    : env_(env),
      step_max_(options.map_step_bytes_max),
      bytes_max_(options.map_bytes_max),
      reserve_(options.reserve_bytes),
      hook_(options.commit_hook),
      window_(options.page_cache_bytes, 0) {}

Environment::~Environment() {
  mdb_env_close(env_);
}

Result<std::unique_ptr<Environment>> Environment::open(const std::string& path,
                                                       const LmdbOptions& options) {
  int major = 0;
  int minor = 0;
  int patch = 0;
  mdb_version(&major, &minor, &patch);
  if (major != 0 || minor != 9 || patch < kLmdbPatchMin) {
    return fail(Errc::kUnsupportedVersion, "LMDB is not 0.9.22 or a later 0.9", patch);
  }
  MDB_env* env = nullptr;
  if (const int rc = mdb_env_create(&env); rc != 0) {
    return fail(native_error(rc, "create the LMDB environment"));
  }
  std::unique_ptr<Environment> environment(new Environment(env, options));
  if (const int rc = environment->open_file(path); rc != 0) {
    return fail(native_error(rc, "open data.mdb"));
  }
  // What is missing here is asked for again when it is needed, and reported then.
  const std::uint64_t initial = std::min(options.map_bytes_initial, options.map_bytes_max);
  int allocated = environment->allocate(round_up(initial));
  for (std::uint64_t less = initial / 2; is_out_of_space(allocated) && less >= kFileBytesMin;
       less /= 2) {
    // A small disk is enough to begin with.
    allocated = environment->allocate(round_up(less));
  }
  const bool too_small = environment->bytes_file() < kFileBytesMin;
  if (allocated != 0 && (too_small || !is_out_of_space(allocated))) {
    return fail(native_error(allocated, "allocate data.mdb"));
  }
  if (const int rc = environment->resize_map(); rc != 0) {
    return fail(native_error(rc, "map data.mdb"));
  }
  int rc = environment->open_tables();
  if (is_out_of_space(rc)) {
    rc = environment->use_reserve(true);
    rc = rc == 0 ? environment->open_tables() : rc;
  }
  if (rc != 0) {
    return fail(native_error(rc, "open the tables of data.mdb"));
  }
  environment->note_bytes_used();
  environment->window_ = CacheWindow(options.page_cache_bytes, environment->bytes_used_);
  return environment;
}

int Environment::open_file(const std::string& path) noexcept {
  mdb_env_set_maxdbs(env_, kTablesMax);
  mdb_env_set_maxreaders(env_, kReadersMax);
  mdb_env_set_assert(env_, on_lmdb_assert);
  // LMDB's default flags but one: a flag that makes it faster makes it unsafe.
  // The map is as large as the file, whatever a meta page says.
  struct stat before = {};
  const bool there = ::stat((path + "/" + kDataName).c_str(), &before) == 0;
  if (there && before.st_size > 0) {
    mdb_env_set_mapsize(env_, static_cast<std::size_t>(before.st_size));
  }
  if (const int rc = mdb_env_open(env_, path.c_str(), MDB_NOTLS, 0600); rc != 0) {
    return rc;
  }
  int fd = -1;
  if (const int rc = mdb_env_get_fd(env_, &fd); rc != 0) {
    return rc;
  }
  if (::fcntl(fd, F_SETFD, FD_CLOEXEC) != 0) {
    return errno;
  }
  int dead = 0;
  if (const int rc = mdb_reader_check(env_, &dead); rc != 0) {
    return rc;
  }
  file_ = posix::FileDescriptor(::open((path + "/" + kDataName).c_str(), O_RDWR | O_CLOEXEC));
  struct stat status = {};
  if (!file_.is_open() || ::fstat(file_.get(), &status) != 0) {
    return errno;
  }
  bytes_file_ = static_cast<std::uint64_t>(status.st_size);
  return 0;
}

int Environment::open_tables() noexcept {
  tl::expected<Transaction, int> txn = begin_write();
  if (!txn) {
    return txn.error();
  }
  int rc = lmdb::open_tables(txn->get(), 0, tables_);
  if (rc == MDB_NOTFOUND) {
    // Only of a new file: see check_before_mapping.
    rc = lmdb::open_tables(txn->get(), MDB_CREATE, tables_);
    rc = rc == 0 ? put_number(txn->get(), tables_.values) : rc;
  }
  return rc == 0 ? txn->commit() : rc;
}

tl::expected<Transaction, int> Environment::begin_write() noexcept {
  if (map_lost_) {
    return tl::unexpected(ENOMEM);
  }
  if (growth_error_ != 0) {
    return tl::unexpected(growth_error_);
  }
  MDB_txn* txn = nullptr;
  if (const int rc = mdb_txn_begin(env_, nullptr, 0, &txn); rc != 0) {
    return tl::unexpected(rc);
  }
  return Transaction(txn, tables_, {});
}

tl::expected<Transaction, int> Environment::begin_read() noexcept {
  std::shared_lock gate(gate_);
  if (map_lost_) {
    return tl::unexpected(ENOMEM);
  }
  MDB_txn* txn = nullptr;
  if (const int rc = mdb_txn_begin(env_, nullptr, MDB_RDONLY, &txn); rc != 0) {
    return tl::unexpected(rc);
  }
  return Transaction(txn, tables_, std::move(gate));
}

int Environment::may_write() noexcept {
  if (growth_error_ != 0) {
    return growth_error_;
  }
  return hook_ == nullptr ? 0 : hook_->before_commit();
}

int Environment::commit(Transaction& txn) noexcept {
  if (const int rc = may_write(); rc != 0) {
    return rc;
  }
  // The page that this changes is one that nearly every commit changes: it costs no write more.
  int rc = put_number(txn.get(), tables_.values);
  rc = rc == 0 ? txn.commit() : rc;
  note_bytes_used();
  // LMDB makes an EIO of a short write.
  return rc == EIO && disk_free() < kFullBytes ? ENOSPC : rc;
}

int Environment::grow(std::uint64_t bytes) noexcept {
  const std::uint64_t present = bytes_file_;
  const std::uint64_t step = std::max(std::min(present, step_max_), bytes);
  const std::uint64_t wanted = std::min(round_up(present + step), bytes_max_);
  if (wanted <= present) {
    return MDB_MAP_FULL;
  }
  int rc = allocate(wanted);
  if (is_out_of_space(rc)) {
    // Perhaps there is room for less.
    rc = allocate(std::min(round_up(present + bytes), bytes_max_));
  }
  rc = rc == 0 ? resize_map() : rc;
  if (rc != 0 && !is_out_of_space(rc)) {
    growth_error_ = rc;
  }
  return rc;
}

int Environment::allocate(std::uint64_t bytes) noexcept {
  const std::uint64_t present = bytes_file_;
  if (bytes <= present) {
    return 0;
  }
  if (const int rc = hook_ == nullptr ? 0 : hook_->before_growth(); rc != 0) {
    return rc;
  }
  const auto offset = static_cast<off_t>(present);
  const auto length = static_cast<off_t>(bytes - present);
  // Allocates and changes nothing that is there. Where it is not supported a full disk is met
  // in a commit, and is an error of that commit.
  if (::fallocate(file_.get(), 0, offset, length) != 0) {
    const int rc = errno;
    if (rc != EOPNOTSUPP) {
      // What it got before the disk was full would be missing everywhere else.
      static_cast<void>(::ftruncate(file_.get(), offset));
      return rc;
    }
    if (::ftruncate(file_.get(), static_cast<off_t>(bytes)) != 0) {
      return errno;
    }
  }
  if (const int rc = sync(); rc != 0) {
    return rc;
  }
  bytes_file_ = bytes;
  return 0;
}

int Environment::resize_map() noexcept {
  const std::uint64_t file = bytes_file_;
  const std::uint64_t closed = reserve_open_ ? 0 : held_back();
  const std::unique_lock gate(gate_);
  if (map_lost_) {
    return ENOMEM;
  }
  // LMDB takes at least what is in use.
  const int rc = mdb_env_set_mapsize(env_, (file - closed) / kUnit * kUnit);
  map_lost_ = rc != 0;
  return rc;
}

int Environment::use_reserve(bool open) noexcept {
  if (open == reserve_open_) {
    return 0;
  }
  reserve_open_ = open;
  return resize_map();
}

int Environment::write_and_sync(ByteView bytes, std::uint64_t offset) noexcept {
  const int rc = posix::write_at(file_.get(), bytes, offset, 0);
  return rc == 0 ? sync() : rc;
}

int Environment::sync() noexcept {
  return ::fdatasync(file_.get()) == 0 ? 0 : errno;
}

void Environment::trim_page_cache() noexcept {
  if (const std::optional<FileRange> leaves = window_.on_durable(bytes_used_)) {
    // Advice: pages that are mapped stay, those of the trees among them.
    static_cast<void>(::posix_fadvise(file_.get(), static_cast<off_t>(leaves->begin),
                                      static_cast<off_t>(leaves->end - leaves->begin),
                                      POSIX_FADV_DONTNEED));
  }
}

void Environment::read_ahead_of(ByteView value) noexcept {
  MDB_stat stat = {};
  if (mdb_env_stat(env_, &stat) != 0 ||
      reinterpret_cast<std::uintptr_t>(value.data()) % stat.ms_psize != kPageHeadBytes) {
    // A small one, in the tree.
    return;
  }
  const ByteView head(value.data() - kPageHeadBytes, kPageHeadBytes);
  const std::uint64_t end = (number_of_page(head) + count_of_pages(head)) * stat.ms_psize;
  const FileRange comes = read_ahead_.on_read(end, bytes_used_);
  for (std::uint64_t at = comes.begin; at < comes.end; at += kAdvised) {
    static_cast<void>(::posix_fadvise(file_.get(), static_cast<off_t>(at),
                                      static_cast<off_t>(std::min(kAdvised, comes.end - at)),
                                      POSIX_FADV_WILLNEED));
  }
}

std::uint64_t Environment::bytes_left() const noexcept {
  return bytes_file_ - std::min(bytes_file_.load(), bytes_used_.load());
}

std::uint64_t Environment::held_back() const noexcept {
  return std::min(reserve_, bytes_file_ / 2);
}

std::uint64_t Environment::disk_free() const noexcept {
  struct statvfs status = {};
  return ::fstatvfs(file_.get(), &status) == 0 ? status.f_bavail * status.f_frsize
                                               : std::numeric_limits<std::uint64_t>::max();
}

SpaceFigures Environment::space_figures() const noexcept {
  const std::uint64_t free = disk_free();
  return {.file = bytes_file_,
          .file_max = bytes_max_,
          .reserve = held_back(),
          .used = bytes_used_,
          .reusable = 0,
          .disk_free = free > kFullBytes ? free - kFullBytes : 0};
}

std::uint64_t Environment::bytes_reusable() noexcept {
  // LMDB's own table of what its transactions freed: each value begins with a count of pages.
  constexpr MDB_dbi kFreed = 0;
  tl::expected<Transaction, int> txn = begin_read();
  MDB_cursor* cursor = nullptr;
  MDB_stat stat = {};
  if (!txn || mdb_env_stat(env_, &stat) != 0 || mdb_cursor_open(txn->get(), kFreed, &cursor) != 0) {
    return 0;
  }
  std::uint64_t pages = 0;
  MDB_val key = {};
  MDB_val value = {};
  while (mdb_cursor_get(cursor, &key, &value, MDB_NEXT) == 0) {
    std::size_t count = 0;
    if (value.mv_size >= sizeof(count)) {
      std::memcpy(&count, value.mv_data, sizeof(count));
    }
    pages += count;
  }
  mdb_cursor_close(cursor);
  return pages * stat.ms_psize;
}

void Environment::note_bytes_used() noexcept {
  MDB_envinfo info = {};
  MDB_stat stat = {};
  if (mdb_env_info(env_, &info) == 0 && mdb_env_stat(env_, &stat) == 0) {
    bytes_used_ = (info.me_last_pgno + 1) * stat.ms_psize;
  }
}

}  // namespace buoyant::lmdb
