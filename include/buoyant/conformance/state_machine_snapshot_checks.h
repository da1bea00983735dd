// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What a state machine promises about capture() and install() (§5), as functions that say what
/// is wrong. One that takes no snapshots passes all of them.
#pragma once

#include "buoyant/base/random.h"
#include "buoyant/conformance/state_machine_harness.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <utility>

namespace buoyant::conformance {

/// The snapshot of most checks stands after this many commands; the rest are applied later.
inline constexpr std::uint64_t kCaptured = 60;
inline constexpr std::uint64_t kAfterCapture = 60;

/// A snapshot as it was read.
struct Reading {
  std::string bytes;
  Violation violation;
};

/// Reads to the end in chunks of at most `bytes_max`.
inline Reading read_snapshot(SnapshotSource& source, std::size_t bytes_max) {
  constexpr std::size_t kBytesHardMax = std::size_t{64} << 20U;
  Reading reading;
  for (;;) {
    const Result<Bytes> chunk = source.read(bytes_max);
    if (!chunk) {
      reading.violation = std::string("read failed: ") + chunk.error().name();
    } else if (chunk->size() > bytes_max) {
      reading.violation = "read gave more than it was asked for";
    } else if (reading.bytes.size() > kBytesHardMax) {
      reading.violation = "read does not end";
    }
    if (reading.violation || chunk->empty()) {
      break;
    }
    reading.bytes += chunk->text();
  }
  if (const Result<Bytes> more = source.read(bytes_max);
      !reading.violation && (!more || !more->empty())) {
    reading.violation = "read goes on after the end";
  }
  return reading;
}

/// Writes all of it, in chunks of this size. Errors: the state machine's.
inline Result<void> write_snapshot(SnapshotTarget& target, std::string_view bytes,
                                   std::size_t chunk_bytes) {
  for (; !bytes.empty(); bytes.remove_prefix(std::min(chunk_bytes, bytes.size()))) {
    if (const Result<void> written = target.write(view_of(bytes.substr(0, chunk_bytes)));
        !written) {
      return written;
    }
  }
  return {};
}

inline Result<void> install_snapshot(Replica& replica, std::string_view bytes,
                                     std::size_t chunk_bytes = 7) {
  const std::unique_ptr<SnapshotTarget> target = replica.machine().install();
  if (target == nullptr) {
    return fail(Errc::kNotReady, "install() is null");
  }
  if (const Result<void> written = write_snapshot(*target, bytes, chunk_bytes); !written) {
    return written;
  }
  return target->finish();
}

/// Captures and reads.
inline Reading capture_snapshot(Replica& replica, std::size_t bytes_max = 100) {
  const std::unique_ptr<SnapshotSource> source = replica.machine().capture();
  return source != nullptr ? read_snapshot(*source, bytes_max)
                           : Reading{.bytes = {}, .violation = "capture() is sometimes null"};
}

/// One that does not may say so only as a whole: see check_snapshots_are_whole.
inline bool takes_snapshots(StateMachineHarness& harness) {
  const std::unique_ptr<StateMachine> machine = harness.make();
  return machine->capture() != nullptr && machine->install() != nullptr;
}

/// Installs what was read and applies the commands [first, last) to it; `original` has applied
/// them already, and must have given the same replies.
inline Violation compare_restored(Replica& original, Replica& restored, const Reading& reading,
                                  std::uint64_t first, std::uint64_t last) {
  if (reading.violation) {
    return reading.violation;
  }
  if (const Result<void> installed = install_snapshot(restored, reading.bytes); !installed) {
    return std::string("install failed: ") + installed.error().name();
  }
  restored.apply_samples(first, last);
  return difference(original, restored, last - first);
}

/// Both or neither, whatever the state is.
inline Violation check_snapshots_are_whole(StateMachineHarness& harness) {
  Replica replica(harness);
  const bool captures = replica.machine().capture() != nullptr;
  for (std::uint64_t first = 0; first < 20; first += 10) {
    if ((replica.machine().capture() != nullptr) != captures) {
      return "capture() is sometimes null";
    }
    if ((replica.machine().install() != nullptr) != captures) {
      return captures ? "capture() without install()" : "install() without capture()";
    }
    replica.apply_samples(first, first + 10);
  }
  return replica.settle();
}

/// A snapshot taken anywhere, carried in chunks of any size, gives a replica that goes on alike.
inline Violation check_restore(StateMachineHarness& harness) {
  if (!takes_snapshots(harness)) {
    return std::nullopt;
  }
  constexpr std::uint64_t kEnd = kCaptured + kAfterCapture;
  for (const std::uint64_t at : {std::uint64_t{0}, std::uint64_t{1}, kCaptured}) {
    for (const std::size_t chunk_bytes : {1U, 3U, 1U << 16U}) {
      Replica original(harness);
      original.apply_samples(0, at);
      const Reading reading = capture_snapshot(original, chunk_bytes);
      original.apply_samples(at, kEnd);
      Replica restored(harness);
      if (Violation violation = compare_restored(original, restored, reading, at, kEnd)) {
        return in_case("captured after " + std::to_string(at) + " commands, in chunks of " +
                           std::to_string(chunk_bytes),
                       std::move(violation));
      }
    }
  }
  return std::nullopt;
}

/// What was there before is gone: a snapshot replaces the state of a server that lags.
inline Violation check_install_replaces(StateMachineHarness& harness) {
  if (!takes_snapshots(harness)) {
    return std::nullopt;
  }
  Replica original(harness);
  original.apply_samples(0, kCaptured);
  const Reading reading = capture_snapshot(original);
  original.apply_samples(kCaptured, kCaptured + kAfterCapture);
  Replica lagging(harness);
  lagging.apply_samples(0, kCaptured / 2);
  return compare_restored(original, lagging, reading, kCaptured, kCaptured + kAfterCapture);
}

/// Commands that are applied after capture() do not change what is read.
inline Violation check_capture_is_frozen(StateMachineHarness& harness) {
  if (!takes_snapshots(harness)) {
    return std::nullopt;
  }
  for (const bool begun : {false, true}) {
    Replica original(harness);
    original.apply_samples(0, kCaptured);
    const std::unique_ptr<SnapshotSource> source = original.machine().capture();
    if (source == nullptr) {
      return "capture() is sometimes null";
    }
    Result<Bytes> first = begun ? source->read(1) : Result<Bytes>(Bytes());
    if (!first) {
      return std::string("read failed: ") + first.error().name();
    }
    original.apply_samples(kCaptured, kCaptured + kAfterCapture);
    Reading rest = read_snapshot(*source, 100);
    rest.bytes.insert(0, first->text());
    Replica restored(harness);
    if (Violation violation =
            compare_restored(original, restored, rest, kCaptured, kCaptured + kAfterCapture)) {
      return in_case("read after later commands", std::move(violation));
    }
  }
  return std::nullopt;
}

/// A worker reads while the loop applies, and a worker writes: for the thread sanitizer.
inline Violation check_worker(StateMachineHarness& harness) {
  if (!takes_snapshots(harness)) {
    return std::nullopt;
  }
  Replica original(harness);
  original.apply_samples(0, kCaptured);
  Replica restored(harness);
  const std::unique_ptr<SnapshotSource> source = original.machine().capture();
  const std::unique_ptr<SnapshotTarget> target = restored.machine().install();
  if (source == nullptr || target == nullptr) {
    return "capture() or install() is sometimes null";
  }
  Reading reading;
  Result<void> written;
  std::thread worker([&] {
    reading = read_snapshot(*source, 16);
    written = write_snapshot(*target, reading.bytes, 16);
  });
  original.apply_samples(kCaptured, kCaptured + kAfterCapture, 1);
  worker.join();
  if (reading.violation) {
    return reading.violation;
  }
  if (!written || !target->finish()) {
    return "install failed";
  }
  restored.apply_samples(kCaptured, kCaptured + kAfterCapture);
  return difference(original, restored, kAfterCapture);
}

/// Snapshots that are given up, on either side, leave the state as it was: only finish() changes
/// it.
inline Violation check_abandoned(StateMachineHarness& harness) {
  if (!takes_snapshots(harness)) {
    return std::nullopt;
  }
  Replica original(harness);
  original.apply_samples(0, kCaptured);
  const Reading reading = capture_snapshot(original);
  Replica one(harness);
  Replica other(harness);
  one.apply_samples(0, 10);
  other.apply_samples(0, 10);
  const std::unique_ptr<SnapshotSource> source = one.machine().capture();
  std::unique_ptr<SnapshotTarget> target = one.machine().install();
  if (source == nullptr || target == nullptr || reading.violation) {
    return reading.violation.value_or("capture() or install() is sometimes null");
  }
  (void)source->read(1);
  (void)write_snapshot(*target, reading.bytes, 100);
  target.reset();
  one.apply_samples(10, 10 + kAfterCapture);
  other.apply_samples(10, 10 + kAfterCapture);
  return difference(one, other, kAfterCapture);
}

/// Snapshots that are not one: cut short, with something behind, and other bytes altogether.
inline std::vector<std::pair<std::string, std::string>> broken_snapshots(const std::string& whole) {
  std::vector<std::pair<std::string, std::string>> broken;
  const std::size_t step = 1 + whole.size() / 200;
  for (std::size_t size = 0; size < whole.size(); size += step) {
    broken.emplace_back("cut after " + std::to_string(size) + " bytes", whole.substr(0, size));
  }
  broken.emplace_back("with a byte behind", whole + '\0');
  broken.emplace_back("twice", whole.empty() ? "x" : whole + whole);
  Random random(3);
  for (int i = 0; i < 200; ++i) {
    std::string text(1 + random.below(2 * whole.size() + 64), ' ');
    std::generate(text.begin(), text.end(), [&] { return static_cast<char>(random.below(256)); });
    broken.emplace_back("garbage " + std::to_string(i), text);
  }
  return broken;
}

/// Broken snapshots are refused, by write() or finish(), and change nothing.
inline Violation check_broken_snapshots(StateMachineHarness& harness) {
  if (!takes_snapshots(harness)) {
    return std::nullopt;
  }
  Replica original(harness);
  original.apply_samples(0, kCaptured);
  const Reading reading = capture_snapshot(original);
  Replica one(harness);
  Replica other(harness);
  one.apply_samples(0, 10);
  other.apply_samples(0, 10);
  for (const auto& [description, bytes] : broken_snapshots(reading.bytes)) {
    if (install_snapshot(one, bytes)) {
      return "a snapshot was accepted: " + description;
    }
  }
  one.apply_samples(10, 10 + kAfterCapture);
  other.apply_samples(10, 10 + kAfterCapture);
  return in_case("after refused snapshots", difference(one, other, kAfterCapture));
}

/// A damaged byte is refused or accepted, and the state machine lives on.
inline Violation check_damaged_snapshots(StateMachineHarness& harness) {
  if (!takes_snapshots(harness)) {
    return std::nullopt;
  }
  Replica original(harness);
  original.apply_samples(0, kCaptured);
  const Reading reading = capture_snapshot(original);
  Random random(4);
  for (std::size_t at = 0; at < reading.bytes.size(); at += 1 + reading.bytes.size() / 200) {
    std::string damaged = reading.bytes;
    damaged[at] = static_cast<char>(random.below(256));
    Replica replica(harness);
    (void)install_snapshot(replica, damaged);
    replica.apply_samples(kCaptured, kCaptured + 10);
    if (const Violation violation = replica.settle()) {
      return in_case("with byte " + std::to_string(at) + " damaged", violation);
    }
  }
  return std::nullopt;
}

}  // namespace buoyant::conformance
