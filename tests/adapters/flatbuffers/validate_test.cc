// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/flatbuffers/validate.h"

#include "tests/support/print.h"

#include <string>

namespace buoyant::flatbuf::validate_test {

constexpr Term kTooLateTerm{kNumberMax + 1};
constexpr Index kTooLargeIndex{kNumberMax + 1};

/// "" for a message without a defect.
template <class Message>
std::string defect(const Message& message) {
  const Defect found = defect_of(message);
  return found == nullptr ? "" : found;
}

RequestVote request_vote() {
  return {.term = Term(5), .last = {Term(4), Index(9)}};
}

TEST(ValidateRequestVoteTest, ACandidateWithALogPasses) {
  EXPECT_EQ(defect(request_vote()), "");
}

TEST(ValidateRequestVoteTest, ACandidateWithoutALogPasses) {
  EXPECT_EQ(defect(RequestVote{.term = Term(1), .last = {}}), "");
}

TEST(ValidateRequestVoteTest, TermZeroIsRefused) {
  EXPECT_EQ(defect(RequestVote{}), "term out of range");
}

TEST(ValidateRequestVoteTest, ATermWithoutRoomForArithmeticIsRefused) {
  RequestVote message = request_vote();
  message.term = kTooLateTerm;

  EXPECT_EQ(defect(message), "term out of range");
}

TEST(ValidateRequestVoteTest, AnIndexWithoutATermIsRefused) {
  RequestVote message = request_vote();
  message.last.term = {};

  EXPECT_EQ(defect(message), "half a position");
}

TEST(ValidateRequestVoteTest, ATermWithoutAnIndexIsRefused) {
  RequestVote message = request_vote();
  message.last.index = {};

  EXPECT_EQ(defect(message), "half a position");
}

TEST(ValidateRequestVoteTest, ALogOfALaterTermThanTheCandidateIsRefused) {
  RequestVote message = request_vote();
  message.last.term = Term(6);

  EXPECT_EQ(defect(message), "the log is ahead of its candidate");
}

TEST(ValidateRequestVoteReplyTest, AServerThatNeverVotedMayRefuseInTermZero) {
  EXPECT_EQ(defect(RequestVoteReply{.term = {}, .granted = false}), "");
}

TEST(ValidateRequestVoteReplyTest, AVoteInTermZeroIsRefused) {
  EXPECT_EQ(defect(RequestVoteReply{.term = {}, .granted = true}), "term out of range");
}

TEST(ValidateRequestVoteReplyTest, ATermOutOfRangeIsRefused) {
  EXPECT_EQ(defect(RequestVoteReply{.term = kTooLateTerm}), "term out of range");
}

AppendEntries append_entries() {
  return {.term = Term(5),
          .prev = {Term(2), Index(40)},
          .commit = Index(30),
          .round = Round(1),
          .runs = {{Term(2), 3}, {Term(5), 1}},
          .configurations = {}};
}

TEST(ValidateAppendEntriesTest, EntriesOfRisingTermsPass) {
  EXPECT_EQ(defect(append_entries()), "");
}

TEST(ValidateAppendEntriesTest, NoEntriesPass) {
  AppendEntries message = append_entries();
  message.runs.clear();

  EXPECT_EQ(defect(message), "");
}

TEST(ValidateAppendEntriesTest, TermZeroIsRefused) {
  AppendEntries message = append_entries();
  message.term = {};

  EXPECT_EQ(defect(message), "term out of range");
}

TEST(ValidateAppendEntriesTest, HalfAPreviousPositionIsRefused) {
  AppendEntries message = append_entries();
  message.prev.index = {};

  EXPECT_EQ(defect(message), "half a position");
}

TEST(ValidateAppendEntriesTest, APreviousEntryOfALaterTermIsRefused) {
  AppendEntries message = append_entries();
  message.prev.term = Term(6);

  EXPECT_EQ(defect(message), "the log is ahead of its leader");
}

TEST(ValidateAppendEntriesTest, ACommitIndexOutOfRangeIsRefused) {
  AppendEntries message = append_entries();
  message.commit = kTooLargeIndex;

  EXPECT_EQ(defect(message), "commit index or round out of range");
}

TEST(ValidateAppendEntriesTest, ARoundOutOfRangeIsRefused) {
  AppendEntries message = append_entries();
  message.round = Round(kNumberMax + 1);

  EXPECT_EQ(defect(message), "commit index or round out of range");
}

TEST(ValidateAppendEntriesTest, AnEntryOfAnEarlierTermThanItsPredecessorIsRefused) {
  AppendEntries message = append_entries();
  message.runs[0].term = Term(1);

  EXPECT_EQ(defect(message), "terms of entries do not rise");
}

TEST(ValidateAppendEntriesTest, FallingTermsAreRefused) {
  AppendEntries message = append_entries();
  message.runs = {{Term(4), 1}, {Term(3), 1}};

  EXPECT_EQ(defect(message), "terms of entries do not rise");
}

TEST(ValidateAppendEntriesTest, TwoRunsOfOneTermAreRefused) {
  AppendEntries message = append_entries();
  message.runs = {{Term(4), 1}, {Term(4), 1}};

  EXPECT_EQ(defect(message), "terms of entries do not rise");
}

TEST(ValidateAppendEntriesTest, EntriesOfTermZeroAreRefused) {
  AppendEntries message = append_entries();
  message.prev = {};
  message.runs = {{Term(), 1}};

  EXPECT_EQ(defect(message), "terms of entries do not rise");
}

TEST(ValidateAppendEntriesTest, AnEntryOfALaterTermThanTheLeaderIsRefused) {
  AppendEntries message = append_entries();
  message.runs[1].term = Term(6);

  EXPECT_EQ(defect(message), "an entry is of a later term than its leader");
}

TEST(ValidateAppendEntriesTest, AnEmptyRunIsRefused) {
  AppendEntries message = append_entries();
  message.runs[0].count = 0;

  EXPECT_EQ(defect(message), "a run of terms is empty or too long");
}

TEST(ValidateAppendEntriesTest, EntriesThatEndBehindTheLargestIndexAreRefused) {
  AppendEntries message = append_entries();
  message.prev.index = Index(kNumberMax - 3);

  EXPECT_EQ(defect(message), "a run of terms is empty or too long");
}

TEST(ValidateAppendEntriesTest, AConfigurationWithoutMembersIsRefused) {
  AppendEntries message = append_entries();
  message.configurations.push_back({.index = Index(41), .configuration = {}});

  EXPECT_EQ(defect(message), "a configuration without members");
}

AppendEntriesReply accepted_reply() {
  return {.term = Term(5), .accepted = true, .match = Index(9), .round = Round(2)};
}

AppendEntriesReply rejected_reply() {
  return {.term = Term(5),
          .accepted = false,
          .match = {},
          .rejected = Index(9),
          .hint = {Term(3), Index(7)},
          .round = Round(2)};
}

TEST(ValidateAppendEntriesReplyTest, AnAcceptingReplyPasses) {
  EXPECT_EQ(defect(accepted_reply()), "");
}

TEST(ValidateAppendEntriesReplyTest, ARejectingReplyPasses) {
  EXPECT_EQ(defect(rejected_reply()), "");
}

TEST(ValidateAppendEntriesReplyTest, ARejectionByAnEmptyLogPasses) {
  AppendEntriesReply message = rejected_reply();
  message.hint = {};

  EXPECT_EQ(defect(message), "");
}

TEST(ValidateAppendEntriesReplyTest, TermZeroIsRefused) {
  EXPECT_EQ(defect(AppendEntriesReply{}), "term out of range");
}

TEST(ValidateAppendEntriesReplyTest, AMatchOutOfRangeIsRefused) {
  AppendEntriesReply message = accepted_reply();
  message.match = kTooLargeIndex;

  EXPECT_EQ(defect(message), "index or round out of range");
}

TEST(ValidateAppendEntriesReplyTest, AnAcceptanceWithAHintIsRefused) {
  AppendEntriesReply message = accepted_reply();
  message.hint = {Term(1), Index(1)};

  EXPECT_EQ(defect(message), "accepted and rejected");
}

TEST(ValidateAppendEntriesReplyTest, ARejectionWithAMatchIsRefused) {
  AppendEntriesReply message = rejected_reply();
  message.match = Index(1);

  EXPECT_EQ(defect(message), "rejected and accepted");
}

TEST(ValidateAppendEntriesReplyTest, HalfAHintIsRefused) {
  AppendEntriesReply message = rejected_reply();
  message.hint.term = {};

  EXPECT_EQ(defect(message), "half a position");
}

TEST(ValidateAppendEntriesReplyTest, AHintBehindWhatWasRejectedIsRefused) {
  AppendEntriesReply message = rejected_reply();
  message.hint.index = Index(10);

  EXPECT_EQ(defect(message), "the hint is ahead of what was rejected");
}

TEST(ValidateAppendEntriesReplyTest, AHintOfALaterTermIsRefused) {
  AppendEntriesReply message = rejected_reply();
  message.hint.term = Term(6);

  EXPECT_EQ(defect(message), "the hint is ahead of what was rejected");
}

TEST(ValidateHeartbeatTest, TermZeroIsRefused) {
  EXPECT_EQ(defect(Heartbeat{}), "term out of range");
}

TEST(ValidateHeartbeatTest, ACommitIndexOutOfRangeIsRefused) {
  EXPECT_EQ(defect(Heartbeat{.term = Term(1), .commit = kTooLargeIndex, .round = {}}),
            "commit index or round out of range");
}

TEST(ValidateHeartbeatTest, AReplyInTermZeroIsRefused) {
  EXPECT_EQ(defect(HeartbeatReply{}), "term out of range");
}

TEST(ValidateHeartbeatTest, AReplyWithAnIndexOutOfRangeIsRefused) {
  EXPECT_EQ(defect(HeartbeatReply{.term = Term(1), .round = {}, .received = kTooLargeIndex}),
            "index or round out of range");
}

TEST(ValidateTimeoutNowTest, TermZeroIsRefused) {
  EXPECT_EQ(defect(TimeoutNow{}), "term out of range");
}

ForwardResult accepted_result() {
  return {
      .first_sequence = 3, .count = 2, .first = {Term(4), Index(10)}, .refusal = Errc::kNotLeader};
}

ForwardResult refused_result(Errc refusal) {
  return {.first_sequence = 3, .count = 2, .first = {}, .refusal = refusal};
}

TEST(ValidateForwardTest, ASequenceOutOfRangeIsRefused) {
  EXPECT_EQ(defect(Forward{.first_sequence = kNumberMax + 1}), "sequence out of range");
}

TEST(ValidateForwardTest, AcceptedAndRefusedProposalsPass) {
  ForwardResult refused = refused_result(Errc::kBusy);
  refused.first_sequence = 5;

  EXPECT_EQ(defect(ForwardReply{{accepted_result(), refused}}), "");
}

TEST(ValidateForwardTest, TwoAnswersToOneProposalAreRefused) {
  ForwardResult second = accepted_result();
  second.first_sequence = 4;

  EXPECT_EQ(defect(ForwardReply{{accepted_result(), second}}), "results out of order");
}

TEST(ValidateForwardTest, ARefusalOfALaterVersionPasses) {
  EXPECT_EQ(defect(ForwardReply{{refused_result(static_cast<Errc>(250))}}), "");
}

TEST(ValidateForwardTest, AnAnswerToNoProposalIsRefused) {
  ForwardResult result = accepted_result();
  result.count = 0;

  EXPECT_EQ(defect(ForwardReply{{result}}), "sequence out of range");
}

TEST(ValidateForwardTest, HalfAPositionIsRefused) {
  ForwardResult result = accepted_result();
  result.first.term = {};

  EXPECT_EQ(defect(ForwardReply{{result}}), "half a position");
}

TEST(ValidateForwardTest, ProposalsThatEndBehindTheLargestIndexAreRefused) {
  ForwardResult result = accepted_result();
  result.first.index = Index(kNumberMax);

  EXPECT_EQ(defect(ForwardReply{{result}}), "index out of range");
}

TEST(ValidateForwardTest, ProposalsThatAreAcceptedAndRefusedAreRefused) {
  ForwardResult result = accepted_result();
  result.refusal = Errc::kBusy;

  EXPECT_EQ(defect(ForwardReply{{result}}), "accepted and refused");
}

TEST(ValidateForwardTest, ARefusalThatLeavesTheOutcomeOpenIsRefused) {
  EXPECT_EQ(defect(ForwardReply{{refused_result(Errc::kOutcomeUnknown)}}), "an unclear refusal");
}

}  // namespace buoyant::flatbuf::validate_test
