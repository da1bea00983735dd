// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Data directories for the tests of buoyant-inspect, written by the real storage and the real
/// store of snapshots: server 1 of three.
#pragma once

#include "adapters/files/shelf.h"
#include "adapters/flatbuffers/codec.h"
#include "adapters/lmdb/storage.h"
#include "tests/adapters/posix/support.h"
#include "tools/common/waiting_loop.h"
#include "tools/recover/carry_out.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace buoyant::inspect_tool::testing_support {

using posix::support::read_file;
using posix::support::TemporaryDirectory;
using posix::support::write_file;

inline Member voter(std::uint64_t id) {
  return {.id = ServerId(id), .address = "host:" + std::to_string(id)};
}

inline Configuration of(std::vector<Member> members) {
  return {.members = std::move(members), .outgoing = {}};
}

inline Configuration of_three() {
  return of({voter(1), voter(2), voter(3)});
}

inline Entry command(std::uint64_t term, std::string_view text) {
  return {.term = Term(term), .kind = EntryKind::kCommand, .payload = Bytes::copy_of(text)};
}

inline Entry configuration(std::uint64_t term, const Configuration& members) {
  flatbuf::FlatbuffersCodec codec;
  return {.term = Term(term),
          .kind = EntryKind::kConfiguration,
          .payload = codec.encode_configuration(members)};
}

/// So many of one size.
inline std::vector<Entry> commands(std::uint64_t term, std::size_t count, std::size_t bytes) {
  std::vector<Entry> entries;
  for (std::size_t i = 0; i < count; ++i) {
    std::string text = std::to_string(i) + ":";
    text.resize(std::max(bytes, text.size()), static_cast<char>('a' + i % 26));
    entries.push_back(command(term, text));
  }
  return entries;
}

class DataDirectory {
 public:
  explicit DataDirectory(std::string path, std::string cluster = "inspected",
                         std::uint64_t server = 1)
      : path_(std::move(path)), cluster_(std::move(cluster)), server_(server) {}

  [[nodiscard]] const std::string& path() const { return path_; }

  [[nodiscard]] std::string data() const { return path_ + "/data.mdb"; }

  [[nodiscard]] std::string snapshots() const { return path_ + "/snapshots"; }

  /// Opens as a server does, and closes.
  port::StoredState start() {
    const auto loop = std::make_shared<tools::WaitingLoop>();
    auto storage = lmdb::LmdbStorage::open(options(), loop);
    EXPECT_TRUE(storage.has_value()) << storage.error().context();
    return storage ? (*storage)->take_stored_state() : port::StoredState();
  }

  void write(port::StorageWrite write) {
    const auto loop = std::make_shared<tools::WaitingLoop>();
    auto storage = lmdb::LmdbStorage::open(options(), loop);
    ASSERT_TRUE(storage.has_value()) << storage.error().context();
    write.id = WriteId(1);
    const Result<void> done = recover_tool::carry_out(
        std::move(*storage), std::move(write), [&](const std::function<bool()>& condition) {
          return loop->run_until(condition, std::chrono::seconds(30));
        });
    ASSERT_TRUE(done.has_value()) << done.error().context();
  }

  /// In the term of the last one.
  void append(std::uint64_t first, std::vector<Entry> entries) {
    port::StorageWrite append;
    append.hard_state = HardState{.term = entries.back().term, .voted_for = {}};
    append.first = Index(first);
    append.entries = std::move(entries);
    write(std::move(append));
  }

  void vote(std::uint64_t term, std::uint64_t server) {
    port::StorageWrite vote;
    vote.hard_state = HardState{.term = Term(term), .voted_for = ServerId(server)};
    write(std::move(vote));
  }

  /// Makes the file; the log does not know of it.
  SnapshotMetadata create_snapshot(std::uint64_t term, std::uint64_t index,
                                   std::string_view contents, std::uint64_t creator = 1) {
    std::filesystem::create_directories(path_);
    const files::FilesOptions options{.directory = snapshots()};
    Result<files::Shelf> shelf = files::Shelf::open(options);
    EXPECT_TRUE(shelf.has_value());
    SnapshotMetadata metadata;
    metadata.id = {.position = {.term = Term(term), .index = Index(index)},
                   .creator = ServerId(creator),
                   .sequence = index};
    metadata.configuration = of_three();
    metadata.configuration_index = Index(1);
    auto creation = shelf->create(metadata);
    EXPECT_TRUE(creation.has_value());
    EXPECT_TRUE((*creation)->append(view_of(contents)).has_value());
    const Result<SnapshotMetadata> finished = (*creation)->finish();
    EXPECT_TRUE(finished.has_value());
    return finished.value_or(SnapshotMetadata());
  }

  /// A snapshot that was taken here: the log goes on, without what is up to `compact_through`.
  SnapshotMetadata take_snapshot(std::uint64_t term, std::uint64_t index, std::string_view contents,
                                 std::uint64_t compact_through) {
    port::StorageWrite taken;
    taken.snapshot = create_snapshot(term, index, contents);
    taken.compact_through = Index(compact_through);
    const SnapshotMetadata metadata = *taken.snapshot;
    write(std::move(taken));
    return metadata;
  }

  /// Entries 1 to 100: a configuration, 59 of term 2 and 40 of term 5, and a snapshot through 50.
  void fill() {
    append(1, {configuration(1, of_three())});
    append(2, commands(2, 59, 300));
    append(61, commands(5, 40, 9000));
    vote(6, 2);
    take_snapshot(2, 50, std::string(200'000, 's'), 30);
  }

  /// Flips a bit `offset` bytes behind the first place where `pattern` stands. In all of data.mdb:
  /// older copies of a page may be found first.
  void damage(const std::string& pattern, std::size_t offset = 0) {
    std::string content = read_file(data());
    std::size_t found = 0;
    for (std::size_t at = content.find(pattern); at != std::string::npos;
         at = content.find(pattern, at + 1)) {
      content[at + offset] ^= 0x10;
      found += 1;
    }
    ASSERT_NE(found, 0U);
    write_file(data(), content);
  }

 private:
  [[nodiscard]] lmdb::LmdbOptions options() const {
    lmdb::LmdbOptions options;
    options.directory = path_;
    options.cluster = cluster_;
    options.server = server_;
    options.map_bytes_initial = std::uint64_t{4} << 20U;
    return options;
  }

  std::string path_;
  std::string cluster_;
  ServerId server_;
};

/// All files and what is in them, but locks of readers that are none of ours.
inline std::string image_of(const std::string& directory) {
  std::string image;
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    paths.push_back(entry.path().string());
  }
  std::sort(paths.begin(), paths.end());
  for (const std::string& path : paths) {
    image += path + "\n" + (std::filesystem::is_regular_file(path) ? read_file(path) : "") + "\n";
  }
  return image;
}

}  // namespace buoyant::inspect_tool::testing_support
