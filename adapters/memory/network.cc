// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/memory/network.h"

#include <algorithm>

namespace buoyant::memory {

void MemoryNetwork::set_delay(ServerId from, ServerId to, Duration delay) {
  delays_[{from, to}] = delay;
}

void MemoryNetwork::cut(ServerId one, ServerId another) {
  cut_.insert({one, another});
  cut_.insert({another, one});
  for (const auto& stream : live_streams()) {
    MemoryStream::Direction& dialler = stream->toward(Side::kDialler);
    MemoryStream::Direction& acceptor = stream->toward(Side::kAcceptor);
    if (!cut_.contains({dialler.server, acceptor.server})) {
      continue;
    }
    stream->break_off();
    for (const Side side : {Side::kDialler, Side::kAcceptor}) {
      const Instant due = std::max(scheduler_.now(), stalled_until_[stream->toward(side).server]);
      scheduler_.post_at(due, [stream, side] {
        if (StreamReceiver* receiver = stream->toward(side).receiver) {
          receiver->on_arrival(stream, side, StreamEnd{"connection reset"});
        }
      });
    }
  }
}

void MemoryNetwork::heal(ServerId one, ServerId another) {
  cut_.erase({one, another});
  cut_.erase({another, one});
}

void MemoryNetwork::hold(ServerId from, ServerId to) {
  held_.insert({from, to});
}

void MemoryNetwork::release(ServerId from, ServerId to) {
  held_.erase({from, to});
  for (const auto& stream : live_streams()) {
    schedule(stream, Side::kDialler);
    schedule(stream, Side::kAcceptor);
  }
}

void MemoryNetwork::stall(ServerId server, Duration duration) {
  Instant& until = stalled_until_[server];
  until = std::max(until, scheduler_.now() + duration);
}

bool MemoryNetwork::listen(const std::string& address, ServerId server, StreamReceiver& receiver) {
  return listeners_.emplace(address, Listener{server, &receiver}).second;
}

void MemoryNetwork::stop_listening(const std::string& address) {
  listeners_.erase(address);
}

std::shared_ptr<MemoryStream> MemoryNetwork::dial(ServerId from, StreamReceiver& receiver,
                                                  const std::string& address) {
  const auto found = listeners_.find(address);
  if (found == listeners_.end() || cut_.contains({from, found->second.server})) {
    return nullptr;
  }
  auto stream = std::make_shared<MemoryStream>(next_id_);
  next_id_ = next_id_.next();
  stream->toward(Side::kDialler).receiver = &receiver;
  stream->toward(Side::kDialler).server = from;
  stream->toward(Side::kAcceptor).receiver = found->second.receiver;
  stream->toward(Side::kAcceptor).server = found->second.server;
  std::erase_if(streams_, [](const auto& weak) { return weak.expired(); });
  streams_.push_back(stream);
  found->second.receiver->on_dialled(stream);
  return stream;
}

void MemoryNetwork::put(const std::shared_ptr<MemoryStream>& stream, Side toward, StreamItem item) {
  MemoryStream::Direction& direction = stream->toward(toward);
  if (direction.receiver == nullptr || stream->is_broken()) {
    return;
  }
  const ServerId from = stream->toward(other(toward)).server;
  Instant due = scheduler_.now() + delay_of({from, direction.server});
  if (!direction.items.empty()) {
    due = std::max(due, direction.items.back().due);
  }
  if (const auto* bytes = std::get_if<std::vector<std::byte>>(&item)) {
    direction.bytes += bytes->size();
  }
  direction.items.push_back({due, std::move(item)});
  schedule(stream, toward);
}

void MemoryNetwork::leave(const std::shared_ptr<MemoryStream>& stream, Side side, const char* why) {
  MemoryStream::Direction& mine = stream->toward(side);
  mine.receiver = nullptr;
  mine.items.clear();
  mine.bytes = 0;
  put(stream, other(side), StreamEnd{why});
}

void MemoryNetwork::schedule(const std::shared_ptr<MemoryStream>& stream, Side toward) {
  MemoryStream::Direction& direction = stream->toward(toward);
  const ServerId from = stream->toward(other(toward)).server;
  if (direction.scheduled || direction.items.empty() || held_.contains({from, direction.server})) {
    return;
  }
  direction.scheduled = true;
  const Instant due = std::max(direction.items.front().due, stalled_until_[direction.server]);
  scheduler_.post_at(due, [this, stream, toward] { deliver(stream, toward); });
}

void MemoryNetwork::deliver(const std::shared_ptr<MemoryStream>& stream, Side toward) {
  MemoryStream::Direction& direction = stream->toward(toward);
  direction.scheduled = false;
  // All that is due in one task: after a stall everything is read before the turn.
  while (may_deliver(*stream, toward)) {
    StreamItem item = std::move(direction.items.front().content);
    direction.items.pop_front();
    if (const auto* bytes = std::get_if<std::vector<std::byte>>(&item)) {
      direction.bytes -= bytes->size();
    }
    if (direction.receiver != nullptr) {
      direction.receiver->on_arrival(stream, toward, std::move(item));
    }
  }
  schedule(stream, toward);
}

bool MemoryNetwork::may_deliver(MemoryStream& stream, Side toward) {
  const MemoryStream::Direction& direction = stream.toward(toward);
  return !direction.items.empty() && direction.items.front().due <= scheduler_.now() &&
         stalled_until_[direction.server] <= scheduler_.now() &&
         !held_.contains({stream.toward(other(toward)).server, direction.server});
}

Duration MemoryNetwork::delay_of(const Link& link) const {
  const auto found = delays_.find(link);
  return found == delays_.end() ? default_delay_ : found->second;
}

std::vector<std::shared_ptr<MemoryStream>> MemoryNetwork::live_streams() {
  std::vector<std::shared_ptr<MemoryStream>> live;
  for (const auto& weak : streams_) {
    if (auto stream = weak.lock()) {
      live.push_back(std::move(stream));
    }
  }
  return live;
}

}  // namespace buoyant::memory
