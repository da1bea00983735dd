// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/lmdb/file_header.h"

#include "buoyant/base/little_endian.h"

#include <lmdb.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <sys/stat.h>
#include <unistd.h>

// The layout below, and the promise that nothing but the map's size limits where LMDB puts new
// pages, are those of LMDB 0.9.
static_assert(MDB_VERSION_MAJOR == 0 && MDB_VERSION_MINOR == 9);

namespace buoyant::lmdb {

namespace {

constexpr std::uint32_t kFileMagic = 0xbeefc0de;
constexpr std::uint32_t kDataVersion = 1;
constexpr std::uint16_t kMetaFlag = 0x08;
constexpr std::uint32_t kPageBytesMin = 512;
constexpr std::uint32_t kPageBytesMax = 32768;

// Offsets in a meta page: the page header, then MDB_meta.
constexpr std::size_t kFlagsAt = 10;
constexpr std::size_t kMagicAt = 16;
constexpr std::size_t kVersionAt = 20;
constexpr std::size_t kPageBytesAt = 40;
// That of freed pages, then the main one.
constexpr std::size_t kTreesAt = 40;
constexpr std::size_t kLastPageAt = 136;
constexpr std::size_t kTransactionAt = 144;
constexpr std::size_t kMetaBytes = 152;

Result<FileHeader> parse_meta(const std::array<std::byte, kMetaBytes>& page) {
  const std::byte* at = page.data();
  if ((load_le16(at + kFlagsAt) & kMetaFlag) == 0 || load_le32(at + kMagicAt) != kFileMagic) {
    return fail(Errc::kStorageCorrupt, "data.mdb: not an LMDB file");
  }
  if (load_le32(at + kVersionAt) != kDataVersion) {
    return fail(Errc::kStorageCorrupt, "data.mdb: of another LMDB version");
  }
  const ByteView trees(at + kTreesAt, 2 * TreeFigures::kBytes);
  const FileHeader header{.page_bytes = load_le32(at + kPageBytesAt),
                          .last_page = load_le64(at + kLastPageAt),
                          .transaction = load_le64(at + kTransactionAt),
                          .free_tree = *parse_tree(trees.first(TreeFigures::kBytes)),
                          .main_tree = *parse_tree(trees.subspan(TreeFigures::kBytes))};
  if (!std::has_single_bit(header.page_bytes) || header.page_bytes < kPageBytesMin ||
      header.page_bytes > kPageBytesMax || header.last_page < kMetaPages - 1) {
    return fail(Errc::kStorageCorrupt, "data.mdb: impossible meta page");
  }
  return header;
}

bool are_roots_possible(const FileHeader& header) {
  for (const std::uint64_t root : {header.free_tree.root, header.main_tree.root}) {
    if (root != kNoPage && (root < kMetaPages || root > header.last_page)) {
      return false;
    }
  }
  return true;
}

Result<FileHeader> read_meta(int fd, std::uint64_t offset) {
  std::array<std::byte, kMetaBytes> page{};
  const ssize_t count = ::pread(fd, page.data(), page.size(), static_cast<off_t>(offset));
  if (count < 0) {
    return fail(Errc::kStorageFailed, "read the meta pages of data.mdb", errno);
  }
  if (static_cast<std::size_t>(count) < page.size()) {
    return fail(Errc::kStorageCorrupt, "data.mdb: shorter than its meta pages");
  }
  return parse_meta(page);
}

}  // namespace

Result<FileViews> read_file_views(int fd) {
  const Result<FileHeader> first = read_meta(fd, 0);
  const Result<FileHeader> second = first ? read_meta(fd, first->page_bytes) : first;
  if (!second) {
    return fail(second.error());
  }
  if (first->page_bytes != second->page_bytes) {
    return fail(Errc::kStorageCorrupt, "data.mdb: its meta pages disagree");
  }
  // LMDB writes each transaction to the page that the one before did not use. A damaged number
  // would have it take the older page for the newer one, and drop the last transaction.
  const bool alternate =
      first->transaction % kMetaPages == 0 && (first->transaction + 1 == second->transaction ||
                                               first->transaction == second->transaction + 1);
  if (!alternate) {
    return fail(Errc::kStorageCorrupt, "data.mdb: its transactions do not follow each other");
  }
  const bool is_first = first->transaction > second->transaction;
  const FileHeader& newer = is_first ? *first : *second;
  if (!are_roots_possible(newer)) {
    return fail(Errc::kStorageCorrupt, "data.mdb: impossible root page");
  }
  // After them: a file that grows meanwhile has grown before they count its new pages.
  struct stat status = {};
  if (::fstat(fd, &status) != 0) {
    return fail(Errc::kStorageFailed, "look at data.mdb", errno);
  }
  const auto pages = static_cast<std::uint64_t>(status.st_size) / newer.page_bytes;
  if (newer.last_page >= pages) {
    return fail(Errc::kStorageCorrupt, "data.mdb: cut short");
  }
  return FileViews{.newer = newer, .older = is_first ? *second : *first};
}

Result<FileHeader> read_file_header(int fd) {
  const Result<FileViews> views = read_file_views(fd);
  return views ? Result<FileHeader>(views->newer) : fail(views.error());
}

}  // namespace buoyant::lmdb
