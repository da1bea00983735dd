// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/flatbuffers/codec.h"
#include "tests/adapters/flatbuffers/samples.h"
#include "tests/adapters/flatbuffers/wire.h"
#include "tests/support/print.h"

namespace buoyant::flatbuf::encode_test {

class EncodeTest : public testing::Test {
 protected:
  /// The message after a way through the wire.
  Result<PeerMessage> round_trip(const PeerMessage& message) {
    const auto decoded = codec_.decode(wire_test::receive(codec_.encode(GroupId(), message)));
    if (!decoded) {
      return fail(decoded.error());
    }
    return decoded->message;
  }

  FlatbuffersCodec codec_;
};

TEST_F(EncodeTest, AVoteRequestComesBack) {
  const RequestVote message{.term = Term(7),
                            .last = {Term(6), Index(1234)},
                            .pre_vote = true,
                            .transfer = false,
                            .campaign = 3};

  EXPECT_EQ(round_trip(message), PeerMessage(message));
}

TEST_F(EncodeTest, ATransferIsNoPreVote) {
  const RequestVote message{
      .term = Term(7), .last = {}, .pre_vote = false, .transfer = true, .campaign = 0};

  EXPECT_EQ(round_trip(message), PeerMessage(message));
}

TEST_F(EncodeTest, AVoteComesBack) {
  const RequestVoteReply message{
      .term = Term(7), .granted = true, .pre_vote = false, .campaign = 3};

  EXPECT_EQ(round_trip(message), PeerMessage(message));
}

TEST_F(EncodeTest, APreVoteComesBack) {
  const RequestVoteReply message{
      .term = Term(7), .granted = false, .pre_vote = true, .campaign = 3};

  EXPECT_EQ(round_trip(message), PeerMessage(message));
}

TEST_F(EncodeTest, AnAcknowledgementComesBack) {
  const AppendEntriesReply message{.term = Term(3),
                                   .accepted = true,
                                   .match = Index(99),
                                   .rejected = {},
                                   .hint = {},
                                   .round = Round(12)};

  EXPECT_EQ(round_trip(message), PeerMessage(message));
}

TEST_F(EncodeTest, ARejectionComesBackWithItsHint) {
  const AppendEntriesReply message{.term = Term(3),
                                   .accepted = false,
                                   .match = {},
                                   .rejected = Index(99),
                                   .hint = {Term(2), Index(98)},
                                   .round = Round(12)};

  EXPECT_EQ(round_trip(message), PeerMessage(message));
}

TEST_F(EncodeTest, AHeartbeatComesBack) {
  const Heartbeat message{.term = Term(3), .commit = Index(4), .round = Round(5)};

  EXPECT_EQ(round_trip(message), PeerMessage(message));
}

TEST_F(EncodeTest, AHeartbeatReplyComesBack) {
  const HeartbeatReply message{.term = Term(3), .round = Round(4), .received = Index(5)};

  EXPECT_EQ(round_trip(message), PeerMessage(message));
}

TEST_F(EncodeTest, TimeoutNowComesBack) {
  EXPECT_EQ(round_trip(TimeoutNow{.term = Term(3)}), PeerMessage(TimeoutNow{.term = Term(3)}));
}

TEST_F(EncodeTest, EveryForwardResultComesBack) {
  const ForwardReply message{
      {{.first_sequence = 17,
        .count = 3,
        .first = {Term(5), Index(60)},
        .refusal = Errc::kNotLeader},
       {.first_sequence = 20, .count = 1, .first = {}, .refusal = Errc::kTooLarge}}};

  EXPECT_EQ(round_trip(message), PeerMessage(message));
}

TEST_F(EncodeTest, AReplyToManyForwardsComesBack) {
  ForwardReply message;
  for (std::uint64_t sequence = 1; sequence <= 5000; ++sequence) {
    message.results.push_back(
        {.first_sequence = sequence, .count = 1, .first = {}, .refusal = Errc::kBusy});
  }

  EXPECT_EQ(round_trip(message), PeerMessage(message));
}

TEST_F(EncodeTest, TheHeaderCarriesTypeAndGroup) {
  const Frame frame = codec_.encode(GroupId(77), TimeoutNow{.term = Term(1)});

  EXPECT_EQ(frame.type, FrameType::kTimeoutNow);
  EXPECT_EQ(wire_test::receive(frame).header.type, FrameType::kTimeoutNow);
  EXPECT_EQ(wire_test::receive(frame).header.group, GroupId(77));
}

TEST_F(EncodeTest, EqualMessagesHaveEqualBytesWhateverWasEncodedBefore) {
  const PeerMessage message = Heartbeat{.term = Term(3), .commit = Index(4), .round = Round(5)};
  const auto before = wire_test::flatten(FlatbuffersCodec().encode(GroupId(), message));

  const std::vector<Entry> many(200000,
                                {.term = Term(1), .kind = EntryKind::kCommand, .payload = {}});
  (void)codec_.encode_append(GroupId(), {.term = Term(1)}, many);
  (void)codec_.encode_configuration(samples::joint());

  EXPECT_EQ(wire_test::flatten(codec_.encode(GroupId(), message)), before);
}

using EncodeDeathTest = EncodeTest;

TEST_F(EncodeDeathTest, AMessageThatPeersWouldRefuseIsNotSent) {
  EXPECT_DEATH((void)codec_.encode(GroupId(), Heartbeat{}), "defect_of");
}

TEST_F(EncodeDeathTest, AForwardNeedsItsPayloads) {
  EXPECT_DEATH((void)codec_.encode(GroupId(), Forward{}), "payloads");
}

TEST_F(EncodeDeathTest, RunsWithoutEntriesAreNotSent) {
  const AppendEntries message{.term = Term(1), .runs = {{Term(1), 1}}};

  EXPECT_DEATH((void)codec_.encode(GroupId(), message), "runs");
}

}  // namespace buoyant::flatbuf::encode_test
