// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/c/sessions.h"

#include "buoyant/sessions.h"
#include "tests/adapters/c/node_fixture.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace buoyant::c_api::sessions_test {

using testing_support::NodeFixture;
using testing_support::Server;

class CSessionsTest : public NodeFixture {
 protected:
  void begin_with_sessions() {
    buoyant_session_options_init(&sessions_, sizeof sessions_);
    buoyant_options_t with = options(1, free_address());
    with.sessions = &sessions_;
    begin_alone(server_, with);
  }

  /// A head and what is behind it, as one line.
  int propose_with(size_t head_bytes, const std::string& command) {
    return propose(server_, std::string(head_.data(), head_bytes) + command);
  }

  uint64_t open_session() {
    EXPECT_EQ(propose_with(buoyant_session_open(head_.data()), ""), 0);
    uint64_t session = 0;
    EXPECT_EQ(buoyant_session_opened(testing_support::buf_of(reply_), &session), 0);
    return session;
  }

  std::array<char, BUOYANT_SESSION_HEAD_BYTES> head_{};
  buoyant_session_options_t sessions_{};
  Server server_;
};

TEST_F(CSessionsTest, HeadsAreThoseOfCpp) {
  const auto head = [this](size_t bytes) { return std::string(head_.data(), bytes); };

  EXPECT_EQ(head(buoyant_session_plain(head_.data())), sessions::encode_plain({}).text());
  EXPECT_EQ(head(buoyant_session_open(head_.data())), sessions::encode_open().text());
  EXPECT_EQ(head(buoyant_session_do(head_.data(), 3, 4)),
            sessions::encode_do(SessionId(3), 4, {}).text());
  EXPECT_EQ(head(buoyant_session_close(head_.data(), 3)),
            sessions::encode_close(SessionId(3)).text());
}

TEST_F(CSessionsTest, RepliesThatAreNoneAreMalformed) {
  uint64_t session = 5;
  buoyant_buf_t inner{};

  EXPECT_EQ(buoyant_session_opened({nullptr, 0}, &session), BUOYANT_E_MALFORMED);
  EXPECT_EQ(buoyant_session_done({"\x09", 1}, &inner), BUOYANT_E_MALFORMED);
  EXPECT_EQ(buoyant_session_closed({nullptr, 0}), BUOYANT_E_MALFORMED);
  EXPECT_EQ(session, 0U);
}

TEST_F(CSessionsTest, ACommandThatIsRepeatedIsAppliedOnceAndHasTheSameReply) {
  begin_with_sessions();
  const uint64_t session = open_session();
  buoyant_buf_t first{};
  buoyant_buf_t second{};

  ASSERT_EQ(propose_with(buoyant_session_do(head_.data(), session, 1), "add"), 0);
  const std::string once = reply_;
  ASSERT_EQ(propose_with(buoyant_session_do(head_.data(), session, 1), "add"), 0);

  EXPECT_EQ(buoyant_session_done(testing_support::buf_of(once), &first), 0);
  EXPECT_EQ(testing_support::text_of(first), "add");
  EXPECT_EQ(first.base, once.data() + 1);
  EXPECT_EQ(buoyant_session_done(testing_support::buf_of(reply_), &second), 0);
  EXPECT_EQ(testing_support::text_of(second), "add");
  EXPECT_EQ(server_.machine.lines, std::vector<std::string>{"add"});
  EXPECT_EQ(buoyant_session_count(server_.node), 1U);
  EXPECT_NE(buoyant_session_digest(server_.node), 0U);
  close(server_);
}

TEST_F(CSessionsTest, AnOlderNumberIsStaleAndAClosedSessionExpired) {
  begin_with_sessions();
  const uint64_t session = open_session();
  buoyant_buf_t inner{};

  ASSERT_EQ(propose_with(buoyant_session_do(head_.data(), session, 2), ""), 0);
  EXPECT_EQ(buoyant_session_done(testing_support::buf_of(reply_), &inner), 0);
  EXPECT_EQ(inner.len, 0U);
  ASSERT_EQ(propose_with(buoyant_session_do(head_.data(), session, 1), "x"), 0);
  EXPECT_EQ(buoyant_session_done(testing_support::buf_of(reply_), &inner),
            BUOYANT_E_STALE_SEQUENCE);
  ASSERT_EQ(propose_with(buoyant_session_close(head_.data(), session), ""), 0);
  EXPECT_EQ(buoyant_session_closed(testing_support::buf_of(reply_)), 0);
  ASSERT_EQ(propose_with(buoyant_session_close(head_.data(), session), ""), 0);
  EXPECT_EQ(buoyant_session_closed(testing_support::buf_of(reply_)), BUOYANT_E_SESSION_EXPIRED);

  close(server_);
}

TEST_F(CSessionsTest, ACommandOutsideOfSessionsIsPassedOn) {
  begin_with_sessions();

  ASSERT_EQ(propose_with(buoyant_session_plain(head_.data()), "plain"), 0);

  EXPECT_EQ(reply_, "plain");
  EXPECT_EQ(server_.machine.lines, std::vector<std::string>{"plain"});
  close(server_);
}

TEST_F(CSessionsTest, SessionsAreInTheSnapshot) {
  begin_with_sessions();
  const uint64_t session = open_session();
  ASSERT_EQ(propose_with(buoyant_session_do(head_.data(), session, 1), "add"), 0);
  ASSERT_EQ(take_snapshot(server_), 0);
  const uint64_t digest = buoyant_session_digest(server_.node);
  close(server_);

  buoyant_options_t with = options(1, server_.address);
  with.sessions = &sessions_;
  open(server_, with);
  ASSERT_TRUE(run_until([&] { return server_.machine.installed == 1; }));

  EXPECT_EQ(buoyant_session_count(server_.node), 1U);
  EXPECT_EQ(buoyant_session_digest(server_.node), digest);
  close(server_);
}

TEST_F(CSessionsTest, ANodeWithoutThemHasNone) {
  open(server_, options(1, free_address()));

  EXPECT_EQ(buoyant_session_count(server_.node), 0U);
  EXPECT_EQ(buoyant_session_digest(server_.node), 0U);
  close(server_);
}

TEST_F(CSessionsTest, AStateMachineThatIsDurableByItselfHasNone) {
  buoyant_session_options_init(&sessions_, sizeof sessions_);
  buoyant_options_t with = options(1, free_address());
  with.sessions = &sessions_;
  buoyant_state_machine_t table = server_.machine.table();
  table.applied = [](void*) -> uint64_t { return 5; };

  EXPECT_EQ(buoyant_open(&server_.node, &loop_, &with, &table, nullptr, nullptr),
            BUOYANT_E_INVALID_OPTIONS);
}

}  // namespace buoyant::c_api::sessions_test
