// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// One buoyant-kv process, which can be ended and started again on its directory.
#pragma once

#include "tests/support/process/deadline.h"
#include "tests/support/process/process.h"
#include "tests/support/process/resp.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace buoyant::process {

struct KvMember {
  std::uint64_t id = 0;
  std::string address;
  std::string role;

  friend bool operator==(const KvMember&, const KvMember&) = default;
};

/// What RAFT.STATUS says.
struct KvStatus {
  std::string role;
  std::uint64_t term = 0;
  /// 0: none.
  std::uint64_t leader = 0;
  std::uint64_t commit = 0;
  std::uint64_t applied = 0;
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  std::uint64_t snapshot = 0;
  std::vector<KvMember> members;
  std::uint64_t db_bytes = 0;
  double turn_longest_ms = 0;
  /// "": it is not.
  std::string faulted;
  /// Why the last snapshot could not be taken; "": it could.
  std::string snapshot_trouble;
  /// All of it.
  std::string json;
};

/// Reads the JSON of RAFT.STATUS; nothing: it is none.
std::optional<KvStatus> parse_kv_status(const std::string& json);

struct KvServerOptions {
  /// The program.
  std::string binary;
  /// Exists; data and output go there.
  std::string directory;
  std::string cluster = "test";
  std::uint64_t id = 1;
  std::uint16_t peer_port = 0;
  std::uint16_t client_port = 0;
  /// The peer port of each initial voter; none: it waits to be added.
  std::map<std::uint64_t, std::uint16_t> members = {};
  /// Where to dial peers instead.
  std::map<std::uint64_t, std::uint16_t> dial = {};
  /// Added to the command line.
  std::vector<std::string> flags = {};
};

class KvServer {
 public:
  explicit KvServer(KvServerOptions options) : options_(std::move(options)) {}

  [[nodiscard]] std::uint64_t id() const noexcept { return options_.id; }

  [[nodiscard]] const KvServerOptions& options() const noexcept { return options_; }

  [[nodiscard]] std::uint16_t client_port() const noexcept { return options_.client_port; }

  /// Where peers find it.
  [[nodiscard]] std::string address() const;

  [[nodiscard]] bool waits_to_be_added() const noexcept { return options_.members.empty(); }

  [[nodiscard]] std::string data_path() const { return options_.directory + "/data"; }

  [[nodiscard]] Process& process() noexcept { return process_; }

  [[nodiscard]] std::vector<std::string> argv() const;

  /// Added to the command line and to the environment of the runs from now on.
  void set_launch(std::vector<std::string> flags, std::map<std::string, std::string> environment);

  /// It forgets the initial voters: an empty one waits to be added from the next start on.
  void forget_members() { options_.members.clear(); }

  /// Requires: it does not run.
  void start();

  /// SIGKILL.
  void kill() { process_.kill(); }

  /// SIGTERM, and how it ended. Nothing: it did not, in time.
  std::optional<Ended> stop(Deadline deadline);

  /// Sends one request on a connection of its own. Nothing: no reply in time.
  [[nodiscard]] std::optional<RespValue> ask(const std::vector<std::string>& words,
                                             Deadline deadline) const;

  /// The same, as one line; "": no reply in time.
  std::string ask_shown(const std::vector<std::string>& words, Deadline deadline) const;

  /// Nothing: no answer in time.
  [[nodiscard]] std::optional<KvStatus> status(Deadline deadline) const;

  /// It was started at least once.
  [[nodiscard]] bool was_started() const noexcept { return runs_ > 0; }

  /// What the newest run wrote to stderr so far.
  [[nodiscard]] std::string log() const;

 private:
  [[nodiscard]] std::string log_path() const;

  KvServerOptions options_;
  std::vector<std::string> launch_flags_;
  std::map<std::string, std::string> environment_;
  Process process_;
  std::size_t runs_ = 0;
};

}  // namespace buoyant::process
