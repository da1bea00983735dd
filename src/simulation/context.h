// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What all parts of one run share: the plan, the time, and the record of what happened.
#pragma once

#include "buoyant/simulation/plan.h"
#include "buoyant/simulation/simulation.h"
#include "simulation/timeline.h"

#include <bit>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <utility>

namespace buoyant::simulation {

/// Owned by the run; everything in it borrows it.
class Context {
 public:
  Context(const Plan& run_plan, const TraceSink& trace) : plan(run_plan), trace_(trace) {}

  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  [[nodiscard]] Instant now() const noexcept { return timeline.now(); }

  /// Something happened: goes into the hash, and into the trace if somebody listens. `text` gives
  /// the detail in words; it is asked for only then. `also` are further numbers for who listens.
  template <class Text>
  void record(ServerId server, const char* what, std::initializer_list<std::uint64_t> numbers,
              Text&& text, std::initializer_list<std::uint64_t> also = {}) {
    mix(static_cast<std::uint64_t>(now().since_start().count()));
    mix(server.value());
    for (const char* at = what; *at != '\0'; ++at) {
      mix(static_cast<std::uint64_t>(static_cast<unsigned char>(*at)));
    }
    for (const std::uint64_t number : numbers) {
      mix(number);
    }
    tell(server, what, numbers, std::forward<Text>(text), also);
  }

  void record(ServerId server, const char* what,
              std::initializer_list<std::uint64_t> numbers = {}) {
    record(server, what, numbers, [] { return std::string(); });
  }

  /// The same for who listens only: not in the hash.
  template <class Text>
  void tell(ServerId server, const char* what, std::initializer_list<std::uint64_t> numbers,
            Text&& text, std::initializer_list<std::uint64_t> also = {}) {
    if (trace_) {
      TraceEvent event{.at = now(),
                       .server = server,
                       .what = what,
                       .detail = std::string(text()),
                       .numbers = numbers};
      event.numbers.insert(event.numbers.end(), also.begin(), also.end());
      trace_(event);
    }
  }

  void tell(ServerId server, const char* what, std::initializer_list<std::uint64_t> numbers = {}) {
    tell(server, what, numbers, [] { return std::string(); });
  }

  /// Somebody listens.
  [[nodiscard]] bool is_traced() const noexcept { return static_cast<bool>(trace_); }

  /// A check saw something that must not be. The first one counts: the run ends after this event.
  void violate(const char* check, std::string text) {
    if (!violation_) {
      record({}, "violation", {}, [&] { return std::string(check) + ": " + text; });
      violation_ = Violation{.check = check, .text = std::move(text), .at = now()};
    }
  }

  [[nodiscard]] const std::optional<Violation>& violation() const noexcept { return violation_; }

  [[nodiscard]] std::uint64_t hash() const noexcept { return hash_; }

  const Plan& plan;
  Timeline timeline;
  Totals totals;
  /// Faults happen; false from the moment on at which everything is healed.
  bool faulty = true;

  [[nodiscard]] bool has(Fault fault) const noexcept { return faulty && plan.faults.has(fault); }

 private:
  void mix(std::uint64_t number) noexcept {
    hash_ = std::rotl(hash_ ^ number, 23) * 0x9e3779b97f4a7c15U;
  }

  const TraceSink& trace_;
  std::uint64_t hash_ = 0x62756f79616e7400U;
  std::optional<Violation> violation_;
};

}  // namespace buoyant::simulation
