// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/inspect/directory.h"

#include "adapters/files/name.h"
#include "adapters/lmdb/compaction.h"

#include <algorithm>
#include <array>
#include <cinttypes>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <system_error>
#include <utility>

namespace buoyant::inspect_tool {

namespace {

bool exists(const std::string& path) {
  std::error_code error;
  return std::filesystem::exists(std::filesystem::symlink_status(path, error));
}

SnapshotFile describe(std::string name, std::uint64_t bytes) {
  SnapshotFile file{.name = std::move(name), .bytes = bytes, .id = std::nullopt};
  file.id = files::parse_complete_name(file.name);
  if (file.id) {
    file.kind = SnapshotFile::Kind::kComplete;
  } else if (file.name == files::kIncomingName) {
    file.kind = SnapshotFile::Kind::kIncoming;
  } else if (files::is_creating_name(file.name)) {
    file.kind = SnapshotFile::Kind::kCreating;
  }
  return file;
}

}  // namespace

const char* text_of(SnapshotFile::Kind kind) {
  switch (kind) {
    case SnapshotFile::Kind::kComplete:
      return "complete";
    case SnapshotFile::Kind::kIncoming:
      return "incoming";
    case SnapshotFile::Kind::kCreating:
      return "creating";
    case SnapshotFile::Kind::kUnknown:
      break;
  }
  return "unknown";
}

std::string snapshots_path(const std::string& directory) {
  return directory + "/snapshots";
}

Result<std::vector<SnapshotFile>> list_snapshots(const std::string& directory) {
  std::vector<SnapshotFile> found;
  std::error_code error;
  std::filesystem::directory_iterator entry(snapshots_path(directory), error);
  if (error == std::errc::no_such_file_or_directory) {
    return found;
  }
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    struct stat status = {};
    // One that went meanwhile is not there.
    if (name != "LOCK" && ::lstat(entry->path().c_str(), &status) == 0) {
      found.push_back(describe(name, static_cast<std::uint64_t>(status.st_size)));
    }
  }
  if (error) {
    return fail(Errc::kStorageFailed, "list the snapshots", error.value());
  }
  std::sort(found.begin(), found.end(), [](const SnapshotFile& left, const SnapshotFile& right) {
    return left.name < right.name;
  });
  return found;
}

std::optional<std::int64_t> running_server(const std::string& directory) {
  struct stat status = {};
  if (::stat((directory + "/LOCK").c_str(), &status) != 0) {
    return std::nullopt;
  }
  std::array<char, 64> file{};
  std::snprintf(file.data(), file.size(), "%02x:%02x:%" PRIu64, major(status.st_dev),
                minor(status.st_dev), std::uint64_t{status.st_ino});
  // "1: FLOCK  ADVISORY  WRITE 123 08:01:456 0 EOF"; those that wait have an arrow.
  std::ifstream locks("/proc/locks");
  std::string line;
  while (std::getline(locks, line)) {
    std::array<char, 64> held{};
    std::int64_t pid = 0;
    if (std::sscanf(line.c_str(), "%*s FLOCK %*s WRITE %" SCNd64 " %63s", &pid, held.data()) == 2 &&
        std::string(held.data()) == file.data()) {
      return pid;
    }
  }
  return std::nullopt;
}

Markers look_for_markers(const std::string& directory) {
  return {.poison = exists(directory + "/POISON"),
          .unfinished_creation = exists(directory + "/creating"),
          .unfinished_compaction = exists(directory + "/" + lmdb::kCompactionName)};
}

std::optional<std::uint64_t> disk_free(const std::string& directory) {
  struct statvfs status = {};
  return ::statvfs(directory.c_str(), &status) == 0
             ? std::optional(std::uint64_t{status.f_bavail} * status.f_frsize)
             : std::nullopt;
}

}  // namespace buoyant::inspect_tool
