// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/disk/recording.h"

#include "buoyant/base/assert.h"
#include "tests/disk/child.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sys/stat.h>

namespace buoyant::disk {

namespace recording {

constexpr std::uint64_t kLivesMax = 4;
constexpr std::uint64_t kKillRecordsMax = 160;
constexpr std::uint64_t kKillActionsMax = 25;

Inode inode_of(const std::string& path) {
  struct stat status = {};
  BUOYANT_ASSERT(::stat(path.c_str(), &status) == 0);
  return status.st_ino;
}

/// Writes records as the shim does.
class Writer {
 public:
  explicit Writer(const std::string& path) : file_(path, std::ios::binary | std::ios::trunc) {}

  void put(RecordHeader header, ByteView content = {}) {
    header.bytes = static_cast<std::uint32_t>(content.size());
    file_.write(reinterpret_cast<const char*>(&header), sizeof header);
    file_.write(text_of(content).data(), static_cast<std::streamsize>(content.size()));
  }

 private:
  std::ofstream file_;
};

/// Everything of an image that lies in `root`, as if it had been written and synced.
void put_image(Writer& writer, const std::string& root, const Image& image) {
  const auto sync = [&writer](Inode inode) {
    writer.put({.action = Action::kSyncBegin, .inode = inode});
    writer.put({.action = Action::kSyncEnd, .inode = inode});
  };
  std::set<Inode> directories;
  for (const auto& [path, node] : image) {
    const std::filesystem::path whole = std::filesystem::path(root) / path;
    const Inode inode = inode_of(whole.string());
    const Inode parent = inode_of(whole.parent_path().string());
    directories.insert(parent);
    writer.put({.action = node.is_directory ? Action::kMakeDir : Action::kCreate,
                .inode = inode,
                .other = parent},
               view_of(whole.filename().string()));
    for (const auto& [number, page] : node.pages) {
      if (page != nullptr && number * kPageBytes < node.size) {
        writer.put({.action = Action::kWrite, .inode = inode, .offset = number * kPageBytes},
                   ByteView(*page));
      }
    }
    if (!node.is_directory) {
      writer.put({.action = Action::kResize, .inode = inode, .size = node.size});
      sync(inode);
    }
  }
  std::for_each(directories.begin(), directories.end(), sync);
}

/// What says when a life is killed; nothing: it is not.
std::map<std::string, std::string> draw_kill(Random& random) {
  std::map<std::string, std::string> variables;
  const std::uint64_t way = random.below(8);
  const std::uint64_t record = 1 + random.below(kKillRecordsMax);
  const std::uint64_t action = 1 + random.below(kKillActionsMax);
  const std::uint64_t rename = 1 + random.below(3);
  if (way < 3) {
    variables[kKillVariable] = std::to_string(record);
  } else if (way < 6) {
    // Where there is most to lose: right after a write, a name, the beginning of a sync.
    static constexpr std::array<Action, 3> kActions = {Action::kWrite, Action::kRename,
                                                       Action::kSyncBegin};
    const Action counted = kActions.at(way - 3);
    variables[kKillActionVariable] = std::to_string(static_cast<unsigned>(counted));
    variables[kKillVariable] = std::to_string(counted == Action::kRename ? rename : action);
  }
  return variables;
}

std::string live(const CutOptions& options, const std::string& root, const std::string& record,
                 Random& random, LifeCounts& counts) {
  std::map<std::string, std::string> environment = draw_kill(random);
  environment["LD_PRELOAD"] = options.shim;
  environment[kRootVariable] = root;
  environment[kRecordVariable] = record;
  const std::uint64_t seed = random.next();
  const ChildEnd end = run_program(
      {options.life, root, options.scratch + "/memory", std::to_string(seed)}, environment);
  counts.lives += 1;
  counts.kills += end.signal == SIGKILL ? 1U : 0U;
  if (end.signal == SIGKILL || (end.signal == 0 && end.code == 0)) {
    return {};
  }
  return "a life ended with " +
         (end.signal != 0 ? signal_name(end.signal) : "code " + std::to_string(end.code)) + ": " +
         end.text;
}

}  // namespace recording

std::string record_lives(const CutOptions& options, const std::string& record, std::uint64_t seed,
                         LifeCounts& counts) {
  const std::string root = options.scratch + "/lives";
  std::filesystem::remove_all(root);
  std::filesystem::remove(record);
  std::filesystem::remove(options.scratch + "/memory");
  std::filesystem::create_directory(root);
  Random random(seed);
  const std::uint64_t lives = 1 + random.below(recording::kLivesMax);
  for (std::uint64_t life = 0; life < lives; ++life) {
    if (std::string wrong = recording::live(options, root, record, random, counts);
        !wrong.empty()) {
      return wrong;
    }
  }
  return {};
}

std::string record_second(const CutOptions& options, const std::string& record, const Image& image,
                          const Expectation& expected, std::uint64_t seed, LifeCounts& counts) {
  const std::string root = options.scratch + "/second";
  write_image(root, image);
  {
    recording::Writer writer(record);
    writer.put({.action = Action::kStart, .inode = recording::inode_of(root)});
    recording::put_image(writer, root, image);
    const std::vector<std::uint64_t> note = encode(expected);
    writer.put({.action = Action::kNote}, std::as_bytes(std::span(note)));
  }
  Random random(seed);
  return recording::live(options, root, record, random, counts);
}

std::size_t first_point(const Record& record) {
  const std::vector<Event>& events = record.events();
  for (std::size_t at = 0; at < events.size(); ++at) {
    if (events[at].header.action == Action::kNote &&
        std::holds_alternative<Expectation>(decode(events[at].content))) {
      return at + 1;
    }
  }
  return 0;
}

}  // namespace buoyant::disk
