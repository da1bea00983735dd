// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/golden/stores.h"

#include "buoyant/conformance/snapshot_store_fixture.h"

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <utility>

namespace buoyant::golden {

lmdb::LmdbOptions log_options(const std::string& directory, lmdb::CommitHook& hook) {
  lmdb::LmdbOptions options;
  options.directory = directory;
  options.cluster = kCluster;
  options.server = kServer;
  // Small, so that a journal is full after a few writes and archives are small too.
  options.map_bytes_initial = std::uint64_t{1} << 20U;
  options.reserve_bytes = std::uint64_t{512} << 10U;
  options.journal_bytes_max = std::uint64_t{16} << 10U;
  // What is in the journal stays there until it is full.
  options.journal_quiet = std::chrono::hours(1);
  options.commit_hook = &hook;
  return options;
}

Stores::~Stores() {
  commits_.release();
  storage_.reset();
  files_.reset();
}

Result<void> Stores::open() {
  auto storage = lmdb::LmdbStorage::open(log_options(directory_, commits_), loop_);
  if (!storage) {
    return fail(storage.error());
  }
  files::FilesOptions options;
  options.directory = directory_ + "/snapshots";
  auto files = files::FilesSnapshotStore::open(options, loop_);
  if (!files) {
    return fail(files.error());
  }
  storage_ = std::move(*storage);
  files_ = std::move(*files);
  state_ = storage_->take_stored_state();
  last_ = state_.base.index + count_of(state_.runs);
  recorder_.events.clear();
  storage_->start(recorder_);
  writes_ = 0;
  return {};
}

void Stores::close() {
  int closed = 0;
  storage_->close([&] { ++closed; });
  files_->close([&] { ++closed; });
  EXPECT_TRUE(loop_->run_until([&] { return closed == 2; }));
  storage_.reset();
  files_.reset();
}

port::WriteOutcome Stores::write(port::StorageWrite write) {
  if (!write.entries.empty()) {
    last_ = write.first + (write.entries.size() - 1);
  }
  write.id = WriteId(++writes_);
  storage_->write(std::move(write));
  EXPECT_TRUE(loop_->run_until([&] { return recorder_.has(WriteId(writes_)); }));
  return recorder_.events.back().outcome;
}

template <class T, class Ask>
Result<T> Stores::ask(Ask ask) {
  std::optional<Result<T>> answer;
  ask([&](Result<T> result) { answer = std::move(result); });
  EXPECT_TRUE(loop_->run_until([&] { return answer.has_value(); }));
  return answer ? std::move(*answer) : fail(Errc::kFaulted, "no answer");
}

std::vector<Entry> Stores::read(Index first, Index last) {
  std::vector<Entry> all;
  while (first <= last) {
    auto part = ask<std::vector<Entry>>(
        [&](auto done) { storage_->read(first, last, 1U << 20U, std::move(done)); });
    if (!part) {
      ADD_FAILURE() << "read at " << first.value() << ": " << part.error().name();
      break;
    }
    first = first + part->size();
    all = conformance::joined(std::move(all), *part);
  }
  return all;
}

Result<SnapshotMetadata> Stores::create(SnapshotMetadata metadata, std::string text) {
  return ask<SnapshotMetadata>([&](auto done) {
    files_->create(std::move(metadata), std::make_unique<conformance::TextSource>(std::move(text)),
                   std::move(done));
  });
}

Result<std::uint64_t> Stores::receive(const SnapshotMetadata& metadata, std::uint64_t offset,
                                      const std::string& part) {
  return ask<std::uint64_t>(
      [&](auto done) { files_->receive(metadata, offset, Bytes::copy_of(part), std::move(done)); });
}

Result<std::uint64_t> Stores::held(const SnapshotMetadata& metadata) {
  return ask<std::uint64_t>([&](auto done) { files_->held(metadata, std::move(done)); });
}

std::string Stores::contents(const SnapshotId& id) {
  const auto target = std::make_shared<conformance::TextTarget>();
  const Result<void> result =
      ask<void>([&](auto done) { files_->install(id, target, std::move(done)); });
  return result ? target->text() : result.error().name();
}

}  // namespace buoyant::golden
