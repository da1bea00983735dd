// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/simulation/promises_fixture.h"
#include "tests/support/print.h"

#include <gtest/gtest.h>

namespace buoyant::simulation::promises_vote_test {

using disks::append;
using disks::noop;
using disks::vote;
using promises_fixture::PromisesFixture;

class VotePromisesTest : public PromisesFixture {
 protected:
  static RequestVote request(std::uint64_t term, std::uint64_t last_index,
                             std::uint64_t last_term) {
    return {.term = Term(term), .last = {.term = Term(last_term), .index = Index(last_index)}};
  }

  static RequestVoteReply reply(std::uint64_t term, bool granted) {
    return {.term = Term(term), .granted = granted};
  }
};

TEST_F(VotePromisesTest, ACandidateHasItsTermItsVoteAndItsLog) {
  write(1, vote(2, 1));
  write(1, append(1, {noop(1)}));

  say(request(2, 1, 1));

  EXPECT_EQ(violated(), "");
}

TEST_F(VotePromisesTest, ACandidateWithAnEmptyLogIsRight) {
  write(1, vote(1, 1));

  say(request(1, 0, 0));

  EXPECT_EQ(violated(), "");
}

TEST_F(VotePromisesTest, ACandidateWhoseTermIsNotDurableIsFound) {
  say(request(1, 0, 0));

  EXPECT_EQ(violated(), "durable_first");
}

TEST_F(VotePromisesTest, ACandidateWhoseVoteIsNotDurableIsFound) {
  write(1, vote(1, 0));

  say(request(1, 0, 0));

  EXPECT_EQ(violated(), "durable_first");
}

TEST_F(VotePromisesTest, ACandidateWhoVotedForAnotherIsFound) {
  write(1, vote(1, 2));

  say(request(1, 0, 0));

  EXPECT_EQ(violated(), "durable_first");
}

TEST_F(VotePromisesTest, ACandidateWhoseTailIsNotDurableIsFound) {
  write(1, vote(2, 1));
  write(1, append(1, {noop(1)}));

  say(request(2, 2, 1));

  EXPECT_EQ(violated(), "durable_first");
}

TEST_F(VotePromisesTest, ACandidateWhoseTailHasAnotherTermIsFound) {
  write(1, vote(3, 1));
  write(1, append(1, {noop(1)}));

  say(request(3, 1, 2));

  EXPECT_EQ(violated(), "durable_first");
}

TEST_F(VotePromisesTest, ATermWithoutALogIsFound) {
  write(1, vote(2, 1));

  say(request(2, 0, 1));

  EXPECT_EQ(violated(), "durable_first");
}

TEST_F(VotePromisesTest, ACandidateThatALaterTermOvertookHasPromisedNothing) {
  write(1, vote(3, 2));

  say(request(2, 5, 1));

  EXPECT_EQ(violated(), "");
}

TEST_F(VotePromisesTest, APreVotePromisesNothing) {
  RequestVote question = request(9, 5, 3);
  question.pre_vote = true;
  RequestVoteReply answer = reply(9, true);
  answer.pre_vote = true;

  say(question);
  say(answer);

  EXPECT_EQ(violated(), "");
}

TEST_F(VotePromisesTest, AVoteIsGrantedWhenItIsDurable) {
  write(1, vote(1, 2));

  say(reply(1, true));

  EXPECT_EQ(violated(), "");
}

TEST_F(VotePromisesTest, AVoteThatIsNotDurableIsFound) {
  write(1, vote(1, 0));

  say(reply(1, true));

  EXPECT_EQ(violated(), "durable_first");
}

TEST_F(VotePromisesTest, AVoteForSomebodyElseIsFound) {
  write(1, vote(1, 3));

  say(reply(1, true));

  EXPECT_EQ(violated(), "durable_first");
}

TEST_F(VotePromisesTest, ALaterDurableTermKeepsAVoteThatWasNeverWritten) {
  write(1, vote(2, 3));

  say(reply(1, true));

  EXPECT_EQ(violated(), "");
}

TEST_F(VotePromisesTest, ALaterDurableTermDoesNotHideAVoteForSomebodyElse) {
  write(1, vote(1, 3));
  write(1, vote(2, 0));

  say(reply(1, true));

  EXPECT_EQ(violated(), "durable_first");
}

TEST_F(VotePromisesTest, ARefusalNeedsNoVote) {
  write(1, vote(1, 3));

  say(reply(1, false));

  EXPECT_EQ(violated(), "");
}

TEST_F(VotePromisesTest, ARefusalInATermThatIsNotDurableIsFound) {
  say(reply(1, false));

  EXPECT_EQ(violated(), "durable_first");
}

class ReplicationPromisesTest : public PromisesFixture {
 protected:
  static AppendEntriesReply accept(std::uint64_t term, std::uint64_t match) {
    return {.term = Term(term), .accepted = true, .match = Index(match)};
  }
};

TEST_F(ReplicationPromisesTest, WhatIsDurableMayBeAcknowledged) {
  write(1, vote(1, 0));
  write(1, append(1, {noop(1), noop(1)}));

  say(accept(1, 2));

  EXPECT_EQ(violated(), "");
}

TEST_F(ReplicationPromisesTest, AnAcknowledgementBeyondTheDurableLogIsFound) {
  write(1, vote(1, 0));
  write(1, append(1, {noop(1), noop(1)}));

  say(accept(1, 3));

  EXPECT_EQ(violated(), "durable_first");
}

TEST_F(ReplicationPromisesTest, AnAcknowledgementOfAnEarlierTermMayBeOutOfDate) {
  write(1, vote(2, 0));

  say(accept(1, 3));

  EXPECT_EQ(violated(), "");
}

TEST_F(ReplicationPromisesTest, WhatWasAcknowledgedIsKeptByTerm) {
  write_to_all(vote(2, 0));
  write(1, append(1, {noop(1), noop(1)}));

  say(AppendEntriesReply{.term = Term(1), .accepted = true, .match = Index(2)});
  say(AppendEntriesReply{.term = Term(2), .accepted = true, .match = Index(1)});

  EXPECT_EQ(promises.acknowledged(ServerId(1), ServerId(2), Term(1)), Index(2));
  EXPECT_EQ(promises.acknowledged(ServerId(1), ServerId(2), Term(2)), Index(1));
  EXPECT_EQ(promises.acknowledged(ServerId(1), ServerId(3), Term(2)), Index());
}

TEST_F(ReplicationPromisesTest, ARejectionNeedsNoEntries) {
  write(1, vote(1, 0));

  say(AppendEntriesReply{.term = Term(1), .accepted = false, .rejected = Index(9)});

  EXPECT_EQ(violated(), "");
}

TEST_F(ReplicationPromisesTest, EveryMessageInATermThatIsNotDurableIsFound) {
  const std::vector<PeerMessage> messages{
      AppendEntries{.term = Term(1)}, AppendEntriesReply{.term = Term(1)},
      Heartbeat{.term = Term(1), .commit = {}, .round = {}},
      HeartbeatReply{.term = Term(1), .round = {}, .received = {}}, TimeoutNow{.term = Term(1)}};
  std::size_t found = 0;
  for (const PeerMessage& message : messages) {
    Context fresh(plan, sink);
    Promises fresh_promises(fresh, list);
    fresh_promises.set_ledger(ledger);
    const auto process = std::make_shared<Process>(fresh, ServerId(1), 1, Clock());
    fresh_promises.on_sent(*process, ServerId(2),
                           {.message = message, .entries = {}, .payloads = {}});
    found += fresh.violation() ? 1U : 0U;
  }

  EXPECT_EQ(found, messages.size());
}

TEST_F(ReplicationPromisesTest, WhatAMajorityHasMayBeCalledCommitted) {
  write_to_all(vote(1, 0));
  write(2, append(1, {noop(1)}));
  write(3, append(1, {noop(1)}));

  say(Heartbeat{.term = Term(1), .commit = Index(1), .round = {}});

  EXPECT_EQ(violated(), "");
}

TEST_F(ReplicationPromisesTest, ACommitWithoutAMajorityIsFound) {
  write_to_all(vote(1, 0));
  write(1, append(1, {noop(1)}));

  say(Heartbeat{.term = Term(1), .commit = Index(1), .round = {}});

  EXPECT_EQ(violated(), "commit_durable");
}

TEST_F(ReplicationPromisesTest, ACommitWithoutAMajorityIsFoundInAnAppend) {
  write_to_all(vote(1, 0));
  write(1, append(1, {noop(1)}));

  say(AppendEntries{.term = Term(1), .prev = {}, .commit = Index(1)});

  EXPECT_EQ(violated(), "commit_durable");
}

TEST_F(ReplicationPromisesTest, WhatIsInTheLedgerStaysCommitted) {
  write_to_all(vote(1, 0));
  write(1, append(1, {noop(1)}));
  write(2, append(1, {noop(1)}));
  ledger.commit(rack.of(1), Index(1));

  say(Heartbeat{.term = Term(1), .commit = Index(1), .round = {}});

  EXPECT_EQ(violated(), "");
}

/// Figure 3.7: an entry of term 2 at index 1 is on a majority when term 4 begins.
class CommitRuleTest : public PromisesFixture {
 protected:
  void SetUp() override {
    PromisesFixture::SetUp();
    write_to_all(vote(2, 1));
    process = make_process(1);
    speak(*process, Heartbeat{.term = Term(2), .commit = {}, .round = {}});
    write(1, append(1, {noop(2)}));
    write(2, append(1, {noop(2)}));
    write_to_all(vote(4, 1));
  }

