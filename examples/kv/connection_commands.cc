// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/kv/connection_commands.h"

#include "examples/kv/command_table.h"
#include "examples/kv/resp_writer.h"

namespace kv {

namespace {

using Words = std::vector<std::string_view>;

/// What programs look at before they rely on something newer.
constexpr std::string_view kVersion = "7.0.0";

std::string ok() {
  return std::string(resp::kOk);
}

std::string empty_array() {
  std::string reply;
  resp::add_array(reply, 0);
  return reply;
}

std::string ping(const Words& words) {
  return words.size() == 2 ? resp::bulk(words[1]) : "+PONG\r\n";
}

/// There is no description to give: programs get on without.
std::string command(const Words& words) {
  const bool wants_count = words.size() == 2 && equals_ignoring_case(words[1], "COUNT");
  return wants_count ? resp::integer(static_cast<std::int64_t>(command_count())) : empty_array();
}

std::string config(const Words& words) {
  if (!equals_ignoring_case(words[1], "GET") || words.size() < 3) {
    return resp::error("ERR only CONFIG GET name is supported");
  }
  std::string reply;
  resp::add_array(reply, 2 * (words.size() - 2));
  for (std::size_t at = 2; at < words.size(); ++at) {
    resp::add_bulk(reply, words[at]);
    // Every write is on disk before it is answered.
    resp::add_bulk(reply, equals_ignoring_case(words[at], "APPENDONLY") ? "yes" : "");
  }
  return reply;
}

std::string client(const Words& words) {
  if (equals_ignoring_case(words[1], "GETNAME")) {
    return std::string(resp::kNull);
  }
  if (equals_ignoring_case(words[1], "ID")) {
    return resp::integer(0);
  }
  return ok();
}

std::string hello(const Words& words, const buoyant::NodeStatus& status) {
  if (words.size() > 1 && words[1] != "2") {
    return resp::error("NOPROTO unsupported protocol version");
  }
  if (words.size() > 2 && !equals_ignoring_case(words[2], "SETNAME")) {
    return resp::error("ERR only HELLO 2 [SETNAME name] is supported");
  }
  std::string reply;
  resp::add_array(reply, 12);
  resp::add_bulk(reply, "server");
  resp::add_bulk(reply, "buoyant-kv");
  resp::add_bulk(reply, "version");
  resp::add_bulk(reply, kVersion);
  resp::add_bulk(reply, "proto");
  resp::add_integer(reply, 2);
  resp::add_bulk(reply, "id");
  resp::add_integer(reply, static_cast<std::int64_t>(status.id.value()));
  resp::add_bulk(reply, "mode");
  resp::add_bulk(reply, "standalone");
  resp::add_bulk(reply, "role");
  resp::add_bulk(reply, "master");
  return reply;
}

std::string info(const buoyant::NodeStatus& status) {
  std::string text = "# Server\r\nredis_version:";
  text.append(kVersion).append("\r\nredis_mode:standalone\r\nserver_name:buoyant-kv\r\n");
  // Every server takes writes.
  text += "\r\n# Replication\r\nrole:master\r\nraft_role:";
  text += role_name(status.standing.role);
  text += "\r\nraft_term:" + std::to_string(status.standing.term.value());
  text += "\r\nraft_leader:" + std::to_string(status.standing.leader.value()) + "\r\n";
  return resp::bulk(text);
}

std::string read_mode(const Words& words, ConnectionState& connection) {
  if (equals_ignoring_case(words[1], "LINEARIZABLE")) {
    connection.read_mode = ReadMode::kLinearizable;
  } else if (equals_ignoring_case(words[1], "LEASE")) {
    connection.read_mode = ReadMode::kLease;
  } else if (equals_ignoring_case(words[1], "STALE")) {
    connection.read_mode = ReadMode::kStale;
  } else {
    return resp::error("ERR READMODE is linearizable, lease or stale");
  }
  return ok();
}

}  // namespace

std::string answer_connection_command(const Words& words, ConnectionState& connection,
                                      const buoyant::Node& node) {
  const std::string name = upper(words[0]);
  if (name == "PING") {
    return ping(words);
  }
  if (name == "ECHO") {
    return resp::bulk(words[1]);
  }
  if (name == "COMMAND") {
    return command(words);
  }
  if (name == "CONFIG") {
    return config(words);
  }
  if (name == "CLIENT") {
    return client(words);
  }
  if (name == "HELLO") {
    return hello(words, node.status());
  }
  if (name == "SELECT") {
    return words[1] == "0" ? ok() : resp::error("ERR DB index is out of range");
  }
  if (name == "INFO") {
    return info(node.status());
  }
  if (name == "READMODE") {
    return read_mode(words, connection);
  }
  connection.is_quitting = true;
  return ok();
}

}  // namespace kv
