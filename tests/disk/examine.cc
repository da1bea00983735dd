// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/disk/examine.h"

#include "tests/disk/draw.h"
#include "tests/disk/store.h"

#include <algorithm>
#include <memory>
#include <vector>

namespace buoyant::disk {

namespace examination {

std::string sentence(const char* what, const Error& error) {
  return std::string(what) + ": " + error.name() + " (" + error.context() + ", " +
         std::to_string(error.native()) + ")";
}

std::string check_identity(const Identity& identity, const Expectation& expected) {
  if (expected.incarnation != 0 && identity.incarnation != expected.incarnation) {
    return "another directory: its incarnation changed";
  }
  return identity.start_counter > expected.starts ? std::string() : "the start counter went back";
}

std::string check_snapshots(Store& store, const Expectation& expected, const LogState& log) {
  const std::vector<SnapshotId> found = store.snapshots().found();
  std::vector<SnapshotId> required = expected.snapshots;
  if (log.snapshot.id.position.index.is_set()) {
    required.push_back(log.snapshot.id);
  }
  if (std::string missing = compare(required, found); !missing.empty()) {
    return missing;
  }
  for (const SnapshotId& id : found) {
    if (const Result<void> checked = store.check_snapshot(id); !checked) {
      return sentence("read a snapshot", checked.error());
    }
  }
  return {};
}

/// Receives what is missing of it.
std::string receive_rest(Store& store, const SnapshotMetadata& metadata) {
  const Bytes contents = snapshot_contents(metadata.id);
  Result<std::uint64_t> held = store.ask<std::uint64_t>(
      [&](auto done) { store.snapshots().held(metadata, std::move(done)); });
  if (held && *held > contents.size()) {
    return "more is held of a snapshot than there is";
  }
  if (held) {
    const std::uint64_t from = *held;
    held = store.ask<std::uint64_t>([&](auto done) {
      store.snapshots().receive(metadata, from, contents.slice(from, contents.size() - from),
                                std::move(done));
    });
  }
  if (!held || *held != contents.size()) {
    return held ? "the rest of a snapshot was not taken"
                : sentence("receive the rest of a snapshot", held.error());
  }
  const Result<void> checked = store.check_snapshot(metadata.id);
  return checked ? std::string() : sentence("read the received snapshot", checked.error());
}

/// A few writes, and a snapshot now and then.
std::string go_on(Store& store, LogState& state, Random& random) {
  const std::uint64_t count = 1 + random.below(3);
  for (std::uint64_t at = 0; at < count; ++at) {
    const Index floor = std::max(state.base.index, state.snapshot.id.position.index);
    port::StorageWrite write = draw_write(random, state, floor);
    write.id = store.next_write();
    state.apply(change_of(write));
    store.submit(std::move(write));
  }
  if (const Result<void> written = store.wait_for_writes(); !written) {
    return sentence("write afterwards", written.error());
  }
  if (state.last() > state.base.index && random.chance(1, 4)) {
    const LogPosition at{.term = state.term_at(state.last()), .index = state.last()};
    SnapshotMetadata metadata{.id = {.position = at, .creator = kServer},
                              .configuration = some_configuration(),
                              .configuration_index = Index(1)};
    const Result<SnapshotMetadata> created = store.ask<SnapshotMetadata>([&](auto done) {
      store.snapshots().create(metadata, make_source(metadata.id), std::move(done));
    });
    if (!created) {
      return sentence("create a snapshot afterwards", created.error());
    }
  }
  return {};
}

}  // namespace examination

std::string examine(const std::string& root, const Expectation& expected, std::uint64_t seed) {
  namespace ex = examination;
  Random random(seed);
  Result<std::unique_ptr<Store>> opened = Store::open({.root = root});
  if (!opened) {
    return ex::sentence("open", opened.error());
  }
  std::unique_ptr<Store> store = std::move(*opened);
  const Result<LogState> log = store->read_log();
  if (!log) {
    return ex::sentence("read the log", log.error());
  }
  std::string wrong = compare(expected.logs, *log);
  wrong = wrong.empty() ? ex::check_identity(store->found().identity, expected) : wrong;
  wrong = wrong.empty() ? ex::check_snapshots(*store, expected, *log) : wrong;
  if (wrong.empty() && expected.receiving && random.chance(1, 2)) {
    wrong = ex::receive_rest(*store, *expected.receiving);
  }
  LogState state = *log;
  wrong = wrong.empty() ? ex::go_on(*store, state, random) : wrong;
  if (!wrong.empty() || !random.chance(1, 3)) {
    return wrong;
  }
  store.reset();
  opened = Store::open({.root = root});
  if (!opened) {
    return ex::sentence("open again", opened.error());
  }
  const Result<LogState> again = (*opened)->read_log();
  if (!again) {
    return ex::sentence("read the log again", again.error());
  }
  wrong = compare(std::vector<LogState>{state}, *again);
  return wrong.empty() ? wrong : "opened again: " + wrong;
}

}  // namespace buoyant::disk
