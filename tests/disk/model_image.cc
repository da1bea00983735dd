// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The part of the model that looks: what is pending, and what a cut leaves of it.

#include "buoyant/base/assert.h"
#include "tests/disk/model.h"

#include <algorithm>

namespace buoyant::disk {

namespace model_image {

PagePtr torn(const PagePtr& page, const PagePtr& other, std::uint8_t sectors) {
  auto mixed = std::make_shared<Page>();
  for (std::size_t sector = 0; sector < kPageBytes / kSectorBytes; ++sector) {
    const PagePtr& from = ((sectors >> sector) & 1U) != 0 ? other : page;
    if (from != nullptr) {
      std::copy_n(from->begin() + static_cast<std::ptrdiff_t>(sector * kSectorBytes), kSectorBytes,
                  mixed->begin() + static_cast<std::ptrdiff_t>(sector * kSectorBytes));
    }
  }
  return mixed;
}

}  // namespace model_image

Pending Model::pending() const {
  Pending pending;
  for (const auto& [id, node] : nodes_) {
    for (const auto& [number, versions] : node.pages) {
      if (versions.is_pending()) {
        pending.pages.push_back({.file = id, .page = number, .versions = versions.count()});
      }
    }
    if (node.size.is_pending()) {
      pending.sizes.push_back({.file = id, .versions = node.size.count()});
    }
  }
  pending.names = name_changes_.size();
  return pending;
}

Model::Chosen Model::choose(const Selection& selection) const {
  const Pending pending = this->pending();
  BUOYANT_ASSERT(selection.pages.size() == pending.pages.size());
  BUOYANT_ASSERT(selection.sizes.size() == pending.sizes.size());
  BUOYANT_ASSERT(selection.names.size() == pending.names);
  Chosen chosen;
  for (std::size_t at = 0; at < pending.pages.size(); ++at) {
    const PendingPage& page = pending.pages[at];
    const Versions<PagePtr>& versions = nodes_.at(page.file).pages.at(page.page);
    PagePtr version = versions.at(selection.pages[at]);
    if (selection.tear && selection.tear->page == at) {
      version = model_image::torn(version, versions.at(selection.tear->other_version),
                                  selection.tear->sectors);
    }
    chosen.pages[{page.file, page.page}] = std::move(version);
  }
  for (std::size_t at = 0; at < pending.sizes.size(); ++at) {
    const Inode file = pending.sizes[at].file;
    chosen.sizes[file] = nodes_.at(file).size.at(selection.sizes[at]);
  }
  for (const auto& [id, node] : nodes_) {
    if (node.is_directory) {
      chosen.names[id] = node.durable_names;
    }
  }
  for (std::size_t at = 0; at < name_changes_.size(); ++at) {
    if (selection.names[at]) {
      name_changes_[at].apply_to(chosen.names);
    }
  }
  return chosen;
}

Image Model::image(const Selection& selection) const {
  Image image;
  add_to_image("", root_, choose(selection), image);
  return image;
}

void Model::add_to_image(const std::string& path, Inode id, const Chosen& chosen,
                         Image& image) const {
  const Node& node = nodes_.at(id);
  if (!path.empty()) {
    const auto size = chosen.sizes.find(id);
    ImageNode& entry = image[path];
    entry.is_directory = node.is_directory;
    entry.size = size == chosen.sizes.end() ? node.size.newest() : size->second;
    for (const auto& [number, versions] : node.pages) {
      const auto page = chosen.pages.find({id, number});
      entry.pages[number] = page == chosen.pages.end() ? versions.newest() : page->second;
    }
  }
  if (node.is_directory) {
    for (const auto& [name, inode] : chosen.names.at(id)) {
      add_to_image(path.empty() ? name : path + "/" + name, inode, chosen, image);
    }
  }
}

std::string Model::path_of(Inode on_disk) const {
  return path_of_pending(id_of(on_disk));
}

std::string Model::path_of_pending(Inode id) const {
  if (id == root_) {
    return "";
  }
  for (const auto& [directory, node] : nodes_) {
    for (const auto& [name, inode] : node.names) {
      if (inode == id) {
        const std::string parent = path_of_pending(directory);
        return parent.empty() ? name : parent + "/" + name;
      }
    }
  }
  return "?";
}

}  // namespace buoyant::disk
