// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/common/application.h"

#include "examples/echo/echo_service.h"
#include "tests/adapters/standard/cluster_fixture.h"

#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <string>

namespace echo::application_test {

class EchoApplicationTest : public buoyant::standard::testing_support::ClusterFixture {
 protected:
  void SetUp() override {
    ClusterFixture::SetUp();
    options_.id = buoyant::ServerId(1);
    options_.cluster = "test";
    options_.data = (folder_ / "data").string();
    options_.listen = free_address();
    options_.client = free_address();
    options_.members = {{buoyant::ServerId(1), options_.listen}};
    options_.log_level = example::LogLevel::kError;
    // The application's loop is to end by itself.
    uv_unref(reinterpret_cast<uv_handle_t*>(&pulse_));
  }

  /// Runs with these options until it ends, and gives what it said.
  int run(std::string* said = nullptr) {
    testing::internal::CaptureStderr();
    const int code = example::Application(loop_, program_, options_).run();
    const std::string text = testing::internal::GetCapturedStderr();
    if (said != nullptr) {
      *said = text;
    }
    return code;
  }

  /// Runs until this time passed and SIGTERM came.
  int run_and_terminate(std::uint64_t after_ms) {
    uv_timer_t timer;
    uv_timer_init(&loop_, &timer);
    uv_timer_start(
        &timer,
        [](uv_timer_t* handle) {
          std::raise(SIGTERM);
          uv_close(reinterpret_cast<uv_handle_t*>(handle), nullptr);
        },
        after_ms, 0);
    return run();
  }

  example::Options options_;
  EchoProgram program_{options_};
};

TEST_F(EchoApplicationTest, AsksTheLibraryForWhatTheFlagsSay) {
  options_.dial = {{buoyant::ServerId(2), "h:1"}};
  options_.forward = false;
  options_.map_bytes_max = 1U << 24U;
  options_.advertise = "a:1";
  const buoyant::StandardOptions standard = example::standard_options(options_);

  EXPECT_EQ(standard.id, 1U);
  EXPECT_EQ(standard.cluster, "test");
  EXPECT_EQ(standard.listen, options_.listen);
  EXPECT_EQ(standard.data, options_.data);
  EXPECT_EQ(standard.dial, options_.dial);
  EXPECT_EQ(standard.map_bytes_max, 1U << 24U);
  EXPECT_EQ(standard.advertise, "a:1");
  EXPECT_FALSE(standard.insecure_plaintext);
  EXPECT_FALSE(standard.node.forward_proposals);
  EXPECT_EQ(standard.node.election_timeout, std::chrono::seconds(1));
}

TEST_F(EchoApplicationTest, EndsCleanlyOnASignalAtOnce) {
  EXPECT_EQ(run_and_terminate(0), 0);
}

TEST_F(EchoApplicationTest, EndsCleanlyOnASignalDuringItsElection) {
  EXPECT_EQ(run_and_terminate(1000), 0);
}

TEST_F(EchoApplicationTest, StartsAgainWithoutMembers) {
  ASSERT_EQ(run_and_terminate(300), 0);
  options_.members.clear();

  EXPECT_EQ(run_and_terminate(50), 0);
}

TEST_F(EchoApplicationTest, AnEmptyDirectoryNeedsMembers) {
  options_.members.clear();
  std::string said;

  EXPECT_EQ(run(&said), example::kExitUsage);
  EXPECT_EQ(said,
            "buoyant-echo 1 error: the data directory is empty: --member or --join is needed\n");
}

TEST_F(EchoApplicationTest, AClientPortInUseIsWrongUsage) {
  options_.client = options_.listen;
  std::string said;

  EXPECT_EQ(run(&said), example::kExitUsage);
  EXPECT_NE(said.find("cannot listen for clients on " + options_.client), std::string::npos)
      << said;
}

TEST_F(EchoApplicationTest, ADirectoryThatCannotBeMadeIsAStorageFailure) {
  options_.data = (folder_ / "no" / "parent").string();
  std::string said;

  EXPECT_EQ(run(&said), example::kExitStorageFailed);
  EXPECT_NE(said.find("--data " + options_.data), std::string::npos) << said;
  EXPECT_EQ(said.find('\n'), said.size() - 1) << said;
}

TEST_F(EchoApplicationTest, TheDirectoryOfAnotherClusterIsTheWrongIdentity) {
  ASSERT_EQ(run_and_terminate(0), 0);
  options_.cluster = "another";

  EXPECT_EQ(run(), example::kExitWrongIdentity);
}

}  // namespace echo::application_test
