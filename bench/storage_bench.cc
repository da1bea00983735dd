// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// storage_bench: commits of a log, one after the other, against a journal with one flush each;
// and reading it back. The disk is that of --data DIRECTORY, or of /var/tmp.

#include "adapters/lmdb/storage.h"
#include "adapters/memory/storage.h"
#include "bench/micro/journal.h"
#include "bench/micro/written_log.h"
#include "bench/support/bytes_written.h"
#include "bench/support/queue_poster.h"
#include "tests/support/process/temporary_directory.h"

#include <benchmark/benchmark.h>

#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace buoyant::bench {

/// Set once, before the benchmarks run.
static std::string data_directory = "/var/tmp";

namespace {

/// A log of LMDB in a directory of its own.
class LmdbLog {
 public:
  LmdbLog() : directory_(data_directory), poster_(std::make_shared<QueuePoster>()) {
    lmdb::LmdbOptions options;
    options.directory = directory_ / "log";
    options.cluster = "storage_bench";
    options.server = ServerId(1);
    auto opened = lmdb::LmdbStorage::open(options, poster_);
    if (opened) {
      storage_ = std::move(*opened);
      log_.emplace(*storage_, [this](const auto& is_true) { poster_->run_until(is_true); });
    }
  }

  /// Null: it could not be opened.
  WrittenLog* log() { return log_ ? &*log_ : nullptr; }

 private:
  process::TemporaryDirectory directory_;
  std::shared_ptr<QueuePoster> poster_;
  std::unique_ptr<lmdb::LmdbStorage> storage_;
  std::optional<WrittenLog> log_;
};

class MemoryLog {
 public:
  WrittenLog* log() { return &log_; }

 private:
  memory::Scheduler scheduler_;
  memory::MemoryDisk disk_{"storage_bench", ServerId(1)};
  memory::MemoryStorage storage_{scheduler_, disk_};
  WrittenLog log_{storage_, [this](const auto& is_true) {
                    while (!is_true()) {
                      scheduler_.run_one(scheduler_.now());
                    }
                  }};
};

/// Commits and entries a second, and how much goes to the disk for each byte of payload.
void count_commits(benchmark::State& state, std::uint64_t written_before) {
  const auto payload = static_cast<double>(state.iterations() * state.range(0) * state.range(1));
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.counters["commits_per_second"] =
      benchmark::Counter(static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
  // A log in memory has no such figure; of zeros Google Benchmark makes no JSON.
  if (const auto written = bytes_written_of("self"); written > written_before) {
    state.counters["written_per_payload_byte"] =
        static_cast<double>(*written - written_before) / payload;
  }
}

void commit_to_journal(benchmark::State& state) {
  const process::TemporaryDirectory directory(data_directory);
  Journal journal(directory.path());
  const std::vector<std::byte> bytes(static_cast<std::size_t>(state.range(0) * state.range(1)),
                                     std::byte{'p'});
  const std::uint64_t written = bytes_written_of("self").value_or(0);
  while (state.KeepRunning()) {
    if (!journal.append(bytes)) {
      state.SkipWithError(std::strerror(errno));
      break;
    }
  }
  count_commits(state, written);
}

template <class Log>
void commit(benchmark::State& state) {
  Log storage;
  if (storage.log() == nullptr) {
    state.SkipWithError("the storage does not open");
    return;
  }
  const Bytes payload = Bytes::copy_of(std::string(static_cast<std::size_t>(state.range(1)), 'p'));
  const std::uint64_t written = bytes_written_of("self").value_or(0);
  while (state.KeepRunning()) {
    if (!storage.log()->append(static_cast<std::size_t>(state.range(0)), payload)) {
      state.SkipWithError("a write failed");
      break;
    }
  }
  count_commits(state, written);
}

/// Arguments: entries of a read, bytes of a payload. In order, from the log's beginning again when
/// its end is reached; what is read was written just before, so it comes from the page cache.
template <class Log>
void read(benchmark::State& state) {
  Log storage;
  const auto payload = static_cast<std::size_t>(state.range(1));
  constexpr std::size_t kLogBytes = std::size_t{32} << 20U;
  const Bytes bytes = Bytes::copy_of(std::string(payload, 'p'));
  for (std::size_t at = 0; storage.log() != nullptr && at < kLogBytes; at += 512 * payload) {
    if (!storage.log()->append(512, bytes)) {
      break;
    }
  }
  if (storage.log() == nullptr || !storage.log()->last().is_set()) {
    state.SkipWithError("the storage does not open, or a write failed");
    return;
  }
  const auto count = static_cast<std::uint64_t>(state.range(0));
  Index first(1);
  while (state.KeepRunning()) {
    const Index last = first + (count - 1);
    if (storage.log()->read(first, last, std::size_t{1} << 30U) != count) {
      state.SkipWithError("a read failed");
      break;
    }
    first = last + count > storage.log()->last() ? Index(1) : last.next();
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.SetBytesProcessed(state.iterations() * state.range(0) * state.range(1));
}

void commit_sizes(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgNames({"entries", "payload"})
      ->ArgsProduct({{1, 64, 512}, {256}})
      ->UseRealTime()
      ->MeasureProcessCPUTime();
}

void read_sizes(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgNames({"entries", "payload"})
      ->Args({1, 256})
      ->Args({1024, 256})
      ->Args({64, 16384})
      ->UseRealTime()
      ->MeasureProcessCPUTime();
}

BENCHMARK(commit_to_journal)->Apply(commit_sizes);
BENCHMARK_TEMPLATE(commit, LmdbLog)->Apply(commit_sizes);
// So many that the log in memory, which keeps them all, does not grow large.
BENCHMARK_TEMPLATE(commit, MemoryLog)
    ->ArgNames({"entries", "payload"})
    ->Args({1, 256})
    ->Iterations(500'000);
BENCHMARK_TEMPLATE(commit, MemoryLog)
    ->ArgNames({"entries", "payload"})
    ->Args({64, 256})
    ->Iterations(20'000);
BENCHMARK_TEMPLATE(commit, MemoryLog)
    ->ArgNames({"entries", "payload"})
    ->Args({512, 256})
    ->Iterations(2'000);
BENCHMARK_TEMPLATE(read, LmdbLog)->Apply(read_sizes);
BENCHMARK_TEMPLATE(read, MemoryLog)->Apply(read_sizes);

}  // namespace

}  // namespace buoyant::bench

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (argc == 3 && std::string_view(argv[1]) == "--data") {
    buoyant::bench::data_directory = argv[2];
    argc = 1;
  }
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) {
    return 1;
  }
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
}
