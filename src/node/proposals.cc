// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "node/proposals.h"

#include <algorithm>
#include <utility>

namespace buoyant::node {

void Proposals::add(LogPosition position, Waiting waiting) {
  push(position.term, {.index = position.index, .peer = {}, .waiting = std::move(waiting)});
}

void Proposals::add_forwarded(LogPosition first, std::size_t count, ServerId peer, Instant since,
                              Instant deadline) {
  forwarded_[peer] += count;
  for (std::size_t i = 0; i < count; ++i) {
    Pending pending{.index = first.index + i, .peer = peer, .waiting = {}};
    pending.waiting.deadline = deadline;
    pending.waiting.since = since;
    push(first.term, std::move(pending));
  }
}

Proposals::Lane& Proposals::lane_of(Term term) {
  if (spare_.empty() || lanes_.contains(term)) {
    return lanes_[term];
  }
  spare_.key() = term;
  return lanes_.insert(std::move(spare_)).position->second;
}

Proposals::Lanes::iterator Proposals::after(Lanes::iterator lane) {
  const auto next = std::next(lane);
  if (lane->second.empty()) {
    spare_ = lanes_.extract(lane);
  }
  return next;
}

void Proposals::push(Term term, Pending pending) {
  Lane& lane = lane_of(term);
  if (!lane.empty() && pending.index <= lane.back().index) {
    // A leader hands each position out once; one that comes twice, or late, is not to be
    // trusted, and what became of it will not be learnt here.
    end(std::move(pending), fail(Errc::kOutcomeUnknown, "the leader's answer is out of order"));
    return;
  }
  lane.push_back(std::move(pending));
}

void Proposals::end(Pending pending, Result<Applied> outcome) {
  if (!pending.peer.is_set()) {
    callbacks_.finish(std::move(pending.waiting), std::move(outcome));
    return;
  }
  const auto found = forwarded_.find(pending.peer);
  if (found != forwarded_.end() && --found->second == 0) {
    forwarded_.erase(found);
  }
}

std::size_t Proposals::forwarded_by(ServerId peer) const noexcept {
  const auto found = forwarded_.find(peer);
  return found == forwarded_.end() ? 0 : found->second;
}

void Proposals::drop_forwarded() {
  forwarded_.clear();
  for (auto lane = lanes_.begin(); lane != lanes_.end();) {
    lane->second.erase_if([](const Pending& pending) { return pending.peer.is_set(); });
    lane = after(lane);
  }
}

void Proposals::applied(LogPosition position, const Bytes& reply) {
  for (auto lane = lanes_.begin(); lane != lanes_.end();) {
    Lane& queue = lane->second;
    while (!queue.empty() && queue.front().index <= position.index) {
      Pending pending = queue.take_front();
      if (pending.index < position.index) {
        end(std::move(pending), fail(Errc::kOutcomeUnknown, "its index was passed over"));
      } else if (lane->first == position.term) {
        stages_.committed(position, pending.waiting);
        end(std::move(pending), Applied{.position = position, .reply = reply});
      } else {
        end(std::move(pending), fail(Errc::kSuperseded));
      }
    }
    lane = after(lane);
  }
}

void Proposals::passed_over(Index index) {
  for (auto lane = lanes_.begin(); lane != lanes_.end();) {
    Lane& queue = lane->second;
    while (!queue.empty() && queue.front().index <= index) {
      Pending pending = queue.take_front();
      end(std::move(pending), fail(Errc::kOutcomeUnknown, "a snapshot of the leader covers it"));
    }
    lane = after(lane);
  }
}

void Proposals::expire(Instant now, std::size_t count_max) {
  for (auto lane = lanes_.begin(); lane != lanes_.end();) {
    Lane& queue = lane->second;
    while (count_max > 0 && !queue.empty() && queue.front().waiting.deadline <= now) {
      --count_max;
      Pending pending = queue.take_front();
      end(std::move(pending), fail(Errc::kOutcomeUnknown, "not decided in time"));
    }
    lane = after(lane);
  }
}

void Proposals::fail_all(const char* why) {
  for (auto& [term, queue] : lanes_) {
    while (!queue.empty()) {
      end(queue.take_front(), fail(Errc::kOutcomeUnknown, why));
    }
  }
  lanes_.clear();
}

Instant Proposals::next_deadline() const noexcept {
  Instant earliest = Instant::never();
  for (const auto& [term, queue] : lanes_) {
    earliest = std::min(earliest, queue.front().waiting.deadline);
  }
  return earliest;
}

}  // namespace buoyant::node
