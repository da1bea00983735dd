// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// Snapshots that come in: parts of any snapshot in any order, a process that ends in between, and
// damage to the file. What becomes complete is what its id says.
//
// Input: a script; each step begins with its kind.

#include "adapters/files/shelf.h"
#include "buoyant/base/assert.h"
#include "buoyant/base/checksum.h"
#include "tests/fuzz/input.h"
#include "tests/support/temporary_folder.h"

#include <filesystem>
#include <fstream>

namespace buoyant::fuzz {

/// One of a few snapshots; the larger ones have several chunks.
struct Sample {
  SnapshotMetadata metadata;
  std::string contents;
};

Sample sample_of(std::size_t number) {
  constexpr std::array<std::size_t, 4> kBytes = {0, 11, 70'000, 140'000};
  Sample sample;
  sample.contents.assign(kBytes[number % kBytes.size()], static_cast<char>('a' + number));
  sample.metadata = {
      .id = {.position = {Term(2), Index(10 + number / 2)},
             .creator = ServerId(1 + number % 2),
             .sequence = number},
      .configuration = {.members = {{.id = ServerId(1), .address = "a:1"}}, .outgoing = {}},
      .configuration_index = Index(1),
      .bytes = sample.contents.size()};
  sample.metadata.id.checksum = checksum(view_of(sample.contents), snapshot_seed(sample.metadata));
  return sample;
}

class Story {
 public:
  explicit Story(Input& input) : input_(input) { open(); }

  void run() {
    while (!input_.empty()) {
      step();
    }
  }

 private:
  void open() {
    shelf_.reset();
    files::FilesOptions options;
    options.directory = (folder_.path() / "snapshots").string();
    options.reserve_bytes = 0;
    options.allow_unsafe_file_system = true;
    auto shelf = files::Shelf::open(options);
    BUOYANT_ASSERT(shelf.has_value());
    shelf_.emplace(std::move(*shelf));
  }

  void step() {
    const std::uint8_t kind = input_.byte();
    const Sample sample = sample_of(input_.below(8));
    switch (kind % 8) {
      case 0:
        open();
        break;
      case 1:
        damage();
        break;
      case 2:
        shelf_->remove({sample.metadata.id}, Index(input_.below(16)));
        break;
      case 3:
        announce(sample);
        break;
      default:
        receive(sample, kind >= 128);
        break;
    }
  }

  /// A part; `honest`: the one that is missing next.
  void receive(const Sample& sample, bool honest) {
    const auto held = shelf_->held(sample.metadata);
    if (held) {
      BUOYANT_ASSERT(*held <= sample.contents.size());
    }
    const std::uint64_t missing = held ? *held : 0;
    const std::uint64_t at = honest ? missing : input_.near(missing);
    const std::size_t wanted = std::size_t{input_.byte()} * 1024 + input_.below(8);
    const std::string part =
        at <= sample.contents.size() ? sample.contents.substr(at, wanted) : std::string("beyond");
    const auto now = shelf_->receive(sample.metadata, at, view_of(part));
    if (now) {
      BUOYANT_ASSERT(*now <= sample.contents.size());
      if (*now == sample.contents.size() && !is_damaged_) {
        check(sample);
      }
    }
  }

  /// A snapshot of a size that nobody has.
  void announce(Sample sample) {
    sample.metadata.bytes = input_.near(sample.contents.size());
    if (sample.metadata.bytes > kNumberMax) {
      return;
    }
    const ByteView part = input_.bytes(input_.below(16));
    if (part.size() <= sample.metadata.bytes) {
      (void)shelf_->receive(sample.metadata, 0, part);
    }
    // Its name says nothing of its size.
    is_damaged_ = true;
  }

  void check(const Sample& sample) {
    std::string contents;
    while (contents.size() < sample.contents.size()) {
      const auto part = shelf_->read(sample.metadata.id, contents.size(), std::size_t{1} << 20U);
      BUOYANT_ASSERT(part.has_value());
      BUOYANT_ASSERT(!part->empty());
      contents += part->text();
    }
    BUOYANT_ASSERT(contents == sample.contents);
  }

  /// Of what comes in, as it lies on the disk.
  void damage() {
    const std::filesystem::path path = folder_.path() / "snapshots" / "incoming";
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    if (!file) {
      return;
    }
    is_damaged_ = true;
    shelf_.reset();
    std::error_code ignored;
    const std::uint64_t bytes = std::filesystem::file_size(path, ignored);
    const std::uint64_t at = input_.number() % (bytes + 1);
    if (input_.flag()) {
      std::filesystem::resize_file(path, at, ignored);
    } else {
      file.seekp(static_cast<std::streamoff>(at));
      file.put(static_cast<char>(input_.byte()));
      file.close();
    }
    open();
  }

  Input& input_;
  tests::TemporaryFolder folder_;
  std::optional<files::Shelf> shelf_;
  bool is_damaged_ = false;
};

}  // namespace buoyant::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  buoyant::fuzz::Input input(data, std::min<std::size_t>(size, 256));
  buoyant::fuzz::Story story(input);
  story.run();
  return 0;
}
