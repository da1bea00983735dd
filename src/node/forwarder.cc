// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "node/forwarder.h"

#include "node/refusal.h"

#include <algorithm>
#include <set>
#include <utility>

namespace buoyant::node {

std::size_t Forwarder::batch_size() const noexcept {
  std::size_t count = 0;
  std::size_t bytes = 0;
  while (count < unsent_.size() && count < options_.append_entries_max &&
         bytes < options_.append_bytes_max) {
    bytes += unsent_[count].payload.size();
    ++count;
  }
  return count;
}

bool Forwarder::send(ServerId leader, port::Transport& transport, std::size_t frames_max) {
  std::size_t frames = 0;
  std::size_t bytes = 0;
  while (!unsent_.empty() && frames < frames_max && bytes < options_.send_bytes_per_turn) {
    const std::size_t count = batch_size();
    std::vector<Bytes> payloads;
    payloads.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
      payloads.push_back(unsent_[i].payload);
      bytes += payloads.back().size();
    }
    const Forward message{.first_sequence = first_sequence_ + sent_.size()};
    const Frame frame = codec_.encode_forward(GroupId(), message, payloads);
    const port::SendResult result = transport.send(leader, port::Channel::kRequest, frame);
    if (result == port::SendResult::kNotConnected) {
      refuse_unsent(Error(Errc::kNoLeader, "the leader is not connected"));
    }
    if (result != port::SendResult::kQueued) {
      return false;
    }
    for (std::size_t i = 0; i < count; ++i) {
      sent_.push_back({.to = leader, .waiting = std::move(unsent_.front().waiting)});
      unsent_.pop_front();
    }
    ++frames;
  }
  return !unsent_.empty();
}

void Forwarder::refuse_unsent(Error why) {
  for (Unsent& proposal : take_unsent()) {
    callbacks_.finish(std::move(proposal.waiting), fail(why));
  }
}

std::vector<Forwarder::Accepted> Forwarder::on_reply(ServerId from, const ForwardReply& reply) {
  std::vector<Accepted> accepted;
  for (const ForwardResult& result : reply.results) {
    answer(from, result, accepted);
  }
  drop_answered();
  return accepted;
}

void Forwarder::answer(ServerId from, const ForwardResult& result,
                       std::vector<Accepted>& accepted) {
  const std::uint64_t end = first_sequence_ + sent_.size();
  // Numbers that are not awaited, of an earlier connection say, are passed over; so the work is
  // bounded by what was sent, whatever the count claims.
  const std::uint64_t first = std::max(result.first_sequence, first_sequence_);
  for (std::uint64_t at = first; at < end && at - result.first_sequence < result.count; ++at) {
    Sent& sent = sent_[at - first_sequence_];
    if (sent.answered || sent.to != from) {
      continue;
    }
    sent.answered = true;
    if (!result.first.index.is_set()) {
      callbacks_.finish(std::move(sent.waiting), fail(refusal_of_leader(result.refusal)));
      continue;
    }
    const LogPosition position{.term = result.first.term,
                               .index = result.first.index + (at - result.first_sequence)};
    accepted.push_back({.position = position, .waiting = std::move(sent.waiting)});
  }
}

void Forwarder::drop_answered() noexcept {
  while (!sent_.empty() && sent_.front().answered) {
    sent_.pop_front();
    ++first_sequence_;
  }
}

void Forwarder::on_disconnected(ServerId peer) {
  for (Sent& sent : sent_) {
    if (!sent.answered && sent.to == peer) {
      sent.answered = true;
      callbacks_.finish(std::move(sent.waiting),
                        fail(Errc::kOutcomeUnknown, "the connection to the leader was lost"));
    }
  }
  drop_answered();
}

void Forwarder::expire(Instant now, std::size_t count_max) {
  while (count_max > 0 && !unsent_.empty() && unsent_.front().waiting.deadline <= now) {
    --count_max;
    callbacks_.finish(std::move(unsent_.front().waiting),
                      fail(Errc::kNoLeader, "it could not be forwarded in time"));
    unsent_.pop_front();
  }
  while (count_max > 0 && !sent_.empty() &&
         (sent_.front().answered || sent_.front().waiting.deadline <= now)) {
    --count_max;
    if (!sent_.front().answered) {
      callbacks_.finish(std::move(sent_.front().waiting),
                        fail(Errc::kOutcomeUnknown, "the leader did not answer in time"));
    }
    sent_.pop_front();
    ++first_sequence_;
  }
}

void Forwarder::fail_all(const char* why) {
  refuse_unsent(Error(Errc::kOutcomeUnknown, why));
  for (Sent& sent : sent_) {
    if (!sent.answered) {
      sent.answered = true;
      callbacks_.finish(std::move(sent.waiting), fail(Errc::kOutcomeUnknown, why));
    }
  }
  drop_answered();
}

std::vector<ServerId> Forwarder::asked() const {
  std::set<ServerId> peers;
  for (const Sent& sent : sent_) {
    if (!sent.answered) {
      peers.insert(sent.to);
    }
  }
  return {peers.begin(), peers.end()};
}

Instant Forwarder::next_deadline() const noexcept {
  // Both queues hold deadlines in ascending order, and the front of `sent_` is not answered.
  Instant earliest = unsent_.empty() ? Instant::never() : unsent_.front().waiting.deadline;
  if (!sent_.empty()) {
    earliest = std::min(earliest, sent_.front().waiting.deadline);
  }
  return earliest;
}

}  // namespace buoyant::node
