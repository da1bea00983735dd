// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// data.mdb as a damaged disk gives it back, read by those who do not trust it: the checks before
// LMDB maps it, and what reads it without LMDB at all. Each ends with a verdict.
//
// Input: changes of a file that a store has written (damage.h).

#include "adapters/lmdb/file_header.h"
#include "adapters/lmdb/storage.h"
#include "adapters/lmdb/structure.h"
#include "adapters/lmdb/whole_log.h"
#include "buoyant/base/assert.h"
#include "tests/fuzz/base_file.h"
#include "tests/fuzz/damage.h"
#include "tests/fuzz/input.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace buoyant::fuzz {

constexpr std::size_t kPageBytes = 4096;

/// The file in memory, changed and made whole again.
class DamagedFile {
 public:
  DamagedFile() : good_(base_file()), fd_(::memfd_create("data.mdb", MFD_CLOEXEC)) {
    BUOYANT_ASSERT(fd_ >= 0);
    write(0, good_);
  }

  DamagedFile(const DamagedFile&) = delete;
  DamagedFile& operator=(const DamagedFile&) = delete;

  ~DamagedFile() { ::close(fd_); }

  [[nodiscard]] std::string path() const { return "/proc/self/fd/" + std::to_string(fd_); }

  void change(Input& input) {
    const Damage damage = next_damage(input, good_.size());
    if (damage.is_cut) {
      BUOYANT_ASSERT(::ftruncate(fd_, static_cast<off_t>(damage.at)) == 0);
      is_cut_ = true;
      return;
    }
    write(damage.at, damage.bytes);
    changed_.push_back(damage.at / kPageBytes);
  }

  void mend() {
    if (std::exchange(is_cut_, false)) {
      write(0, good_);
    }
    for (const std::size_t page : std::exchange(changed_, {})) {
      write(page * kPageBytes, ByteView(good_).subspan(page * kPageBytes, kPageBytes));
    }
  }

 private:
  void write(std::size_t at, ByteView bytes) const {
    BUOYANT_ASSERT(::pwrite(fd_, bytes.data(), bytes.size(), static_cast<off_t>(at)) ==
                   static_cast<ssize_t>(bytes.size()));
  }

  std::vector<std::byte> good_;
  int fd_;
  std::vector<std::size_t> changed_;
  bool is_cut_ = false;
};

void read_all(const lmdb::PageFile& file, const lmdb::FileHeader& view) {
  lmdb::LogImage image(file, view, GroupId());
  (void)image.identity();
  (void)image.transaction();
  (void)image.peers();
  (void)image.snapshot();
  (void)image.bytes_reusable();
  std::size_t records = 0;
  image.records(Index(1), [&records](const lmdb::StoredRecord&) { return ++records < 1000; });
  (void)lmdb::read_whole_log(image);
}

void look_at(const std::string& path) {
  const auto file = lmdb::PageFile::open_file(path);
  BUOYANT_ASSERT(file.has_value());
  const auto views = file->views();
  if (!views) {
    return;
  }
  for (const lmdb::FileHeader& view : {views->newer, views->older}) {
    (void)lmdb::check_structure(*file, view);
    read_all(*file, view);
  }
}

}  // namespace buoyant::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static buoyant::fuzz::DamagedFile file;
  buoyant::fuzz::Input input(data, size);
  for (int changes = 0; changes < 16 && !input.empty(); ++changes) {
    file.change(input);
  }
  buoyant::fuzz::look_at(file.path());
  file.mend();
  return 0;
}