  void speak(Process& speaker, const PeerMessage& message) {
    promises.on_sent(speaker, ServerId(2), {.message = message, .entries = {}, .payloads = {}});
  }

  static AppendEntries call_committed(std::uint64_t term, std::uint64_t index) {
    return {.term = Term(term), .prev = {}, .commit = Index(index)};
  }

  ProcessPointer process;
};

TEST_F(CommitRuleTest, CountingAnEntryOfAnEarlierTermIsFound) {
  speak(*make_process(1, 2), call_committed(4, 1));

  EXPECT_EQ(violated(), "commit_rule");
}

TEST_F(CommitRuleTest, CountingAnEntryOfAnEarlierTermIsFoundInAHeartbeat) {
  speak(*make_process(1, 2), Heartbeat{.term = Term(4), .commit = Index(1), .round = {}});

  EXPECT_EQ(violated(), "commit_rule");
}

TEST_F(CommitRuleTest, AHeartbeatMayTellOfLessThanWasCounted) {
  write(2, append(2, {noop(4)}));
  write(3, append(1, {noop(2), noop(4)}));
  speak(*make_process(1, 2), Heartbeat{.term = Term(4), .commit = Index(1), .round = {}});

  EXPECT_EQ(violated(), "");
}

/// Server one leads term 2 by itself and adds the others; it does not hear that they committed
/// that, and goes on alone. By the one configuration its entry is on a majority, by the other
/// that of a later leader is.
TEST_F(CommitRuleTest, AnotherLeaderMayGoByAnotherConfiguration) {
  Configuration alone;
  alone.members = {{.id = ServerId(1), .address = "1"}};
  Configuration all = alone;
  all.members.push_back({.id = ServerId(2), .address = "2"});
  all.members.push_back({.id = ServerId(3), .address = "3"});
  ledger.on_configuration({.term = Term(2), .index = Index(1)}, alone);
  ledger.on_configuration({.term = Term(2), .index = Index(2)}, all);
  write(1, append(2, {noop(2), disks::command(2, "alone")}));
  write_to_all(vote(5, 2));
  write(2, append(2, {noop(2), noop(5)}));
  write(3, append(1, {noop(2), noop(2), noop(5)}));
  ASSERT_EQ(ledger.terms_on_majority(Index(3)), (std::vector<Term>{Term(2), Term(5), Term(5)}));

  promises.on_sent(*make_process(2), ServerId(3),
                   {.message = call_committed(5, 3), .entries = {}, .payloads = {}});

  EXPECT_EQ(violated(), "");
}

TEST_F(CommitRuleTest, AnEntryOfTheTermMayBeCounted) {
  write(1, append(2, {noop(4)}));
  write(2, append(2, {noop(4)}));
  speak(*make_process(1, 2), call_committed(4, 2));

  EXPECT_EQ(violated(), "");
}

TEST_F(CommitRuleTest, WhoLedThatTermInTheSameRunMayHaveCountedThen) {
  speak(*process, call_committed(4, 1));

  EXPECT_EQ(violated(), "");
}

TEST_F(CommitRuleTest, WhatWasCalledCommittedBeforeMayBeRepeated) {
  speak(*process, Heartbeat{.term = Term(4), .commit = Index(1), .round = {}});
  speak(*make_process(1, 2), call_committed(4, 1));

  EXPECT_EQ(violated(), "");
}

class FailurePromisesTest : public PromisesFixture {
 protected:
  void speak(Process& process) {
    promises.on_sent(process, ServerId(2), {.message = Forward{}, .entries = {}, .payloads = {}});
  }
};

TEST_F(FailurePromisesTest, AServerThatSpeaksAfterItsStorageFailedIsFound) {
  const ProcessPointer process = make_process(1);
  promises.on_failure_reported(*process);

  speak(*process);

  EXPECT_EQ(violated(), "silent_after_failure");
}

TEST_F(FailurePromisesTest, OthersMayGoOnSpeaking) {
  promises.on_failure_reported(*make_process(1));

  speak(*make_process(3));

  EXPECT_EQ(violated(), "");
}

TEST_F(FailurePromisesTest, TheNextRunOfAServerMaySpeak) {
  promises.on_failure_reported(*make_process(1, 1));

  speak(*make_process(1, 2));

  EXPECT_EQ(violated(), "");
}

}  // namespace buoyant::simulation::promises_vote_test
