// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Servers of the C API on one real loop, with directories of their own.
#pragma once

#include "buoyant.h"
#include "tests/adapters/standard/cluster_fixture.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace buoyant::c_api::testing_support {

inline buoyant_buf_t buf_of(const std::string& text) {
  return {text.data(), text.size()};
}

inline std::string text_of(const buoyant_buf_t& buf) {
  return {static_cast<const char*>(buf.base), buf.len};
}

/// Keeps every applied line and replies with it, as a table of functions.
struct Recorder {
  std::vector<std::string> lines;
  int installed = 0;
  /// Batches stay here until somebody else is done with them.
  bool keeps_batches = false;
  std::vector<buoyant_apply_t*> kept;
  /// What the functions of snapshots return instead of doing their work.
  int refusal = 0;
  int closed = 0;

  struct Snapshot {
    Recorder* recorder;
    std::string text;
  };

  buoyant_state_machine_t table() {
    buoyant_state_machine_t table{};
    table.size = sizeof table;
    table.data = this;
    table.apply = apply;
    table.capture = capture;
    table.snapshot_read = read;
    table.snapshot_close = close;
    table.install = [](void* data) -> void* {
      return new Snapshot{static_cast<Recorder*>(data), {}};
    };
    table.install_write = write;
    table.install_finish = finish;
    table.install_close = close;
    return table;
  }

  static void apply(void* data, const buoyant_command_t* commands, size_t count,
                    buoyant_apply_t* batch) {
    auto& self = *static_cast<Recorder*>(data);
    std::vector<buoyant_buf_t> replies;
    for (const buoyant_command_t& command : std::vector(commands, commands + count)) {
      self.lines.push_back(text_of(command.payload));
      replies.push_back(command.payload);
    }
    if (self.keeps_batches) {
      self.kept.push_back(batch);
    } else {
      buoyant_apply_done(batch, replies.data());
    }
  }

  static void* capture(void* data) {
    auto& self = *static_cast<Recorder*>(data);
    auto* snapshot = new Snapshot{&self, {}};
    for (const std::string& line : self.lines) {
      snapshot->text += line + "\n";
    }
    return snapshot;
  }

  static ptrdiff_t read(void* snapshot, void* buffer, size_t capacity) {
    auto& self = *static_cast<Snapshot*>(snapshot);
    if (self.recorder->refusal != 0) {
      return self.recorder->refusal;
    }
    const size_t part = std::min(capacity, self.text.size());
    std::memcpy(buffer, self.text.data(), part);
    self.text.erase(0, part);
    return static_cast<ptrdiff_t>(part);
  }

  static int write(void* target, const void* bytes, size_t len) {
    static_cast<Snapshot*>(target)->text.append(static_cast<const char*>(bytes), len);
    return 0;
  }

  static int finish(void* target) {
    auto& self = *static_cast<Snapshot*>(target);
    if (self.recorder->refusal != 0) {
      return self.recorder->refusal;
    }
    self.recorder->lines.clear();
    for (size_t end = self.text.find('\n'); end != std::string::npos; end = self.text.find('\n')) {
      self.recorder->lines.push_back(self.text.substr(0, end));
      self.text.erase(0, end + 1);
    }
    self.recorder->installed += 1;
    return 0;
  }

  static void close(void* snapshot) {
    const std::unique_ptr<Snapshot> owned(static_cast<Snapshot*>(snapshot));
    owned->recorder->closed += 1;
  }
};

/// What a request came to; `runs` counts its callbacks.
template <class Request>
struct Call {
  Request request{};
  int runs = 0;
  std::optional<int> status;
  std::string reply;

  Call() { request.data = this; }

  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;
  ~Call() = default;

  static void on_done(Request* request, int status) {
    auto& self = *static_cast<Call*>(request->data);
    self.runs += 1;
    self.status = status;
    if constexpr (std::is_same_v<Request, buoyant_propose_t>) {
      self.reply = status == 0 ? text_of(request->reply) : "";
    }
  }
};

struct Server {
  std::string address;
  Recorder machine;
  buoyant_node_t* node = nullptr;
  int closed = 0;
};

class NodeFixture : public standard::testing_support::ClusterFixture {
 protected:
  /// Strings that options point to live as long as the test.
  const char* keep(std::string text) {
    return strings_.emplace_back(std::make_unique<std::string>(std::move(text)))->c_str();
  }

