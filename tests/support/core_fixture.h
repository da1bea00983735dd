// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// One core, server 1 of a cluster that exists in the test's words only. The verbs hand it
/// inputs; time stands still unless a verb moves it.
///
/// Every log begins with the configuration at index 1, of term 1, as a bootstrap leaves it. So
/// the first elected leader leads term 2, and its no-op is at index 2.
#pragma once

#include "buoyant/base/time.h"
#include "buoyant/core/raft.h"
#include "tests/support/core_values.h"
#include "tests/support/print_core.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

namespace buoyant::tests {

class CoreFixture : public testing::Test {
 protected:
  CoreFixture() {
    options_.id = id(1);
    options_.seed = 1;
  }

  /// Starts with `state` on the disk.
  void restore(core::RestoredState state) {
    raft_ = std::make_unique<core::Raft>(options_, std::move(state), now_);
    unwritten_ = {};
    asked_.reset();
    take();
  }

  /// One of `count` voters, with nothing but the configuration in the log.
  void start(std::uint64_t count) { restore(stored(voters(count))); }

  /// The outputs, which are also kept in ready_.
  core::Ready& take() {
    ready_ = raft_->take_ready();
    if (!ready_.write.empty()) {
      unwritten_ = ready_.write.id;
    }
    for (const core::Envelope& each : ready_.messages) {
      if (const auto* request = std::get_if<RequestVote>(&each.message)) {
        asked_ = *request;
      }
    }
    return ready_;
  }

  core::Received deliver(std::uint64_t from, const Message& message) {
    return raft_->receive(now_, id(from), message);
  }

  void elapse(Duration by) {
    now_ = now_ + by;
    raft_->advance_time(now_);
  }

  /// To the deadline of the newest Ready.
  void reach_deadline() {
    ASSERT_NE(ready_.deadline, Instant::never());
    now_ = std::max(now_, ready_.deadline);
    raft_->advance_time(now_);
  }

  /// Every write that was taken is durable.
  void written() {
    if (unwritten_.is_set()) {
      raft_->written(now_, std::exchange(unwritten_, {}), core::Written::kDurable);
    }
  }

  void written(std::uint64_t through, core::Written outcome = core::Written::kDurable) {
    raft_->written(now_, WriteId(through), outcome);
    if (unwritten_ <= WriteId(through)) {
      unwritten_ = {};
    }
  }

  /// What take() hands out is written at once.
  core::Ready& take_and_write() {
    take();
    written();
    return ready_;
  }

  /// `from` grants what was asked for last.
  void grant(std::uint64_t from) {
    ASSERT_TRUE(asked_.has_value());
    deliver(from, RequestVoteReply{.term = asked_->term,
                                   .granted = true,
                                   .pre_vote = asked_->pre_vote,
                                   .campaign = asked_->campaign});
  }

  /// The permission for `to` was carried out through `last`.
  void sent(std::uint64_t to, std::uint64_t last) {
    raft_->replicated(now_, id(to), raft_->hard_state().term, Index(last));
  }

  /// Asks for pre-votes.
  void become_pre_candidate() {
    reach_deadline();
    take();
    ASSERT_EQ(raft_->standing().role, core::Role::kPreCandidate);
  }

  /// Asks for votes in the next term, with the pre-vote of server 2.
  void become_candidate() {
    become_pre_candidate();
    grant(2);
    take_and_write();
    take();
    ASSERT_EQ(raft_->standing().role, core::Role::kCandidate);
  }

  /// Leads the next term with the vote of server 2 (of at most 3 voters). The no-op is durable
  /// here; nothing was sent.
  void become_leader() {
    become_candidate();
    grant(2);
    take_and_write();
    ASSERT_EQ(raft_->standing().role, core::Role::kLeader);
  }

  /// `from` holds everything up to `match` and says so; it is in state replicate.
  void replicate_to(std::uint64_t from, std::uint64_t match) {
    sent(from, match);
    deliver(from, accepted(raft_->hard_state().term.value(), match));
  }

  [[nodiscard]] core::PeerProgress progress_of(std::uint64_t server) const {
    for (const core::PeerProgress& progress : raft_->progress()) {
      if (progress.id == id(server)) {
        return progress;
      }
    }
    ADD_FAILURE() << "no progress of server " << server;
    return {};
  }

  /// The permission for `to` in the newest Ready; null: none.
  [[nodiscard]] const core::Replicate* permission_for(std::uint64_t to) const {
    for (const core::Replicate& replicate : ready_.replicate) {
      if (replicate.to == id(to)) {
        return &replicate;
      }
    }
    return nullptr;
  }

  /// The same, when there must be one.
  [[nodiscard]] core::Replicate permission(std::uint64_t to) const {
    const core::Replicate* found = permission_for(to);
    EXPECT_NE(found, nullptr) << "no permission for server " << to;
    return found == nullptr ? core::Replicate() : *found;
  }

  /// The messages to `to` in the newest Ready.
  [[nodiscard]] std::vector<core::Envelope> messages_to(std::uint64_t to) const {
    std::vector<core::Envelope> result;
    for (const core::Envelope& each : ready_.messages) {
      if (each.to == id(to)) {
        result.push_back(each);
      }
    }
    return result;
  }

  core::RaftOptions options_;
  Instant now_{std::chrono::seconds(10)};
  std::unique_ptr<core::Raft> raft_;
  core::Ready ready_;
  /// The newest write that was taken and not reported durable.
  WriteId unwritten_;
  /// The newest request for a vote that was taken.
  std::optional<RequestVote> asked_;
};

}  // namespace buoyant::tests
