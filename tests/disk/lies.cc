// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/disk/lies.h"

#include "tests/disk/notes.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace buoyant::disk {

namespace lies {

constexpr std::array<const char*, kLies> kNames = {
    "none",     "data-flush", "meta-flush", "growth",        "opening-flush",
    "recovery", "directory",  "parent",     "snapshot-file", "snapshot-directory"};

/// In the directory or in the one where it is made.
bool is_data(std::string_view path) {
  return path.ends_with("/data.mdb");
}

bool is_sync(Action action) {
  return action == Action::kSyncEnd || action == Action::kWritten;
}

}  // namespace lies

const char* lie_name(Lie lie) {
  return lies::kNames.at(static_cast<std::size_t>(lie));
}

std::optional<Lie> lie_of(const std::string& name) {
  const auto found = std::find(lies::kNames.begin(), lies::kNames.end(), name);
  return found == lies::kNames.end()
             ? std::nullopt
             : std::optional(static_cast<Lie>(found - lies::kNames.begin()));
}

bool Liar::swallows(const Event& event, const Model& model) {
  if (lie_ == Lie::kNone) {
    return false;
  }
  const Action action = event.header.action;
  if (action == Action::kStart) {
    recovering_ = true;
    opening_ = true;
  } else if (action == Action::kNote) {
    recovering_ = recovering_ && !std::holds_alternative<Opened>(decode(event.content));
  }
  const std::string path = model.path_of(event.header.inode);
  const bool swallowed = lies::is_sync(action) && is_sync_swallowed(event, path, model);
  if (lies::is_data(path)) {
    opening_ = opening_ && action != Action::kWrite;
    only_grown_ = action == Action::kResize || (only_grown_ && action != Action::kWrite);
  }
  count_ += swallowed ? 1U : 0U;
  return swallowed;
}

bool Liar::is_sync_swallowed(const Event& event, const std::string& path,
                             const Model& model) const {
  const bool is_flush = event.header.action == Action::kSyncEnd;
  switch (lie_) {
    case Lie::kNone:
      return false;
    case Lie::kDataFlush: {
      const std::vector<PendingPage> pages = model.pending().pages;
      const Inode file = model.id_of(event.header.inode);
      return is_flush && lies::is_data(path) &&
             std::any_of(pages.begin(), pages.end(),
                         [&](const PendingPage& page) { return page.file == file; });
    }
    case Lie::kMetaFlush:
      return !is_flush && lies::is_data(path);
    case Lie::kGrowth:
      return is_flush && lies::is_data(path) && only_grown_;
    case Lie::kOpeningFlush:
      return is_flush && path == "data/data.mdb" && opening_;
    case Lie::kRecovery:
      return recovering_ && path == "data/data.mdb";
    case Lie::kDirectory:
      return path == "data";
    case Lie::kParent:
      return path.empty();
    case Lie::kSnapshotFile:
      return path.starts_with("data/snapshots/");
    case Lie::kSnapshotDirectory:
      return path == "data/snapshots";
  }
  return false;
}

}  // namespace buoyant::disk
