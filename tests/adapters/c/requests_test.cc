// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Requests of the C API: whose memory they are, and what they come to.

#include "tests/adapters/c/node_fixture.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace buoyant::c_api::requests_test {

using testing_support::Call;
using testing_support::NodeFixture;
using testing_support::Server;

class CRequestsTest : public NodeFixture {
 protected:
  void TearDown() override {
    close(server_);
    NodeFixture::TearDown();
  }

  /// Options by which it neither elects nor forwards.
  void open_idle() { open(server_, options(1, free_address())); }

  Server server_;
};

TEST_F(CRequestsTest, NoCallbackRunsInsideTheCallAndEachRunsOnce) {
  begin_alone(server_);
  Call<buoyant_propose_t> call;
  const buoyant_buf_t buf{"x", 1};

  ASSERT_EQ(buoyant_propose(&call.request, server_.node, &buf, 1, call.on_done), 0);
  EXPECT_EQ(call.runs, 0);
  ASSERT_TRUE(run_until([&] { return call.runs > 0; }));
  ASSERT_EQ(propose(server_, "behind it"), 0);

  EXPECT_EQ(call.runs, 1);
  EXPECT_EQ(call.status, 0);
  EXPECT_EQ(call.request.position.index, 3U);
  EXPECT_EQ(call.request.position.term, standing(server_).term);
  EXPECT_EQ(call.request.error.code, 0);
  EXPECT_STREQ(call.request.error.context, "");
}

TEST_F(CRequestsTest, ACallbackMayFreeItsRequest) {
  begin_alone(server_);

  struct Freed {
    buoyant_propose_t request{};
    bool* ran = nullptr;
  };

  bool ran = false;
  auto* freed = new Freed;
  freed->ran = &ran;
  freed->request.data = freed;
  const buoyant_buf_t buf{"x", 1};

  ASSERT_EQ(
      buoyant_propose(&freed->request, server_.node, &buf, 1,
                      [](buoyant_propose_t* request, int) {
                        const std::unique_ptr<Freed> owned(static_cast<Freed*>(request->data));
                        *owned->ran = true;
                      }),
      0);

  EXPECT_TRUE(run_until([&] { return ran; }));
}

TEST_F(CRequestsTest, ACallbackMayUseItsRequestAgain) {
  begin_alone(server_);

  struct Again {
    buoyant_propose_t request{};
    buoyant_node_t* node = nullptr;
    int runs = 0;

    static void propose(Again& again) {
      const buoyant_buf_t buf{"again", 5};
      EXPECT_EQ(buoyant_propose(&again.request, again.node, &buf, 1,
                                [](buoyant_propose_t* proposed, int status) {
                                  auto& self = *static_cast<Again*>(proposed->data);
                                  EXPECT_EQ(status, 0);
                                  self.runs += 1;
                                  if (self.runs < 3) {
                                    propose(self);
                                  }
                                }),
                0);
    }
  } again;

  again.node = server_.node;
  again.request.data = &again;

  Again::propose(again);

  EXPECT_TRUE(run_until([&] { return again.runs == 3; }));
  EXPECT_EQ(server_.machine.lines.size(), 3U);
}

TEST_F(CRequestsTest, BuffersBecomeOneCommandAndMayBeGoneAtOnce) {
  begin_alone(server_);
  Call<buoyant_propose_t> call;
  {
    const std::string first = "one ";
    const std::string second = "command";
    const buoyant_buf_t bufs[] = {testing_support::buf_of(first), testing_support::buf_of(second)};
    ASSERT_EQ(buoyant_propose(&call.request, server_.node, bufs, 2, call.on_done), 0);
  }
  ASSERT_TRUE(run_until([&] { return call.runs > 0; }));

  EXPECT_EQ(call.reply, "one command");
}

TEST_F(CRequestsTest, NobodyNeedsToHearOfAnOutcome) {
  begin_alone(server_);
  buoyant_propose_t request;
  const buoyant_buf_t buf{"x", 1};

  ASSERT_EQ(buoyant_propose(&request, server_.node, &buf, 1, nullptr), 0);

  EXPECT_TRUE(run_until([&] { return server_.machine.lines.size() == 1; }));
}

TEST_F(CRequestsTest, ARefusedCallSaysWhyAndRunsNothing) {
  open_idle();
  Call<buoyant_propose_t> call;
  const buoyant_buf_t buf{"x", 1};

  EXPECT_EQ(buoyant_propose(&call.request, server_.node, &buf, 1, call.on_done),
            BUOYANT_E_NO_LEADER);

  EXPECT_EQ(call.request.error.code, BUOYANT_E_NO_LEADER);
  EXPECT_EQ(call.request.data, &call);
  close(server_);
  EXPECT_EQ(call.runs, 0);
  open_idle();
}

