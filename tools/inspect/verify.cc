// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/inspect/verify.h"

#include "adapters/lmdb/log_image.h"
#include "tools/common/exit_code.h"
#include "tools/inspect/verify_log.h"
#include "tools/inspect/verify_pages.h"
#include "tools/inspect/verify_snapshots.h"

#include <chrono>

namespace buoyant::inspect_tool {

namespace {

std::uint64_t bytes_of_snapshots(const std::string& directory) {
  std::uint64_t bytes = 0;
  if (const auto files = list_snapshots(directory); files) {
    for (const SnapshotFile& snapshot : *files) {
      bytes += snapshot.kind == SnapshotFile::Kind::kComplete ? snapshot.bytes : 0;
    }
  }
  return bytes;
}

/// Zero when it cannot be told.
SnapshotId named_snapshot(const lmdb::PageFile& file) {
  const Result<SnapshotMetadata> snapshot =
      lmdb::read_view<SnapshotMetadata>(file, [&](const lmdb::FileHeader& view, int) {
        return lmdb::LogImage(file, view, GroupId(0)).snapshot();
      });
  return snapshot ? snapshot->id : SnapshotId();
}

}  // namespace

std::uint64_t bytes_to_read(const lmdb::PageFile& file) {
  const Result<lmdb::FileHeader> view = file.newest();
  return view ? lmdb::LogImage(file, *view, GroupId(0)).tables().log.pages() * view->page_bytes : 0;
}

Result<void> verify_data(const lmdb::PageFile& file, port::Codec& codec, Report& report,
                         const OnProgress& on_progress) {
  if (const Result<void> done = verify_values(file, codec, report); !done) {
    return done;
  }
  if (const Result<void> done = verify_records(file, report, on_progress); !done) {
    return done;
  }
  return verify_pages(file, report);
}

Result<Report> verify(const std::string& directory, port::Codec& codec, const OnTotal& on_total,
                      const OnProgress& on_progress) {
  const auto begin = std::chrono::steady_clock::now();
  const Result<lmdb::PageFile> file = lmdb::PageFile::open(directory);
  if (!file) {
    return fail(file.error());
  }
  on_total(bytes_to_read(*file) + bytes_of_snapshots(directory));
  Report report;
  if (const Result<void> done = verify_data(*file, codec, report, on_progress); !done) {
    if (done.error().code() == Errc::kBusy) {
      return fail(done.error());
    }
    report.add({.part = "file", .what = tools::text_of(done.error())});
  }
  const Result<void> done = verify_snapshots(
      directory, [&] { return named_snapshot(*file); }, report, on_progress);
  if (!done) {
    report.add({.part = "snapshots", .what = tools::text_of(done.error())});
  }
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return report;
}

}  // namespace buoyant::inspect_tool
