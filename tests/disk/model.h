// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A model of a disk that may lose power: what of all that was done must be on it, and what may
/// be.
///
/// Pages of 4 KiB, sizes and names are durable apart from each other. A sync of a file makes its
/// pages and its size durable as they were when it began, never its name; a sync of a directory
/// makes the names in it durable. A durable write makes its own pages durable, and the size that
/// it needs. Everything else may be on the disk or not, in any order. What programs write into
/// files is nothing that this knows of.
#pragma once

#include "tests/disk/image.h"
#include "tests/disk/record.h"
#include "tests/disk/versions.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace buoyant::disk {

using Inode = std::uint64_t;

/// A page with more than one version.
struct PendingPage {
  Inode file = 0;
  std::uint64_t page = 0;
  std::size_t versions = 0;
};

/// A file whose size has more than one version.
struct PendingSize {
  Inode file = 0;
  std::size_t versions = 0;
};

/// Everything that a power cut now may leave in one way or another.
struct Pending {
  std::vector<PendingPage> pages;
  std::vector<PendingSize> sizes;
  /// Changes of names, in their order.
  std::size_t names = 0;

  [[nodiscard]] bool empty() const { return pages.empty() && sizes.empty() && names == 0; }
};

/// Two versions of one page, by sectors of 512 bytes.
struct Tear {
  /// In Pending::pages.
  std::size_t page = 0;
  std::size_t other_version = 0;
  /// The sectors that are of the other version.
  std::uint8_t sectors = 0;
};

/// What a power cut left: one version of everything that is pending, in Pending's order.
struct Selection {
  std::vector<std::size_t> pages;
  std::vector<std::size_t> sizes;
  std::vector<bool> names;
  std::optional<Tear> tear;
};

class Model {
 public:
  /// An empty directory with this inode number.
  explicit Model(Inode root);

  void apply(const Event& event);

  [[nodiscard]] Pending pending() const;

  /// Requires: a selection of the present Pending.
  [[nodiscard]] Image image(const Selection& selection) const;

  /// Where the file or directory with this inode number is for those who run, below the root; ""
  /// is the root itself, "?" one that has no name any more.
  [[nodiscard]] std::string path_of(Inode on_disk) const;

  /// The path of something in a Pending.
  [[nodiscard]] std::string path_of_pending(Inode id) const;

  /// The file or directory with this inode number, as a Pending calls it; 0: it is not known.
  [[nodiscard]] Inode id_of(Inode on_disk) const;

 private:
  using Names = std::map<std::string, Inode>;

  struct Node {
    bool is_directory = false;
    std::map<std::uint64_t, Versions<PagePtr>> pages;
    Versions<std::uint64_t> size;
    /// Of a directory: durable, and for those who run.
    Names durable_names;
    Names names;
  };

  /// A name that came, went, or became another one; not durable.
  struct NameChange {
    std::uint64_t number = 0;
    /// 0: none.
    Inode removed_in = 0;
    std::string removed;
    Inode added_in = 0;
    std::string added;
    Inode node = 0;

    void apply_to(std::map<Inode, Names>& directories) const;
  };

  struct Marks {
    std::map<std::uint64_t, std::uint64_t> pages;
    std::uint64_t size = 0;
    std::uint64_t names = 0;
  };

  /// What add_to_image goes through.
  struct Chosen {
    std::map<Inode, Names> names;
    std::map<std::pair<Inode, std::uint64_t>, PagePtr> pages;
    std::map<Inode, std::uint64_t> sizes;
  };

  Inode add_node(Inode on_disk, Node node);
  void write(Node& node, std::uint64_t offset, ByteView bytes);
  void resize(Node& node, std::uint64_t size);
  void change_names(NameChange change);
  [[nodiscard]] NameChange name_change_of(const Event& event);
  [[nodiscard]] Marks marks_of(const Node& node) const;
  void make_durable(Inode id, const Marks& marks);
  void make_names_durable(Inode id, std::uint64_t through);
  void make_range_durable(Node& node, std::uint64_t offset, std::uint64_t size);
  void forget_unreachable();
  [[nodiscard]] Chosen choose(const Selection& selection) const;
  void add_to_image(const std::string& path, Inode id, const Chosen& chosen, Image& image) const;

  Inode root_ = 0;
  /// By numbers of our own: a file system gives those of removed files to new ones.
  std::map<Inode, Node> nodes_;
  std::map<Inode, Inode> ids_;
  Inode nodes_made_ = 0;
  std::vector<NameChange> name_changes_;
  std::uint64_t name_changes_made_ = 0;
  /// By thread and inode.
  std::map<std::pair<std::uint64_t, Inode>, Marks> syncs_;
};

}  // namespace buoyant::disk
