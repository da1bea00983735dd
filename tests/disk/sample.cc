// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/disk/sample.h"

#include "buoyant/base/assert.h"
#include "tests/disk/draw.h"
#include "tests/disk/store.h"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

namespace buoyant::disk {

namespace sample {

namespace fs = std::filesystem;

void write(Store& store, LogState& state, port::StorageWrite write) {
  write.id = store.next_write();
  state.apply(change_of(write));
  store.submit(std::move(write));
  BUOYANT_ASSERT(store.wait_for_writes().has_value());
}

void write_some(Store& store, LogState& state, Random& random, int count) {
  for (int at = 0; at < count; ++at) {
    write(store, state, draw_write(random, state, state.base.index));
  }
}

SnapshotMetadata create_snapshot(Store& store, const LogState& state) {
  SnapshotMetadata metadata{
      .id = {.position = {.term = state.term_at(state.last()), .index = state.last()},
             .creator = kServer},
      .configuration = some_configuration(),
      .configuration_index = Index(1)};
  Result<SnapshotMetadata> created = store.ask<SnapshotMetadata>([&](auto done) {
    store.snapshots().create(metadata, make_source(metadata.id), std::move(done));
  });
  BUOYANT_ASSERT(created.has_value());
  return *created;
}

/// The first part of one that comes in.
void receive_some(Store& store, const LogState& state) {
  SnapshotMetadata metadata{
      .id = {.position = {.term = state.hard_state.term, .index = state.last()},
             .creator = ServerId(2),
             .sequence = 7},
      .configuration = some_configuration(),
      .configuration_index = Index(1)};
  do {
    metadata.id.position.index = metadata.id.position.index.next();
    metadata = with_contents(metadata);
  } while (metadata.bytes < 2);
  const Bytes contents = snapshot_contents(metadata.id);
  const Bytes part = contents.slice(0, contents.size() / 2);
  const Result<std::uint64_t> held = store.ask<std::uint64_t>(
      [&](auto done) { store.snapshots().receive(metadata, 0, part, std::move(done)); });
  BUOYANT_ASSERT(held.has_value());
}

}  // namespace sample

Sample make_sample(const std::string& root, std::uint64_t seed, ServerId server,
                   const std::string& cluster) {
  sample::fs::remove_all(root);
  sample::fs::create_directories(root);
  Random random(seed);
  Sample made;
  {
    Result<std::unique_ptr<Store>> opened =
        Store::open({.root = root, .cluster = cluster, .server = server});
    BUOYANT_ASSERT(opened.has_value());
    Store& store = **opened;
    LogState& state = made.log;
    sample::write_some(store, state, random, 25);
    made.snapshots.push_back(sample::create_snapshot(store, state).id);
    sample::write_some(store, state, random, 10);
    const SnapshotMetadata current = sample::create_snapshot(store, state);
    made.snapshots.push_back(current.id);
    port::StorageWrite compaction;
    compaction.snapshot = current;
    compaction.compact_through = Index(current.id.position.index.value() / 2);
    sample::write(store, state, std::move(compaction));
    sample::write_some(store, state, random, 25);
    sample::receive_some(store, state);
    if (random.chance(1, 4)) {
      // Else it is as a killed process leaves it, with the journal in use.
      store.close();
    }
  }
  made.files = read_files(root);
  return made;
}

Samples make_samples(const std::string& root, std::uint64_t seed) {
  return {.own = make_sample(root, seed, kServer, kCluster),
          .other_server = make_sample(root, seed + 1, ServerId(2), kCluster),
          .other_cluster = make_sample(root, seed + 2, kServer, "another-cluster")};
}

Files read_files(const std::string& root) {
  Files files;
  for (const auto& entry : sample::fs::recursive_directory_iterator(root)) {
    if (entry.is_regular_file()) {
      std::ostringstream content;
      content << std::ifstream(entry.path(), std::ios::binary).rdbuf();
      files[sample::fs::relative(entry.path(), root).string()] = std::move(content).str();
    }
  }
  return files;
}

void write_files(const std::string& root, const Files& files) {
  sample::fs::remove_all(root);
  sample::fs::create_directories(root);
  for (const auto& [path, contents] : files) {
    const sample::fs::path whole = sample::fs::path(root) / path;
    sample::fs::create_directories(whole.parent_path());
    std::ofstream(whole, std::ios::binary | std::ios::trunc) << contents;
  }
}

}  // namespace buoyant::disk
