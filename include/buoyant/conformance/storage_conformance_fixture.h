// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What the conformance tests of storages share: values to write, and who listens; see
/// storage_conformance.h for what a harness offers.
#pragma once

#include "buoyant/conformance/print.h"
#include "buoyant/port/storage.h"

#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace buoyant::conformance {

using port::StorageWrite;
using port::WriteOutcome;

/// Whose storage a harness opens.
inline constexpr const char* kCluster = "conformance";
inline constexpr ServerId kServer{7};

struct Written {
  WriteId through;
  WriteOutcome outcome;

  friend bool operator==(const Written&, const Written&) = default;

  friend std::ostream& operator<<(std::ostream& out, const Written& written) {
    return out << "through " << written.through.value() << ": "
               << static_cast<int>(written.outcome);
  }
};

class StorageRecorder final : public port::StorageEvents {
 public:
  virtual ~StorageRecorder() = default;

  void on_written(WriteId through, WriteOutcome outcome, Error error) noexcept override {
    events.push_back({.through = through, .outcome = outcome});
    last_error = error;
    called_inside = called_inside || in_call;
    if (on_event) {
      on_event();
    }
  }

  void on_damage(const port::StorageDamage& damage) noexcept override { damages.push_back(damage); }

  [[nodiscard]] bool has(WriteId id) const {
    return !events.empty() && events.back().through >= id;
  }

  std::vector<Written> events;
  std::vector<port::StorageDamage> damages;
  std::optional<Error> last_error;
  bool in_call = false;
  bool called_inside = false;
  std::function<void()> on_event;
};

inline Entry command(std::uint64_t term, std::string_view text) {
  return {.term = Term(term), .kind = EntryKind::kCommand, .payload = Bytes::copy_of(text)};
}

inline Entry configuration(std::uint64_t term, std::string_view text) {
  return {.term = Term(term), .kind = EntryKind::kConfiguration, .payload = Bytes::copy_of(text)};
}

inline Entry noop(std::uint64_t term) {
  return {.term = Term(term), .kind = EntryKind::kNoop, .payload = {}};
}

/// Commands "FIRST".."LAST", of one term.
inline std::vector<Entry> commands(std::uint64_t term, std::uint64_t first, std::uint64_t last) {
  std::vector<Entry> entries;
  for (std::uint64_t index = first; index <= last; ++index) {
    entries.push_back(command(term, std::to_string(index)));
  }
  return entries;
}

inline std::vector<Entry> joined(std::vector<Entry> left, const std::vector<Entry>& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

inline StorageWrite append(std::uint64_t first, std::vector<Entry> entries) {
  StorageWrite write;
  write.first = Index(first);
  write.entries = std::move(entries);
  return write;
}

inline StorageWrite vote(std::uint64_t term, std::uint64_t server) {
  StorageWrite write;
  write.hard_state = HardState{.term = Term(term), .voted_for = ServerId(server)};
  return write;
}

inline StorageWrite truncation(std::uint64_t from) {
  StorageWrite write;
  write.truncate_from = Index(from);
  return write;
}

inline StorageWrite compaction(std::uint64_t through) {
  StorageWrite write;
  write.compact_through = Index(through);
  return write;
}

inline SnapshotMetadata snapshot_at(std::uint64_t term, std::uint64_t index) {
  SnapshotMetadata snapshot;
  snapshot.id = {.position = {.term = Term(term), .index = Index(index)},
                 .creator = ServerId(3),
                 .sequence = 4,
                 .checksum = 5};
  snapshot.configuration.members = {
      {.id = ServerId(1), .address = "one:1"},
      {.id = ServerId(2), .address = "two:2", .role = MemberRole::kLearner}};
  snapshot.configuration.outgoing = {{.id = ServerId(3), .address = "three:3"}};
  snapshot.configuration_index = Index(index - 1);
  snapshot.bytes = 6;
  return snapshot;
}

inline StorageWrite installation(const SnapshotMetadata& snapshot) {
  StorageWrite write;
  write.snapshot = snapshot;
  return write;
}

template <class Harness>
class StorageFixture : public testing::Test {
 protected:
  void SetUp() override { open(); }

  void open() {
    harness.open();
    state = harness.storage().take_stored_state();
    recorder.events.clear();
    harness.storage().start(recorder);
  }

  void close() {
    bool closed = false;
    harness.storage().close([&] { closed = true; });
    run_until([&] { return closed; });
    harness.forget();
  }

  /// Fails the test when the condition does not come about.
  void run_until(const std::function<bool()>& condition) {
    ASSERT_TRUE(harness.run_until(condition));
  }

  void reopen() {
    close();
    open();
  }

  WriteId submit(StorageWrite write) {
    write.id = WriteId(++last_id);
    recorder.in_call = true;
    harness.storage().write(std::move(write));
    recorder.in_call = false;
    return WriteId(last_id);
  }

  /// Waits for the last one that was submitted.
  void settle() {
    run_until([&] { return recorder.has(WriteId(last_id)); });
  }

  void write(StorageWrite write) {
    submit(std::move(write));
    settle();
  }

  Result<std::vector<Entry>> read(std::uint64_t first, std::uint64_t last,
                                  std::size_t bytes_max = 1U << 20U) {
    std::optional<Result<std::vector<Entry>>> answer;
    harness.storage().read(
        Index(first), Index(last), bytes_max,
        [&](Result<std::vector<Entry>> entries) { answer = std::move(entries); });
    run_until([&] { return answer.has_value(); });
    return std::move(*answer);
  }

  /// The entries [first, last], however many reads it takes.
  std::vector<Entry> read_all(std::uint64_t first, std::uint64_t last) {
    std::vector<Entry> all;
    while (first <= last) {
      const Result<std::vector<Entry>> part = read(first, last);
      if (!part) {
        ADD_FAILURE() << part.error().name();
        break;
      }
      all = joined(std::move(all), *part);
      first += part->size();
    }
    return all;
  }

  Errc read_error(std::uint64_t first, std::uint64_t last) {
    const Result<std::vector<Entry>> answer = read(first, last);
    EXPECT_FALSE(answer.has_value());
    return answer ? Errc::kFaulted : answer.error().code();
  }

  std::uint64_t last_index() { return state.base.index.value() + count_of(state.runs); }

  StorageRecorder recorder;
  Harness harness;
  port::StoredState state;
  std::uint64_t last_id = 0;
};

}  // namespace buoyant::conformance
