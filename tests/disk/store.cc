// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/disk/store.h"

#include "buoyant/base/checksum.h"
#include "buoyant/base/random.h"

#include <algorithm>
#include <array>

namespace buoyant::disk {

namespace store {

constexpr std::uint64_t kMapBytes = std::uint64_t{1} << 20U;
constexpr std::size_t kReadBytes = std::size_t{256} << 10U;
constexpr std::chrono::seconds kHangLimit{10};

class Source final : public SnapshotSource {
 public:
  explicit Source(Bytes contents) : contents_(std::move(contents)) {}

  Result<Bytes> read(std::size_t bytes_max) noexcept override {
    // Parts that do not end where chunks do.
    const std::size_t size = std::min({bytes_max, contents_.size() - taken_, std::size_t{50'000}});
    Bytes part = contents_.slice(taken_, size);
    taken_ += size;
    return part;
  }

 private:
  Bytes contents_;
  std::size_t taken_ = 0;
};

class Target final : public SnapshotTarget {
 public:
  explicit Target(Bytes expected) : expected_(std::move(expected)) {}

  Result<void> write(ByteView chunk) noexcept override {
    const std::size_t left = expected_.size() - taken_;
    if (chunk.size() > left || !std::equal(chunk.begin(), chunk.end(), expected_.data() + taken_)) {
      return fail(Errc::kFaulted, "a snapshot with other contents");
    }
    taken_ += chunk.size();
    return {};
  }

  Result<void> finish() noexcept override {
    return taken_ == expected_.size() ? Result<void>()
                                      : fail(Errc::kFaulted, "a snapshot that is too short");
  }

 private:
  Bytes expected_;
  std::size_t taken_ = 0;
};

/// Whether what was found at opening is what the entries say.
bool agrees(const port::StoredState& found, const std::vector<TermRun>& runs,
            const std::vector<port::StoredConfiguration>& configurations) {
  return found.runs == runs && found.configurations == configurations;
}

}  // namespace store

Bytes snapshot_contents(const SnapshotId& id) {
  Random random(id.position.index.value() * 1'000'003 + id.position.term.value() * 101 +
                id.creator.value());
  // Nothing, less than a page, less than a chunk, several chunks.
  const std::uint64_t bound =
      std::array<std::uint64_t, 8>{1, 3'000, 3'000, 3'000, 20'000, 20'000, 150'000, 70'000}.at(
          random.below(8));
  const std::size_t size = random.below(bound);
  if (size == 0) {
    return {};
  }
  Buffer buffer(size);
  for (std::size_t at = 0; at < size; ++at) {
    buffer.data()[at] = static_cast<std::byte>(random.next() & 0xffU);
  }
  return std::move(buffer).freeze(size);
}

SnapshotMetadata with_contents(SnapshotMetadata metadata) {
  const Bytes contents = snapshot_contents(metadata.id);
  metadata.bytes = contents.size();
  metadata.id.checksum = checksum(contents.view(), snapshot_seed(metadata));
  return metadata;
}

std::unique_ptr<SnapshotSource> make_source(const SnapshotId& id) {
  return std::make_unique<store::Source>(snapshot_contents(id));
}

Result<std::unique_ptr<Store>> Store::open(const StoreOptions& options) {
  std::unique_ptr<Store> opened(new Store);
  lmdb::LmdbOptions log;
  log.directory = options.root + "/data";
  log.cluster = options.cluster;
  log.server = options.server;
  log.map_bytes_initial = store::kMapBytes;
  log.map_step_bytes_max = store::kMapBytes;
  log.reserve_bytes = store::kMapBytes / 2;
  log.journal_bytes_max = kJournalBytes;
  log.journal_quiet = options.journal_quiet;
  log.hang_limit = store::kHangLimit;
  Result<std::unique_ptr<lmdb::LmdbStorage>> storage = lmdb::LmdbStorage::open(log, opened->loop_);
  if (!storage) {
    return fail(storage.error());
  }
  opened->log_ = std::move(*storage);
  files::FilesOptions files;
  files.directory = log.directory + "/snapshots";
  files.reserve_bytes = 0;
  files.hang_limit = store::kHangLimit;
  Result<std::unique_ptr<files::FilesSnapshotStore>> snapshots =
      files::FilesSnapshotStore::open(files, opened->loop_);
  if (!snapshots) {
    return fail(snapshots.error());
  }
  opened->snapshots_ = std::move(*snapshots);
  opened->found_ = opened->log_->take_stored_state();
  opened->log_->start(*opened);
  return opened;
}

Store::~Store() = default;

Result<LogState> Store::read_log() {
  LogState state{.hard_state = found_.hard_state,
                 .base = found_.base,
                 .snapshot = found_.snapshot,
                 .bootstrap = found_.bootstrap,
                 .entries = {}};
  const Index last = found_.base.index + count_of(found_.runs);
  if (const Result<void> read = read_entries(state, last); !read) {
    return fail(read.error());
  }
  return state;
}

Result<void> Store::read_entries(LogState& state, Index last) {
  std::vector<TermRun> runs;
  std::vector<port::StoredConfiguration> configurations;
  while (state.last() < last) {
    const Result<std::vector<Entry>> entries = ask<std::vector<Entry>>([&](auto done) {
      log_->read(state.last().next(), last, store::kReadBytes, std::move(done));
    });
    if (!entries) {
      return fail(entries.error());
    }
    for (const Entry& entry : *entries) {
      const Index index = state.last().next();
      state.entries.push_back(stored(index, entry));
      append_run(runs, entry.term, 1);
      if (entry.kind == EntryKind::kConfiguration) {
        configurations.push_back({.index = index, .payload = entry.payload});
      }
    }
  }
  return store::agrees(found_, runs, configurations)
             ? Result<void>()
             : fail(Errc::kFaulted, "terms or configurations are not those of the entries");
}

WriteId Store::submit(port::StorageWrite write) {
  submitted_ = submitted_.next();
  write.id = submitted_;
  log_->write(std::move(write));
  return submitted_;
}

void Store::on_written(WriteId through, port::WriteOutcome outcome, Error error) noexcept {
  if (outcome != port::WriteOutcome::kDurable) {
    error_ = error_.value_or(error);
    return;
  }
  written_ = through;
  if (on_durable) {
    on_durable(through);
  }
}

Result<void> Store::wait_for_writes() {
  if (!loop_->run_until([&] { return error_ || written_ == submitted_; })) {
    return fail(Errc::kOutcomeUnknown, "no answer from the storage");
  }
  return error_ ? Result<void>(fail(*error_)) : Result<void>();
}

Result<void> Store::check_snapshot(const SnapshotId& id) {
  const auto target = std::make_shared<store::Target>(snapshot_contents(id));
  const Result<void> installed =
      ask<void>([&](auto done) { snapshots_->install(id, target, std::move(done)); });
  return installed ? target->finish() : installed;
}

void Store::close() {
  bool log_closed = false;
  bool snapshots_closed = false;
  log_->close([&] { log_closed = true; });
  snapshots_->close([&] { snapshots_closed = true; });
  loop_->run_until([&] { return log_closed && snapshots_closed; });
}

}  // namespace buoyant::disk
