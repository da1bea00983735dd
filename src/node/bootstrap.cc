// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "node/bootstrap.h"

#include "buoyant/base/assert.h"

#include <utility>

namespace buoyant::node {

namespace {

constexpr Term kFirstTerm{1};
constexpr Index kFirstIndex{1};

}  // namespace

Result<ConfigurationAt> Bootstrap::plan(std::vector<Member> members, ServerId self,
                                        const std::string& address) {
  Result<Configuration> configuration = make_configuration(std::move(members));
  if (!configuration) {
    return fail(configuration.error());
  }
  const Member* member = configuration->find(self);
  if (member == nullptr) {
    return fail(Errc::kInvalidConfiguration, "this server is not among the members");
  }
  if (!address.empty() && member->address != address) {
    return fail(Errc::kInvalidConfiguration, "this server has another address in the list");
  }
  return ConfigurationAt{.index = kFirstIndex, .configuration = std::move(*configuration)};
}

Entry Bootstrap::entry_of(const Configuration& configuration, port::Codec& codec) {
  return {.term = kFirstTerm,
          .kind = EntryKind::kConfiguration,
          .payload = codec.encode_configuration(configuration)};
}

void Bootstrap::want(ConfigurationAt configuration, Entry entry, std::uint64_t checksum) {
  BUOYANT_ASSERT(!wanted_);
  wanted_ = Wanted{
      .configuration = std::move(configuration), .entry = std::move(entry), .checksum = checksum};
}

HardState Bootstrap::hard_state_after(const HardState& present) noexcept {
  // A server that already voted in a later term keeps that promise.
  return present.term < kFirstTerm ? HardState{.term = kFirstTerm, .voted_for = {}} : present;
}

port::StorageWrite Bootstrap::make_write(const HardState& present) const {
  BUOYANT_ASSERT(wanted_.has_value());
  port::StorageWrite write;
  write.hard_state = hard_state_after(present);
  write.first = kFirstIndex;
  write.entries.push_back(wanted_->entry);
  return write;
}

core::RestoredState Bootstrap::finish(const HardState& present) {
  BUOYANT_ASSERT(wanted_.has_value());
  core::RestoredState restored;
  restored.hard_state = hard_state_after(present);
  restored.runs = {{.term = kFirstTerm, .count = 1}};
  restored.configurations.push_back(std::move(wanted_->configuration));
  give_up();
  return restored;
}

void Bootstrap::give_up() noexcept {
  wanted_.reset();
  write_ = WriteId();
}

}  // namespace buoyant::node
