// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What a node has to tell, for people and their tools: metrics, status, trace, and a log.
///
/// Text only: who serves it, over HTTP or otherwise, is the host's affair (`examples/common/
/// http_service` is one way). Every metric is in docs/METRICS.md. Fields of the JSON and names of
/// metrics are added to, never renamed. Target buoyant::report.
///
/// Any thread, except for LogObserver: status(), latencies() and trace() of the node are asked on
/// the loop's, and what they give is a copy.
#pragma once

#include "buoyant/latencies.h"
#include "buoyant/port/observer.h"
#include "buoyant/status.h"

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace buoyant {

class Node;

/// What this process uses of the machine; zeros where the system does not tell.
struct ProcessFigures {
  std::uint64_t resident_bytes = 0;
  std::uint64_t descriptors = 0;
};

/// Reads /proc; not the disk.
ProcessFigures process_figures();

/// One node of those that a process reports.
struct NodeReport {
  NodeStatus status;
  Latencies latencies;
  /// Name and value, put on each of its metrics: tells the nodes of one process apart. A name is
  /// [a-zA-Z_][a-zA-Z0-9_]*, and none of those that docs/METRICS.md has; a value any text.
  std::vector<std::pair<std::string, std::string>> labels;
};

/// Asks the node. Loop thread.
NodeReport report_of(const Node& node);

/// All metrics in the text format of Prometheus (version 0.0.4).
std::string metrics_text(const NodeStatus& status, const Latencies& latencies,
                         const ProcessFigures& process = process_figures());

/// The same of several nodes on one page; what tells them apart is in their labels.
std::string metrics_text(std::span<const NodeReport> nodes,
                         const ProcessFigures& process = process_figures());

/// What an operator does about a faulted server: the log as it was durable is intact, or else the
/// server says so at its start.
inline constexpr const char* kFaultAdvice =
    "check its disk (dmesg), then restart this server on a good one: docs/DISKS.md";

inline constexpr const char* kDamageAdvice =
    "remove this server from the cluster and add it again with an empty directory: docs/DISKS.md";

/// One line of JSON without a newline: an object with at least id, cluster, role (leader,
/// follower, candidate, learner, removed or faulted), term, leader (0: none), commit, applied,
/// first, last, durable, snapshot, members, peers, db (bytes), storage, snapshots and faulted (null
/// or the reason). Bytes that are no UTF-8 are replaced.
std::string status_json(const NodeStatus& status,
                        const ProcessFigures& process = process_figures());

/// With `latencies` as well: for each histogram its count, p50_ms, p99_ms, max_ms and mean_ms.
std::string status_json(const NodeStatus& status, const Latencies& latencies,
                        const ProcessFigures& process = process_figures());

/// One object and a newline for each step, oldest first: at_ms (of the loop's clock, as in the
/// status), step, term, peer (0: none), index (0: none) and reason ("": none).
std::string trace_json_lines(const std::vector<TraceStep>& steps);

/// How much a line of the log matters.
enum class LogLevel : std::uint8_t {
  kError,  ///< The node takes no part any more.
  kWarn,   ///< An operator should look: a refused peer, garbage, a full disk, a removal.
  kInfo,   ///< What changed: role, term, leader, members, connections.
  kDebug,  ///< Each step of the trace, with its reason.
};

/// "error", "warn", "info", "debug".
const char* log_level_name(LogLevel level) noexcept;

/// One line, without newline; the text is valid during the call.
using LogFunction = std::function<void(LogLevel, std::string_view)>;

/// Turns what happens to a node into lines of a log. `write` runs on the loop thread at the end of
/// a turn, never inside a call of the user, and must not throw; it may call the node. Must live
/// until the node's close callback.
class LogObserver final : public Observer {
 public:
  /// Lines that matter less than `level` are not made. `next` (optional, borrowed) hears of
  /// everything as well, after the line.
  LogObserver(LogLevel level, LogFunction write, Observer* next = nullptr)
      : level_(level), write_(std::move(write)), next_(next) {}

  void set_level(LogLevel level) noexcept { level_ = level; }

  void on_standing(const core::Standing& standing) noexcept override;
  void on_configuration(const ConfigurationAt& configuration) noexcept override;
  void on_removed(bool removed) noexcept override;
  void on_fault(const char* why, Error error) noexcept override;
  void on_peer(ServerId peer, bool connected) noexcept override;
  void on_trouble(ServerId peer, const char* what, const std::string& detail) noexcept override;
  void on_step(Instant at, const core::Step& step) noexcept override;

 private:
  [[nodiscard]] bool wants(LogLevel level) const noexcept { return level <= level_; }

  LogLevel level_;
  LogFunction write_;
  Observer* next_;
};

}  // namespace buoyant
