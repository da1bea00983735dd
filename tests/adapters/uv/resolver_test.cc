// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/uv/resolver.h"

#include "adapters/uv/address.h"
#include "adapters/uv/async_poster.h"
#include "tests/adapters/uv/loop_fixture.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace buoyant::uv::resolver_test {

/// A name server that the test holds and answers for. Shared with the resolver's thread.
class NameServer {
 public:
  explicit NameServer(std::shared_ptr<AsyncPoster> poster) : poster_(std::move(poster)) {}

  Result<HostAddresses> look_up(const std::string& host) {
    std::unique_lock lock(mutex_);
    asked_.push_back(host);
    poster_->post([] {});  // The test's loop looks again.
    changed_.wait(lock, [this] { return !held_; });
    if (fails_) {
      return fail(Errc::kTransportFailed, "name server");
    }
    return HostAddresses{*numeric_address(*parse_address("127.0.0.1:0"))};
  }

  void hold(bool held) {
    const std::lock_guard lock(mutex_);
    held_ = held;
    changed_.notify_all();
  }

  void set_failing(bool fails) {
    const std::lock_guard lock(mutex_);
    fails_ = fails;
  }

  std::vector<std::string> asked() {
    const std::lock_guard lock(mutex_);
    return asked_;
  }

 private:
  std::shared_ptr<AsyncPoster> poster_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> asked_;
  bool held_ = false;
  bool fails_ = false;
};

class ResolverTest : public testing::Test {
 protected:
  void SetUp() override {
    poster_ = *AsyncPoster::open(*loop_);
    server_ = std::make_shared<NameServer>(poster_);
    resolver_ = std::make_unique<Resolver>(
        poster_, [server = server_](const std::string& host) { return server->look_up(host); });
  }

  void TearDown() override {
    server_->hold(false);
    resolver_.reset();
    poster_->close(nullptr);
  }

  std::uint64_t resolve(const std::string& host) {
    return resolver_->resolve(host, [this](const Result<HostAddresses>& result) {
      threads_.push_back(std::this_thread::get_id());
      answers_.push_back(result ? host_text(result->front()) : result.error().context());
    });
  }

  bool wait_for_answers(std::size_t count) {
    return loop_.run_until([&] { return answers_.size() >= count; });
  }

  tests::TestLoop loop_;
  std::shared_ptr<AsyncPoster> poster_;
  std::shared_ptr<NameServer> server_;
  std::unique_ptr<Resolver> resolver_;
  std::vector<std::string> answers_;
  std::vector<std::thread::id> threads_;
};

TEST_F(ResolverTest, AnswersOnTheLoopThreadAndNotInsideTheCall) {
  resolve("db-1");
  EXPECT_TRUE(answers_.empty());

  ASSERT_TRUE(wait_for_answers(1));

  EXPECT_EQ(answers_, std::vector<std::string>{"127.0.0.1"});
  EXPECT_EQ(threads_, std::vector<std::thread::id>{std::this_thread::get_id()});
}

TEST_F(ResolverTest, SlowNameServerDoesNotHoldTheLoop) {
  server_->hold(true);
  resolve("slow");

  loop_.spin(50);

  EXPECT_TRUE(answers_.empty());
}

TEST_F(ResolverTest, FailureIsAnAnswer) {
  server_->set_failing(true);
  resolve("unknown");

  ASSERT_TRUE(wait_for_answers(1));

  EXPECT_EQ(answers_, std::vector<std::string>{"name server"});
}

TEST_F(ResolverTest, LastGoodAnswerServesWhenTheNameServerFails) {
  resolve("db-1");
  ASSERT_TRUE(wait_for_answers(1));
  server_->set_failing(true);
  resolve("db-1");
  resolve("db-2");

  ASSERT_TRUE(wait_for_answers(3));

  EXPECT_EQ(answers_, (std::vector<std::string>{"127.0.0.1", "127.0.0.1", "name server"}));
}

TEST_F(ResolverTest, CancelledLookupIsNotAnswered) {
  server_->hold(true);
  const std::uint64_t ticket = resolve("first");
  resolve("second");

  resolver_->cancel(ticket);
  server_->hold(false);
  ASSERT_TRUE(wait_for_answers(1));
  loop_.spin(10);

  EXPECT_EQ(answers_.size(), 1U);
}

TEST_F(ResolverTest, LookupThatIsCancelledInTheQueueIsNotAsked) {
  server_->hold(true);
  resolve("first");
  ASSERT_TRUE(loop_.run_until([&] { return !server_->asked().empty(); }));
  const std::uint64_t ticket = resolve("second");

  resolver_->cancel(ticket);
  server_->hold(false);
  resolve("third");
  ASSERT_TRUE(wait_for_answers(2));

  EXPECT_EQ(server_->asked(), (std::vector<std::string>{"first", "third"}));
}

TEST_F(ResolverTest, DestroyedDuringALookupItDoesNotWaitForTheNameServer) {
  server_->hold(true);
  resolve("slow");
  ASSERT_TRUE(loop_.run_until([&] { return !server_->asked().empty(); }));

  resolver_.reset();
  server_->hold(false);
  loop_.spin(10);

  EXPECT_TRUE(answers_.empty());
}

TEST_F(ResolverTest, MayBeDestroyedInAnAnswer) {
  resolver_->resolve("db-1", [this](const Result<HostAddresses>&) {
    resolver_.reset();
    answers_.emplace_back("destroyed");
  });

  EXPECT_TRUE(wait_for_answers(1));
}

TEST_F(ResolverTest, SystemKnowsLocalhost) {
  const auto found = look_up_host("localhost");

  ASSERT_TRUE(found);
  EXPECT_TRUE(is_loopback(found->front()));
}

TEST_F(ResolverTest, SystemSaysWhenThereIsNoSuchName) {
  const auto found = look_up_host("no-such-host.invalid");

  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code(), Errc::kTransportFailed);
  EXPECT_NE(found.error().native(), 0);
}

}  // namespace buoyant::uv::resolver_test
