// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "node/receiver.h"

#include "tests/node/fakes.h"
#include "tests/support/print.h"

#include <gtest/gtest.h>

namespace buoyant::node::receiver_test {

using fakes::command;

/// A follower of server 2, with an empty log.
class ReceiverTest : public testing::Test {
 protected:
  Receiver::Outcome receive(const Frame& frame, port::Channel channel = port::Channel::kRequest) {
    return receiver.receive(Instant(Duration(1)), raft, ServerId(2), channel, fakes::arrive(frame));
  }

  static AppendEntries append(std::uint64_t term, LogPosition prev) {
    return {.term = Term(term), .prev = prev, .commit = {}, .round = Round(1)};
  }

  static core::RaftOptions options() {
    core::RaftOptions result;
    result.id = ServerId(1);
    return result;
  }

  flatbuf::FlatbuffersCodec codec;
  EntryCache cache{1'000'000};
  core::Raft raft{options(), core::RestoredState{}, Instant(Duration(1))};
  Receiver receiver{codec, cache};
};

TEST_F(ReceiverTest, KeepsTheAcceptedEntries) {
  const std::vector<Entry> entries{command(1, "one"), command(2, "two")};

  EXPECT_TRUE(receive(codec.encode_append(GroupId(), append(2, {}), entries)).acceptable);

  EXPECT_EQ(raft.last(), fakes::at(2, 2));
  ASSERT_NE(cache.find(Index(2), Term(2)), nullptr);
  EXPECT_EQ(*cache.find(Index(2), Term(2)), entries[1]);
}

TEST_F(ReceiverTest, KeepsOnlyWhatIsNew) {
  const std::vector<Entry> first{command(1, "one"), command(1, "two")};
  receive(codec.encode_append(GroupId(), append(1, {}), first));
  const Entry* kept = cache.find(Index(1), Term(1));
  const std::vector<Entry> more{command(1, "one"), command(1, "two"), command(1, "three")};

  receive(codec.encode_append(GroupId(), append(1, {}), more));

  EXPECT_EQ(cache.find(Index(1), Term(1)), kept);
  ASSERT_NE(cache.find(Index(3), Term(1)), nullptr);
  EXPECT_EQ(cache.find(Index(3), Term(1))->payload.text(), "three");
}

TEST_F(ReceiverTest, ReplacesWhatConflicts) {
  const std::vector<Entry> old{command(1, "one"), command(1, "old two"), command(1, "old three")};
  receive(codec.encode_append(GroupId(), append(1, {}), old));

  receive(codec.encode_append(GroupId(), append(2, fakes::at(1, 1)),
                              std::vector{command(2, "new two")}));

  EXPECT_EQ(cache.find(Index(2), Term(2))->payload.text(), "new two");
  EXPECT_EQ(cache.find(Index(3), Term(1)), nullptr);
}

TEST_F(ReceiverTest, TellsTheChecksumOfTheFirstEntry) {
  const Entry first = command(1, "one");
  const Receiver::Outcome outcome =
      receive(codec.encode_append(GroupId(), append(1, {}), std::vector{first}));
  EXPECT_EQ(outcome.first_entry_checksum, entry_checksum(Index(1), first));

  const Receiver::Outcome next = receive(
      codec.encode_append(GroupId(), append(1, fakes::at(1, 1)), std::vector{command(1, "two")}));
  EXPECT_FALSE(next.first_entry_checksum.has_value());
}

TEST_F(ReceiverTest, RefusesAMessageOnTheWrongChannel) {
  const Frame reply = codec.encode(GroupId(), HeartbeatReply{.term = Term(1), .round = {}});

  EXPECT_FALSE(receive(reply, port::Channel::kRequest).acceptable);
  EXPECT_TRUE(receive(reply, port::Channel::kReply).acceptable);
}

TEST_F(ReceiverTest, RefusesAllButPartsOnTheConnectionForSnapshots) {
  const std::vector<Entry> entries{command(1, "one")};
  const Frame append_frame = codec.encode_append(GroupId(), append(1, {}), entries);
  const Frame reply = codec.encode(GroupId(), HeartbeatReply{.term = Term(1), .round = {}});

  EXPECT_FALSE(receive(append_frame, port::Channel::kSnapshot).acceptable);
  EXPECT_FALSE(receive(reply, port::Channel::kSnapshotReply).acceptable);
  EXPECT_EQ(raft.last(), LogPosition());
}

TEST_F(ReceiverTest, RefusesPartsOnTheConnectionOfTheRequests) {
  const Frame reply = codec.encode(
      GroupId(),
      InstallSnapshotReply{.term = Term(1),
                           .snapshot = {.position = fakes::at(1, 5), .creator = ServerId(2)}});

  EXPECT_FALSE(receive(reply, port::Channel::kReply).acceptable);
  EXPECT_FALSE(receive(reply, port::Channel::kRequest).acceptable);
}

TEST_F(ReceiverTest, RefusesAnotherGroup) {
  EXPECT_FALSE(
      receive(codec.encode(GroupId(7), Heartbeat{.term = Term(1), .commit = {}})).acceptable);
}

TEST_F(ReceiverTest, RefusesGarbage) {
  const Frame garbage =
      make_frame(FrameType::kAppendEntries, GroupId(), view_of("not a flatbuffer"), {});

  EXPECT_FALSE(receive(garbage).acceptable);
  EXPECT_EQ(raft.standing().term, Term());
}

TEST_F(ReceiverTest, RefusesAFrameOfALaterReleaseWithTheReason) {
  const Frame later = make_frame(static_cast<FrameType>(200), GroupId(), view_of("unknown"), {});

  const Receiver::Outcome outcome = receive(later);

  EXPECT_FALSE(outcome.acceptable);
  EXPECT_STREQ(outcome.wrong, "a frame type of a later version");
}

TEST_F(ReceiverTest, HandsOutForwardedProposals) {
  const std::vector<Bytes> payloads{Bytes::copy_of("a"), Bytes::copy_of("b")};
  const Receiver::Outcome outcome =
      receive(codec.encode_forward(GroupId(), {.first_sequence = 9}, payloads));

  ASSERT_TRUE(outcome.forward.has_value());
  EXPECT_EQ(outcome.forward->first_sequence, 9U);
  EXPECT_EQ(outcome.payloads, payloads);
}

TEST_F(ReceiverTest, HandsOutAnswers) {
  const ForwardReply reply{
      .results = {{.first_sequence = 1, .count = 2, .first = fakes::at(1, 5)}}};
  const Receiver::Outcome outcome = receive(codec.encode(GroupId(), reply), port::Channel::kReply);

  EXPECT_EQ(outcome.forward_reply, reply);
}

}  // namespace buoyant::node::receiver_test
