// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// A server's part in changes of who takes part (§4).

#include "simulation/server.h"

#include <string>
#include <utility>

namespace buoyant::simulation {

void Server::change_membership(std::vector<Member> members, Index based_on) {
  auto call = calls_->begin("change_membership");
  const Result<void> accepted = node_->change_membership(
      std::move(members), based_on, [this, call](const Result<Index>& result) {
        call->called_back();
        world_.context.record(id_, "change_over", {result ? result->value() : 0},
                              [&] { return result ? "done" : result.error().name(); });
      });
  world_.context.record(id_, "change", {based_on.value()},
                        [&] { return accepted ? "begins" : accepted.error().name(); });
  if (accepted) {
    call->accepted();
  }
}

void Server::on_configuration(const ConfigurationAt& configuration) noexcept {
  if (process_ == nullptr || !process_->is_alive()) {
    return;
  }
  world_.context.record(id_, "configuration", {configuration.index.value()}, [&] {
    std::string text = "at " + std::to_string(configuration.index.value()) + ":";
    for (const auto* half :
         {&configuration.configuration.members, &configuration.configuration.outgoing}) {
      text += half == &configuration.configuration.outgoing && !half->empty() ? " from" : "";
      for (const Member& member : *half) {
        text +=
            (member.role == MemberRole::kVoter ? " " : " +") + std::to_string(member.id.value());
      }
    }
    return text;
  });
}

}  // namespace buoyant::simulation
