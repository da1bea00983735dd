// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/inspect/compact.h"

#include "tools/common/describe.h"

#include <algorithm>

namespace buoyant::inspect_tool {

namespace {

std::uint64_t given_back(const lmdb::CompactionFigures& figures) {
  return figures.bytes_before - std::min(figures.bytes_before, figures.bytes_after);
}

}  // namespace

Result<lmdb::CompactionFigures> compact(const std::string& directory, port::Codec& codec,
                                        const OnTotal& on_total, const OnProgress& on_progress,
                                        const lmdb::OnCompactionStep& on_step) {
  // Before the lock, which would make the directory.
  const Result<lmdb::PageFile> file = lmdb::PageFile::open(directory);
  if (!file) {
    return fail(file.error());
  }
  // Nothing is moved to another disk, so an unsafe file system is as unsafe as it was.
  const Result<posix::Directory> locked = posix::Directory::open(directory, true);
  if (!locked) {
    return fail(locked.error());
  }
  if (locked->is_marked_poisoned()) {
    return fail(Errc::kNotReady, "a write of the last run failed (POISON): start the server first");
  }
  on_total(bytes_to_read(*file));
  Report report;
  if (const Result<void> done = verify_data(*file, codec, report, on_progress); !done) {
    return fail(done.error());
  }
  if (!report.is_clean()) {
    return fail(Errc::kStorageCorrupt, "data.mdb is damaged: see verify");
  }
  return lmdb::compact(*locked, on_step);
}

std::string to_text(const lmdb::CompactionFigures& figures) {
  return "data.mdb was " + tools::text_of_bytes(figures.bytes_before) + ", is " +
         tools::text_of_bytes(figures.bytes_after) + ": " +
         tools::text_of_bytes(given_back(figures)) +
         " came back.\nAt its start the server allocates ahead again, 64 MiB if it is told nothing "
         "else.\n";
}

std::string to_json(const lmdb::CompactionFigures& figures) {
  return tools::dumped({{"bytes_before", figures.bytes_before},
                        {"bytes_after", figures.bytes_after},
                        {"bytes_given_back", given_back(figures)}});
}

}  // namespace buoyant::inspect_tool
