// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "sessions/table.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace buoyant::sessions::table_test {

class SessionTableTest : public testing::Test {
 protected:
  static SessionOptions options() {
    SessionOptions options;
    options.sessions_max = 3;
    options.reply_bytes_max = 10;
    options.replies_bytes_max = 20;
    options.idle_entries_max = 100;
    return options;
  }

  /// Opens one with the next entry, and gives its id.
  SessionId open() {
    table_.open(++now_);
    return SessionId(now_.value());
  }

  Verdict begin(SessionId id, std::uint64_t sequence) { return table_.begin(++now_, id, sequence); }

  void apply(SessionId id, std::uint64_t sequence, std::string_view reply) {
    EXPECT_EQ(begin(id, sequence), Verdict::kApply);
    table_.finish(id, sequence, Bytes::copy_of(reply));
  }

  [[nodiscard]] std::string reply(SessionId id) const {
    const Session* const session = table_.find(id);
    return session == nullptr ? "(none)" : std::string(session->reply.text());
  }

  struct Counter {
    Index at;

    Index operator++() { return at = at.next(); }

    [[nodiscard]] std::uint64_t value() const { return at.value(); }
  };

  Counter now_;
  Table table_{options()};
};

TEST_F(SessionTableTest, AppliesEachSequenceOnce) {
  const SessionId id = open();
  apply(id, 1, "one");

  EXPECT_EQ(begin(id, 1), Verdict::kRepeat);
  EXPECT_EQ(reply(id), "one");
  apply(id, 5, "five");
  EXPECT_EQ(begin(id, 5), Verdict::kRepeat);
  EXPECT_EQ(begin(id, 4), Verdict::kStale);
  EXPECT_EQ(begin(id, 1), Verdict::kStale);
  EXPECT_EQ(reply(id), "five");
}

TEST_F(SessionTableTest, KnowsNoSessionThatWasNotOpened) {
  EXPECT_EQ(begin(SessionId(1), 1), Verdict::kExpired);
  EXPECT_EQ(table_.size(), 0U);
}

TEST_F(SessionTableTest, ExpiresTheOneThatWasUsedLongestAgo) {
  const SessionId first = open();
  const SessionId second = open();
  const SessionId third = open();
  EXPECT_EQ(begin(first, 1), Verdict::kApply);

  const SessionId fourth = open();

  EXPECT_EQ(table_.size(), 3U);
  EXPECT_EQ(begin(second, 1), Verdict::kExpired);
  EXPECT_EQ(begin(first, 2), Verdict::kApply);
  EXPECT_EQ(begin(third, 1), Verdict::kApply);
  EXPECT_EQ(begin(fourth, 1), Verdict::kApply);
}

TEST_F(SessionTableTest, ARepeatAndAStaleCommandCountAsUses) {
  const SessionId first = open();
  const SessionId second = open();
  open();
  apply(first, 2, "");
  apply(second, 1, "");
  EXPECT_EQ(begin(first, 1), Verdict::kStale);

  open();
  open();

  EXPECT_EQ(table_.find(second), nullptr);
  EXPECT_NE(table_.find(first), nullptr);
}

TEST_F(SessionTableTest, ExpiresWhatWasIdleForManyEntries) {
  const SessionId id = open();
  now_.at = now_.at + 99;
  EXPECT_EQ(begin(id, 1), Verdict::kApply);
  now_.at = now_.at + 100;

  EXPECT_EQ(begin(id, 2), Verdict::kExpired);
  EXPECT_EQ(table_.size(), 1U);
  table_.expire(now_.at);
  EXPECT_EQ(table_.size(), 0U);
}

TEST_F(SessionTableTest, OneEntryRemovesOnlySomeOfTheIdleOnes) {
  SessionOptions many = options();
  many.sessions_max = 1000;
  Table table(many);
  for (std::uint64_t at = 1; at <= 40; ++at) {
    table.open(Index(at));
  }

  table.expire(Index(1000));

  EXPECT_EQ(table.size(), 40U - Table::kRemovedPerEntry);
}

