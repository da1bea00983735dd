// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/process/flush_rules.h"

#include <algorithm>

namespace buoyant::process {

using flush_shim::Call;

/// Notes whether something that left at `sent` had become durable before.
static void judge(Verdict& verdict, std::optional<Tick> durable, Tick sent,
                  const std::string& what) {
  ++verdict.checked;
  if (!durable) {
    verdict.violations.push_back(what + ": was never durable");
  } else if (*durable > sent) {
    verdict.violations.push_back(what + ": left at " + std::to_string(sent) + ", durable at " +
                                 std::to_string(*durable));
  }
}

Verdict check_client_answers(const FlushLog& log, const std::vector<std::string>& lines) {
  Verdict verdict;
  for (const std::string& line : lines) {
    if (const auto answered = log.answered_at(line)) {
      judge(verdict, log.durable_at(line), *answered, "answer " + line);
    }
  }
  return verdict;
}

Verdict check_append_replies(const FlushLog& log,
                             const std::map<std::uint64_t, std::string>& lines) {
  Verdict verdict;
  auto next = lines.begin();
  for (const SeenFrame& frame : log.frames()) {
    const auto* reply =
        frame.is_sent && frame.message ? std::get_if<AppendEntriesReply>(&*frame.message) : nullptr;
    if (reply == nullptr || !reply->accepted) {
      continue;
    }
    // The first reply that covers a line is the one that promises it.
    for (; next != lines.end() && next->first <= reply->match.value(); ++next) {
      judge(verdict, log.durable_at(next->second), frame.at,
            "AppendEntriesReply for " + next->second);
    }
  }
  return verdict;
}

/// The last frame of the other direction before `frame` for which `fits` is true.
static std::optional<Tick> last_before(const std::vector<SeenFrame>& frames, const SeenFrame& frame,
                                       auto&& fits) {
  std::optional<Tick> found;
  for (const SeenFrame& earlier : frames) {
    if (earlier.at < frame.at && earlier.message && fits(earlier)) {
      found = earlier.at;
    }
  }
  return found;
}

/// The first frame for which `fits` is true.
static std::optional<Tick> first_of(const std::vector<SeenFrame>& frames, auto&& fits) {
  for (const SeenFrame& frame : frames) {
    if (frame.message && fits(frame)) {
      return frame.at;
    }
  }
  return std::nullopt;
}

Verdict check_votes(const FlushLog& log) {
  Verdict verdict;
  const std::vector<SeenFrame> frames = log.frames();
  for (const SeenFrame& frame : frames) {
    if (!frame.is_sent || !frame.message) {
      continue;
    }
    if (const auto* reply = std::get_if<RequestVoteReply>(&*frame.message);
        reply != nullptr && reply->granted && !reply->pre_vote) {
      const auto asked = last_before(frames, frame, [&](const SeenFrame& earlier) {
        const auto* request = std::get_if<RequestVote>(&*earlier.message);
        return !earlier.is_sent && earlier.socket == frame.socket && request != nullptr &&
               !request->pre_vote && request->term == reply->term;
      });
      judge(verdict, asked ? log.commit_after(*asked) : std::nullopt, frame.at,
            "vote in term " + std::to_string(reply->term.value()));
    }
    if (const auto* request = std::get_if<RequestVote>(&*frame.message);
        request != nullptr && !request->pre_vote) {
      // A campaign begins with a pre-vote of our own, or when the leader asks for it (§3.10); what
      // it says again once the campaign has begun changes nothing.
      const auto pre_voted = last_before(frames, frame, [&](const SeenFrame& earlier) {
        const auto* pre_vote = std::get_if<RequestVote>(&*earlier.message);
        return earlier.is_sent && pre_vote != nullptr && pre_vote->pre_vote &&
               pre_vote->term == request->term;
      });
      const auto told = first_of(frames, [&](const SeenFrame& earlier) {
        const auto* timeout_now = std::get_if<TimeoutNow>(&*earlier.message);
        return !earlier.is_sent && timeout_now != nullptr &&
               timeout_now->term.next() == request->term;
      });
      const auto asked = request->transfer ? told : pre_voted;
      judge(verdict, asked ? log.commit_after(*asked) : std::nullopt, frame.at,
            "candidacy in term " + std::to_string(request->term.value()));
    }
  }
  return verdict;
}

/// The header of the first record of a kind; nothing: there is none.
static const flush_shim::RecordHeader* first_of(const FlushLog& log, Call call) {
  const auto& records = log.records();
  const auto at = std::find_if(records.begin(), records.end(), [&](const FlushRecord& record) {
    return record.header.call == call;
  });
  return at == records.end() ? nullptr : &at->header;
}

Verdict check_opening(const FlushLog& log) {
  Verdict verdict;
  const auto* const flush = first_of(log, Call::kFlush);
  const auto* const sent = first_of(log, Call::kSend);
  const auto* const written = first_of(log, Call::kWrite);
  std::optional<Tick> flushed;
  if (flush != nullptr) {
    flushed = flush->end;
  }
  if (sent != nullptr) {
    judge(verdict, flushed, sent->begin, "first bytes to anybody");
  }
  if (written != nullptr) {
    judge(verdict, flushed, written->begin, "first write after opening");
  }
  return verdict;
}

}  // namespace buoyant::process
