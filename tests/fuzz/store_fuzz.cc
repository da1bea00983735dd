// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// A data directory with a damaged data.mdb, opened by the store as it is, read from the first entry
// to the last, written to and closed, each in a child process: it gives an error or it works, and
// never ends in any other way.
//
// Input: changes of a file that a store has written (damage.h).

#include "adapters/lmdb/storage.h"
#include "buoyant/base/assert.h"
#include "buoyant/conformance/manual_loop.h"
#include "tests/fuzz/base_file.h"
#include "tests/fuzz/damage.h"
#include "tests/support/temporary_folder.h"

#include <cerrno>
#include <fcntl.h>
#include <memory>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace buoyant::fuzz {

/// A directory that is as good as new before each execution.
class DataDirectory {
 public:
  DataDirectory() : good_(base_file()) {
    std::filesystem::create_directory(path());
    std::filesystem::permissions(path(), std::filesystem::perms::owner_all);
  }

  [[nodiscard]] std::string path() const { return (folder_.path() / "data").string(); }

  void restore() const {
    for (const auto& entry : std::filesystem::directory_iterator(path())) {
      std::filesystem::remove_all(entry.path());
    }
    change(O_CREAT, [this](int file) { write(file, 0, good_); });
  }

  void damage(const Damage& damage) const {
    change(0, [&](int file) {
      if (damage.is_cut) {
        BUOYANT_ASSERT(::ftruncate(file, static_cast<off_t>(damage.at)) == 0);
      } else {
        write(file, damage.at, damage.bytes);
      }
    });
  }

  [[nodiscard]] std::size_t file_bytes() const { return good_.size(); }

 private:
  void change(int flags, auto&& what) const {
    const int file = ::open((path() + "/data.mdb").c_str(), O_WRONLY | O_CLOEXEC | flags, 0600);
    BUOYANT_ASSERT(file >= 0);
    what(file);
    ::close(file);
  }

  static void write(int file, std::size_t at, ByteView bytes) {
    BUOYANT_ASSERT(::pwrite(file, bytes.data(), bytes.size(), static_cast<off_t>(at)) ==
                   static_cast<ssize_t>(bytes.size()));
  }

  tests::TemporaryFolder folder_;
  std::vector<std::byte> good_;
};

class AnyOutcome final : public port::StorageEvents {
 public:
  void on_written(WriteId through, port::WriteOutcome /*outcome*/,
                  Error /*error*/) noexcept override {
    through_ = through;
  }

  [[nodiscard]] WriteId through() const noexcept { return through_; }

 private:
  WriteId through_;
};

/// The position after the last entry.
LogPosition read_all(lmdb::LmdbStorage& storage, conformance::ManualLoop& loop,
                     const port::StoredState& stored) {
  LogPosition last = stored.base;
  for (const TermRun& run : stored.runs) {
    last = {run.term, last.index + run.count};
  }
  Index next = stored.base.index.next();
  while (next <= last.index) {
    bool is_read = false;
    storage.read(next, last.index, std::size_t{1} << 16U,
                 [&](const Result<std::vector<Entry>>& entries) {
                   is_read = true;
                   // A bad record is told, and ends it.
                   next = entries ? next + entries->size() : last.index.next();
                 });
    BUOYANT_ASSERT(loop.run_until([&] { return is_read; }));
  }
  return last;
}

void use(const std::string& directory) {
  const auto loop = std::make_shared<conformance::ManualLoop>();
  auto storage = lmdb::LmdbStorage::open(base_options(directory), loop);
  if (!storage) {
    return;
  }
  AnyOutcome outcome;
  const port::StoredState stored = (*storage)->take_stored_state();
  (*storage)->start(outcome);
  const LogPosition last = read_all(**storage, *loop, stored);
  port::StorageWrite write{.id = WriteId(1), .first = last.index.next()};
  write.hard_state = stored.hard_state;
  write.entries.push_back({.term = last.term, .kind = EntryKind::kNoop});
  (*storage)->write(std::move(write));
  BUOYANT_ASSERT(loop->run_until([&] { return outcome.through() == WriteId(1); }));
  bool is_closed = false;
  (*storage)->close([&is_closed] { is_closed = true; });
  BUOYANT_ASSERT(loop->run_until([&is_closed] { return is_closed; }));
}

}  // namespace buoyant::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const buoyant::fuzz::DataDirectory directory;
  directory.restore();
  buoyant::fuzz::Input input(data, size);
  for (int changes = 0; changes < 16 && !input.empty(); ++changes) {
    directory.damage(buoyant::fuzz::next_damage(input, directory.file_bytes()));
  }
  const pid_t child = ::fork();
  BUOYANT_ASSERT(child >= 0);
  if (child == 0) {
    buoyant::fuzz::use(directory.path());
    ::_exit(0);
  }
  int status = 0;
  pid_t ended = 0;
  // The fuzzer has a timer of its own.
  while ((ended = ::waitpid(child, &status, 0)) < 0 && errno == EINTR) {
  }
  BUOYANT_ASSERT(ended == child);
  BUOYANT_ASSERT(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  return 0;
}
