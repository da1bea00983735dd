// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "bench/failover/transfers.h"

#include "tests/support/process/kv_cluster.h"
#include "tests/support/process/resp_client.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <poll.h>
#include <utility>

namespace buoyant::bench {

namespace {

using process::Clock;
using process::Deadline;
using process::RespClient;
using std::chrono::milliseconds;

/// A client writes so long after its last write ended.
constexpr auto kPause = milliseconds(2);
constexpr auto kWatched = milliseconds(500);

process::KvClusterOptions cluster_options(const TransferOptions& options) {
  process::KvClusterOptions cluster{options.binary, options.directory, options.servers};
  cluster.flags = {"--election-ms",  std::to_string(options.election_ms),
                   "--heartbeat-ms", std::to_string(options.heartbeat_ms),
                   "--log-level",    "warn"};
  return cluster;
}

/// One client at each server, each with one write at a time.
class Writers {
 public:
  explicit Writers(process::KvCluster& cluster) {
    for (std::uint64_t id = 1; id <= cluster.size(); ++id) {
      writers_.push_back({cluster.client_port(id), RespClient(cluster.client_port(id))});
    }
  }

  /// Writes until something is so, or the deadline is over.
  void run_until(Deadline deadline, const std::function<bool()>& is_so) {
    while (!is_so() && Clock::now() < deadline) {
      std::vector<pollfd> entries;
      for (Writer& writer : writers_) {
        step(writer);
        entries.push_back(writer.client.poll_entry());
      }
      ::poll(entries.data(), entries.size(), 1);
    }
  }

  /// The longest time between two successes since the last call, in milliseconds; what began
  /// before counts whole, what has not ended counts until now.
  double take_gap() { return std::max(std::exchange(gap_, 0), since_last()); }

 private:
  struct Writer {
    std::uint16_t port = 0;
    RespClient client;
    bool is_waiting = false;
    Clock::time_point next_at;
  };

  [[nodiscard]] double since_last() const {
    return std::chrono::duration<double, std::milli>(Clock::now() - last_).count();
  }

  void step(Writer& writer) {
    if (!writer.client.is_open()) {
      writer = {writer.port, RespClient(writer.port), false, Clock::now() + kPause};
    }
    if (!writer.is_waiting && Clock::now() >= writer.next_at) {
      writer.client.send({"SET", "key", std::to_string(++writes_)});
      writer.is_waiting = true;
    }
    writer.client.pump();
    if (const auto reply = writer.client.take()) {
      writer.is_waiting = false;
      writer.next_at = Clock::now() + kPause;
      if (!reply->is_error()) {
        gap_ = std::max(gap_, since_last());
        last_ = Clock::now();
      }
    }
  }

  std::vector<Writer> writers_;
  std::uint64_t writes_ = 0;
  Clock::time_point last_ = Clock::now();
  double gap_ = 0;
};

class Transferrer {
 public:
  explicit Transferrer(const TransferOptions& options)
      : options_(options), cluster_(cluster_options(options)) {}

  TransferRun run(const std::function<void(const TransferRun&)>& on_transfer) {
    TransferRun run;
    cluster_.start_voters();
    std::uint64_t leader = cluster_.wait_leader(bounded());
    if (leader == 0) {
      run.trouble = "no leader";
      return run;
    }
    Writers writers(cluster_);
    writers.run_until(process::within(kWatched * 2), [] { return false; });
    while (run.gaps.size() < options_.transfers) {
      const std::uint64_t target = leader % cluster_.size() + 1;
      if (!one_transfer(writers, leader, target, run)) {
        return run;
      }
      leader = cluster_.wait_leader(bounded());
      if (leader == 0) {
        run.trouble = "no leader after a transfer";
        return run;
      }
      on_transfer(run);
    }
    return run;
  }

 private:
  /// What has to happen at all happens in so many election timeouts.
  [[nodiscard]] Deadline bounded() const {
    constexpr int kTimeoutsMax = 20;
    return std::min(options_.deadline,
                    process::within(milliseconds(options_.election_ms) * kTimeoutsMax));
  }

  bool one_transfer(Writers& writers, std::uint64_t leader, std::uint64_t target,
                    TransferRun& run) {
    const auto never = [] { return false; };
    // What happened while nobody watched does not count.
    writers.run_until(process::within(kWatched / 5), never);
    writers.take_gap();
    writers.run_until(process::within(kWatched), never);
    const double before = writers.take_gap();
    RespClient asking(cluster_.client_port(leader));
    asking.send({"RAFT.TRANSFER", std::to_string(target)});
    std::optional<process::RespValue> reply;
    writers.run_until(bounded(), [&] {
      asking.pump();
      reply = asking.take();
      return reply.has_value() || !asking.is_open();
    });
    writers.run_until(process::within(kWatched), never);
    const double gap = writers.take_gap();
    if (reply && shown(*reply) == "+OK") {
      run.gaps_before.push_back(before);
      run.gaps.push_back(gap);
      return true;
    }
    constexpr std::uint64_t kFailuresMax = 10;
    if (!reply || ++run.failures > kFailuresMax + run.gaps.size()) {
      run.trouble = "RAFT.TRANSFER: " + (reply ? shown(*reply) : "no reply");
    }
    return run.trouble.empty();
  }

  const TransferOptions& options_;
  process::KvCluster cluster_;
};

}  // namespace

TransferRun run_transfers(const TransferOptions& options,
                          const std::function<void(const TransferRun&)>& on_transfer) {
  return Transferrer(options).run(on_transfer);
}

}  // namespace buoyant::bench
