// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/inspect/status.h"

#include "adapters/files/snapshot_reader.h"

#include <algorithm>
#include <utility>

namespace buoyant::inspect_tool {

namespace {

/// Beyond so many tries freed pages, the longest part, are not counted.
constexpr int kTriesWithFreed = 50;
/// Between reading the log and looking at the files a server may have gone on to another snapshot.
constexpr int kStatusRoundsMax = 5;

SnapshotFigures look_at(const std::string& directory, SnapshotFile file) {
  SnapshotFigures figures{
      .file = std::move(file), .metadata = std::nullopt, .received = 0, .problem = {}};
  const bool is_complete = figures.file.kind == SnapshotFile::Kind::kComplete;
  if (!is_complete && figures.file.kind != SnapshotFile::Kind::kIncoming) {
    return figures;
  }
  const auto reader =
      files::SnapshotReader::open(snapshots_path(directory) + "/" + figures.file.name);
  if (!reader) {
    figures.problem = reader.error().context();
    return figures;
  }
  figures.metadata = reader->metadata();
  if (!is_complete) {
    figures.received = reader->bytes_by_size().value_or(0);
    return figures;
  }
  const Result<bool> whole = reader->is_whole();
  if (figures.metadata->id != figures.file.id) {
    figures.problem = "it is under another one's name";
  } else if (!whole) {
    figures.problem = whole.error().context();
  } else if (!*whole) {
    figures.problem = "it has not the size that its head says";
  }
  return figures;
}

Result<void> decode_configurations(Status& status, port::Codec& codec) {
  const SnapshotMetadata& snapshot = status.facts.snapshot;
  if (snapshot.configuration_index.is_set()) {
    status.configurations.push_back(
        {.index = snapshot.configuration_index, .configuration = snapshot.configuration});
  }
  for (const port::StoredConfiguration& stored : status.facts.configurations) {
    Result<Configuration> decoded = codec.decode_configuration(stored.payload.view());
    if (!decoded) {
      return fail(Errc::kStorageCorrupt, "a stored configuration does not decode");
    }
    // The log may still have the one that the snapshot begins with.
    if (stored.index > snapshot.configuration_index) {
      status.configurations.push_back(
          {.index = stored.index, .configuration = std::move(*decoded)});
    }
  }
  return {};
}

/// All of it that is in data.mdb.
Result<Status> read_image(const lmdb::PageFile& file, const lmdb::FileHeader& view,
                          bool with_freed) {
  lmdb::LogImage image(file, view, GroupId(0));
  Result<lmdb::WholeLog> whole = lmdb::read_whole_log(image);
  if (!whole) {
    return fail(whole.error());
  }
  Status status;
  status.facts = std::move(whole->facts);
  status.journal_batches = whole->journal_batches;
  status.journal_bytes = whole->journal_bytes;
  status.journal_entries = whole->journal_entries.size();
  status.tables = image.tables();
  status.page_bytes = view.page_bytes;
  status.used_bytes = (view.last_page + 1) * view.page_bytes;
  if (with_freed) {
    status.reusable_bytes = image.bytes_reusable();
  }
  return status;
}

Result<Status> read_once(const std::string& directory, port::Codec& codec) {
  const Result<lmdb::PageFile> file = lmdb::PageFile::open(directory);
  if (!file) {
    return fail(file.error());
  }
  Result<Status> status =
      lmdb::read_view<Status>(*file, [&](const lmdb::FileHeader& view, int tries) {
        return read_image(*file, view, tries < kTriesWithFreed);
      });
  if (!status) {
    return status;
  }
  std::uint64_t allocated = 0;
  if (const int code = file->size(status->file_bytes, allocated); code != 0) {
    return fail(Errc::kStorageFailed, "look at data.mdb", code);
  }
  if (const Result<void> decoded = decode_configurations(*status, codec); !decoded) {
    return fail(decoded.error());
  }
  Result<std::vector<SnapshotFigures>> snapshots = look_at_snapshots(directory);
  if (!snapshots) {
    return fail(snapshots.error());
  }
  status->directory = directory;
  status->snapshots = std::move(*snapshots);
  status->running = running_server(directory);
  status->markers = look_for_markers(directory);
  status->disk_free = disk_free(directory);
  return status;
}

}  // namespace

LogPosition Status::last() const noexcept {
  return {.term = facts.runs.empty() ? facts.state.base.term : facts.runs.back().term,
          .index = facts.state.last};
}

const SnapshotFigures* Status::named_snapshot() const noexcept {
  const SnapshotId& id = facts.snapshot.id;
  const auto found =
      std::find_if(snapshots.begin(), snapshots.end(),
                   [&](const SnapshotFigures& figures) { return figures.file.id == id; });
  return id.position.index.is_set() && found != snapshots.end() ? &*found : nullptr;
}

Result<std::vector<SnapshotFigures>> look_at_snapshots(const std::string& directory) {
  Result<std::vector<SnapshotFile>> files = list_snapshots(directory);
  if (!files) {
    return fail(files.error());
  }
  std::vector<SnapshotFigures> snapshots;
  for (SnapshotFile& file : *files) {
    snapshots.push_back(look_at(directory, std::move(file)));
  }
  return snapshots;
}

Result<Status> read_status(const std::string& directory, port::Codec& codec) {
  for (int round = 1;; ++round) {
    Result<Status> status = read_once(directory, codec);
    const bool is_settled = !status || status->named_snapshot() != nullptr ||
                            !status->facts.snapshot.id.position.index.is_set();
    if (is_settled || round == kStatusRoundsMax) {
      return status;
    }
  }
}

}  // namespace buoyant::inspect_tool
