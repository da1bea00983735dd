// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Short requests whose answers are long, of clients that do not take them.

#include "examples/kv/kv_protocol.h"
#include "examples/kv/limits.h"
#include "tests/examples/kv/kv_fixture.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace kv::long_answers_test {

using testing_support::PlainSocket;

class KvLongAnswersTest : public testing_support::KvFixture {};

TEST_F(KvLongAnswersTest, LongAnswersToShortReadsWaitUntilTheClientTakesThem) {
  const std::string value(kValueBytesMax, 'v');
  PlainSocket writer(server_->port());
  const std::string set = "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1048576\r\n" + value + "\r\n";
  for (std::size_t sent = 0; sent < set.size(); uv_run(&loop_, UV_RUN_ONCE)) {
    sent += writer.send(std::string_view(set).substr(sent));
  }
  ASSERT_TRUE(exchange(writer, "", "+OK\r\n"));
  constexpr std::size_t kReads = 100;
  PlainSocket reader(server_->port());
  for (std::size_t read = 0; read < kReads; ++read) {
    reader.send("GET k\r\n");
  }
  ASSERT_TRUE(run_until([&] { return node_.reads.size() == kReads; }));

  while (!node_.reads.empty()) {
    node_.end_read();
  }
  run_a_while();

  // What was over the bound before the last one came, and that one.
  EXPECT_LT(server_->held_bytes(), example::Connection::kBytesMax + 2 * kValueBytesMax);
  const std::size_t answers = kReads * ("$1048576\r\n" + value + "\r\n").size();
  EXPECT_TRUE(run_until([&] { return reader.received().size() == answers; }));
}

TEST_F(KvLongAnswersTest, WhoLetsLongAnswersOfTheLogPileUpIsClosed) {
  const std::string value(kValueBytesMax / 2, 'v');
  PlainSocket socket(server_->port());
  ASSERT_TRUE(exchange(socket, "SESSION.OPEN\r\n", ":1\r\n"));
  const std::string set = "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$524288\r\n" + value + "\r\n";
  for (std::size_t sent = 0; sent < set.size(); uv_run(&loop_, UV_RUN_ONCE)) {
    sent += socket.send(std::string_view(set).substr(sent));
  }
  ASSERT_TRUE(exchange(socket, "", "+OK\r\n"));
  constexpr std::size_t kReads = 64;
  for (std::size_t read = 1; read <= kReads; ++read) {
    socket.send("SESSION.DO 1 " + std::to_string(read) + " GET k\r\n");
  }
  ASSERT_TRUE(wait_for_proposals(kReads));

  while (!node_.held.empty()) {
    commit();
  }

  EXPECT_TRUE(run_until([&] { return server_->client_count() == 0; }));
  EXPECT_EQ(server_->held_bytes(), 0U);
}

}  // namespace kv::long_answers_test
