// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/common/admin.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace example {

namespace {

using buoyant::Errc;
using buoyant::Member;
using buoyant::MemberRole;
using buoyant::ServerId;

using Parameters = std::map<std::string_view, std::string_view>;

std::string body_of(const nlohmann::ordered_json& json) {
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

AdminAnswer done_answer(const std::string& what) {
  return {"200 OK", body_of({{"done", what}})};
}

std::string status_of(Errc code) {
  if (code == Errc::kOutcomeUnknown) {
    return "504 Gateway Timeout";
  }
  const bool passes = code == Errc::kNoLeader || code == Errc::kBusy || code == Errc::kNotReady ||
                      code == Errc::kStopped || code == Errc::kFaulted;
  return passes ? "503 Service Unavailable" : "409 Conflict";
}

AdminAnswer error_answer(const buoyant::Error& error) {
  std::string message = error.message();
  if (*error.context() != '\0') {
    message += std::string(": ") + error.context();
  }
  // A new voter that does not catch up has become a learner all the same.
  const bool is_unknown =
      error.outcome() == buoyant::Outcome::kUnknown || error.code() == Errc::kNotCaughtUp;
  return {status_of(error.code()), body_of({{"error", error.name()},
                                            {"message", message},
                                            {"applied", is_unknown ? "unknown" : "no"}})};
}

Parameters parameters_of(std::string_view query) {
  Parameters parameters;
  while (!query.empty()) {
    const std::string_view one = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), one.size() + 1));
    const std::string_view name = one.substr(0, one.find('='));
    parameters[name] = one.substr(std::min(one.size(), name.size() + 1));
  }
  return parameters;
}

/// Nothing: it is not there, or no id.
std::optional<ServerId> id_of(const Parameters& parameters, std::string_view name) {
  const auto at = parameters.find(name);
  std::uint64_t id = 0;
  if (at == parameters.end()) {
    return std::nullopt;
  }
  const char* const end = at->second.data() + at->second.size();
  const auto [stop, error] = std::from_chars(at->second.data(), end, id);
  const bool is_id = error == std::errc() && stop == end && id != 0;
  return is_id ? std::optional(ServerId(id)) : std::nullopt;
}

void transfer(buoyant::Node& node, const Parameters& parameters, const AdminDone& done) {
  const std::optional<ServerId> to = id_of(parameters, "to");
  if (!to && !parameters.empty()) {
    done(refuse_action("400 Bad Request", "the parameter is to=ID"));
    return;
  }
  const auto accepted =
      node.transfer(to.value_or(ServerId()), [done](const buoyant::Result<ServerId>& outcome) {
        done(outcome ? done_answer("server " + std::to_string(outcome->value()) + " leads")
                     : error_answer(outcome.error()));
      });
  if (!accepted) {
    done(error_answer(accepted.error()));
  }
}

void take_snapshot(buoyant::Node& node, const AdminDone& done) {
  const auto accepted =
      node.take_snapshot([done](const buoyant::Result<buoyant::SnapshotMetadata>& outcome) {
        done(outcome ? done_answer("there is a snapshot of everything up to entry " +
                                   std::to_string(outcome->id.position.index.value()))
                     : error_answer(outcome.error()));
      });
  if (!accepted) {
    done(error_answer(accepted.error()));
  }
}

/// What is to become of the members that there are. Nothing: `action` is none, or needs more.
std::optional<std::vector<Member>> target_of(std::string_view action, const Parameters& parameters,
                                             std::vector<Member> members) {
  const std::optional<ServerId> id = id_of(parameters, "id");
  const auto found = std::find_if(members.begin(), members.end(),
                                  [&](const Member& member) { return member.id == id; });
  const bool is_there = found != members.end();
  const auto address = parameters.find("address");
  if (!id) {
    return std::nullopt;
  }
  if (action == "add" && address != parameters.end()) {
    const bool is_learner = parameters.contains("learner");
    Member added{*id, std::string(address->second),
                 is_learner ? MemberRole::kLearner : MemberRole::kVoter};
    if (is_there) {
      *found = std::move(added);
    } else {
      members.push_back(std::move(added));
    }
  } else if (action == "remove") {
    members.erase(std::remove_if(members.begin(), members.end(),
                                 [&](const Member& member) { return member.id == *id; }),
                  members.end());
  } else if (is_there && (action == "promote" || action == "demote")) {
    found->role = action == "promote" ? MemberRole::kVoter : MemberRole::kLearner;
  } else {
    return std::nullopt;
  }
  std::sort(members.begin(), members.end(),
            [](const Member& left, const Member& right) { return left.id < right.id; });
  return members;
}

/// One attempt: who finds that others were faster looks at what there is now.
void change_members(buoyant::Node& node, std::string_view action, const Parameters& parameters,
                    const AdminDone& done) {
  const buoyant::NodeStatus status = node.status();
  auto target = target_of(action, parameters, status.configuration.members);
  if (!target) {
    done(
        refuse_action("400 Bad Request",
                      "add?id=ID&address=HOST:PORT[&learner=1], or promote, demote or remove?id=ID "
                      "of a member"));
    return;
  }
  const auto accepted =
      node.change_membership(*std::move(target), status.configuration_index,
                             [done](const buoyant::Result<buoyant::Index>& outcome) {
                               done(outcome ? done_answer("the members are committed at entry " +
                                                          std::to_string(outcome->value()))
                                            : error_answer(outcome.error()));
                             });
  if (!accepted) {
    done(error_answer(accepted.error()));
  }
}

}  // namespace

AdminAnswer refuse_action(std::string status, std::string_view message) {
  return {std::move(status),
          body_of({{"error", "refused"}, {"message", message}, {"applied", "no"}})};
}

void run_action(buoyant::Node& node, std::string_view target, const AdminDone& done) {
  constexpr std::string_view kMembers = "/members/";
  const std::string_view path = target.substr(0, target.find('?'));
  const Parameters parameters =
      parameters_of(target.substr(std::min(target.size(), path.size() + 1)));
  if (path == "/transfer") {
    transfer(node, parameters, done);
  } else if (path == "/snapshot") {
    take_snapshot(node, done);
  } else if (path.starts_with(kMembers)) {
    change_members(node, path.substr(kMembers.size()), parameters, done);
  } else {
    done(refuse_action("404 Not Found", "there is /transfer, /snapshot and /members/..."));
  }
}

}  // namespace example
