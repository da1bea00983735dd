// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A leader that changes members.
#pragma once

#include "tests/support/core_fixture.h"

#include <initializer_list>
#include <utility>
#include <vector>

namespace buoyant::tests {

inline Configuration simple(std::vector<Member> members) {
  return {.members = std::move(members), .outgoing = {}};
}

inline Configuration joint(std::vector<Member> members, std::vector<Member> outgoing) {
  return {.members = std::move(members), .outgoing = std::move(outgoing)};
}

inline Member voter_at(std::uint64_t server, const char* address) {
  return {.id = id(server), .address = address, .role = MemberRole::kVoter};
}

class MembershipTest : public CoreFixture {
 protected:
  /// Leads term 2 with the votes of these.
  void win_with(std::initializer_list<std::uint64_t> servers) {
    become_pre_candidate();
    for (int ballot = 0; ballot < 2; ++ballot) {
      for (const std::uint64_t server : servers) {
        grant(server);
      }
      take_and_write();
      take_and_write();
    }
    ASSERT_TRUE(raft_->is_leader());
  }

  /// Leads term 2; its no-op, at 2, is committed, and the others have it.
  void lead(std::uint64_t count) {
    start(count);
    if (count > 3) {
      win_with({2, 3});
    } else {
      become_leader();
    }
    for (std::uint64_t server = 2; server <= count; ++server) {
      replicate_to(server, 2);
    }
    take_and_write();
  }

  Result<std::uint64_t> change(std::vector<Member> members) {
    return raft_->change_membership(now_, std::move(members), raft_->configuration().index);
  }

  /// These acknowledge the whole log, which is durable here.
  void acknowledge(std::initializer_list<std::uint64_t> servers) {
    take_and_write();
    for (const std::uint64_t server : servers) {
      replicate_to(server, raft_->last().index.value());
    }
    take_and_write();
  }

  [[nodiscard]] const Configuration& configuration() const {
    return raft_->configuration().configuration;
  }
};

}  // namespace buoyant::tests
