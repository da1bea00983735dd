// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "bench/cluster/server.h"

#include "bench/cluster/certificates.h"
#include "bench/cluster/closed_loop.h"
#include "bench/cluster/command_input.h"
#include "bench/cluster/machine.h"
#include "bench/cluster/open_loop.h"
#include "bench/cluster/point.h"
#include "bench/cluster/stage_clock.h"
#include "bench/cluster/staged_node.h"
#include "bench/cluster/stale_loop.h"

#include <nlohmann/json.hpp>
#include <uv.h>

#include <buoyant/standard.h>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>

namespace buoyant::bench {

namespace {

class BenchServer final : public Observer {
 public:
  explicit BenchServer(const ServerArguments& arguments)
      : arguments_(arguments), machine_(arguments.snapshot_bytes, stages()) {}

  int run() {
    uv_loop_init(&loop_);
    StandardOptions options;
    options.id = arguments_.id;
    options.cluster = kClusterName;
    options.data = arguments_.data;
    options.node.lease_reads = arguments_.lease_reads;
    if (arguments_.snapshot_bytes > 0) {
      // Only when asked, and with nothing left of the log that would do in its place.
      options.node.snapshot_entries = 0;
      options.node.snapshot_bytes = 0;
      options.node.snapshot_tail_entries = 0;
    }
    for (const Member& member : arguments_.members) {
      if (member.id.value() == arguments_.id) {
        options.listen = member.address;
      }
    }
    if (!arguments_.tls.empty()) {
      auto tls =
          open_tls(certificates_of(arguments_.tls, arguments_.id), options.cluster, arguments_.id);
      if (!tls) {
        return complain(tls.error());
      }
      options.tls = std::move(*tls);
    }
    auto node = arguments_.has_stages
                    ? open_staged_node(loop_, options, machine_, this, stage_clock_)
                    : open_standard_node(loop_, options, machine_, this);
    if (!node) {
      return complain(node.error());
    }
    node_ = std::move(*node);
    if (auto started = node_->bootstrap(arguments_.members, [](const Result<void>&) {}); !started) {
      std::fprintf(stderr, "cluster_bench: bootstrap: %s\n", started.error().message());
      return 1;
    }
    input_.open(
        loop_, [this](const std::string& line) { on_line(line); }, [this] { stop(); });
    uv_run(&loop_, UV_RUN_DEFAULT);
    node_.reset();
    return uv_loop_close(&loop_) == 0 ? 0 : 1;
  }

  void on_standing(const core::Standing& standing) noexcept override {
    say(std::string("ROLE ") + core::role_name(standing.role));
  }

 private:
  [[nodiscard]] int complain(const Error& error) const {
    std::fprintf(stderr, "cluster_bench: server %llu: %s: %s\n",
                 static_cast<unsigned long long>(arguments_.id), error.message(), error.context());
    return 1;
  }

  StageClock* stages() { return arguments_.has_stages ? &stage_clock_ : nullptr; }

  void on_line(const std::string& line) {
    if (line == "STATUS") {
      say("STATUS " + status().dump());
    } else if (line == "SNAPSHOT") {
      take_snapshot();
    }
    if (!line.starts_with("RUN ")) {
      return;
    }
    const auto work = nlohmann::json::parse(line.substr(4), nullptr, false);
    if (work.is_discarded()) {
      return;
    }
    // The last run's callbacks may still be on their way; it stays until the process ends.
    loads_.push_back(make_load(work.get<Work>()));
    loads_.back()->start();
  }

  [[nodiscard]] nlohmann::json status() const {
    const NodeStatus status = node_->status();
    return {{"last", status.last.index.value()},
            {"durable", status.durable.value()},
            {"applied", status.applied.value()},
            {"receiving_bytes", status.snapshots.receiving_bytes},
            {"received", status.snapshots.received},
            {"installed", status.snapshots.installed}};
  }

  void take_snapshot() {
    const Result<void> accepted =
        node_->take_snapshot([](const Result<SnapshotMetadata>& snapshot) {
          say(std::string("SNAPSHOT ") + (snapshot ? "taken" : snapshot.error().message()));
        });
    if (!accepted) {
      say(std::string("SNAPSHOT ") + accepted.error().message());
    }
  }

  std::unique_ptr<Load> make_load(const Work& work) {
    const auto done = [this](std::optional<Point> point) {
      if (point) {
        point->stages = stage_clock_.means_us();
        point->tls = node_->status().transport.secure_until.has_value();
      }
      say(point ? "POINT " + nlohmann::json(*point).dump() : "LOST");
    };
    if (work.call == CallKind::kStaleRead) {
      return std::make_unique<StaleLoop>(loop_, *node_, work, say, done);
    }
    if (work.rate > 0) {
      return std::make_unique<OpenLoop>(loop_, *node_, work, say, done);
    }
    const auto say_and_note = [this](const std::string& word) {
      if (word == "BEGIN") {
        stage_clock_.reset();
      }
      say(word);
    };
    return std::make_unique<ClosedLoop>(*node_, work, say_and_note, done, stages());
  }

  void stop() {
    node_->close([] {});
  }

  ServerArguments arguments_;
  uv_loop_t loop_{};
  CommandInput input_;
  StageClock stage_clock_;
  BenchMachine machine_;
  std::unique_ptr<Node> node_;
  std::vector<std::unique_ptr<Load>> loads_;
};

}  // namespace

int run_server(const ServerArguments& arguments) {
  return BenchServer(arguments).run();
}

}  // namespace buoyant::bench
