// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/inspect/verify_snapshots.h"

#include "adapters/files/name.h"
#include "buoyant/base/checksum.h"
#include "tools/common/exit_code.h"

#include <algorithm>
#include <utility>

namespace buoyant::inspect_tool {

namespace {

/// Between listing the files and asking for the log's a server may have gone on to another one.
constexpr int kListingRoundsMax = 5;

bool is_listed(const std::vector<SnapshotFile>& files, const SnapshotId& id) {
  return std::any_of(files.begin(), files.end(),
                     [&](const SnapshotFile& file) { return file.id == id; });
}

void verify_complete(const std::string& directory, const SnapshotFile& file, Report& report,
                     const OnProgress& on_progress) {
  const auto wrong = [&](std::string what) {
    report.add({.part = "snapshots", .what = std::move(what), .file = file.name});
  };
  const auto reader = files::SnapshotReader::open(snapshots_path(directory) + "/" + file.name);
  if (!reader) {
    // Gone since it was listed: a newer one has taken its place.
    if (reader.error().code() != Errc::kCompacted) {
      wrong(tools::text_of(reader.error()));
    }
    return;
  }
  report.snapshots += 1;
  if (reader->metadata().id != file.id) {
    wrong("it is under another one's name");
  }
  const Result<bool> whole = reader->is_whole();
  if (!whole || !*whole) {
    wrong(whole ? "it has not the size that its head says" : tools::text_of(whole.error()));
  }
  verify_contents(*reader, file.name, report, [&](const Bytes& part) {
    report.snapshot_bytes += part.size();
    on_progress(part.size());
  });
}

void note_incomplete(const std::string& directory, const SnapshotFile& file, Report& report) {
  std::string text = file.name + ": ";
  if (file.kind == SnapshotFile::Kind::kIncoming) {
    const auto reader = files::SnapshotReader::open(snapshots_path(directory) + "/" + file.name);
    text += reader ? std::to_string(reader->whole_bytes()) + " of " +
                         std::to_string(reader->metadata().bytes) +
                         " bytes have come from another server"
                   : "nothing usable has come from another server";
  } else if (file.kind == SnapshotFile::Kind::kCreating) {
    text += "a snapshot that is being made; if no server runs, the next start removes it";
  } else {
    text += "no file of a server";
  }
  report.notes.push_back(std::move(text));
}

}  // namespace

void verify_contents(const files::SnapshotReader& reader, const std::string& name, Report& report,
                     const std::function<void(const Bytes&)>& on_part) {
  const SnapshotMetadata& metadata = reader.metadata();
  ChecksumStream sum(snapshot_seed(metadata));
  bool is_good = true;
  for (std::uint64_t offset = 0; offset < metadata.bytes;) {
    const Result<Bytes> chunk = reader.read(offset, files::kChunkBytes);
    if (chunk) {
      sum.add(chunk->view());
      on_part(*chunk);
    } else {
      is_good = false;
      report.add({.part = "snapshots",
                  .what = tools::text_of(chunk.error()),
                  .file = name,
                  .offset = offset});
    }
    offset += std::min<std::uint64_t>(files::kChunkBytes, metadata.bytes - offset);
  }
  if (is_good && sum.value() != metadata.id.checksum) {
    report.add(
        {.part = "snapshots", .what = "its contents are not those of its name", .file = name});
  }
}

Result<void> verify_snapshots(const std::string& directory,
                              const std::function<SnapshotId()>& named, Report& report,
                              const OnProgress& on_progress) {
  std::vector<SnapshotFile> files;
  SnapshotId wanted;
  for (int round = 0; round < kListingRoundsMax; ++round) {
    wanted = named();
    Result<std::vector<SnapshotFile>> listed = list_snapshots(directory);
    if (!listed) {
      return fail(listed.error());
    }
    files = std::move(*listed);
    if (!wanted.position.index.is_set() || is_listed(files, wanted)) {
      break;
    }
  }
  if (wanted.position.index.is_set() && !is_listed(files, wanted)) {
    report.add({.part = "snapshots",
                .what = "the file of the log's snapshot is not there",
                .file = files::complete_name(wanted)});
  }
  for (const SnapshotFile& file : files) {
    if (file.kind == SnapshotFile::Kind::kComplete) {
      verify_complete(directory, file, report, on_progress);
    } else {
      note_incomplete(directory, file, report);
    }
  }
  return {};
}

}  // namespace buoyant::inspect_tool
