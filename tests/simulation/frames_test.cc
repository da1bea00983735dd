// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "simulation/frames.h"

#include "adapters/flatbuffers/codec.h"
#include "tests/support/print.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

namespace buoyant::simulation::frames_test {

LogPosition at(std::uint64_t index, std::uint64_t term) {
  return {.term = Term(term), .index = Index(index)};
}

std::vector<std::byte> bytes_of(const Frame& frame) {
  std::vector<std::byte> bytes;
  for (const Bytes& piece : frame.pieces) {
    bytes.insert(bytes.end(), piece.data(), piece.data() + piece.size());
  }
  return bytes;
}

TEST(FramesTest, AFrameIsParsedBackFromItsBytes) {
  const std::vector<Bytes> payloads{Bytes::copy_of("payload")};
  const Frame frame = make_frame(FrameType::kForward, GroupId(3), view_of("meta"), payloads);

  const ReceivedFrame parsed = parse_frame(bytes_of(frame));

  EXPECT_EQ(parsed.header.type, FrameType::kForward);
  EXPECT_EQ(parsed.header.group, GroupId(3));
  EXPECT_EQ(parsed.meta.text(), "meta");
  EXPECT_EQ(parsed.payload.text().substr(0, 7), "payload");
}

TEST(FramesTest, AFrameWithoutABodyIsParsed) {
  const Frame frame = make_frame(FrameType::kHeartbeat, GroupId(), {}, {});

  EXPECT_TRUE(parse_frame(bytes_of(frame)).meta.empty());
}

TEST(FramesTest, AnEncodedMessageReadsAsItself) {
  flatbuf::FlatbuffersCodec codec;
  const PeerMessage message = Heartbeat{.term = Term(2), .commit = Index(3), .round = Round(4)};

  const ReceivedFrame frame = parse_frame(bytes_of(codec.encode(GroupId(), message)));

  EXPECT_EQ(describe_frame(codec, frame), describe_message(message));
}

TEST(FramesTest, GarbageReadsAsMalformed) {
  flatbuf::FlatbuffersCodec codec;
  const Frame frame = make_frame(FrameType::kHeartbeat, GroupId(), view_of("garbage"), {});

  EXPECT_EQ(describe_frame(codec, parse_frame(bytes_of(frame))), "malformed");
}

TEST(FramesTest, VotesReadAsWhatTheySay) {
  EXPECT_EQ(describe_message(RequestVote{.term = Term(2), .last = at(5, 1), .campaign = 7}),
            "vote in term 2? last 5/1 campaign 7");
  EXPECT_EQ(
      describe_message(RequestVote{
          .term = Term(2), .last = at(5, 1), .pre_vote = true, .transfer = true, .campaign = 7}),
      "pre-vote in term 2? last 5/1 campaign 7 transfer");
  EXPECT_EQ(describe_message(RequestVoteReply{.term = Term(2), .granted = true, .campaign = 7}),
            "vote granted in term 2 campaign 7");
  EXPECT_EQ(describe_message(RequestVoteReply{.term = Term(2), .granted = false, .pre_vote = true}),
            "pre-vote refused in term 2 campaign 0");
}

TEST(FramesTest, AppendsReadAsWhatTheySay) {
  const AppendEntries append{.term = Term(3),
                             .prev = at(5, 1),
                             .commit = Index(4),
                             .round = Round(6),
                             .runs = {{Term(2), 10}, {Term(3), 1}}};

  EXPECT_EQ(describe_message(append),
            "append in term 3 prev 5/1 commit 4 round 6 entries 10x2 1x3");
}

TEST(FramesTest, AnswersToAppendsReadAsWhatTheySay) {
  EXPECT_EQ(describe_message(AppendEntriesReply{
                .term = Term(3), .accepted = true, .match = Index(16), .round = Round(6)}),
            "append in term 3 accepted match 16 round 6");
  EXPECT_EQ(describe_message(AppendEntriesReply{.term = Term(3),
                                                .accepted = false,
                                                .rejected = Index(5),
                                                .hint = at(2, 1),
                                                .round = Round(6)}),
            "append in term 3 rejected 5 hint 2/1 round 6");
}

TEST(FramesTest, HeartbeatsReadAsWhatTheySay) {
  EXPECT_EQ(describe_message(Heartbeat{.term = Term(3), .commit = Index(4), .round = Round(6)}),
            "heartbeat in term 3 commit 4 round 6");
  EXPECT_EQ(
      describe_message(HeartbeatReply{.term = Term(3), .round = Round(6), .received = Index(9)}),
      "heartbeat answered in term 3 round 6 received 9");
  EXPECT_EQ(describe_message(TimeoutNow{.term = Term(3)}), "campaign now, term 3");
}

TEST(FramesTest, ForwardsReadAsWhatTheySay) {
  EXPECT_EQ(describe_message(Forward{.first_sequence = 8}), "forward from 8");
  EXPECT_EQ(
      describe_message(ForwardReply{
          .results =
              {{.first_sequence = 8, .count = 2, .first = at(5, 1), .refusal = {}},
               {.first_sequence = 10, .count = 1, .first = {}, .refusal = Errc::kNotLeader}}}),
      "forwarded: 8+2 at 5/1 10+1 not_leader");
}

}  // namespace buoyant::simulation::frames_test
