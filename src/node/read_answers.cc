// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "node/read_answers.h"

#include <algorithm>
#include <utility>

namespace buoyant::node {

std::size_t ReadAnswers::open_of(ServerId peer) const noexcept {
  return static_cast<std::size_t>(std::count_if(
      open_.begin(), open_.end(), [peer](const auto& each) { return each.second.peer == peer; }));
}

void ReadAnswers::refuse(const Asked& asked, Errc why) {
  answers_.push_back(
      {.peer = asked.peer,
       .reply = {.sequence = asked.sequence, .granted = false, .index = {}, .refusal = why}});
}

void ReadAnswers::accept(Instant now, ServerId peer, const ReadRequest& request, core::Raft& raft) {
  const Asked asked{.peer = peer, .sequence = request.sequence};
  if (open_of(peer) >= kRequestsPerPeerMax) {
    refuse(asked, Errc::kBusy);
    return;
  }
  const Result<std::uint64_t> number = raft.read(now, request.lease);
  if (!number) {
    refuse(asked, number.error().code());
    return;
  }
  open_.emplace(*number, asked);
}

void ReadAnswers::on_granted(const core::ReadGrant& grant) {
  const auto first = open_.lower_bound(grant.first);
  const auto end = open_.upper_bound(grant.last);
  for (auto each = first; each != end; ++each) {
    answers_.push_back(
        {.peer = each->second.peer,
         .reply = {.sequence = each->second.sequence, .granted = true, .index = grant.index}});
  }
  open_.erase(first, end);
}

void ReadAnswers::on_ended(std::uint64_t through) {
  const auto end = open_.upper_bound(through);
  for (auto each = open_.begin(); each != end; ++each) {
    refuse(each->second, Errc::kNotLeader);
  }
  open_.erase(open_.begin(), end);
}

void ReadAnswers::forget(ServerId peer) {
  std::erase_if(open_, [peer](const auto& each) { return each.second.peer == peer; });
  std::erase_if(answers_, [peer](const Answer& answer) { return answer.peer == peer; });
}

void ReadAnswers::send(port::Transport& transport) {
  for (const Answer& answer : std::exchange(answers_, {})) {
    (void)transport.send(answer.peer, port::Channel::kReply,
                         codec_.encode(GroupId(), answer.reply));
  }
}

void ReadAnswers::clear() noexcept {
  open_.clear();
  answers_.clear();
}

}  // namespace buoyant::node
