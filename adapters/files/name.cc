// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/files/name.h"

#include <array>
#include <charconv>
#include <cstddef>

namespace buoyant::files {

namespace {

constexpr std::string_view kComplete = "snapshot";
constexpr std::string_view kCreating = "creating-";
constexpr std::size_t kDigits = 16;

void append_number(std::string& name, std::uint64_t number) {
  constexpr std::string_view kHex = "0123456789abcdef";
  for (std::size_t digit = kDigits; digit-- > 0;) {
    name += kHex[(number >> (4 * digit)) & 0xfU];
  }
}

}  // namespace

std::string complete_name(const SnapshotId& id) {
  std::string name(kComplete);
  for (const std::uint64_t number : {id.position.index.value(), id.position.term.value(),
                                     id.creator.value(), id.sequence, id.checksum}) {
    name += '-';
    append_number(name, number);
  }
  return name;
}

std::string creating_name(std::uint64_t sequence) {
  std::string name(kCreating);
  append_number(name, sequence);
  return name;
}

std::optional<SnapshotId> parse_complete_name(std::string_view name) noexcept {
  std::array<std::uint64_t, 5> numbers{};
  if (!name.starts_with(kComplete) ||
      name.size() != kComplete.size() + numbers.size() * (1 + kDigits)) {
    return std::nullopt;
  }
  name.remove_prefix(kComplete.size());
  for (std::uint64_t& number : numbers) {
    const char* const end = name.data() + 1 + kDigits;
    if (name.front() != '-' || std::from_chars(name.data() + 1, end, number, 16).ptr != end) {
      return std::nullopt;
    }
    name.remove_prefix(1 + kDigits);
  }
  return SnapshotId{.position = {.term = Term(numbers[1]), .index = Index(numbers[0])},
                    .creator = ServerId(numbers[2]),
                    .sequence = numbers[3],
                    .checksum = numbers[4]};
}

bool is_creating_name(std::string_view name) noexcept {
  return name.starts_with(kCreating);
}

}  // namespace buoyant::files
