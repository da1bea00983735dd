// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/disk/draw.h"

#include <algorithm>
#include <utility>

namespace buoyant::disk {

namespace draw {

constexpr std::uint64_t kSmall = 200;
constexpr std::uint64_t kPages = 6'000;
constexpr std::uint64_t kLarge = 90'000;
constexpr std::uint64_t kBulk = 350'000;

Bytes payload(Random& random, std::size_t size) {
  if (size == 0) {
    return {};
  }
  Buffer buffer(size);
  // Repeated, so that large ones cost little.
  const std::uint64_t salt = random.next();
  for (std::size_t at = 0; at < size; ++at) {
    const std::uint64_t word = salt + at / 8 * 0x9e3779b97f4a7c15U;
    buffer.data()[at] = static_cast<std::byte>((word >> (at % 8 * 8)) & 0xffU);
  }
  return std::move(buffer).freeze(size);
}

std::size_t size_of_entry(Random& random) {
  const std::uint64_t kind = random.below(40);
  const std::uint64_t bound = kind == 0 ? kLarge : kind < 6 ? kPages : kSmall;
  return random.below(bound);
}

Entry entry(Random& random, Term term) {
  const std::uint64_t kind = random.below(16);
  if (kind == 0) {
    return {.term = term, .kind = EntryKind::kNoop, .payload = {}};
  }
  const std::size_t size = size_of_entry(random);
  // The storage does not look into a configuration.
  return {.term = term,
          .kind = kind == 1 ? EntryKind::kConfiguration : EntryKind::kCommand,
          .payload = payload(random, kind == 1 ? size % kSmall : size)};
}

void append(Random& random, port::StorageWrite& write, Index last, Term term) {
  write.first = last.next();
  const std::uint64_t count = 1 + random.below(6);
  for (std::uint64_t at = 0; at < count; ++at) {
    write.entries.push_back(entry(random, term));
  }
}

}  // namespace draw

Configuration some_configuration() {
  return {
      .members = {{.id = ServerId(1), .address = "one:1"}, {.id = ServerId(2), .address = "two:2"}},
      .outgoing = {}};
}

port::StorageWrite draw_write(Random& random, const LogState& state, Index floor) {
  port::StorageWrite write;
  HardState hard_state = state.hard_state;
  const std::uint64_t kind = random.below(10);
  const bool truncates = kind == 0 && state.last() > floor;
  const bool new_term = truncates || kind <= 2 || !hard_state.term.is_set();
  if (new_term) {
    hard_state = {.term = Term(hard_state.term.value() + 1 + random.below(2)),
                  .voted_for = ServerId(random.below(4))};
  } else if (kind == 3 && !hard_state.voted_for.is_set()) {
    hard_state.voted_for = ServerId(1 + random.below(3));
  }
  if (hard_state != state.hard_state) {
    write.hard_state = hard_state;
  }
  Index last = state.last();
  if (truncates) {
    // Of a short tail, sometimes of all that may go.
    const std::uint64_t tail = last - floor;
    const std::uint64_t drop =
        1 + random.below(random.chance(1, 3) ? tail : std::min<std::uint64_t>(tail, 4));
    last = Index(last.value() - drop);
    write.truncate_from = last.next();
  }
  // A vote is often written alone.
  const bool has_entries = !write.hard_state || random.chance(1, 2);
  if (has_entries) {
    draw::append(random, write, last, hard_state.term);
  }
  return write;
}

port::StorageWrite draw_bulk(Random& random, const LogState& state) {
  port::StorageWrite write = draw_entries(random, state, 1);
  const std::size_t size = random.below(draw::kBulk);
  write.entries.front().payload = draw::payload(random, size);
  return write;
}

port::StorageWrite draw_entries(Random& random, const LogState& state, std::size_t count) {
  port::StorageWrite write;
  Term term = state.hard_state.term;
  if (!term.is_set()) {
    term = Term(1);
    write.hard_state = HardState{.term = term, .voted_for = {}};
  }
  write.first = state.last().next();
  for (std::size_t at = 0; at < count; ++at) {
    const std::size_t size = random.below(draw::kSmall);
    write.entries.push_back(
        {.term = term, .kind = EntryKind::kCommand, .payload = draw::payload(random, size)});
  }
  return write;
}

}  // namespace buoyant::disk
