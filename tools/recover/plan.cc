// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/recover/plan.h"

#include "buoyant/base/assert.h"

#include <algorithm>
#include <utility>

namespace buoyant::recover_tool {

namespace {

Result<ConfigurationAt> newest_configuration(const port::StoredState& stored, port::Codec& codec) {
  if (stored.configurations.empty()) {
    return ConfigurationAt{.index = stored.snapshot.configuration_index,
                           .configuration = stored.snapshot.configuration};
  }
  const port::StoredConfiguration& newest = stored.configurations.back();
  Result<Configuration> decoded = codec.decode_configuration(newest.payload.view());
  if (!decoded) {
    return fail(Errc::kStorageCorrupt, "a stored configuration does not decode");
  }
  return ConfigurationAt{.index = newest.index, .configuration = std::move(*decoded)};
}

LogPosition last_position(const port::StoredState& stored) {
  return {.term = stored.runs.empty() ? stored.base.term : stored.runs.back().term,
          .index = stored.base.index + count_of(stored.runs)};
}

/// The members of one configuration whose ids the other does not have.
std::vector<Member> only_in(const Configuration& one, const Configuration& other) {
  std::vector<Member> members;
  for (const ServerId id : one.ids()) {
    if (other.find(id) == nullptr) {
      members.push_back(*one.find(id));
    }
  }
  return members;
}

}  // namespace

Result<Plan> make_plan(const port::StoredState& stored, std::vector<Member> voters,
                       port::Codec& codec) {
  Result<Configuration> wanted = make_configuration(std::move(voters));
  if (!wanted) {
    return fail(wanted.error());
  }
  const LogPosition last = last_position(stored);
  if (!last.index.is_set()) {
    return fail(Errc::kNotReady, "the log is empty: there is nothing to recover from");
  }
  Result<ConfigurationAt> present = newest_configuration(stored, codec);
  if (!present) {
    return fail(present.error());
  }
  const ServerId self = stored.identity.server;
  if (present->configuration.find(self) == nullptr) {
    return fail(Errc::kInvalidConfiguration,
                "this server is no member of the newest configuration in its log");
  }
  if (!wanted->is_voter(self)) {
    return fail(Errc::kInvalidConfiguration, "this server is not among the new members");
  }
  const Index committed = std::max(stored.base.index, stored.snapshot.id.position.index);
  Plan plan{.identity = stored.identity,
            .hard_state = stored.hard_state,
            .snapshot = stored.snapshot,
            .base = stored.base,
            .last = last,
            .present = std::move(*present),
            .wanted = std::move(*wanted),
            .undecided = {.first = committed.next(), .last = last.index},
            .dropped = {},
            .added = {}};
  plan.dropped = only_in(plan.present.configuration, plan.wanted);
  plan.added = only_in(plan.wanted, plan.present.configuration);
  return plan;
}

port::StorageWrite write_of(const Plan& plan, port::Codec& codec) {
  BUOYANT_ASSERT(!plan.is_done());
  const LogPosition position = plan.position();
  port::StorageWrite write;
  write.id = WriteId(1);
  // §3.4: nobody else can have, or get, this server's vote in the term of the entry.
  write.hard_state = HardState{.term = position.term, .voted_for = plan.identity.server};
  write.first = position.index;
  write.entries.push_back({.term = position.term,
                           .kind = EntryKind::kConfiguration,
                           .payload = codec.encode_configuration(plan.wanted)});
  // The other members may start wiped: which directories they had does not count any more.
  write.peers.emplace();
  return write;
}

}  // namespace buoyant::recover_tool
