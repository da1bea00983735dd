// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/kv/raft_commands.h"

#include "adapters/uv/address.h"
#include "buoyant/report.h"
#include "examples/kv/command_table.h"
#include "examples/kv/members.h"
#include "examples/kv/resp_writer.h"

#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <utility>

namespace kv {

namespace {

std::string members(const buoyant::NodeStatus& status) {
  std::string reply;
  resp::add_array(reply, status.configuration.members.size());
  for (const buoyant::Member& member : status.configuration.members) {
    resp::add_array(reply, 3);
    resp::add_integer(reply, static_cast<std::int64_t>(member.id.value()));
    resp::add_bulk(reply, member.address);
    resp::add_bulk(reply, member.role == buoyant::MemberRole::kVoter ? "voter" : "learner");
  }
  return reply;
}

/// Equal on all servers that applied the same.
std::string hash(const buoyant::NodeStatus& status, const KvState& replicated) {
  std::array<char, 17> hex{};
  std::snprintf(hex.data(), hex.size(), "%016llx",
                static_cast<unsigned long long>(replicated.digest()));
  std::string reply;
  resp::add_array(reply, 2);
  resp::add_integer(reply, static_cast<std::int64_t>(status.applied.value()));
  resp::add_bulk(reply, hex.data());
  return reply;
}

std::string describe(const buoyant::TraceStep& trace) {
  const auto since_start = trace.at.since_start();
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(since_start);
  std::string text = std::to_string(milliseconds.count()) + " ms " + step_name(trace.step.kind) +
                     " term " + std::to_string(trace.step.term.value());
  if (trace.step.peer.is_set()) {
    text += " peer " + std::to_string(trace.step.peer.value());
  }
  if (trace.step.index.is_set()) {
    text += " index " + std::to_string(trace.step.index.value());
  }
  if (trace.step.detail != nullptr && *trace.step.detail != '\0') {
    text += std::string(": ") + trace.step.detail;
  }
  return text;
}

std::string trace(const buoyant::Node& node) {
  const std::vector<buoyant::TraceStep> steps = node.trace();
  std::string reply;
  resp::add_array(reply, steps.size());
  for (const buoyant::TraceStep& step : steps) {
    resp::add_bulk(reply, describe(step));
  }
  return reply;
}

/// Nothing: it is no server's id.
std::optional<buoyant::ServerId> server_id(std::string_view text) {
  std::uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  return error == std::errc() && stop == end && value > 0 ? std::optional(buoyant::ServerId(value))
                                                          : std::nullopt;
}

constexpr std::string_view kNoId = "ERR a server's id is a number above zero";

/// RAFT.ADD id HOST:PORT [LEARNER]
void add(const std::vector<std::string_view>& words, buoyant::ServerId id, Replication& replication,
         const Answer& answer) {
  const bool as_learner = words.size() == 4;
  if (as_learner && !equals_ignoring_case(words[3], "LEARNER")) {
    answer(resp::error("ERR syntax error: only LEARNER may follow the address"));
    return;
  }
  const auto address = buoyant::uv::parse_address(words[2]);
  if (!address || address->port == 0) {
    answer(resp::error("ERR the address is not HOST:PORT"));
    return;
  }
  const buoyant::Member member{
      .id = id,
      .address = std::string(words[2]),
      .role = as_learner ? buoyant::MemberRole::kLearner : buoyant::MemberRole::kVoter};
  replication.change([member](Members members) { return with_member(std::move(members), member); },
                     answer);
}

void change_members(const std::string& name, const std::vector<std::string_view>& words,
                    Replication& replication, const Answer& answer) {
  const auto id = server_id(words[1]);
  if (!id) {
    answer(resp::error(kNoId));
  } else if (name == "RAFT.ADD") {
    add(words, *id, replication, answer);
  } else if (name == "RAFT.REMOVE") {
    replication.change(
        [id = *id](Members members) { return without_member(std::move(members), id); }, answer);
  } else {
    const auto role =
        name == "RAFT.PROMOTE" ? buoyant::MemberRole::kVoter : buoyant::MemberRole::kLearner;
    replication.change(
        [id = *id, role](Members members) { return with_role(std::move(members), id, role); },
        answer);
  }
}

void transfer(const std::vector<std::string_view>& words, Replication& replication,
              const Answer& answer) {
  const auto to = words.size() == 1 ? std::optional(buoyant::ServerId()) : server_id(words[1]);
  if (to) {
    replication.transfer(*to, answer);
  } else {
    answer(resp::error(kNoId));
  }
}

}  // namespace

void run_raft_command(const std::vector<std::string_view>& words, Replication& replication,
                      const KvState& replicated, const Answer& answer) {
  const buoyant::Node& node = replication.node();
  const std::string name = upper(words[0]);
  if (name == "RAFT.STATUS") {
    answer(resp::bulk(status_json(node.status(), node.latencies())));
  } else if (name == "RAFT.MEMBERS") {
    answer(members(node.status()));
  } else if (name == "RAFT.HASH") {
    answer(hash(node.status(), replicated));
  } else if (name == "RAFT.SNAPSHOT") {
    replication.take_snapshot(answer);
  } else if (name == "RAFT.TRANSFER") {
    transfer(words, replication, answer);
  } else if (name == "RAFT.TRACE") {
    answer(trace(node));
  } else {
    change_members(name, words, replication, answer);
  }
}

}  // namespace kv
