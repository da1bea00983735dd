// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "node/reads.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace buoyant::node {

namespace {

constexpr std::array<ReadMode, 2> kModes = {ReadMode::kLinearizable, ReadMode::kLease};

}  // namespace

void Reads::add(ReadMode mode, ReadDone done, Instant now) {
  pending_ += 1;
  gathered(mode).push_back(
      {.done = std::move(done), .since = now, .deadline = now + 5 * options_.election_timeout});
}

void Reads::refresh(Instant now) {
  if (!refreshing_) {
    refreshing_ = true;
    gathered(ReadMode::kLinearizable)
        .push_back({.done = nullptr,
                    .since = now,
                    .deadline = now + 5 * options_.election_timeout,
                    .is_refresh = true});
  }
}

bool Reads::has_gathered() const noexcept {
  return !gathered_[0].empty() || !gathered_[1].empty();
}

bool Reads::can_ask_here() const noexcept {
  return has_gathered() && here_.size() < kRequestsMax;
}

std::vector<Reads::Read> Reads::take_gathered(ReadMode mode) {
  std::deque<Read> taken = std::exchange(gathered(mode), {});
  return {std::move_iterator(taken.begin()), std::move_iterator(taken.end())};
}

void Reads::ask_here(Instant now, core::Raft& raft) {
  for (const ReadMode mode : kModes) {
    if (gathered(mode).empty() || here_.size() >= kRequestsMax) {
      continue;
    }
    const Result<std::uint64_t> number = raft.read(now, mode == ReadMode::kLease);
    if (!number) {
      return;
    }
    here_.push_back(
        {.number = *number, .to = {}, .mode = mode, .asked = now, .reads = take_gathered(mode)});
  }
}

void Reads::ask(Instant now, ServerId leader, port::Codec& codec, port::Transport& transport) {
  if (ask_again_at_ != Instant::never() && now < ask_again_at_) {
    return;
  }
  ask_again_at_ = Instant::never();
  for (const ReadMode mode : kModes) {
    if (gathered(mode).empty() || there_.size() >= kRequestsMax) {
      continue;
    }
    const ReadRequest message{.sequence = next_sequence_, .lease = mode == ReadMode::kLease};
    if (transport.send(leader, port::Channel::kRequest, codec.encode(GroupId(), message)) !=
        port::SendResult::kQueued) {
      return;
    }
    next_sequence_ += 1;
    there_.push_back({.number = message.sequence,
                      .to = leader,
                      .mode = mode,
                      .asked = now,
                      .reads = take_gathered(mode)});
  }
}

void Reads::take_back(Requests& requests, const std::function<bool(const Request&)>& which) {
  for (auto request = requests.rbegin(); request != requests.rend(); ++request) {
    if (which(*request)) {
      std::deque<Read>& waiting = gathered(request->mode);
      waiting.insert(waiting.begin(), std::move_iterator(request->reads.begin()),
                     std::move_iterator(request->reads.end()));
    }
  }
  std::erase_if(requests, which);
}

void Reads::on_granted(const core::ReadGrant& grant_of) {
  const auto is_granted = [&grant_of](const Request& request) {
    return request.number >= grant_of.first && request.number <= grant_of.last;
  };
  for (Request& request : here_) {
    if (is_granted(request)) {
      grant(std::move(request), grant_of.index);
    }
  }
  std::erase_if(here_, is_granted);
}

void Reads::on_ended(std::uint64_t through) {
  take_back(here_, [through](const Request& request) { return request.number <= through; });
}

void Reads::on_reply(Instant now, ServerId from, const ReadReply& reply) {
  const auto is_answered = [from, &reply](const Request& request) {
    return request.number == reply.sequence && request.to == from;
  };
  if (!reply.granted) {
    const std::size_t before = there_.size();
    take_back(there_, is_answered);
    if (there_.size() != before) {
      // It may go on refusing for a while, or not know yet that it leads.
      ask_again_at_ = now + options_.heartbeat_interval;
    }
    return;
  }
  for (Request& request : there_) {
    if (is_answered(request)) {
      grant(std::move(request), reply.index);
    }
  }
  std::erase_if(there_, is_answered);
}