  buoyant_options_t options(std::uint64_t id, const std::string& address) {
    buoyant_options_t options;
    buoyant_options_init(&options, sizeof options);
    options.id = id;
    options.cluster = "test";
    options.listen = keep(address);
    options.data = keep((folder_ / std::to_string(id)).string());
    options.election_timeout_ms = 300;
    options.heartbeat_interval_ms = 50;
    return options;
  }

  /// Opens a node on a server; an error fails the test.
  void open(Server& server, const buoyant_options_t& options,
            const buoyant_observer_t* observer = nullptr) {
    const buoyant_state_machine_t table = server.machine.table();
    buoyant_error_t error{};
    ASSERT_EQ(buoyant_open(&server.node, &loop_, &options, &table, observer, &error), 0)
        << buoyant_strerror(error.code) << ": " << error.context;
    server.address = options.listen;
    buoyant_node_set_data(server.node, &server);
  }

  void bootstrap(Server& server, const std::vector<buoyant_member_t>& members) {
    ASSERT_EQ(buoyant_bootstrap(&bootstrap_.request, server.node, members.data(), members.size(),
                                bootstrap_.on_done),
              0);
    ASSERT_TRUE(run_until([&] { return bootstrap_.runs > 0; }));
    ASSERT_EQ(bootstrap_.status, 0);
    bootstrap_.runs = 0;
  }

  /// A server that is the whole cluster, and has committed something as its leader.
  void begin_alone(Server& server) {
    buoyant_options_t alone = options(1, free_address());
    // It need not wait for anybody.
    alone.election_timeout_ms = 100;
    alone.clock_drift_max_ms = 10;
    begin_alone(server, alone);
  }

  void begin_alone(Server& server, const buoyant_options_t& alone) {
    open(server, alone);
    bootstrap(server, {{1, server.address.c_str(), BUOYANT_VOTER}});
    ASSERT_TRUE(run_until([&] { return applied(server) >= 2; }));
  }

  static uint64_t applied(const Server& server) {
    const buoyant_status_t* status = buoyant_status(server.node);
    const uint64_t applied = status->applied;
    buoyant_status_free(status);
    return applied;
  }

  bool wait_for_leader(const Server& server) {
    return run_until([&] { return standing(server).leader != 0; });
  }

  static buoyant_standing_t standing(const Server& server) {
    const buoyant_status_t* status = buoyant_status(server.node);
    const buoyant_standing_t standing = status->standing;
    buoyant_status_free(status);
    return standing;
  }

  /// Proposes and waits for the outcome, which it returns.
  int propose(Server& server, const std::string& line) {
    Call<buoyant_propose_t> call;
    const buoyant_buf_t buf = buf_of(line);
    const int refused = buoyant_propose(&call.request, server.node, &buf, 1, call.on_done);
    if (refused != 0) {
      return refused;
    }
    EXPECT_TRUE(run_until([&] { return call.runs > 0; }));
    reply_ = call.reply;
    return call.status.value_or(BUOYANT_E_OUTCOME_UNKNOWN);
  }

  int take_snapshot(Server& server) {
    const int refused = buoyant_take_snapshot(&snapshot_.request, server.node, snapshot_.on_done);
    if (refused != 0) {
      return refused;
    }
    snapshot_.runs = 0;
    EXPECT_TRUE(run_until([&] { return snapshot_.runs > 0; }));
    return snapshot_.status.value_or(BUOYANT_E_OUTCOME_UNKNOWN);
  }

  void close(Server& server) {
    buoyant_close(server.node, on_closed);
    EXPECT_TRUE(run_until([&] { return server.closed > 0; }));
    server.node = nullptr;
    server.closed = 0;
  }

  static void on_closed(buoyant_node_t* node) {
    static_cast<Server*>(buoyant_node_data(node))->closed += 1;
  }

  std::string reply_;  ///< Of the last proposal.
  Call<buoyant_bootstrap_t> bootstrap_;
  Call<buoyant_snapshot_t> snapshot_;

 private:
  std::vector<std::unique_ptr<std::string>> strings_;
};

/// A server alone that has committed one proposal.
class AloneFixture : public NodeFixture {
 protected:
  void SetUp() override {
    NodeFixture::SetUp();
    begin_alone(server_);
    ASSERT_EQ(propose(server_, "x"), 0);
  }

  void TearDown() override {
    close(server_);
    NodeFixture::TearDown();
  }

  Server server_;
};

}  // namespace buoyant::c_api::testing_support
