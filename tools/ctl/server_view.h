// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// One server as its status tells it, or why there is none.
///
/// Servers of other versions may tell less: what is not there has the value that says nothing.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace buoyant::ctl {

struct MemberView {
  std::uint64_t id = 0;
  std::string address;
  /// "voter" or "learner".
  std::string role;

  friend bool operator==(const MemberView&, const MemberView&) = default;
};

/// What a server says of another one.
struct PeerView {
  std::uint64_t id = 0;
  bool connected = false;
  /// Why not, or what the other refuses; "": nothing is known.
  std::string trouble;
  /// Why this server does not admit the other; "": it does.
  std::string refused;

  // Of a leader only.
  std::optional<std::uint64_t> lag;  ///< Entries.
  double silent_ms = 0;              ///< Since something was heard of it.
  double acknowledgement_ms = 0;
  std::uint64_t catch_up_round = 0;  ///< 0: it is no new voter that learns the log.
  std::uint64_t snapshot_sent = 0;
  std::uint64_t snapshot_bytes = 0;  ///< 0: it is sent none.

  /// It answers heartbeats, as far as the leader knows.
  [[nodiscard]] bool is_heard() const { return connected && silent_ms < kSilentMs; }

  /// Many heartbeats, whatever they were set to.
  static constexpr double kSilentMs = 2000;
};

struct StorageView {
  bool failed = false;
  double oldest_write_ms = 0;
  double recent_write_ms = 0;  ///< 0: not known.
  std::uint64_t used = 0;
  std::uint64_t max = 0;  ///< 0: not known.
  std::string damage;     ///< "": none was found.
  std::string damage_to_do;
};

struct ServerView {
  /// Where it was asked.
  std::string endpoint;
  /// Why there is no status; "": there is.
  std::string error;
  /// All that it said.
  std::string json;

  std::uint64_t id = 0;
  std::string cluster;
  std::string version;
  /// leader, follower, candidate, learner, removed or faulted.
  std::string role;
  std::uint64_t term = 0;
  std::uint64_t leader = 0;  ///< 0: it knows none.
  std::string cause;
  std::uint64_t commit = 0;
  std::uint64_t applied = 0;
  std::uint64_t last = 0;
  std::uint64_t snapshot = 0;
  std::vector<MemberView> members;
  /// The members that a joint configuration leaves; none: it is not joint.
  std::vector<MemberView> outgoing;
  std::vector<PeerView> peers;
  /// Who does not admit this server, and why; "": it is no matter.
  std::string refused;
  std::uint64_t rss = 0;
  std::uint64_t db = 0;
  bool is_space_low = false;
  StorageView storage;
  std::string snapshot_trouble;
  std::uint64_t transfer_target = 0;
  std::optional<std::int64_t> tls_expires_in_s;
  std::map<std::string, std::uint64_t> troubles;
  double loop_stall_longest_ms = 0;
  /// Of proposals, 99 of 100; nothing: there were none.
  std::optional<double> write_p99_ms;
  std::string faulted;
  std::string to_do;

  [[nodiscard]] bool is_there() const { return error.empty(); }

  /// It takes part: it may vote and acknowledge.
  [[nodiscard]] bool is_up() const { return is_there() && role != "faulted" && role != "removed"; }

  /// Null: it says nothing of that one.
  [[nodiscard]] const PeerView* peer(std::uint64_t other) const;
};

/// Reads a status. What is none has `error`.
ServerView parse_status(std::string endpoint, std::string_view json);

/// A server that gave none.
ServerView silent_server(std::string endpoint, std::string why);

}  // namespace buoyant::ctl
