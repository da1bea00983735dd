// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/support/node_cluster.h"
#include "tests/support/print.h"

#include <gtest/gtest.h>

namespace buoyant::node_propose_test {

using node_cluster::CallPointer;
using node_cluster::NodeCluster;

TEST(NodePropose, CommitsOnASingleServer) {
  NodeCluster cluster(1);
  const std::uint64_t leader = cluster.start_all();

  const CallPointer call = cluster.propose(leader, "x");
  ASSERT_TRUE(cluster.run_until([&] { return call->callbacks > 0; }));

  EXPECT_TRUE(call->is_committed());
  EXPECT_EQ((*call->outcome)->reply.text(), "x!");
  EXPECT_EQ(cluster.server(1).journal.texts(), std::vector<std::string>{"x"});
}

TEST(NodePropose, CommitsOnThreeServers) {
  NodeCluster cluster(3);
  const std::uint64_t leader = cluster.start_all();

  const CallPointer call = cluster.propose(leader, "x");
  ASSERT_TRUE(cluster.run_until([&] { return call->callbacks > 0; }));
  EXPECT_TRUE(call->is_committed());
  cluster.run_for(std::chrono::seconds(1));
  EXPECT_TRUE(cluster.is_converged());
}

}  // namespace buoyant::node_propose_test
