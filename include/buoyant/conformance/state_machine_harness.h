// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What the conformance checks of state machines share: the harness, and a replica to drive.
#pragma once

#include "buoyant/conformance/print.h"
#include "buoyant/port/state_machine.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace buoyant::conformance {

/// Makes the state machines under test and commands for them.
class StateMachineHarness {
 public:
  StateMachineHarness() = default;
  StateMachineHarness(const StateMachineHarness&) = delete;
  StateMachineHarness& operator=(const StateMachineHarness&) = delete;
  virtual ~StateMachineHarness() = default;

  /// A fresh one, in the state in which every server begins. Several live at a time.
  virtual std::unique_ptr<StateMachine> make() = 0;

  /// The bytes of a sample command: of each kind that there is, on the same and on different
  /// things. Equal numbers give equal bytes.
  virtual Bytes command(std::uint64_t number) = 0;

  /// Everything that is replicated, as text. Only needed when replies do not show it.
  virtual std::string state_of(StateMachine& machine) {
    (void)machine;
    return {};
  }

  /// For one that calls `done` later. Runs its loop until the condition holds; false: it does not.
  virtual bool run_until(const std::function<bool()>& condition) { return condition(); }

  /// The same: runs what is due, and gives threads a chance.
  virtual void run_some() {}
};

/// What is wrong, in words; nothing: all is well.
using Violation = std::optional<std::string>;

/// The command that is committed as the number-th, from 0. Indexes have gaps, as there are
/// entries that are not the user's.
inline Command command_at(std::uint64_t number, Bytes payload) {
  return {
      .index = Index(3 + number * 2), .term = Term(1 + number / 40), .payload = std::move(payload)};
}

/// One state machine, driven as a node drives it. It stops at the first violation.
class Replica {
 public:
  explicit Replica(StateMachineHarness& harness) : harness_(harness), machine_(harness.make()) {}

  /// Applies one batch and waits until it is answered.
  void apply(std::vector<Command> commands) {
    if (violation_) {
      return;
    }
    const std::size_t count = commands.size();
    open(std::move(commands));
    const std::shared_ptr<Answer> answer = answers_.back();
    if (!harness_.run_until([&] { return answer->calls > 0; })) {
      violation_ = "done was not called";
    } else if (!answer->replies.empty() && answer->replies.size() != count) {
      violation_ = std::to_string(answer->replies.size()) + " replies to " + std::to_string(count) +
                   " commands";
    }
    answer->replies.resize(count);
    std::move(answer->replies.begin(), answer->replies.end(), std::back_inserter(replies_));
  }

  /// Applies the sample commands [first, last) in batches of this size.
  void apply_samples(std::uint64_t first, std::uint64_t last, std::uint64_t batch = 8) {
    while (first < last && !violation_) {
      std::vector<Command> commands;
      for (const std::uint64_t end = std::min(last, first + batch); first < end; ++first) {
        commands.push_back(command_at(first, harness_.command(first)));
      }
      apply(std::move(commands));
    }
  }

  /// Begins a batch without waiting for it.
  void open(std::vector<Command> commands) {
    auto answer = std::make_shared<Answer>();
    answers_.push_back(answer);
    machine_->apply(std::move(commands), ApplyDone([answer](std::vector<Bytes> replies) {
                      answer->calls += 1;
                      answer->on_other_thread |= std::this_thread::get_id() != answer->thread;
                      answer->replies = std::move(replies);
                    }));
  }

  /// Looks at what came after the answers, too.
  Violation settle() {
    harness_.run_some();
    for (const std::shared_ptr<Answer>& answer : answers_) {
      if (!violation_ && answer->calls > 1) {
        violation_ = "done was called " + std::to_string(answer->calls) + " times for one batch";
      }
      if (!violation_ && answer->on_other_thread) {
        violation_ = "done was called on another thread";
      }
    }
    return violation_;
  }

  void destroy() { machine_.reset(); }

  [[nodiscard]] StateMachine& machine() { return *machine_; }

  [[nodiscard]] const Violation& violation() const { return violation_; }

  /// Of every command since the beginning; empty ones where it gave none.
  [[nodiscard]] const std::vector<Bytes>& replies() const { return replies_; }

  [[nodiscard]] std::string state() { return harness_.state_of(*machine_); }

 private:
  struct Answer {
    std::thread::id thread = std::this_thread::get_id();
    int calls = 0;
    bool on_other_thread = false;
    std::vector<Bytes> replies;
  };

  StateMachineHarness& harness_;
  std::unique_ptr<StateMachine> machine_;
  std::vector<std::shared_ptr<Answer>> answers_;
  std::vector<Bytes> replies_;
  Violation violation_;
};

/// What tells two replicas apart: their own violations, the last `count` replies of each, or
/// their states.
inline Violation difference(Replica& one, Replica& other, std::size_t count) {
  for (Replica* replica : {&one, &other}) {
    if (Violation violation = replica->settle()) {
      return violation;
    }
  }
  for (std::size_t i = 0; i < count; ++i) {
    const Bytes& left = *(one.replies().end() - static_cast<std::ptrdiff_t>(count - i));
    const Bytes& right = *(other.replies().end() - static_cast<std::ptrdiff_t>(count - i));
    if (left != right) {
      std::ostringstream text;
      text << "reply " << i + 1 << " of " << count << " is " << left << " here and " << right
           << " there";
      return text.str();
    }
  }
  if (one.state() != other.state()) {
    return "the state is " + one.state() + " here and " + other.state() + " there";
  }
  return std::nullopt;
}

/// Says in which case it was.
inline Violation in_case(const std::string& description, Violation violation) {
  return violation ? Violation(description + ": " + *violation) : std::nullopt;
}

}  // namespace buoyant::conformance
