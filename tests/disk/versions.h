// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Something on a disk that has changed since it was last durable: what it was then, and all
/// that it has been since. A power cut may leave any of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <utility>

namespace buoyant::disk {

template <class T>
class Versions {
 public:
  Versions() : Versions(T()) {}

  explicit Versions(T durable) { versions_.push_back(std::move(durable)); }

  void add(T version) { versions_.push_back(std::move(version)); }

  [[nodiscard]] const T& newest() const { return versions_.back(); }

  [[nodiscard]] bool is_pending() const { return versions_.size() > 1; }

  /// How many there are; the durable one is number 0.
  [[nodiscard]] std::size_t count() const { return versions_.size(); }

  [[nodiscard]] const T& at(std::size_t number) const { return versions_.at(number); }

  /// Names the newest one, for make_durable.
  [[nodiscard]] std::uint64_t mark() const { return first_ + versions_.size() - 1; }

  /// The version of a mark is durable: nothing older can come back.
  void make_durable(std::uint64_t mark) {
    while (first_ < mark && is_pending()) {
      versions_.pop_front();
      first_ += 1;
    }
  }

 private:
  std::deque<T> versions_;
  std::uint64_t first_ = 0;
};

}  // namespace buoyant::disk
