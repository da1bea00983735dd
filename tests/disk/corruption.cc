// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/disk/corruption.h"

#include "buoyant/base/assert.h"
#include "tests/disk/store.h"

#include <algorithm>
#include <vector>

namespace buoyant::disk {

namespace corruption {

constexpr std::size_t kPage = 4096;
constexpr std::size_t kPageHead = 32;
constexpr std::size_t kMetaBytes = 152;
constexpr const char* kData = "data/data.mdb";
constexpr std::string_view kJournalTag = "BYOJRNL";
constexpr std::string_view kSnapshots = "data/snapshots/snapshot-";

/// Up to the last byte that is not zero: behind it the file is only allocated.
std::size_t used(const std::string& contents) {
  const std::size_t last = contents.find_last_not_of('\0');
  return last == std::string::npos ? 0 : std::min(contents.size(), (last / kPage + 1) * kPage);
}

std::string flip(Random& random, std::string& contents, std::size_t offset) {
  const std::uint64_t bit = random.below(8);
  contents[offset] = static_cast<char>(static_cast<unsigned char>(contents[offset]) ^ (1U << bit));
  return "bit " + std::to_string(bit) + " of byte " + std::to_string(offset);
}

std::string flip_anywhere(Random& random, std::string& contents, std::size_t size) {
  return size == 0 ? "nothing" : flip(random, contents, random.below(size));
}

std::string garble(Random& random, std::string& contents, std::size_t size) {
  if (size == 0) {
    return "nothing";
  }
  const std::size_t begin = random.below(size);
  const std::size_t count = std::min<std::size_t>(1 + random.below(600), size - begin);
  for (std::size_t at = begin; at < begin + count; ++at) {
    contents[at] = static_cast<char>(random.next() & 0xffU);
  }
  return std::to_string(count) + " bytes from " + std::to_string(begin);
}

std::string garbage(Random& random, std::size_t size) {
  std::string contents(size, '\0');
  for (char& byte : contents) {
    byte = static_cast<char>(random.next() & 0xffU);
  }
  return contents;
}

std::size_t page_of(Random& random, const std::string& data) {
  return random.below(used(data) / kPage);
}

std::string flip_bit(Random& random, const Samples& /*samples*/, Files& files) {
  std::string& data = files[kData];
  return flip_anywhere(random, data, used(data));
}

std::string flip_meta(Random& random, const Samples& /*samples*/, Files& files) {
  const std::uint64_t page = random.below(2);
  return flip(random, files[kData], page * kPage + random.below(kMetaBytes));
}

std::string flip_page_head(Random& random, const Samples& /*samples*/, Files& files) {
  std::string& data = files[kData];
  const std::size_t page = page_of(random, data);
  return flip(random, data, page * kPage + random.below(kPageHead));
}

std::string garble_data(Random& random, const Samples& /*samples*/, Files& files) {
  std::string& data = files[kData];
  return garble(random, data, used(data));
}

std::string zero_page(Random& random, const Samples& /*samples*/, Files& files) {
  std::string& data = files[kData];
  const std::size_t page = page_of(random, data);
  data.replace(page * kPage, kPage, kPage, '\0');
  return "page " + std::to_string(page);
}

std::string move_page(Random& random, const Samples& /*samples*/, Files& files) {
  std::string& data = files[kData];
  const std::size_t page = page_of(random, data);
  const std::size_t from = page_of(random, data);
  data.replace(page * kPage, kPage, data.substr(from * kPage, kPage));
  return "page " + std::to_string(from) + " to " + std::to_string(page);
}

std::string truncate(Random& random, const Samples& /*samples*/, Files& files) {
  std::string& data = files[kData];
  const std::size_t bound = random.chance(1, 3) ? data.size() : used(data) + kPage;
  data.resize(std::min<std::size_t>(random.below(bound), data.size() - 1));
  return "to " + std::to_string(data.size());
}

/// Where the journal begins, in a page behind its tag.
std::size_t journal_of(const std::string& data) {
  const std::size_t tag = data.find(kJournalTag);
  BUOYANT_ASSERT(tag != std::string::npos);
  return (tag / kPage + 1) * kPage;
}

std::string flip_journal(Random& random, const Samples& /*samples*/, Files& files) {
  std::string& data = files[kData];
  return flip(random, data, journal_of(data) + random.below(kJournalBytes));
}

std::string garble_journal(Random& random, const Samples& /*samples*/, Files& files) {
  std::string& data = files[kData];
  const std::size_t begin = journal_of(data) + random.below(kJournalBytes);
  std::string part = data.substr(begin, 600);
  std::string what = garble(random, part, part.size());
  data.replace(begin, part.size(), part);
  return what + " behind byte " + std::to_string(begin);
}

/// The snapshot files, or all.
std::vector<std::string> names(const Files& files, std::string_view prefix) {
  std::vector<std::string> found;
  for (const auto& [path, contents] : files) {
    if (path.starts_with(prefix)) {
      found.push_back(path);
    }
  }
  return found;
}

std::string swap_two(Random& random, const std::vector<std::string>& paths, Files& files) {
  const std::size_t first = random.below(paths.size());
  const std::size_t second = (first + 1 + random.below(paths.size() - 1)) % paths.size();
  std::swap(files[paths[first]], files[paths[second]]);
  return paths[first] + " with " + paths[second];
}

std::string swap_files(Random& random, const Samples& /*samples*/, Files& files) {
  return swap_two(random, names(files, ""), files);
}

std::string swap_snapshots(Random& random, const Samples& /*samples*/, Files& files) {
  return swap_two(random, names(files, kSnapshots), files);
}

std::string& some_snapshot(Random& random, Files& files) {
  const std::vector<std::string> paths = names(files, kSnapshots);
  return files[paths[random.below(paths.size())]];
}

std::string flip_snapshot(Random& random, const Samples& /*samples*/, Files& files) {
  std::string& contents = some_snapshot(random, files);
  return flip_anywhere(random, contents, contents.size());
}

std::string garble_snapshot(Random& random, const Samples& /*samples*/, Files& files) {
  std::string& contents = some_snapshot(random, files);
  return garble(random, contents, contents.size());
}

std::string truncate_snapshot(Random& random, const Samples& /*samples*/, Files& files) {
  std::string& contents = some_snapshot(random, files);
  contents.resize(random.below(contents.size()));
  return "to " + std::to_string(contents.size());
}

std::string copy_other(Random& random, const Samples& samples, Files& files) {
  const bool is_cluster = random.chance(1, 2);
  const Sample& other = is_cluster ? samples.other_cluster : samples.other_server;
  const std::string whose = is_cluster ? "of another cluster" : "of another server";
  switch (random.below(3)) {
    case 0:
      files = other.files;
      return "all " + whose;
    case 1:
      for (const auto& [path, contents] : other.files) {
        files[path] = contents;
      }
      return "copied over: all " + whose;
    default:
      files[kData] = other.files.at(kData);
      return std::string(kData) + " " + whose;
  }
}

std::string damage_small(Random& random, const Samples& /*samples*/, Files& files) {
  static const std::array<const char*, 8> kPaths = {"data/LOCK",
                                                    "data/lock.mdb",
                                                    "data/POISON",
                                                    "data/snapshots/LOCK",
                                                    "data/snapshots/incoming",
                                                    "data/snapshots/creating-0000000000000009",
                                                    "data/creating/data.mdb",
                                                    "data/creating/unknown"};
  const std::string path = kPaths.at(random.below(kPaths.size()));
  const std::size_t size = random.below(20'000);
  files[path] = garbage(random, size);
  return path;
}

struct Kind {
  const char* name;
  std::string (*damage)(Random& random, const Samples& samples, Files& files);
};

/// In the order of the enumerators.
constexpr std::array<Kind, kCorruptions> kKinds = {{
    {"bit flip", flip_bit},
    {"bit flip, meta pages", flip_meta},
    {"bit flip, page heads", flip_page_head},
    {"garbage bytes", garble_data},
    {"zeroed page", zero_page},
    {"page in the wrong place", move_page},
    {"truncation", truncate},
    {"swapped files", swap_files},
    {"another's files", copy_other},
    {"small files", damage_small},
    {"journal: bit flip", flip_journal},
    {"journal: garbage", garble_journal},
    {"snapshot: bit flip", flip_snapshot},
    {"snapshot: garbage", garble_snapshot},
    {"snapshot: truncation", truncate_snapshot},
    {"snapshot: swapped", swap_snapshots},
}};

}  // namespace corruption

const char* corruption_name(Corruption corruption) {
  return corruption::kKinds.at(static_cast<std::size_t>(corruption)).name;
}

std::string corrupt(Random& random, Corruption corruption, const Samples& samples, Files& files) {
  return corruption::kKinds.at(static_cast<std::size_t>(corruption)).damage(random, samples, files);
}

}  // namespace buoyant::disk