void Reads::on_leader(ServerId leader) {
  take_back(there_, [leader](const Request& request) { return request.to != leader; });
  ask_again_at_ = Instant::never();
}

void Reads::on_disconnected(ServerId peer) {
  take_back(there_, [peer](const Request& request) { return request.to == peer; });
}

void Reads::grant(Request request, Index index) {
  // A later index is as good: kept in order, the front is always the next one.
  const Index place = granted_.empty() ? index : std::max(index, granted_.back().index);
  granted_.push_back({.index = place, .reads = std::move(request.reads)});
}

void Reads::on_applied(Instant now, Index index) {
  while (!granted_.empty() && granted_.front().index <= index) {
    for (Read& read : granted_.front().reads) {
      as_of_ = std::max(as_of_, read.since);
      if (!read.is_refresh) {
        granted_count_ += 1;
        latencies_.record(now - read.since);
      }
      finish(std::move(read), index);
    }
    granted_.pop_front();
  }
}

void Reads::finish(Read read, Result<Index> outcome) {
  if (read.is_refresh) {
    refreshing_ = false;
    return;
  }
  // It counts until its callback runs: so what waits for callbacks is bounded, too.
  callbacks_.add([this, done = std::move(read.done), outcome] {
    pending_ -= 1;
    if (done) {
      done(outcome);
    }
  });
}

template <class Queue>
void Reads::expire_front(Queue& reads, Instant now, std::size_t& count_max, Errc code,
                         const char* why) {
  auto end = reads.begin();
  while (count_max > 0 && end != reads.end() && end->deadline <= now) {
    finish(std::move(*end), fail(code, why));
    --count_max;
    ++end;
  }
  reads.erase(reads.begin(), end);
}

void Reads::expire(Instant now, std::size_t count_max) {
  if (ask_again_at_ <= now) {
    ask_again_at_ = Instant::never();
  }
  if (granted_.empty() && here_.empty() && there_.empty() && !has_gathered()) {
    return;
  }
  const Duration patience = options_.election_timeout;
  take_back(there_,
            [now, patience](const Request& request) { return request.asked + patience <= now; });
  while (!granted_.empty() && count_max > 0) {
    expire_front(granted_.front().reads, now, count_max, Errc::kNotReady,
                 "it was not applied here in time");
    if (!granted_.front().reads.empty()) {
      break;
    }
    granted_.pop_front();
  }
  for (Requests* requests : {&here_, &there_}) {
    for (Request& request : *requests) {
      expire_front(request.reads, now, count_max, Errc::kNoLeader, "no leader answered in time");
    }
    std::erase_if(*requests, [](const Request& request) { return request.reads.empty(); });
  }
  for (std::deque<Read>& reads : gathered_) {
    expire_front(reads, now, count_max, Errc::kNoLeader, "no leader was found in time");
  }
}

void Reads::fail_all(Error why) {
  const auto all = [](const Request& /*request*/) { return true; };
  take_back(here_, all);
  take_back(there_, all);
  for (Granted& granted : granted_) {
    for (Read& read : granted.reads) {
      finish(std::move(read), fail(why));
    }
  }
  granted_.clear();
  for (std::deque<Read>& reads : gathered_) {
    for (Read& read : reads) {
      finish(std::move(read), fail(why));
    }
    reads.clear();
  }
}

Instant Reads::next_deadline() const noexcept {
  Instant earliest = has_gathered() ? ask_again_at_ : Instant::never();
  for (const std::deque<Read>& reads : gathered_) {
    earliest = reads.empty() ? earliest : std::min(earliest, reads.front().deadline);
  }
  for (const Request& request : here_) {
    earliest = std::min(earliest, request.reads.front().deadline);
  }
  for (const Request& request : there_) {
    earliest = std::min(
        {earliest, request.reads.front().deadline, request.asked + options_.election_timeout});
  }
  if (!granted_.empty()) {
    earliest = std::min(earliest, granted_.front().reads.front().deadline);
  }
  return earliest;
}

}  // namespace buoyant::node
