// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/disk/notes.h"

#include "buoyant/base/assert.h"
#include "tests/disk/draw.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace buoyant::disk {

namespace notes {

/// Numbers one after another; the same functions write and read.
class Numbers {
 public:
  Numbers() = default;

  explicit Numbers(ByteView bytes) : reads_(true), numbers_(bytes.size() / sizeof(std::uint64_t)) {
    if (!bytes.empty()) {
      std::memcpy(numbers_.data(), bytes.data(), bytes.size());
    }
  }

  [[nodiscard]] std::vector<std::uint64_t> take() { return std::move(numbers_); }

  void put(std::uint64_t& number) {
    if (reads_) {
      number = numbers_.at(next_++);
    } else {
      numbers_.push_back(number);
    }
  }

  template <class Tag>
  void put(StrongId<Tag>& id) {
    std::uint64_t number = id.value();
    put(number);
    id = StrongId<Tag>(number);
  }

  void put(Index& index) {
    std::uint64_t number = index.value();
    put(number);
    index = Index(number);
  }

  void put(LogPosition& position) {
    put(position.term);
    put(position.index);
  }

  void put(HardState& state) {
    put(state.term);
    put(state.voted_for);
  }

  void put(StoredEntry& entry) {
    auto kind = static_cast<std::uint64_t>(entry.kind);
    put(entry.term);
    put(kind);
    put(entry.sum);
    entry.kind = static_cast<EntryKind>(kind);
  }

  void put(SnapshotId& id) {
    put(id.position);
    put(id.creator);
    put(id.sequence);
    put(id.checksum);
  }

  void put(SnapshotMetadata& metadata) {
    put(metadata.id);
    put(metadata.configuration_index);
    put(metadata.bytes);
    // All of the rig's have this one.
    if (metadata.id.position.index.is_set()) {
      metadata.configuration = some_configuration();
    }
  }

  template <class T>
  void put(std::optional<T>& value) {
    std::uint64_t is_there = value ? 1 : 0;
    put(is_there);
    if (is_there != 0) {
      value = value.value_or(T());
      put(*value);
    }
  }

  template <class T>
  void put(std::vector<T>& values) {
    std::uint64_t count = values.size();
    put(count);
    values.resize(count);
    for (T& value : values) {
      put(value);
    }
  }

  void put(LogState& state) {
    put(state.hard_state);
    put(state.base);
    put(state.snapshot);
    put(state.bootstrap);
    put(state.entries);
  }

  void put(LogChange& change) {
    put(change.id);
    put(change.hard_state);
    put(change.truncate_from);
    put(change.first);
    put(change.entries);
    put(change.compact_through);
    put(change.snapshot);
  }

  void put(Expectation& note) {
    put(note.logs);
    put(note.incarnation);
    put(note.starts);
    put(note.snapshots);
    put(note.receiving);
  }

  void put(Opened& note) {
    put(note.incarnation);
    put(note.starts);
    put(note.log);
    put(note.snapshots);
  }

  void put(Submitted& note) { put(note.change); }

  void put(Written& note) { put(note.through); }

  void put(SnapshotDurable& note) { put(note.id); }

  void put(Retained& note) { put(note.ids); }

  void put(Receiving& note) { put(note.metadata); }

 private:
  bool reads_ = false;
  std::vector<std::uint64_t> numbers_;
  std::size_t next_ = 0;
};

template <std::size_t kKind = 0>
Note read_note(std::uint64_t kind, Numbers& numbers) {
  if constexpr (kKind < std::variant_size_v<Note>) {
    if (kind == kKind) {
      std::variant_alternative_t<kKind, Note> note;
      numbers.put(note);
      return note;
    }
    return read_note<kKind + 1>(kind, numbers);
  }
  BUOYANT_ASSERT(false);
  return {};
}

bool has(const std::vector<SnapshotId>& ids, const SnapshotId& id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

}  // namespace notes

std::vector<std::uint64_t> encode(const Note& note) {
  notes::Numbers numbers;
  std::uint64_t kind = note.index();
  numbers.put(kind);
  Note copy = note;
  std::visit([&](auto& alternative) { numbers.put(alternative); }, copy);
  return numbers.take();
}

Note decode(ByteView bytes) {
  notes::Numbers numbers(bytes);
  std::uint64_t kind = 0;
  numbers.put(kind);
  return notes::read_note(kind, numbers);
}

std::string Ledger::add(const Note& note) {
  if (const auto* expectation = std::get_if<Expectation>(&note)) {
    before_ = *expectation;
    changes_.clear();
  } else if (const auto* opened = std::get_if<Opened>(&note)) {
    const Expectation expected = this->expectation();
    std::string wrong = compare(expected.logs, opened->log);
    wrong = wrong.empty() ? compare(expected.snapshots, opened->snapshots) : wrong;
    const bool is_same = expected.incarnation == 0 || expected.incarnation == opened->incarnation;
    if (wrong.empty() && (!is_same || opened->starts <= expected.starts)) {
      wrong = "another directory, or an earlier start";
    }
    before_ = {.logs = {opened->log},
               .incarnation = opened->incarnation,
               .starts = opened->starts,
               .snapshots = opened->snapshots,
               .receiving = before_.receiving};
    changes_.clear();
    return wrong.empty() ? wrong : "after a kill: " + wrong;
  } else if (const auto* submitted = std::get_if<Submitted>(&note)) {
    changes_.push_back(submitted->change);
  } else if (const auto* written = std::get_if<Written>(&note)) {
    while (!changes_.empty() && changes_.front().id <= written->through) {
      before_.logs.front().apply(changes_.front());
      changes_.erase(changes_.begin());
    }
  } else if (const auto* durable = std::get_if<SnapshotDurable>(&note)) {
    if (!notes::has(before_.snapshots, durable->id)) {
      before_.snapshots.push_back(durable->id);
    }
  } else if (const auto* receiving = std::get_if<Receiving>(&note)) {
    before_.receiving = receiving->metadata;
  } else if (const auto* retained = std::get_if<Retained>(&note)) {
    std::erase_if(before_.snapshots,
                  [&](const SnapshotId& id) { return !notes::has(retained->ids, id); });
  }
  return {};
}

Expectation Ledger::expectation() const {
  Expectation expected = before_;
  for (const LogChange& change : changes_) {
    // A program that has submitted something has opened its stores: one state, and what follows.
    LogState next = expected.logs.back();
    next.apply(change);
    expected.logs.push_back(std::move(next));
  }
  return expected;
}

std::string compare(const std::vector<LogState>& expected, const LogState& found) {
  if (std::find(expected.begin(), expected.end(), found) != expected.end()) {
    return {};
  }
  return std::to_string(expected.size()) +
         " states possible, the first: " + difference(expected.front(), found);
}

std::string compare(const std::vector<SnapshotId>& required, const std::vector<SnapshotId>& found) {
  for (const SnapshotId& id : required) {
    if (!notes::has(found, id)) {
      return "the snapshot at " + std::to_string(id.position.index.value()) + " of server " +
             std::to_string(id.creator.value()) + " is gone";
    }
  }
  return {};
}

}  // namespace buoyant::disk
