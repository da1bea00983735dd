// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/fuzz/base_file.h"

#include "adapters/lmdb/storage.h"
#include "buoyant/base/assert.h"
#include "buoyant/conformance/manual_loop.h"
#include "tests/support/temporary_folder.h"

#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <utility>

namespace buoyant::fuzz {

/// Counts what is durable.
class Durable final : public port::StorageEvents {
 public:
  void on_written(WriteId through, port::WriteOutcome outcome, Error /*error*/) noexcept override {
    BUOYANT_ASSERT(outcome == port::WriteOutcome::kDurable);
    through_ = through;
  }

  [[nodiscard]] WriteId through() const noexcept { return through_; }

 private:
  WriteId through_;
};

/// One run of the store.
class Run {
 public:
  explicit Run(const std::string& directory) {
    auto opened = lmdb::LmdbStorage::open(base_options(directory), loop_);
    BUOYANT_ASSERT(opened.has_value());
    storage_ = std::move(*opened);
    (void)storage_->take_stored_state();
    storage_->start(durable_);
  }

  void write(port::StorageWrite write) {
    next_ = next_.next();
    write.id = next_;
    storage_->write(std::move(write));
    BUOYANT_ASSERT(loop_->run_until([this] { return durable_.through() == next_; }));
  }

  void append(std::uint64_t first, std::uint64_t term, std::size_t count, std::size_t bytes) {
    port::StorageWrite entries{.first = Index(first)};
    for (std::size_t i = 0; i < count; ++i) {
      entries.entries.push_back({.term = Term(term),
                                 .kind = EntryKind::kCommand,
                                 .payload = Bytes::copy_of(std::string(bytes, 'e'))});
    }
    write(std::move(entries));
  }

  void close() {
    bool closed = false;
    storage_->close([&closed] { closed = true; });
    BUOYANT_ASSERT(loop_->run_until([&closed] { return closed; }));
  }

 private:
  std::shared_ptr<conformance::ManualLoop> loop_ = std::make_shared<conformance::ManualLoop>();
  Durable durable_;
  std::unique_ptr<lmdb::LmdbStorage> storage_;
  WriteId next_;
};

lmdb::LmdbOptions base_options(const std::string& directory) {
  lmdb::LmdbOptions options;
  options.directory = directory;
  options.cluster = "demo";
  options.server = ServerId(1);
  options.map_bytes_initial = std::size_t{1} << 20U;
  options.reserve_bytes = std::size_t{512} << 10U;
  options.journal_bytes_max = std::size_t{16} << 10U;
  options.direct_io = false;
  options.allow_unsafe_file_system = true;
  return options;
}

std::vector<std::byte> base_file() {
  const tests::TemporaryFolder folder;
  const std::string directory = (folder.path() / "data").string();
  {
    Run run(directory);
    run.write({.hard_state = HardState{.term = Term(2), .voted_for = ServerId(1)}});
    run.append(1, 1, 40, 20);
    run.append(41, 2, 3, 9000);
    run.append(44, 2, 200, 10);
    run.write({.truncate_from = Index(200)});
    run.close();
  }
  {
    // What is not closed stays in the journal.
    Run run(directory);
    run.append(200, 2, 5, 100);
    run.write({.hard_state = HardState{.term = Term(3), .voted_for = ServerId(2)}});
  }
  std::ifstream file(directory + "/data.mdb", std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  const auto view = std::as_bytes(std::span(bytes));
  return {view.begin(), view.end()};
}

}  // namespace buoyant::fuzz
