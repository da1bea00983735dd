// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What a state machine promises about apply(), as functions that say what is wrong.
#pragma once

#include "buoyant/base/random.h"
#include "buoyant/conformance/state_machine_harness.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace buoyant::conformance {

inline constexpr std::uint64_t kSampleCommands = 200;

/// `done` runs once per batch, on the loop's thread, with a reply to each command or none.
inline Violation check_answers(StateMachineHarness& harness) {
  for (const std::uint64_t batch : {1U, 2U, 7U, 64U}) {
    Replica replica(harness);
    replica.apply_samples(0, kSampleCommands, batch);
    if (const Violation violation = replica.settle()) {
      return in_case("batches of " + std::to_string(batch), violation);
    }
  }
  return std::nullopt;
}

/// Equal commands give equal replies: nothing but them counts, no clock, no chance, no address.
inline Violation check_determinism(StateMachineHarness& harness) {
  Replica one(harness);
  Replica other(harness);
  one.apply_samples(0, kSampleCommands);
  other.apply_samples(0, kSampleCommands);
  return difference(one, other, kSampleCommands);
}

/// Where batches begin and end differs between servers, and does not count.
inline Violation check_batches(StateMachineHarness& harness) {
  Replica singly(harness);
  singly.apply_samples(0, kSampleCommands, 1);
  Replica at_once(harness);
  at_once.apply_samples(0, kSampleCommands, kSampleCommands);
  if (Violation violation = difference(singly, at_once, kSampleCommands)) {
    return in_case("one by one and all at once", std::move(violation));
  }
  Replica mixed(harness);
  Random random(1);
  for (std::uint64_t first = 0; first < kSampleCommands;) {
    const std::uint64_t count = std::min(1 + random.below(20), kSampleCommands - first);
    mixed.apply_samples(first, first + count, count);
    first += count;
  }
  return in_case("one by one and mixed", difference(singly, mixed, kSampleCommands));
}

/// Commands that make no sense: empty, huge, random, cut and damaged ones.
inline std::vector<Bytes> strange_payloads(StateMachineHarness& harness) {
  constexpr std::size_t kHuge = std::size_t{1} << 20U;
  std::vector<Bytes> payloads = {Bytes(), Bytes::copy_of(std::string(1, '\0')),
                                 Bytes::copy_of("\xff"), Bytes::copy_of(std::string(kHuge, '\0')),
                                 Bytes::copy_of(std::string(kHuge, '\xff'))};
  Random random(2);
  const auto random_byte = [&] { return static_cast<char>(random.below(256)); };
  for (int i = 0; i < 200; ++i) {
    std::string text(random.below(64), ' ');
    std::generate(text.begin(), text.end(), random_byte);
    payloads.push_back(Bytes::copy_of(text));
  }
  for (std::uint64_t number = 0; number < 100; ++number) {
    const Bytes whole = harness.command(number);
    payloads.push_back(whole.slice(0, random.below(whole.size() + 1)));
    std::string damaged(whole.text());
    if (!damaged.empty()) {
      const std::size_t at = random.below(damaged.size());
      damaged[at] = random_byte();
    }
    payloads.push_back(Bytes::copy_of(damaged));
    damaged += random_byte();
    payloads.push_back(Bytes::copy_of(damaged));
  }
  return payloads;
}

/// apply() does not fail: any bytes are answered, the same everywhere, and what follows works.
inline Violation check_any_bytes(StateMachineHarness& harness) {
  const std::vector<Bytes> payloads = strange_payloads(harness);
  Replica one(harness);
  Replica other(harness);
  for (Replica* replica : {&one, &other}) {
    std::uint64_t number = 0;
    for (const Bytes& payload : payloads) {
      replica->apply({command_at(number++, payload)});
    }
    replica->apply_samples(number, number + kSampleCommands);
  }
  return difference(one, other, payloads.size() + kSampleCommands);
}

/// It may be destroyed while a batch is open; what it does with the ApplyDone is its business.
inline Violation check_destruction(StateMachineHarness& harness) {
  Replica replica(harness);
  replica.apply_samples(0, 10);
  std::vector<Command> batch;
  for (std::uint64_t number = 10; number < 20; ++number) {
    batch.push_back(command_at(number, harness.command(number)));
  }
  replica.open(std::move(batch));
  replica.destroy();
  return replica.settle();
}

}  // namespace buoyant::conformance
