// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/scenarios/message_text.h"

#include "tests/scenarios/transcript.h"

#include <iterator>
#include <variant>

namespace buoyant::scenarios {

namespace transcript {

std::string in_term(Term term) {
  return " term " + number(term);
}

std::string in_round(Round round) {
  return " round " + number(round);
}

std::string entries(IndexRange indexes, const std::vector<TermRun>& runs) {
  std::string text = indexes.count() == 1 ? "entry " : "entries ";
  text += scenarios::show(indexes) + (runs.size() == 1 ? " (term" : " (terms");
  for (const TermRun& run : runs) {
    const std::uint64_t shown = runs.size() == 1 ? 1 : run.count;
    for (std::uint64_t i = 0; i < shown; ++i) {
      text += " " + number(run.term);
    }
  }
  return text + ")";
}

std::string body(const RequestVote& message) {
  return (message.pre_vote ? " pre-vote" : "") + in_term(message.term) + " last " +
         scenarios::show(message.last) + " campaign " + std::to_string(message.campaign) +
         (message.transfer ? " transfer" : "");
}

std::string body(const RequestVoteReply& message) {
  return (message.pre_vote ? " pre-vote" : "") +
         std::string(message.granted ? " granted" : " refused") + in_term(message.term) +
         " campaign " + std::to_string(message.campaign);
}

std::string body(const AppendEntries& message) {
  const IndexRange carried{.first = message.prev.index.next(), .last = message.last()};
  std::string configurations;
  for (const ConfigurationAt& at : message.configurations) {
    configurations += ", " + number(at.index) + " is a configuration";
  }
  return in_term(message.term) + " prev " + scenarios::show(message.prev) + " " +
         (carried.empty() ? "no entries" : entries(carried, message.runs)) + configurations +
         " commit " + number(message.commit) + in_round(message.round);
}

/// What is the rule is not said.
std::string in_space(SpaceState space) {
  return space == SpaceState::kLow ? " space low" : "";
}

std::string in_preference(Preference preference) {
  switch (preference) {
    case Preference::kNormal:
      break;
    case Preference::kPrefer:
      return " prefers to lead";
    case Preference::kAvoid:
      return " avoids to lead";
  }
  return "";
}

std::string promise(std::uint32_t promise_ms) {
  return promise_ms == 0 ? "" : " promises " + std::to_string(promise_ms) + " ms";
}

std::string body(const AppendEntriesReply& message) {
  const std::string answer = message.accepted ? " match " + number(message.match)
                                              : " rejected " + number(message.rejected) + " hint " +
                                                    scenarios::show(message.hint);
  return in_term(message.term) + answer + in_round(message.round) +
         promise(message.lease_promise_ms) + in_space(message.space);
}

std::string body(const Heartbeat& message) {
  return in_term(message.term) + " commit " + number(message.commit) + in_round(message.round);
}

std::string body(const HeartbeatReply& message) {
  return in_term(message.term) + in_round(message.round) + " received " + number(message.received) +
         promise(message.lease_promise_ms) + in_space(message.space) +
         in_preference(message.preference);
}

std::string body(const TimeoutNow& message) {
  return in_term(message.term);
}

std::string body(const InstallSnapshot& message) {
  return in_term(message.term) + " through " + scenarios::show(message.snapshot.id.position) +
         ": " + scenarios::show(message.snapshot.configuration);
}

std::string body(const InstallSnapshotReply& message) {
  const char* const progress = message.progress == InstallProgress::kWanted     ? " wanted"
                               : message.progress == InstallProgress::kComplete ? " complete"
                                                                                : " refused";
  return in_term(message.term) + " through " + scenarios::show(message.snapshot.position) +
         progress;
}

}  // namespace transcript

std::string kind_of(const core_cluster::Letter& letter) {
  static constexpr const char* kNames[] = {
      "RequestVote",    "RequestVoteReply", "AppendEntries",   "AppendEntriesReply",  "Heartbeat",
      "HeartbeatReply", "TimeoutNow",       "InstallSnapshot", "InstallSnapshotReply"};
  static_assert(std::size(kNames) == std::variant_size_v<core_cluster::Letter>);
  return kNames[letter.index()];
}

std::string show(const core_cluster::Letter& letter) {
  return kind_of(letter) +
         std::visit([](const auto& each) { return transcript::body(each); }, letter);
}

}  // namespace buoyant::scenarios
