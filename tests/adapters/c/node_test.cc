// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// How a node of the C API begins, and how it ends.

#include "tests/adapters/c/node_fixture.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace buoyant::c_api::node_test {

using testing_support::Call;
using testing_support::NodeFixture;
using testing_support::Recorder;
using testing_support::Server;

class CNodeTest : public NodeFixture {
 protected:
  /// The error of an opening that must fail.
  buoyant_error_t open_error(const buoyant_options_t& options) {
    const buoyant_state_machine_t table = server_.machine.table();
    buoyant_error_t error{};
    auto* node = reinterpret_cast<buoyant_node_t*>(this);
    EXPECT_EQ(buoyant_open(&node, &loop_, &options, &table, nullptr, &error), error.code);
    EXPECT_EQ(node, nullptr);
    return error;
  }

  Server server_;
};

TEST_F(CNodeTest, AServerAloneAppliesWhatIsProposed) {
  begin_alone(server_);

  EXPECT_EQ(propose(server_, "hello"), 0);

  EXPECT_EQ(reply_, "hello");
  EXPECT_EQ(server_.machine.lines, std::vector<std::string>{"hello"});
  close(server_);
}

TEST_F(CNodeTest, AnOptionThatIsRefusedIsNamed) {
  const buoyant_error_t error = open_error(options(0, "127.0.0.1:0"));

  EXPECT_EQ(error.code, BUOYANT_E_INVALID_OPTIONS);
  EXPECT_STREQ(error.context, "id");
}

TEST_F(CNodeTest, MissingStringsAreRefused) {
  buoyant_options_t options = this->options(1, "127.0.0.1:0");

  options.cluster = nullptr;
  EXPECT_EQ(open_error(options).code, BUOYANT_E_INVALID_OPTIONS);
  options = this->options(1, "127.0.0.1:0");
  options.listen = nullptr;
  EXPECT_EQ(open_error(options).code, BUOYANT_E_INVALID_OPTIONS);
  options = this->options(1, "127.0.0.1:0");
  options.data = nullptr;
  EXPECT_NE(open_error(options).code, 0);
}

TEST_F(CNodeTest, ADirectoryInUseIsRefused) {
  begin_alone(server_);

  const buoyant_error_t error = open_error(options(1, free_address()));

  EXPECT_EQ(error.code, BUOYANT_E_DIRECTORY_IN_USE);
  close(server_);
}

TEST_F(CNodeTest, ErrorsOfTheSystemHaveTheirNativeCode) {
  buoyant_options_t options = this->options(1, "127.0.0.1:0");
  options.data = "/proc/no/such/place";

  const buoyant_error_t error = open_error(options);

  EXPECT_EQ(error.code, BUOYANT_E_STORAGE_FAILED);
  EXPECT_NE(error.native, 0);
}

TEST_F(CNodeTest, WithoutAPlaceForTheErrorThereIsTheCode) {
  const buoyant_options_t wrong = options(0, "127.0.0.1:0");
  const buoyant_state_machine_t table = server_.machine.table();

  EXPECT_EQ(buoyant_open(&server_.node, &loop_, &wrong, &table, nullptr, nullptr),
            BUOYANT_E_INVALID_OPTIONS);
}

TEST_F(CNodeTest, ATableThatHasNoSizeIsRefused) {
  const buoyant_options_t alone = options(1, "127.0.0.1:0");
  buoyant_state_machine_t table = server_.machine.table();
  const buoyant_observer_t observer{};

  EXPECT_EQ(buoyant_open(&server_.node, &loop_, &alone, &table, &observer, nullptr),
            BUOYANT_E_INVALID_OPTIONS);
  table.size = 0;
  EXPECT_EQ(buoyant_open(&server_.node, &loop_, &alone, &table, nullptr, nullptr),
            BUOYANT_E_INVALID_OPTIONS);
}

TEST_F(CNodeTest, EachCloseHasItsCallbackAndNoneRunsInsideTheCall) {
  open(server_, options(1, free_address()));

  buoyant_close(server_.node, on_closed);
  buoyant_close(server_.node, on_closed);
  EXPECT_EQ(server_.closed, 0);
  ASSERT_TRUE(run_until([&] { return server_.closed == 2; }));
}

TEST_F(CNodeTest, ACloseFromACloseCallbackHasItsOwnToo) {
  open(server_, options(1, free_address()));

  buoyant_close(server_.node, [](buoyant_node_t* node) {
    on_closed(node);
    buoyant_close(node, on_closed);
  });

  ASSERT_TRUE(run_until([&] { return server_.closed == 2; }));
}

TEST_F(CNodeTest, NobodyNeedsToHearOfTheEnd) {
  open(server_, options(1, free_address()));

  buoyant_close(server_.node, nullptr);

  // TearDown runs the loop to its end and closes it.
}

