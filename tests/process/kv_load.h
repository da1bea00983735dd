// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Clients of buoyant-kv, in a thread of their own, that remember what they were told.
///
/// Each client has one call at a time. Half of them write in sessions: such a call is sent
/// again, also through other servers, until it has its one outcome. The others take what they
/// get: a call without a clear outcome is one that may or may not have taken effect.
#pragma once

#include "buoyant/simulation/history.h"
#include "tests/process/kv_calls.h"
#include "tests/support/process/deadline.h"
#include "tests/support/process/resp_client.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace buoyant::process {

struct KvLoadOptions {
  std::size_t clients = 6;
  /// Half of the clients write in sessions.
  bool has_sessions = true;
  /// Of all clients together, at most; not 0.
  std::uint64_t calls_per_second = 500;
  KvCalls::Options calls = {};
  /// What is asked for with READMODE; "": nothing is.
  std::string read_mode = {};
  std::uint64_t seed = 1;
  /// A server that answers later than this is stuck: five election timeouts are promised, the
  /// rest is for a busy machine.
  Clock::duration answer_max = std::chrono::seconds(10);
  /// A call in a session has its outcome within this, retries and all.
  Clock::duration outcome_max = std::chrono::seconds(30);
};

/// What became of the calls.
struct KvFates {
  std::uint64_t acknowledged = 0;
  std::uint64_t refused = 0;
  std::uint64_t unknown = 0;
  /// Attempts after the first, of calls in sessions.
  std::uint64_t retries = 0;
  /// Replies that no correct server gives.
  std::vector<std::string> wrong;
  /// Calls that had no answer or no outcome in time.
  std::vector<std::string> stuck;
};

class KvLoad {
 public:
  /// Nothing is sent yet. `ports`: where clients call.
  KvLoad(KvLoadOptions options, std::vector<std::uint16_t> ports);
  KvLoad(const KvLoad&) = delete;
  KvLoad& operator=(const KvLoad&) = delete;
  ~KvLoad();

  void start();

  /// Where clients call from now on. Requires: not empty.
  void set_ports(std::vector<std::uint16_t> ports);

  /// Calls with a reply so far.
  [[nodiscard]] std::uint64_t acknowledged() const noexcept { return acknowledged_; }

  /// Waits until so many more calls have a reply.
  [[nodiscard]] bool wait_acknowledged(std::uint64_t more, Deadline deadline) const;

  /// No further calls; waits for those that are under way, and ends the thread. False: some had
  /// no outcome in time; they count as unknown and stuck.
  bool finish(Deadline deadline);

  /// Reads every key through one server, into the history. What is wrong; "": nothing.
  /// Requires: finish() was called.
  std::string read_all(std::uint16_t port, Deadline deadline);

  /// Requires: finish() was called.
  [[nodiscard]] const simulation::History& history() const { return history_; }

  /// The same.
  [[nodiscard]] const KvFates& fates() const { return fates_; }

 private:
  struct Client {
    std::uint64_t id = 0;
    bool writes_in_session = false;
    std::optional<RespClient> connection;
    std::uint16_t port = 0;
    /// 0: none is open.
    std::uint64_t session = 0;
    std::uint64_t sequence = 0;
    /// Empty: no call is under way.
    std::vector<std::string> words;
    bool is_opening_session = false;
    bool is_sent = false;
    /// The next reply is that to READMODE.
    bool has_set_mode = false;
    Clock::time_point invoked;
    Clock::time_point sent_at;
    Clock::time_point next_at;
  };

  void run();
  void step();
  void advance(Client& client);
  void begin(Client& client);
  void attempt(Client& client);
  void settle(Client& client, const RespValue& reply);
  void settle_opening(Client& client, const RespValue& reply);
  void fail_attempt(Client& client, bool has_unknown_outcome);
  void end_call(Client& client, std::optional<std::string> reply);
  void record(const Client& client, std::optional<std::string> reply, Clock::time_point returned);
  void leave(Client& client);
  [[nodiscard]] static bool is_in_session(const Client& client);
  [[nodiscard]] bool is_idle() const;
  std::uint16_t some_port();

  KvLoadOptions options_;
  KvCalls calls_;
  std::mt19937_64 random_;
  std::vector<Client> clients_;
  simulation::History history_;
  KvFates fates_;
  std::atomic<std::uint64_t> acknowledged_{0};
  std::atomic<bool> is_sending_{true};
  std::atomic<bool> is_over_{false};
  std::atomic<std::int64_t> give_up_at_{0};
  std::mutex ports_mutex_;
  std::vector<std::uint16_t> ports_;
  std::thread thread_;
};

/// What is wrong with what the clients saw; "": an order of the calls explains every reply, and
/// no server was stuck or spoke nonsense.
std::string judge(const KvLoad& load);

}  // namespace buoyant::process
