// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "bench/peers/libraft_server.h"

#include "bench/cluster/command_input.h"
#include "bench/cluster/point.h"
#include "bench/peers/libraft.h"
#include "bench/peers/libraft_loop.h"

#include <nlohmann/json.hpp>
#include <uv.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <sys/stat.h>
#include <utility>
#include <vector>

namespace buoyant::bench {

namespace {

const char* role_of(int state) {
  return state == RAFT_LEADER ? "leader" : state == RAFT_CANDIDATE ? "candidate" : "follower";
}

/// Applies nothing: what is measured is replication.
int apply_nothing(raft_fsm* /*fsm*/, const raft_buffer* /*buffer*/, void** result) {
  *result = nullptr;
  return 0;
}

int refuse_snapshot(raft_fsm* /*fsm*/, raft_buffer** /*buffers*/, unsigned* /*count*/) {
  return RAFT_INVALID;
}

int refuse_restore(raft_fsm* /*fsm*/, raft_buffer* /*buffer*/) {
  return RAFT_INVALID;
}

/// libraft's TCP transport, whose connections get TCP_NODELAY where it is asked for.
class Transport {
 public:
  explicit Transport(uv_loop_t& loop) {
    raft_uv_tcp_init(&inner_, &loop);
    if (std::getenv(kLibraftNodelay) != nullptr) {
      connect_ = inner_.connect;
      only = this;
      inner_.connect = connect;
    }
  }

  raft_uv_transport* inner() { return &inner_; }

 private:
  struct Attempt {
    raft_uv_connect request{};
    raft_uv_connect* outer = nullptr;
    raft_uv_connect_cb done = nullptr;
  };

  static int connect(raft_uv_transport* transport, raft_uv_connect* request, raft_id id,
                     const char* address, raft_uv_connect_cb done) {
    auto attempt = std::make_unique<Attempt>();
    attempt->outer = request;
    attempt->done = done;
    attempt->request.data = attempt.get();
    const int status = only->connect_(transport, &attempt->request, id, address, on_connected);
    if (status == 0) {
      [[maybe_unused]] const Attempt* kept_until_connected = attempt.release();
    }
    return status;
  }

  static void on_connected(raft_uv_connect* request, uv_stream_s* stream, int status) {
    const std::unique_ptr<Attempt> attempt(static_cast<Attempt*>(request->data));
    if (status == 0) {
      uv_tcp_nodelay(reinterpret_cast<uv_tcp_t*>(stream), 1);
    }
    attempt->done(attempt->outer, stream, status);
  }

  /// One per process; libraft gives the callback no room of ours.
  static inline Transport* only = nullptr;

  raft_uv_transport inner_{};
  int (*connect_)(raft_uv_transport*, raft_uv_connect*, raft_id, const char*,
                  raft_uv_connect_cb) = nullptr;
};

class LibraftServer {
 public:
  explicit LibraftServer(ServerArguments arguments) : arguments_(std::move(arguments)) {}

  int run() {
    uv_loop_init(&loop_);
    transport_ = std::make_unique<Transport>(loop_);
    if (const int status = open(); status != 0) {
      std::fprintf(stderr, "libraft_bench: server %llu: %s: %s\n",
                   static_cast<unsigned long long>(arguments_.id), raft_strerror(status),
                   raft_errmsg(&raft_));
      return 1;
    }
    uv_timer_init(&loop_, &watch_);
    watch_.data = this;
    uv_timer_start(&watch_, on_watch, 5, 5);
    input_.open(
        loop_, [this](const std::string& line) { on_line(line); }, [this] { stop(); });
    uv_run(&loop_, UV_RUN_DEFAULT);
    raft_uv_close(&io_);
    raft_uv_tcp_close(transport_->inner());
    return uv_loop_close(&loop_) == 0 ? 0 : 1;
  }

 private:
  /// A new log with the members as its first entry.
  int open() {
    mkdir(arguments_.data.c_str(), 0700);
    std::string own_address;
    raft_configuration configuration{};
    raft_configuration_init(&configuration);
    for (const Member& member : arguments_.members) {
      raft_configuration_add(&configuration, member.id.value(), member.address.c_str(), RAFT_VOTER);
      if (member.id.value() == arguments_.id) {
        own_address = member.address;
      }
    }
    fsm_.version = 1;
    fsm_.apply = apply_nothing;
    fsm_.snapshot = refuse_snapshot;
    fsm_.restore = refuse_restore;
    int status = raft_uv_init(&io_, &loop_, arguments_.data.c_str(), transport_->inner());
    if (status == 0) {
      // A peer that is not up yet would be tried again after a second.
      raft_uv_set_connect_retry_delay(&io_, 50);
      status = raft_init(&raft_, &io_, &fsm_, arguments_.id, own_address.c_str());
    }
    if (status == 0) {
      raft_.data = this;
      // No server of this comparison takes snapshots while it is measured.
      raft_set_snapshot_threshold(&raft_, 1U << 30U);
      status = raft_bootstrap(&raft_, &configuration);
    }
    if (status == 0) {
      status = raft_start(&raft_);
    }
    raft_configuration_close(&configuration);
    return status;
  }

  static void on_watch(uv_timer_t* timer) {
    auto* self = static_cast<LibraftServer*>(timer->data);
    const int state = raft_state(&self->raft_);
    if (state != self->state_) {
      self->state_ = state;
      say(std::string("ROLE ") + role_of(state));
    }
  }

  void on_line(const std::string& line) {
    if (!line.starts_with("RUN ")) {
      return;
    }
    const auto work = nlohmann::json::parse(line.substr(4), nullptr, false);
    if (work.is_discarded()) {
      return;
    }
    runs_.push_back(std::make_unique<LibraftLoop>(
        raft_, work.get<Work>(), [](const std::optional<Point>& point) {
          say(point ? "POINT " + nlohmann::json(*point).dump() : "LOST");
        }));
    runs_.back()->start();
  }

  void stop() {
    uv_close(reinterpret_cast<uv_handle_t*>(&watch_), nullptr);
    raft_close(&raft_, nullptr);
  }

  ServerArguments arguments_;
  uv_loop_t loop_{};
  CommandInput input_;
  uv_timer_t watch_{};
  std::unique_ptr<Transport> transport_;
  raft_io io_{};
  raft_fsm fsm_{};
  raft raft_{};
  int state_ = RAFT_UNAVAILABLE;
  std::vector<std::unique_ptr<LibraftLoop>> runs_;
};

}  // namespace

int run_libraft_server(const ServerArguments& arguments) {
  return LibraftServer(arguments).run();
}

}  // namespace buoyant::bench