TEST_F(CNodeTest, CallsThatAreOpenAtTheEndHaveTheirCallbackFirst) {
  begin_alone(server_);
  Call<buoyant_propose_t> proposal;
  Call<buoyant_read_t> read;
  const buoyant_buf_t buf{"x", 1};
  ASSERT_EQ(buoyant_propose(&proposal.request, server_.node, &buf, 1, proposal.on_done), 0);
  ASSERT_EQ(buoyant_read(&read.request, server_.node, BUOYANT_READ_LINEARIZABLE, read.on_done), 0);

  buoyant_close(server_.node, on_closed);
  EXPECT_EQ(proposal.runs, 0);
  ASSERT_TRUE(run_until([&] { return server_.closed == 1; }));

  EXPECT_EQ(proposal.runs, 1);
  EXPECT_EQ(proposal.status, BUOYANT_E_OUTCOME_UNKNOWN);
  EXPECT_EQ(proposal.request.error.code, BUOYANT_E_OUTCOME_UNKNOWN);
  EXPECT_STRNE(proposal.request.error.context, "");
  EXPECT_EQ(read.runs, 1);
  EXPECT_EQ(read.status, BUOYANT_E_STOPPED);
}

TEST_F(CNodeTest, AClosingNodeRefusesAndNothingRuns) {
  begin_alone(server_);
  Call<buoyant_propose_t> call;
  const buoyant_buf_t buf{"x", 1};

  buoyant_close(server_.node, on_closed);
  EXPECT_EQ(buoyant_propose(&call.request, server_.node, &buf, 1, call.on_done), BUOYANT_E_STOPPED);
  ASSERT_TRUE(run_until([&] { return server_.closed == 1; }));

  EXPECT_EQ(call.runs, 0);
}

TEST_F(CNodeTest, ABatchMayOutliveTheNode) {
  begin_alone(server_);
  server_.machine.keeps_batches = true;
  Call<buoyant_propose_t> call;
  const buoyant_buf_t buf{"late", 4};
  ASSERT_EQ(buoyant_propose(&call.request, server_.node, &buf, 1, call.on_done), 0);
  ASSERT_TRUE(run_until([&] { return server_.machine.kept.size() == 1; }));
  EXPECT_EQ(call.runs, 0);

  close(server_);
  buoyant_apply_done(server_.machine.kept[0], nullptr);

  EXPECT_EQ(call.status, BUOYANT_E_OUTCOME_UNKNOWN);
}

TEST_F(CNodeTest, AServerThatStartsAgainInstallsItsSnapshot) {
  begin_alone(server_);
  ASSERT_EQ(propose(server_, "in the snapshot"), 0);
  ASSERT_EQ(take_snapshot(server_), 0);
  EXPECT_EQ(snapshot_.request.creator, 1U);
  EXPECT_EQ(snapshot_.request.position.index, 3U);
  EXPECT_EQ(snapshot_.request.bytes, 16U);
  EXPECT_EQ(snapshot_.request.configuration_index, 1U);
  ASSERT_EQ(propose(server_, "behind it"), 0);
  close(server_);

  Server again;
  open(again, options(1, server_.address));

  ASSERT_TRUE(run_until([&] { return again.machine.lines.size() == 2; }));
  EXPECT_EQ(again.machine.lines, (std::vector<std::string>{"in the snapshot", "behind it"}));
  EXPECT_EQ(again.machine.installed, 1);
  close(again);
  EXPECT_EQ(again.machine.closed, 1);
}

TEST_F(CNodeTest, AStateMachineThatCannotInstallMakesTheNodeFaulted) {
  struct Fault {
    std::string why;
    buoyant_error_t error{};
  } fault;

  buoyant_observer_t observer{};
  observer.size = sizeof observer;
  observer.data = &fault;
  observer.on_fault = [](void* data, const char* why, const buoyant_error_t* error) {
    *static_cast<Fault*>(data) = {why, *error};
  };
  begin_alone(server_);
  ASSERT_EQ(propose(server_, "line"), 0);
  ASSERT_EQ(take_snapshot(server_), 0);
  close(server_);

  Server again;
  again.machine.refusal = -12345;
  open(again, options(1, server_.address), &observer);
  ASSERT_TRUE(run_until([&] { return !fault.why.empty(); }));

  EXPECT_EQ(fault.error.code, BUOYANT_E_STORAGE_FAILED);
  EXPECT_EQ(fault.error.native, -12345);
  EXPECT_EQ(propose(again, "x"), BUOYANT_E_FAULTED);
  const buoyant_status_t* status = buoyant_status(again.node);
  EXPECT_EQ(fault.why, status->faulted);
  buoyant_status_free(status);
  close(again);
}

}  // namespace buoyant::c_api::node_test
