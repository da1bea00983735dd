// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/disk/model.h"

#include "buoyant/base/assert.h"

#include <algorithm>
#include <cstring>
#include <set>

namespace buoyant::disk {

Model::Model(Inode root) {
  root_ = add_node(root, Node{.is_directory = true});
}

Inode Model::add_node(Inode on_disk, Node node) {
  const Inode id = ++nodes_made_;
  nodes_.emplace(id, std::move(node));
  ids_[on_disk] = id;
  return id;
}

Inode Model::id_of(Inode on_disk) const {
  const auto found = ids_.find(on_disk);
  return found != ids_.end() && nodes_.count(found->second) != 0 ? found->second : 0;
}

void Model::apply(const Event& event) {
  const RecordHeader& header = event.header;
  if (header.action == Action::kCreate || header.action == Action::kMakeDir) {
    add_node(header.inode, Node{.is_directory = header.action == Action::kMakeDir});
  }
  const Inode id = id_of(header.inode);
  const std::pair sync(header.thread, id);
  switch (header.action) {
    case Action::kCreate:
    case Action::kMakeDir:
    case Action::kUnlink:
    case Action::kRemoveDir:
    case Action::kRename:
      change_names(name_change_of(event));
      break;
    case Action::kStart:
      // Syncs of a process that was killed do not end.
      syncs_.clear();
      break;
    case Action::kWrite:
      if (id != 0) {
        write(nodes_.at(id), header.offset, event.content);
      }
      break;
    case Action::kWritten:
      if (id != 0) {
        make_range_durable(nodes_.at(id), header.offset, header.size);
      }
      break;
    case Action::kResize:
      if (id != 0) {
        resize(nodes_.at(id), header.size);
      }
      break;
    case Action::kSyncBegin:
      if (id != 0) {
        syncs_[sync] = marks_of(nodes_.at(id));
      }
      break;
    case Action::kSyncEnd:
      if (auto begun = syncs_.extract(sync)) {
        make_durable(id, begun.mapped());
      }
      break;
    case Action::kClose:
    case Action::kNote:
      break;
  }
}

void Model::write(Node& node, std::uint64_t offset, ByteView bytes) {
  const std::uint64_t end = offset + bytes.size();
  while (!bytes.empty()) {
    const std::uint64_t number = offset / kPageBytes;
    const std::size_t at = offset % kPageBytes;
    const std::size_t count = std::min(bytes.size(), kPageBytes - at);
    Versions<PagePtr>& versions = node.pages[number];
    auto page = std::make_shared<Page>();
    if (versions.newest() != nullptr) {
      *page = *versions.newest();
    }
    std::memcpy(page->data() + at, bytes.data(), count);
    versions.add(std::move(page));
    bytes = bytes.subspan(count);
    offset += count;
  }
  if (end > node.size.newest()) {
    node.size.add(end);
  }
}

void Model::resize(Node& node, std::uint64_t size) {
  if (size == node.size.newest()) {
    return;
  }
  for (auto& [number, versions] : node.pages) {
    const std::uint64_t begin = number * kPageBytes;
    if (begin + kPageBytes <= size || versions.newest() == nullptr) {
      continue;
    }
    if (begin >= size) {
      versions.add(nullptr);
    } else {
      auto page = std::make_shared<Page>(*versions.newest());
      std::fill(page->begin() + static_cast<std::ptrdiff_t>(size - begin), page->end(),
                std::byte{0});
      versions.add(std::move(page));
    }
  }
  node.size.add(size);
}

Model::NameChange Model::name_change_of(const Event& event) {
  const RecordHeader& header = event.header;
  NameChange change;
  if (header.action == Action::kCreate || header.action == Action::kMakeDir) {
    change.added_in = id_of(header.other);
    change.added = event.text();
    change.node = id_of(header.inode);
    return change;
  }
  change.removed_in = id_of(header.other);
  change.removed = event.old_name();
  change.node = nodes_.at(change.removed_in).names.at(change.removed);
  if (header.action == Action::kRename) {
    change.added_in = id_of(header.target);
    change.added = event.new_name();
  }
  return change;
}

void Model::change_names(NameChange change) {
  change.number = ++name_changes_made_;
  if (change.added_in != 0) {
    nodes_.at(change.added_in).names[change.added] = change.node;
  }
  if (change.removed_in != 0) {
    nodes_.at(change.removed_in).names.erase(change.removed);
  }
  name_changes_.push_back(std::move(change));
}

void Model::NameChange::apply_to(std::map<Inode, Names>& directories) const {
  if (added_in != 0) {
    directories[added_in][added] = node;
  }
  if (removed_in != 0) {
    Names& names = directories[removed_in];
    const auto found = names.find(removed);
    // Another file may have the name when an earlier change is missing.
    if (found != names.end() && found->second == node) {
      names.erase(found);
    }
  }
}

Model::Marks Model::marks_of(const Node& node) const {
  Marks marks{.pages = {}, .size = node.size.mark(), .names = name_changes_made_};
  for (const auto& [number, versions] : node.pages) {
    if (versions.is_pending()) {
      marks.pages[number] = versions.mark();
    }
  }
  return marks;
}

void Model::make_durable(Inode id, const Marks& marks) {
  const auto found = nodes_.find(id);
  if (found == nodes_.end()) {
    return;
  }
  if (found->second.is_directory) {
    make_names_durable(id, marks.names);
    forget_unreachable();
    return;
  }
  for (const auto& [number, mark] : marks.pages) {
    found->second.pages.at(number).make_durable(mark);
  }
  found->second.size.make_durable(marks.size);
}

void Model::make_names_durable(Inode id, std::uint64_t through) {
  std::vector<NameChange> left;
  for (NameChange& change : name_changes_) {
    const bool concerns = change.removed_in == id || change.added_in == id;
    if (change.number > through || !concerns) {
      left.push_back(std::move(change));
      continue;
    }
    // Where a file came to, its old name may still be in the other directory.
    const bool leaves_old_name =
        change.added_in == id && change.removed_in != 0 && change.removed_in != id;
    NameChange durable = change;
    if (leaves_old_name) {
      durable.removed_in = 0;
    }
    std::map<Inode, Names> directories;
    for (const Inode directory : {durable.added_in, durable.removed_in}) {
      if (directory != 0) {
        directories[directory] = nodes_.at(directory).durable_names;
      }
    }
    durable.apply_to(directories);
    for (auto& [directory, names] : directories) {
      nodes_.at(directory).durable_names = std::move(names);
    }
    if (leaves_old_name) {
      change.added_in = 0;
      left.push_back(std::move(change));
    }
  }
  name_changes_ = std::move(left);
}

void Model::make_range_durable(Node& node, std::uint64_t offset, std::uint64_t size) {
  const std::uint64_t last = (offset + size - 1) / kPageBytes;
  for (std::uint64_t number = offset / kPageBytes; number <= last; ++number) {
    Versions<PagePtr>& versions = node.pages[number];
    versions.make_durable(versions.mark());
  }
  if (offset + size > node.size.at(0)) {
    node.size.make_durable(node.size.mark());
  }
}

void Model::forget_unreachable() {
  std::set<Inode> named = {root_};
  for (const auto& [id, node] : nodes_) {
    for (const Names* names : {&node.names, &node.durable_names}) {
      for (const auto& [name, inode] : *names) {
        named.insert(inode);
      }
    }
  }
  for (const NameChange& change : name_changes_) {
    named.insert({change.node, change.added_in, change.removed_in});
  }
  std::erase_if(nodes_, [&](const auto& node) { return named.count(node.first) == 0; });
}

}  // namespace buoyant::disk