TEST_F(SessionTableTest, ExpiresTheOldestWhenRepliesAreTooLargeTogether) {
  const SessionId first = open();
  const SessionId second = open();
  const SessionId third = open();
  apply(first, 1, "123456789");
  apply(second, 1, "123456789");
  EXPECT_EQ(table_.reply_bytes(), 18U);

  apply(third, 1, "1234");

  EXPECT_EQ(table_.find(first), nullptr);
  EXPECT_EQ(reply(second), "123456789");
  EXPECT_EQ(table_.reply_bytes(), 13U);
}

TEST_F(SessionTableTest, DoesNotKeepAReplyThatIsTooLarge) {
  const SessionId id = open();
  apply(id, 1, "12345678901");

  EXPECT_EQ(begin(id, 1), Verdict::kRepeat);
  EXPECT_EQ(table_.find(id)->state, ReplyState::kNotKept);
  EXPECT_EQ(table_.reply_bytes(), 0U);
}

TEST_F(SessionTableTest, AReplyToWhatTheSessionHasGoneBeyondIsDropped) {
  const SessionId id = open();
  EXPECT_EQ(begin(id, 1), Verdict::kApply);
  EXPECT_EQ(begin(id, 2), Verdict::kApply);

  table_.finish(id, 1, Bytes::copy_of("one"));
  EXPECT_EQ(reply(id), "");
  table_.finish(id, 2, Bytes::copy_of("two"));
  table_.finish(SessionId(99), 1, Bytes::copy_of("x"));

  EXPECT_EQ(reply(id), "two");
}

TEST_F(SessionTableTest, ClosesOnce) {
  const SessionId id = open();
  apply(id, 1, "reply");

  EXPECT_TRUE(table_.close(++now_, id));
  EXPECT_FALSE(table_.close(++now_, id));
  EXPECT_EQ(table_.reply_bytes(), 0U);
  EXPECT_EQ(table_.digest(), Table(options()).digest());
}

TEST_F(SessionTableTest, AViewDoesNotSeeLaterChanges) {
  const SessionId id = open();
  apply(id, 1, "before");
  const TableView view = table_.freeze();

  apply(id, 2, "after");
  open();

  EXPECT_EQ(view.size, 1U);
  std::vector<Session> seen;
  for (const auto& shard : view.shards) {
    if (shard != nullptr) {
      seen.insert(seen.end(), shard->sessions.begin(), shard->sessions.end());
    }
  }
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(seen[0].reply.text(), "before");
  EXPECT_EQ(reply(id), "after");
}

TEST_F(SessionTableTest, RestoresOnlyWhatMayBe) {
  const SessionId id = open();
  EXPECT_FALSE(table_.restore({id, Index(50), 0, ReplyState::kNone, {}}));
  EXPECT_FALSE(table_.restore({SessionId(0), Index(50), 0, ReplyState::kNone, {}}));
  EXPECT_FALSE(table_.restore({SessionId(51), Index(50), 0, ReplyState::kNone, {}}));
  EXPECT_FALSE(table_.restore({SessionId(7), Index(id.value()), 0, ReplyState::kNone, {}}));
  EXPECT_TRUE(table_.restore({SessionId(7), Index(50), 3, ReplyState::kNone, {}}));
  EXPECT_EQ(table_.size(), 2U);
}

TEST_F(SessionTableTest, TheDigestFollowsEachChange) {
  std::vector<std::uint64_t> digests = {table_.digest()};
  const auto take = [&] {
    EXPECT_EQ(std::count(digests.begin(), digests.end(), table_.digest()), 0);
    digests.push_back(table_.digest());
  };
  const SessionId id = open();
  take();
  EXPECT_EQ(begin(id, 1), Verdict::kApply);
  take();
  table_.finish(id, 1, Bytes::copy_of("reply"));
  take();
  EXPECT_EQ(begin(id, 1), Verdict::kRepeat);
  take();
}

}  // namespace buoyant::sessions::table_test
