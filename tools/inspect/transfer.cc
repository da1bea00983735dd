// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/inspect/transfer.h"

#include "adapters/files/name.h"
#include "adapters/files/shelf.h"
#include "adapters/lmdb/storage.h"
#include "adapters/lmdb/whole_log.h"
#include "tools/common/waiting_loop.h"
#include "tools/inspect/directory.h"
#include "tools/inspect/verify_snapshots.h"
#include "tools/recover/carry_out.h"

#include <chrono>
#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>

namespace buoyant::inspect_tool {

namespace {

/// While the file is looked for a server may go on to another snapshot.
constexpr int kLookingRoundsMax = 5;
/// A disk that takes longer is taken for one that hangs.
constexpr std::chrono::seconds kPatience{60};

Result<lmdb::LogFacts> read_log_facts(const std::string& directory) {
  const Result<lmdb::PageFile> file = lmdb::PageFile::open(directory);
  if (!file) {
    return fail(file.error());
  }
  return lmdb::read_view<lmdb::LogFacts>(*file, [&](const lmdb::FileHeader& view, int) {
    lmdb::LogImage image(*file, view, GroupId(0));
    Result<lmdb::WholeLog> whole = lmdb::read_whole_log(image);
    return whole ? Result<lmdb::LogFacts>(std::move(whole->facts)) : fail(whole.error());
  });
}

port::StoredState stored_of(lmdb::LogFacts facts) {
  return {.identity = std::move(facts.identity),
          .hard_state = facts.state.hard_state,
          .snapshot = std::move(facts.snapshot),
          .base = facts.state.base,
          .runs = std::move(facts.runs),
          .configurations = std::move(facts.configurations),
          .bootstrap = facts.state.bootstrap,
          .peers = std::move(facts.peers)};
}

Result<files::SnapshotReader> open_file(const std::string& directory, const SnapshotId& id) {
  return files::SnapshotReader::open(snapshots_path(directory) + "/" + files::complete_name(id));
}

/// Whether a snapshot's file is there, whole, and what its name says.
bool has_good_file(const std::string& directory, const SnapshotId& id) {
  const Result<files::SnapshotReader> reader = open_file(directory, id);
  if (!reader || reader->metadata().id != id || !reader->is_whole().value_or(false)) {
    return false;
  }
  Report report;
  verify_contents(*reader, {}, report, [](const Bytes&) {});
  return report.is_clean();
}

Result<ImportPlan> plan_for(const port::StoredState& stored, const std::string& directory,
                            const ExportedSnapshot& exported) {
  return make_import_plan(stored, has_good_file(directory, stored.snapshot.id), exported.origin,
                          exported.reader.metadata());
}

/// All of the file becomes durable under its name.
Result<void> receive(const std::string& directory, const files::SnapshotReader& reader,
                     const OnProgress& on_progress) {
  const SnapshotMetadata& metadata = reader.metadata();
  Result<files::Shelf> shelf = files::Shelf::open({.directory = snapshots_path(directory)});
  if (!shelf) {
    return fail(shelf.error());
  }
  if (!has_good_file(directory, metadata.id)) {
    // One that is damaged would be taken for what is to be received.
    shelf->remove({metadata.id}, Index());
  }
  Result<std::uint64_t> held = shelf->held(metadata);
  while (held && *held < metadata.bytes) {
    const Result<Bytes> part = reader.read(*held, files::kChunkBytes);
    if (!part) {
      return fail(part.error());
    }
    on_progress(part->size());
    held = shelf->receive(metadata, *held, part->view());
  }
  return held ? Result<void>() : fail(held.error());
}

Result<void> check_contents(const ExportedSnapshot& exported, const OnProgress& on_progress) {
  Report report;
  verify_contents(exported.reader, {}, report,
                  [&](const Bytes& part) { on_progress(part.size()); });
  return report.is_clean() ? Result<void>()
                           : fail(Errc::kStorageCorrupt, "the exported snapshot is damaged");
}

Result<ImportPlan> carry_out_import(const ImportOptions& options, const ExportedSnapshot& exported,
                                    const std::function<void(const ImportPlan&)>& on_plan,
                                    const OnProgress& on_progress) {
  const auto loop = std::make_shared<tools::WaitingLoop>();
  lmdb::LmdbOptions storage_options;
  storage_options.directory = options.directory;
  storage_options.any_identity = true;
  auto storage = lmdb::LmdbStorage::open(storage_options, loop);
  if (!storage) {
    return fail(storage.error());
  }
  Result<ImportPlan> plan = plan_for((*storage)->take_stored_state(), options.directory, exported);
  if (!plan) {
    return plan;
  }
  on_plan(*plan);
  if (plan->kind == ImportPlan::Kind::kNothing) {
    return plan;
  }
  if (const Result<void> there = receive(options.directory, exported.reader, on_progress); !there) {
    return fail(there.error());
  }
  const Result<void> done = recover_tool::carry_out(std::move(*storage), write_of(*plan),
                                                    [&](const std::function<bool()>& condition) {
                                                      return loop->run_until(condition, kPatience);
                                                    });
  return done ? plan : fail(done.error());
}

}  // namespace

Result<SnapshotMetadata> export_snapshot(const std::string& directory, const std::string& path,
                                         const OnTotal& on_total, const OnProgress& on_progress) {
  for (int round = 1;; ++round) {
    const Result<lmdb::LogFacts> facts = read_log_facts(directory);
    if (!facts) {
      return fail(facts.error());
    }
    if (!facts->snapshot.id.position.index.is_set()) {
      return fail(Errc::kNotReady, "there is no snapshot");
    }
    const Result<files::SnapshotReader> reader = open_file(directory, facts->snapshot.id);
    if (!reader && reader.error().code() == Errc::kCompacted && round < kLookingRoundsMax) {
      continue;
    }
    if (!reader) {
      return reader.error().code() == Errc::kCompacted
                 ? fail(Errc::kStorageCorrupt, "the file of the log's snapshot is not there")
                 : fail(reader.error());
    }
    if (reader->metadata() != facts->snapshot) {
      return fail(Errc::kStorageCorrupt, "the log's snapshot is not what its file says");
    }
    on_total(reader->metadata().bytes);
    const Origin origin{.cluster = facts->identity.cluster,
                        .server = facts->identity.server,
                        .incarnation = facts->identity.incarnation,
                        .bootstrap = facts->state.bootstrap};
    const Result<void> written = write_export(origin, *reader, path, on_progress);
    return written ? Result<SnapshotMetadata>(reader->metadata()) : fail(written.error());
  }
}

Result<ImportPlan> import_snapshot(const ImportOptions& options,
                                   const std::function<void(const ImportPlan&)>& on_plan,
                                   const OnTotal& on_total, const OnProgress& on_progress) {
  const Result<ExportedSnapshot> exported = open_export(options.path);
  if (!exported) {
    return fail(exported.error());
  }
  // Before anything is opened for writing: where nothing is, nothing is made.
  Result<lmdb::LogFacts> facts = read_log_facts(options.directory);
  if (!facts) {
    return fail(facts.error());
  }
  on_total(exported->reader.metadata().bytes * (options.force ? 2 : 1));
  if (const Result<void> good = check_contents(*exported, on_progress); !good) {
    return fail(good.error());
  }
  if (options.force) {
    return carry_out_import(options, *exported, on_plan, on_progress);
  }
  Result<ImportPlan> plan = plan_for(stored_of(std::move(*facts)), options.directory, *exported);
  if (plan) {
    on_plan(*plan);
  }
  return plan;
}

}  // namespace buoyant::inspect_tool
