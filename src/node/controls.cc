// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "node/controls.h"

#include "node/refusal.h"

#include <algorithm>
#include <set>
#include <utility>

namespace buoyant::node {

Result<void> ControlRequests::add(ControlRequest request, Instant deadline, ControlDone done) {
  if (size() >= options_.controls_max) {
    return fail(Errc::kBusy, "controls_max");
  }
  request.sequence = next_sequence_++;
  unsent_.push_back({.request = std::move(request),
                     .open = {.to = {}, .deadline = deadline, .done = std::move(done)}});
  return {};
}

void ControlRequests::send(ServerId leader, port::Transport& transport) {
  while (!unsent_.empty()) {
    Unsent& next = unsent_.front();
    const Frame frame = codec_.encode(GroupId(), next.request);
    const port::SendResult result = transport.send(leader, port::Channel::kRequest, frame);
    if (result == port::SendResult::kNotConnected) {
      refuse_unsent("the leader is not connected");
    }
    if (result != port::SendResult::kQueued) {
      return;
    }
    next.open.to = leader;
    sent_.emplace(next.request.sequence, std::move(next.open));
    unsent_.pop_front();
  }
}

void ControlRequests::refuse_unsent(const char* why) {
  for (Unsent& request : std::exchange(unsent_, {})) {
    finish(std::move(request.open), fail(Errc::kNoLeader, why));
  }
}

void ControlRequests::on_reply(ServerId from, const ControlReply& reply) {
  const auto found = sent_.find(reply.sequence);
  if (found == sent_.end() || found->second.to != from) {
    return;
  }
  Open open = std::move(found->second);
  sent_.erase(found);
  if (reply.done) {
    finish(std::move(open), reply.index);
  } else {
    finish(std::move(open), fail(refusal_of_leader(reply.refusal)));
  }
}

void ControlRequests::on_disconnected(ServerId peer) {
  for (auto at = sent_.begin(); at != sent_.end();) {
    if (at->second.to != peer) {
      ++at;
      continue;
    }
    finish(std::move(at->second),
           fail(Errc::kOutcomeUnknown, "the connection to the leader was lost"));
    at = sent_.erase(at);
  }
}

void ControlRequests::expire(Instant now) {
  for (auto at = unsent_.begin(); at != unsent_.end();) {
    if (at->open.deadline > now) {
      ++at;
      continue;
    }
    finish(std::move(at->open), fail(Errc::kNoLeader, "it could not be sent in time"));
    at = unsent_.erase(at);
  }
  for (auto at = sent_.begin(); at != sent_.end();) {
    if (at->second.deadline > now) {
      ++at;
      continue;
    }
    finish(std::move(at->second), fail(Errc::kOutcomeUnknown, "the leader did not answer in time"));
    at = sent_.erase(at);
  }
}

void ControlRequests::fail_all(const char* why) {
  for (Unsent& request : std::exchange(unsent_, {})) {
    finish(std::move(request.open), fail(Errc::kOutcomeUnknown, why));
  }
  for (auto& [sequence, open] : std::exchange(sent_, {})) {
    finish(std::move(open), fail(Errc::kOutcomeUnknown, why));
  }
}

std::vector<ServerId> ControlRequests::asked() const {
  std::set<ServerId> peers;
  for (const auto& [sequence, open] : sent_) {
    peers.insert(open.to);
  }
  return {peers.begin(), peers.end()};
}

Instant ControlRequests::next_deadline() const noexcept {
  Instant earliest = Instant::never();
  for (const Unsent& request : unsent_) {
    earliest = std::min(earliest, request.open.deadline);
  }
  for (const auto& [sequence, open] : sent_) {
    earliest = std::min(earliest, open.deadline);
  }
  return earliest;
}

void ControlRequests::finish(Open open, Result<Index> result) {
  callbacks_.add([done = std::move(open.done), result = std::move(result)] { done(result); });
}

Result<ControlAnswers::Ticket> ControlAnswers::open(ServerId peer, std::uint64_t sequence) {
  if (open_.size() >= options_.controls_max) {
    return fail(Errc::kBusy, "controls_max");
  }
  const Ticket ticket = next_ticket_++;
  open_.emplace(ticket, Asker{.peer = peer, .sequence = sequence});
  return ticket;
}

void ControlAnswers::refuse(ServerId peer, std::uint64_t sequence, Errc why) {
  add({.peer = peer, .reply = {.sequence = sequence, .done = false, .index = {}, .refusal = why}});
}

void ControlAnswers::answer(Ticket ticket, const Result<Index>& result) {
  const auto found = open_.find(ticket);
  if (found == open_.end()) {
    return;
  }
  const Asker asker = found->second;
  open_.erase(found);
  if (!result) {
    refuse(asker.peer, asker.sequence, result.error().code());
    return;
  }
  add({.peer = asker.peer, .reply = {.sequence = asker.sequence, .done = true, .index = *result}});
}

void ControlAnswers::add(Answer answer) {
  if (answers_.size() >= 2 * options_.controls_max) {
    // Its asker learns at its deadline that it learns nothing.
    answers_.pop_front();
  }
  answers_.push_back(std::move(answer));
}

void ControlAnswers::forget(ServerId peer) {
  std::erase_if(open_, [peer](const auto& each) { return each.second.peer == peer; });
  std::erase_if(answers_, [peer](const Answer& each) { return each.peer == peer; });
}

void ControlAnswers::send(port::Transport& transport) {
  if (answers_.empty()) {
    // Nearly always: a deque takes memory even when it is empty.
    return;
  }
  std::deque<Answer> kept;
  for (Answer& answer : std::exchange(answers_, {})) {
    const Frame frame = codec_.encode(GroupId(), answer.reply);
    const port::SendResult result = transport.send(answer.peer, port::Channel::kReply, frame);
    if (result == port::SendResult::kQueueFull) {
      kept.push_back(std::move(answer));
    }
  }
  answers_ = std::move(kept);
}

void ControlAnswers::clear() noexcept {
  open_.clear();
  answers_.clear();
}

}  // namespace buoyant::node