TEST_F(CRequestsTest, ALineBeyondTheLimitIsTooLarge) {
  begin_alone(server_);

  EXPECT_EQ(propose(server_, std::string((1U << 20U) + 1, 'x')), BUOYANT_E_TOO_LARGE);
}

TEST_F(CRequestsTest, ADifferentBootstrapIsRefusedAndTheSameOneIsNot) {
  begin_alone(server_);
  const buoyant_member_t other{1, "127.0.0.1:9", BUOYANT_VOTER};
  const buoyant_member_t wrong{1, "127.0.0.1:9", 7};
  Call<buoyant_bootstrap_t> call;

  bootstrap(server_, {{1, server_.address.c_str(), BUOYANT_VOTER}});
  EXPECT_EQ(buoyant_bootstrap(&call.request, server_.node, &other, 1, call.on_done),
            BUOYANT_E_INVALID_CONFIGURATION);
  EXPECT_EQ(buoyant_bootstrap(&call.request, server_.node, &wrong, 1, call.on_done),
            BUOYANT_E_INVALID_CONFIGURATION);

  EXPECT_STREQ(call.request.error.context, "a member's role");
}

TEST_F(CRequestsTest, AReadSaysWhatIsApplied) {
  begin_alone(server_);
  ASSERT_EQ(propose(server_, "x"), 0);
  Call<buoyant_read_t> linearizable;
  Call<buoyant_read_t> lease;

  ASSERT_EQ(buoyant_read(&linearizable.request, server_.node, BUOYANT_READ_LINEARIZABLE,
                         linearizable.on_done),
            0);
  ASSERT_EQ(buoyant_read(&lease.request, server_.node, BUOYANT_READ_LEASE, lease.on_done), 0);
  ASSERT_TRUE(run_until([&] { return linearizable.runs > 0 && lease.runs > 0; }));

  EXPECT_EQ(linearizable.status, 0);
  EXPECT_EQ(linearizable.request.applied, 3U);
  EXPECT_EQ(lease.status, 0);
  EXPECT_EQ(lease.request.applied, 3U);
}

TEST_F(CRequestsTest, AModeOfReadingThatIsNoneIsRefused) {
  open_idle();
  Call<buoyant_read_t> call;

  EXPECT_EQ(buoyant_read(&call.request, server_.node, 2, call.on_done), BUOYANT_E_INVALID_OPTIONS);
}

TEST_F(CRequestsTest, StalenessIsUnknownUntilSomethingIsKnown) {
  open_idle();

  const buoyant_staleness_t staleness = buoyant_staleness(server_.node);

  EXPECT_EQ(staleness.applied, 0U);
  EXPECT_EQ(staleness.age_ns, BUOYANT_AGE_UNKNOWN);
}

TEST_F(CRequestsTest, StalenessIsAnAgeOnceARequestWasAnswered) {
  begin_alone(server_);

  EXPECT_TRUE(run_until([&] { return buoyant_staleness(server_.node).age_ns < 1'000'000'000U; }));

  EXPECT_EQ(buoyant_staleness(server_.node).applied, 2U);
}

TEST_F(CRequestsTest, ATransferToTheLeaderItselfSucceeds) {
  begin_alone(server_);
  Call<buoyant_transfer_t> call;

  ASSERT_EQ(buoyant_transfer(&call.request, server_.node, 1, call.on_done), 0);
  ASSERT_TRUE(run_until([&] { return call.runs > 0; }));

  EXPECT_EQ(call.status, 0);
  EXPECT_EQ(call.request.leader, 1U);
}

TEST_F(CRequestsTest, AChangeThatIsBasedOnAnotherConfigurationIsRefused) {
  begin_alone(server_);
  const buoyant_member_t members[] = {{1, server_.address.c_str(), BUOYANT_VOTER},
                                      {2, "127.0.0.1:9", BUOYANT_LEARNER}};
  Call<buoyant_change_t> call;

  EXPECT_EQ(buoyant_change(&call.request, server_.node, members, 2, 99, call.on_done),
            BUOYANT_E_STALE_CONFIGURATION);
  ASSERT_EQ(buoyant_change(&call.request, server_.node, members, 2, 1, call.on_done), 0);
  ASSERT_TRUE(run_until([&] { return call.runs > 0; }));

  EXPECT_EQ(call.status, 0);
  EXPECT_GT(call.request.index, 1U);
}

TEST_F(CRequestsTest, ASnapshotOfNothingIsRefused) {
  open_idle();

  EXPECT_EQ(take_snapshot(server_), BUOYANT_E_NOT_READY);
}

TEST_F(CRequestsTest, ASnapshotThatCannotBeReadSaysWhy) {
  begin_alone(server_);
  ASSERT_EQ(propose(server_, "x"), 0);
  server_.machine.refusal = BUOYANT_E_TOO_LARGE;

  EXPECT_EQ(take_snapshot(server_), BUOYANT_E_TOO_LARGE);
}

}  // namespace buoyant::c_api::requests_test
