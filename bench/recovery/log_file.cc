// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "bench/recovery/log_file.h"

#include "adapters/lmdb/storage.h"
#include "bench/support/queue_poster.h"
#include "tests/support/process/figures.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fcntl.h>
#include <filesystem>
#include <memory>
#include <unistd.h>

namespace buoyant::bench {

namespace {

constexpr std::uint64_t kEntriesPerWrite = 4096;
/// A leader change now and then: opening costs what the terms cost.
constexpr std::uint64_t kEntriesPerTerm = 100'000;
constexpr double kLogMebibyte = 1 << 20;

class Writes final : public port::StorageEvents {
 public:
  void on_written(WriteId through, port::WriteOutcome outcome, Error error) noexcept override {
    written_ = through;
    if (outcome != port::WriteOutcome::kDurable) {
      std::fprintf(stderr, "recovery_bench: %s: %s\n", error.message(), error.context());
      failed_ = true;
    }
  }

  [[nodiscard]] bool failed() const { return failed_; }

  [[nodiscard]] WriteId written() const { return written_; }

 private:
  WriteId written_;
  bool failed_ = false;
};

std::unique_ptr<lmdb::LmdbStorage> open(const std::string& directory,
                                        const std::shared_ptr<QueuePoster>& poster) {
  lmdb::LmdbOptions options;
  options.directory = directory;
  options.cluster = "recovery_bench";
  options.server = ServerId(1);
  auto storage = lmdb::LmdbStorage::open(options, poster);
  if (!storage) {
    std::fprintf(stderr, "recovery_bench: %s: %s (%d)\n", storage.error().message(),
                 storage.error().context(), storage.error().native());
    return nullptr;
  }
  return std::move(*storage);
}

port::StorageWrite make_write(WriteId id, Index first, std::uint64_t count, const Bytes& payload) {
  port::StorageWrite write;
  write.id = id;
  write.first = first;
  for (std::uint64_t at = 0; at < count; ++at) {
    const std::uint64_t term = 1 + (first.value() + at) / kEntriesPerTerm;
    write.entries.push_back({Term(term), EntryKind::kCommand, payload});
  }
  write.hard_state = HardState{write.entries.back().term, ServerId(1)};
  return write;
}

void close(port::Storage& storage, QueuePoster& poster) {
  bool is_closed = false;
  storage.close([&] { is_closed = true; });
  poster.run_until([&] { return is_closed; });
}

double unclean_mebibytes() {
  const auto figures = process::figures_of(::getpid());
  return figures ? static_cast<double>(figures->unclean_bytes) / kLogMebibyte : 0;
}

/// Asks the system to drop the file's pages from its cache.
void forget(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file >= 0) {
    ::fdatasync(file);
    ::posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
    ::close(file);
  }
}

}  // namespace

bool extend_log(const std::string& directory, std::uint64_t entries, std::uint64_t payload) {
  const auto poster = std::make_shared<QueuePoster>();
  const auto storage = open(directory, poster);
  if (storage == nullptr) {
    return false;
  }
  const port::StoredState state = storage->take_stored_state();
  const Bytes bytes = Bytes::copy_of(std::string(payload, 'p'));
  Writes writes;
  storage->start(writes);
  std::uint64_t last = state.base.index.value() + count_of(state.runs);
  WriteId id;
  while (last < entries && !writes.failed()) {
    const std::uint64_t count = std::min(kEntriesPerWrite, entries - last);
    id = WriteId(id.value() + 1);
    storage->write(make_write(id, Index(last + 1), count, bytes));
    last += count;
    // One write waits while one is under way.
    poster->run_until([&] { return writes.written().value() + 2 > id.value() || writes.failed(); });
  }
  poster->run_until([&] { return writes.written() == id || writes.failed(); });
  close(*storage, *poster);
  return !writes.failed();
}

Opening measure_opening(const std::string& directory, std::uint64_t payload, bool cold) {
  const std::string path = directory + "/data.mdb";
  if (cold) {
    forget(path);
  }
  const auto poster = std::make_shared<QueuePoster>();
  Opening opening;
  opening.payload = payload;
  opening.cold = cold;
  opening.before_mib = unclean_mebibytes();
  const auto begin = std::chrono::steady_clock::now();
  const auto storage = open(directory, poster);
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
  if (storage == nullptr) {
    return opening;
  }
  opening.open_ms = took.count();
  const port::StoredState state = storage->take_stored_state();
  opening.entries = state.base.index.value() + count_of(state.runs);
  opening.after_mib = unclean_mebibytes();
  opening.file_mib = static_cast<double>(std::filesystem::file_size(path)) / kLogMebibyte;
  Writes writes;
  storage->start(writes);
  close(*storage, *poster);
  return opening;
}

}  // namespace buoyant::bench
