// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A map of byte strings that can be frozen at once, whatever its size.
///
/// It is a trie over the bits of the keys' hashes: branches of 16, and leaves of a few entries in
/// the order of (hash, key). freeze() shares the whole trie with a view and starts a new
/// generation; from then on a change first copies the nodes of older generations on its way,
/// which is a few hundred bytes each. What a view alone refers to is freed as it is read.
///
/// Equal contents have equal digests and are read in an equal order, whatever their history.
#pragma once

#include "buoyant/base/bytes.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace kv {

/// A key and its value in one block, which is never changed.
struct Entry {
  std::uint64_t hash = 0;
  buoyant::Bytes data;  ///< The key, then the value.
  std::uint32_t key_bytes = 0;

  [[nodiscard]] std::string_view key() const { return data.text().substr(0, key_bytes); }

  [[nodiscard]] std::string_view value() const { return data.text().substr(key_bytes); }
};

Entry make_entry(std::string_view key, std::string_view value);

struct MapNode;

/// A frozen map. Any thread may read it and destroy it.
class MapView {
 public:
  /// Reads the entries in the order of (hash, key), and lets go of what was read.
  class Reader {
   public:
    explicit Reader(MapView view);

    /// Valid until the next call; null: the end.
    const Entry* next();

   private:
    std::vector<std::shared_ptr<MapNode>> waiting_;  ///< The next one last.
    std::shared_ptr<MapNode> leaf_;
    std::size_t at_ = 0;  ///< In the leaf.
  };

  [[nodiscard]] std::size_t size() const noexcept { return size_; }

 private:
  friend class Map;

  std::shared_ptr<MapNode> root_;
  std::size_t size_ = 0;
};

/// One thread at a time. Movable.
class Map {
 public:
  Map() = default;
  Map(Map&& other) noexcept;
  Map& operator=(Map&& other) noexcept;
  Map(const Map&) = delete;
  Map& operator=(const Map&) = delete;
  ~Map() = default;

  /// Valid until the next change; null: no such key.
  [[nodiscard]] const Entry* find(std::string_view key) const;

  void set(std::string_view key, std::string_view value) { put(make_entry(key, value)); }

  void put(Entry entry);

  /// False: it was not there.
  bool erase(std::string_view key);

  /// What is in it now, for ever. Costs the same for any size.
  [[nodiscard]] MapView freeze();

  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  /// Of all keys and values.
  [[nodiscard]] std::uint64_t bytes() const noexcept { return bytes_; }

  /// A hash of the contents, kept up to date with each change.
  [[nodiscard]] std::uint64_t digest() const noexcept { return digest_; }

 private:
  MapNode& own(std::shared_ptr<MapNode>& slot) const;
  void split(MapNode& leaf, unsigned depth) const;
  void count_in(const Entry& entry);
  void count_out(const Entry& entry);

  std::shared_ptr<MapNode> root_;
  std::uint64_t generation_ = 0;  ///< Nodes of this one are in no view.
  std::size_t size_ = 0;
  std::uint64_t bytes_ = 0;
  std::uint64_t digest_ = 0;
};

}  // namespace kv
