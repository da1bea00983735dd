// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/uv/async_poster.h"

#include "tests/adapters/uv/loop_fixture.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <sys/eventfd.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

namespace buoyant::uv::async_poster_test {

class AsyncPosterTest : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = AsyncPoster::open(*loop_);
    ASSERT_TRUE(opened);
    poster_ = *opened;
  }

  void TearDown() override {
    if (poster_) {
      poster_->close([this] { closed_ = true; });
      EXPECT_TRUE(loop_.run_until([this] { return closed_; }));
    }
  }

  tests::TestLoop loop_;
  std::shared_ptr<AsyncPoster> poster_;
  bool closed_ = false;
};

TEST_F(AsyncPosterTest, TaskRunsOnTheLoopAndNotInsideTheCall) {
  bool ran = false;
  poster_->post([&] { ran = true; });
  EXPECT_FALSE(ran);

  EXPECT_TRUE(loop_.run_until([&] { return ran; }));
}

TEST_F(AsyncPosterTest, TasksRunInOrder) {
  std::vector<int> order;
  for (int i = 0; i < 100; ++i) {
    poster_->post([&order, i] { order.push_back(i); });
  }

  ASSERT_TRUE(loop_.run_until([&] { return order.size() == 100; }));

  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(order[static_cast<std::size_t>(i)], i);
  }
}

TEST_F(AsyncPosterTest, BurstWakesTheLoopOnce) {
  std::size_t ran = 0;
  for (int i = 0; i < 100; ++i) {
    poster_->post([&] { ++ran; });
  }

  uv_run(loop_.get(), UV_RUN_ONCE);

  EXPECT_EQ(ran, 100U);
}

TEST_F(AsyncPosterTest, TaskPostedByATaskRunsInALaterIteration) {
  int ran = 0;
  poster_->post([&] {
    ++ran;
    poster_->post([&] { ++ran; });
  });

  uv_run(loop_.get(), UV_RUN_ONCE);
  EXPECT_EQ(ran, 1);
  uv_run(loop_.get(), UV_RUN_ONCE);

  EXPECT_EQ(ran, 2);
}

TEST_F(AsyncPosterTest, ThreadsPostWhileTheLoopRuns) {
  constexpr std::size_t kThreads = 4;
  constexpr std::size_t kTasks = 2000;
  std::vector<std::size_t> counts(kThreads, 0);
  std::size_t out_of_order = 0;
  std::vector<std::thread> threads;
  for (std::size_t thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (std::size_t i = 0; i < kTasks; ++i) {
        poster_->post([&, thread, i] { out_of_order += counts[thread]++ == i ? 0U : 1U; });
      }
    });
  }

  const bool all = loop_.run_until([&] {
    std::size_t sum = 0;
    for (const std::size_t count : counts) {
      sum += count;
    }
    return sum == kThreads * kTasks;
  });
  for (std::thread& thread : threads) {
    thread.join();
  }

  EXPECT_TRUE(all);
  EXPECT_EQ(out_of_order, 0U);
}

TEST_F(AsyncPosterTest, RunsWhileWhatItWatchesCanBeRead) {
  const int fd = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  int ran = 0;
  ASSERT_TRUE(poster_->watch(fd, [&] {
    eventfd_t count = 0;
    EXPECT_EQ(::eventfd_read(fd, &count), 0);
    ++ran;
  }));
  uv_run(loop_.get(), UV_RUN_NOWAIT);
  EXPECT_EQ(ran, 0);

  ::eventfd_write(fd, 1);
  EXPECT_TRUE(loop_.run_until([&] { return ran == 1; }));
  uv_run(loop_.get(), UV_RUN_NOWAIT);
  EXPECT_EQ(ran, 1);

  poster_->unwatch(fd);
  ::eventfd_write(fd, 1);
  uv_run(loop_.get(), UV_RUN_NOWAIT);
  EXPECT_EQ(ran, 1);
  ::close(fd);
}

TEST_F(AsyncPosterTest, AWatchMayEndItself) {
  const int fd = ::eventfd(1, EFD_NONBLOCK | EFD_CLOEXEC);
  auto alive = std::make_shared<int>(1);
  const std::weak_ptr<int> weak = alive;
  int ran = 0;
  ASSERT_TRUE(poster_->watch(fd, [&ran, fd, this, held = std::move(alive)] {
    poster_->unwatch(fd);
    ran += *held;
  }));

  EXPECT_TRUE(loop_.run_until([&] { return ran == 1; }));
  uv_run(loop_.get(), UV_RUN_NOWAIT);

  EXPECT_EQ(ran, 1);
  EXPECT_TRUE(weak.expired());
  ::close(fd);
}

TEST_F(AsyncPosterTest, CloseEndsWhatIsWatched) {
  const int fd = ::eventfd(1, EFD_NONBLOCK | EFD_CLOEXEC);
  bool ran = false;
  ASSERT_TRUE(poster_->watch(fd, [&] { ran = true; }));

  poster_->close([this] { closed_ = true; });
  poster_->unwatch(fd);
  ::close(fd);

  EXPECT_TRUE(loop_.run_until([this] { return closed_; }));
  EXPECT_FALSE(ran);
  poster_.reset();
}

TEST_F(AsyncPosterTest, WhatCannotBeWatchedIsRefused) {
  EXPECT_FALSE(poster_->watch(-1, [] {}));
}

TEST_F(AsyncPosterTest, CloseDropsWhatIsQueued) {
  bool ran = false;
  auto alive = std::make_shared<int>(1);
  const std::weak_ptr<int> weak = alive;
  poster_->post([&ran, held = std::move(alive)] { ran = true; });

  poster_->close([this] { closed_ = true; });
  EXPECT_TRUE(weak.expired());
  uv_run(loop_.get(), UV_RUN_DEFAULT);

  EXPECT_FALSE(ran);
  EXPECT_TRUE(closed_);
  poster_.reset();
}

TEST_F(AsyncPosterTest, TaskMayCloseAndTheRestOfItsBatchIsDropped) {
  int ran = 0;
  poster_->post([&] {
    ++ran;
    poster_->close([this] { closed_ = true; });
    poster_.reset();
  });
  poster_->post([&] { ++ran; });

  uv_run(loop_.get(), UV_RUN_DEFAULT);

  EXPECT_EQ(ran, 1);
  EXPECT_TRUE(closed_);
}

TEST_F(AsyncPosterTest, PostAfterCloseGoesNowhere) {
  bool ran = false;
  poster_->close([this] { closed_ = true; });

  poster_->post([&] { ran = true; });
  uv_run(loop_.get(), UV_RUN_DEFAULT);
  poster_->post([&] { ran = true; });

  EXPECT_FALSE(ran);
  poster_.reset();
}

TEST_F(AsyncPosterTest, ThreadsMayPostDuringAndAfterClose) {
  std::atomic<bool> stop{false};
  std::atomic<std::size_t> posted{0};
  std::thread thread([poster = poster_, &stop, &posted] {
    while (!stop) {
      poster->post([] {});
      ++posted;
    }
  });
  ASSERT_TRUE(loop_.run_until([&] { return posted > 100; }));

  poster_->close([this] { closed_ = true; });
  uv_run(loop_.get(), UV_RUN_DEFAULT);
  poster_.reset();
  stop = true;
  thread.join();

  EXPECT_TRUE(closed_);
}

TEST_F(AsyncPosterTest, OpenPosterKeepsTheLoopAlive) {
  EXPECT_NE(uv_loop_alive(loop_.get()), 0);
}

}  // namespace buoyant::uv::async_poster_test
