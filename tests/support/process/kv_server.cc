// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/support/process/kv_server.h"

#include "tests/support/process/file_tail.h"
#include "tests/support/process/loopback.h"
#include "tests/support/process/resp_client.h"

#include <nlohmann/json.hpp>

#include <csignal>

namespace buoyant::process {

static std::string text_or_empty(const nlohmann::json& json, const char* name) {
  const auto at = json.find(name);
  return at != json.end() && at->is_string() ? at->get<std::string>() : std::string();
}

static std::uint64_t number_or_zero(const nlohmann::json& json, const char* name) {
  const auto at = json.find(name);
  return at != json.end() && at->is_number_unsigned() ? at->get<std::uint64_t>() : 0;
}

static std::vector<KvMember> members_of(const nlohmann::json& json) {
  std::vector<KvMember> members;
  if (const auto at = json.find("members"); at != json.end() && at->is_array()) {
    for (const nlohmann::json& member : *at) {
      members.push_back({number_or_zero(member, "id"), text_or_empty(member, "address"),
                         text_or_empty(member, "role")});
    }
  }
  return members;
}

std::optional<KvStatus> parse_kv_status(const std::string& text) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object() || text_or_empty(json, "role").empty()) {
    return std::nullopt;
  }
  KvStatus status;
  status.role = text_or_empty(json, "role");
  status.term = number_or_zero(json, "term");
  status.leader = number_or_zero(json, "leader");
  status.commit = number_or_zero(json, "commit");
  status.applied = number_or_zero(json, "applied");
  status.first = number_or_zero(json, "first");
  status.last = number_or_zero(json, "last");
  status.snapshot = number_or_zero(json, "snapshot");
  status.members = members_of(json);
  status.db_bytes = number_or_zero(json, "db");
  if (const auto at = json.find("turn_longest_ms"); at != json.end() && at->is_number()) {
    status.turn_longest_ms = at->get<double>();
  }
  status.faulted = text_or_empty(json, "faulted");
  if (const auto at = json.find("snapshots"); at != json.end() && at->is_object()) {
    status.snapshot_trouble = text_or_empty(*at, "trouble");
  }
  status.json = text;
  return status;
}

std::string KvServer::address() const {
  return loopback(options_.peer_port);
}

std::vector<std::string> KvServer::argv() const {
  std::vector<std::string> argv = {options_.binary,
                                   "--id",
                                   std::to_string(options_.id),
                                   "--cluster",
                                   options_.cluster,
                                   "--data",
                                   data_path(),
                                   "--listen",
                                   loopback(options_.peer_port),
                                   "--client",
                                   loopback(options_.client_port)};
  if (options_.members.empty()) {
    argv.emplace_back("--join");
  }
  for (const auto& [id, port] : options_.members) {
    argv.emplace_back("--member");
    argv.push_back(std::to_string(id) + "=" + loopback(port));
  }
  for (const auto& [id, port] : options_.dial) {
    argv.emplace_back("--dial");
    argv.push_back(std::to_string(id) + "=" + loopback(port));
  }
  argv.insert(argv.end(), options_.flags.begin(), options_.flags.end());
  argv.insert(argv.end(), launch_flags_.begin(), launch_flags_.end());
  return argv;
}

void KvServer::set_launch(std::vector<std::string> flags,
                          std::map<std::string, std::string> environment) {
  launch_flags_ = std::move(flags);
  environment_ = std::move(environment);
}

void KvServer::start() {
  ++runs_;
  process_ = Process({argv(), environment_, "", log_path()});
}

std::optional<Ended> KvServer::stop(Deadline deadline) {
  process_.signal(SIGTERM);
  return process_.wait(deadline);
}

std::optional<RespValue> KvServer::ask(const std::vector<std::string>& words,
                                       Deadline deadline) const {
  // A server that was just started does not listen yet.
  constexpr auto kTryEvery = std::chrono::milliseconds(20);
  while (true) {
    RespClient client(options_.client_port);
    const Deadline connected = std::min(deadline, within(kTryEvery));
    if (wait_until(connected,
                   [&] {
                     client.pump();
                     return client.is_connected() || !client.is_open();
                   }) &&
        client.is_connected()) {
      return client.ask(words, deadline);
    }
    if (Clock::now() >= deadline) {
      return std::nullopt;
    }
    wait_until(connected, [] { return false; });
  }
}

std::string KvServer::ask_shown(const std::vector<std::string>& words, Deadline deadline) const {
  const auto reply = ask(words, deadline);
  return reply ? shown(*reply) : std::string();
}

std::optional<KvStatus> KvServer::status(Deadline deadline) const {
  const auto reply = ask({"RAFT.STATUS"}, deadline);
  return reply && reply->kind == RespValue::Kind::kBulk ? parse_kv_status(reply->text)
                                                        : std::nullopt;
}

std::string KvServer::log() const {
  return contents_of(log_path());
}

std::string KvServer::log_path() const {
  return options_.directory + "/log." + std::to_string(runs_);
}

}  // namespace buoyant::process
