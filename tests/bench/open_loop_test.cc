// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "bench/cluster/open_loop.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace buoyant::bench::open_loop_test {

/// Answers proposals at once, or keeps them all until it is told to go on.
class StandingNode final : public Node {
 public:
  Result<void> propose(Bytes payload, ProposeDone done) override {
    if (held_.size() >= held_max) {
      return fail(refusal);
    }
    held_.push_back(std::move(done));
    payload_bytes = payload.size();
    if (!stands) {
      go_on();
    }
    return {};
  }

  void go_on() {
    stands = false;
    for (ProposeDone& done : std::exchange(held_, {})) {
      done(Applied{});
    }
  }

  Result<void> bootstrap(std::vector<Member> /*members*/, BootstrapDone /*done*/) override {
    return fail(Errc::kStopped);
  }

  Result<void> change_membership(std::vector<Member> /*members*/, Index /*based_on*/,
                                 ChangeDone /*done*/) override {
    return fail(Errc::kStopped);
  }

  Result<void> take_snapshot(SnapshotDone /*done*/) override { return fail(Errc::kStopped); }

  Result<void> read(ReadMode /*mode*/, ReadDone /*done*/) override { return fail(Errc::kStopped); }

  [[nodiscard]] Staleness staleness() const override { return {}; }

  Result<void> transfer(ServerId /*to*/, TransferDone /*done*/) override {
    return fail(Errc::kStopped);
  }

  [[nodiscard]] NodeStatus status() const override { return {}; }

  [[nodiscard]] Latencies latencies() const override { return {}; }

  [[nodiscard]] std::vector<TraceStep> trace() const override { return {}; }

  void close(CloseDone /*done*/) override {}

  bool stands = false;
  std::size_t held_max = 1'000'000;
  Errc refusal = Errc::kBusy;
  std::size_t payload_bytes = 0;

 private:
  std::vector<ProposeDone> held_;
};

class BenchOpenLoopTest : public testing::Test {
 protected:
  void SetUp() override {
    uv_loop_init(&loop_);
    uv_timer_init(&loop_, &timer_);
    timer_.data = this;
  }

  void TearDown() override {
    uv_close(reinterpret_cast<uv_handle_t*>(&timer_), nullptr);
    uv_run(&loop_, UV_RUN_DEFAULT);
    EXPECT_EQ(uv_loop_close(&loop_), 0);
  }

  /// The node stands for so long from now on.
  void stand_for(std::uint64_t milliseconds) {
    node_.stands = true;
    uv_timer_start(
        &timer_,
        [](uv_timer_t* timer) { static_cast<BenchOpenLoopTest*>(timer->data)->node_.go_on(); },
        milliseconds, 0);
  }

  /// A thousand calls a second for 300 ms.
  std::optional<Point> run() {
    std::optional<Point> result;
    OpenLoop load(
        loop_, node_, {.payload = 77, .rate = 1000, .warmup_seconds = 0, .seconds = 0.3},
        [this](const std::string& word) { said_.push_back(word); },
        [&](const std::optional<Point>& point) { result = point; });
    load.start();
    uv_run(&loop_, UV_RUN_DEFAULT);
    return result;
  }

  uv_loop_t loop_{};
  uv_timer_t timer_{};
  StandingNode node_;
  std::vector<std::string> said_;
};

TEST_F(BenchOpenLoopTest, MakesAllCallsThatAreDue) {
  const std::optional<Point> point = run();

  ASSERT_TRUE(point.has_value());
  // On a machine that holds this process up, some of them end too late to count.
  EXPECT_LE(point->committed, 300U);
  EXPECT_GE(point->committed, 1U);
  EXPECT_EQ(point->unfinished, 0U);
  EXPECT_EQ(point->rate, 1000);
  EXPECT_EQ(node_.payload_bytes, 77U);
  EXPECT_EQ(said_, (std::vector<std::string>{"BEGIN", "END"}));
}

TEST_F(BenchOpenLoopTest, AServerThatStandsStillDelaysAllCallsThatAreDueMeanwhile) {
  stand_for(400);

  const std::optional<Point> point = run();

  ASSERT_TRUE(point.has_value());
  // Due between 0 and 300 ms, ended after 400: a loop that waits for answers would have seen one.
  EXPECT_GE(point->p50_us, 200'000);
  EXPECT_GE(point->latency.front()[1], 90'000);
  EXPECT_EQ(point->unfinished, 0U);
  EXPECT_EQ(point->committed, 0U);
}

TEST_F(BenchOpenLoopTest, CallsThatABusyServerRefusesStayDue) {
  node_.held_max = 1;
  stand_for(400);

  const std::optional<Point> point = run();

  ASSERT_TRUE(point.has_value());
  EXPECT_GE(point->p50_us, 200'000);
  EXPECT_EQ(point->unfinished, 0U);
}

TEST_F(BenchOpenLoopTest, AnotherRefusalEndsIt) {
  node_.held_max = 0;
  node_.refusal = Errc::kNotLeader;

  EXPECT_EQ(run(), std::nullopt);
}

}  // namespace buoyant::bench::open_loop_test
