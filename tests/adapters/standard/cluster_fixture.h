// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Nodes of the usual assembly on one real loop, with data directories of their own.
#pragma once

#include "buoyant/standard.h"
#include "tests/support/process/loopback.h"

#include <gtest/gtest.h>
#include <uv.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>

namespace buoyant::standard::testing_support {

/// Keeps every applied line, and replies with it.
class Recorder final : public StateMachine {
 public:
  void apply(std::vector<Command> commands, ApplyDone done) noexcept override {
    std::vector<Bytes> replies;
    for (Command& command : commands) {
      lines.emplace_back(command.payload.text());
      replies.push_back(std::move(command.payload));
    }
    done(std::move(replies));
  }

  std::unique_ptr<SnapshotSource> capture() noexcept override {
    return std::make_unique<LineSource>(lines);
  }

  std::unique_ptr<SnapshotTarget> install() noexcept override {
    return std::make_unique<LineTarget>(*this);
  }

  std::vector<std::string> lines;
  int installed = 0;

 private:
  /// One line at a time.
  class LineSource final : public SnapshotSource {
   public:
    explicit LineSource(std::vector<std::string> lines) : lines_(std::move(lines)) {}

    Result<Bytes> read(std::size_t /*bytes_max*/) noexcept override {
      return next_ < lines_.size() ? Bytes::copy_of(lines_[next_++] + "\n") : Bytes();
    }

   private:
    std::vector<std::string> lines_;
    std::size_t next_ = 0;
  };

  class LineTarget final : public SnapshotTarget {
   public:
    explicit LineTarget(Recorder& recorder) : recorder_(recorder) {}

    Result<void> write(ByteView chunk) noexcept override {
      text_ += text_of(chunk);
      return {};
    }

    Result<void> finish() noexcept override {
      recorder_.lines.clear();
      for (std::size_t end = text_.find('\n'); end != std::string::npos; end = text_.find('\n')) {
        recorder_.lines.push_back(text_.substr(0, end));
        text_.erase(0, end + 1);
      }
      recorder_.installed += 1;
      return {};
    }

   private:
    Recorder& recorder_;
    std::string text_;
  };
};

/// One server of a test.
struct TestServer {
  Recorder machine;
  std::unique_ptr<Node> node;
  bool is_closed = false;
};

class ClusterFixture : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(uv_loop_init(&loop_), 0);
    ASSERT_EQ(uv_timer_init(&loop_, &pulse_), 0);
    // So that a wait looks at its condition again.
    uv_timer_start(
        &pulse_, [](uv_timer_t*) {}, 1, 1);
    std::string pattern = (std::filesystem::temp_directory_path() / "buoyant-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }

  void TearDown() override {
    uv_close(reinterpret_cast<uv_handle_t*>(&pulse_), nullptr);
    uv_run(&loop_, UV_RUN_DEFAULT);
    EXPECT_EQ(uv_loop_close(&loop_), 0);
    std::filesystem::remove_all(folder_);
  }

  static std::string free_address() { return process::free_address(); }

  StandardOptions options(std::uint64_t id, const std::string& address) const {
    StandardOptions made{.id = id,
                         .cluster = "test",
                         .listen = address,
                         .data = (folder_ / std::to_string(id)).string()};
    made.node.election_timeout = std::chrono::milliseconds(300);
    made.node.heartbeat_interval = std::chrono::milliseconds(50);
    return made;
  }

  std::unique_ptr<TestServer> open(const StandardOptions& options) {
    auto server = std::make_unique<TestServer>();
    auto node = open_standard_node(loop_, options, server->machine);
    EXPECT_TRUE(node) << node.error().message() << ": " << node.error().context();
    server->node = node ? std::move(*node) : nullptr;
    return server;
  }

  void close(TestServer& server) {
    server.node->close([&server] { server.is_closed = true; });
    EXPECT_TRUE(run_until([&] { return server.is_closed; }));
  }

  /// Runs the loop until something is true; false: it was not within ten seconds.
  bool run_until(const std::function<bool()>& condition) {
    const std::uint64_t limit = uv_hrtime() + 10'000'000'000U;
    while (!condition() && uv_hrtime() < limit) {
      uv_run(&loop_, UV_RUN_ONCE);
    }
    return condition();
  }

  bool wait_for_leader(const TestServer& server) {
    return run_until([&] { return server.node->status().standing.leader.is_set(); });
  }

  uv_loop_t loop_{};
  uv_timer_t pulse_{};
  std::filesystem::path folder_;
};

}  // namespace buoyant::standard::testing_support
