// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "simulation/network.h"

#include <algorithm>
#include <utility>

namespace buoyant::simulation {

namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

/// How long a dialler waits for an answer that never comes.
constexpr Duration kConnectTimeout = seconds(3);
/// How long bytes may go unacknowledged before a connection is given up.
constexpr Duration kSendTimeout = seconds(5);

}  // namespace

Network::Network(Context& context)
    : context_(context), random_(stream_of(context.plan.seed, Stream::kNetwork)) {
  delay_min_ = random_.between(microseconds(20), microseconds(500));
  delay_mean_ = random_.between(microseconds(20), milliseconds(2));
  if (context.plan.faults.has(Fault::kDelay)) {
    delay_min_ = random_.between(microseconds(50), milliseconds(30));
    delay_mean_ = random_.between(milliseconds(1), context.plan.election_timeout / 2);
  }
}

void Network::listen(const std::string& address, ProcessPointer process, ConnectionOwner& owner) {
  listeners_[address] = {.process = std::move(process), .owner = &owner};
}

void Network::stop_listening(const std::string& address, const Process& process) {
  const auto found = listeners_.find(address);
  if (found != listeners_.end() && found->second.process.get() == &process) {
    listeners_.erase(found);
  }
  // Whom it has not heard of yet it will not take.
  for (const ConnectionPointer& connection : live_connections()) {
    if (connection->end(Side::kAcceptor).process.get() == &process && !connection->accepted) {
      leave(connection, Side::kAcceptor);
    }
  }
}

Duration Network::draw_delay() {
  const bool slow = context_.has(Fault::kDelay);
  if (!context_.faulty) {
    // Healed: as fast as any local network.
    return microseconds(100) + draw_around(random_, microseconds(100));
  }
  const Duration around = draw_around(random_, delay_mean_);
  const bool spike = random_.chance(1, 2000);
  return delay_min_ + around + (slow && spike ? context_.plan.election_timeout * 5 : Duration(0));
}

ConnectionPointer Network::dial(ProcessPointer process, ConnectionOwner& owner,
                                const std::string& address) {
  auto connection = std::make_shared<Connection>(next_id_++);
  std::erase_if(connections_, [](const auto& known) { return known.second.expired(); });
  connections_[connection->id()] = connection;
  Connection::End& mine = connection->end(Side::kDialler);
  mine.process = std::move(process);
  mine.owner = &owner;
  context_.timeline.post(draw_delay(),
                         [this, connection, address] { finish_dial(connection, address); });
  return connection;
}

void Network::finish_dial(const ConnectionPointer& connection, const std::string& address) {
  // What follows a slash makes another name of the same place.
  const auto found = listeners_.find(address.substr(0, address.find('/')));
  const ServerId from = connection->end(Side::kDialler).process->server();
  if (found == listeners_.end()) {
    refuse(connection, draw_delay(), "connection refused");
    return;
  }
  const ServerId to = found->second.process->server();
  if (is_blocked(from, to) || is_blocked(to, from)) {
    refuse(connection, kConnectTimeout, "connection timed out");
    return;
  }
  Connection::End& theirs = connection->end(Side::kAcceptor);
  theirs.process = found->second.process;
  theirs.owner = found->second.owner;
  put(connection, Side::kAcceptor, Duration(0), [connection] {
    if (ConnectionOwner* owner = connection->end(Side::kAcceptor).owner) {
      connection->accepted = true;
      owner->on_accepted(connection);
    }
  });
  put(connection, Side::kDialler, draw_delay(), [connection] {
    if (ConnectionOwner* owner = connection->end(Side::kDialler).owner) {
      owner->on_open(connection);
    }
  });
}

void Network::refuse(const ConnectionPointer& connection, Duration after, const char* why) {
  connection->broken = true;
  tell_end(connection, Side::kDialler, after, why);
}

void Network::tell_end(const ConnectionPointer& connection, Side side, Duration after,
                       const char* why) {
  const ProcessPointer& process = connection->end(side).process;
  if (process == nullptr) {
    return;
  }
  process->post(after, Input::kSocket, [connection, side, why] {
    if (ConnectionOwner* owner = std::exchange(connection->end(side).owner, nullptr)) {
      owner->on_end(connection, side, why);
    }
  });
}

void Network::put(const ConnectionPointer& connection, Side toward, Duration delay, Task task) {
  Connection::End& end = connection->end(toward);
  end.last_due = std::max(end.last_due, context_.now() + delay);
  context_.timeline.post_at(end.last_due,
                            [this, connection, toward, task = std::move(task)]() mutable {
                              cross(connection, toward, std::move(task));
                            });
}

void Network::cross(const ConnectionPointer& connection, Side toward, Task task) {
  if (connection->broken) {
    return;
  }
  const Connection::End& end = connection->end(toward);
  const Link link{connection->end(other(toward)).process->server(), end.process->server()};
  if (is_blocked(link.first, link.second)) {
    const auto waits = std::make_shared<bool>(true);
    waiting_[link].push_back([this, connection, toward, waits, task = std::move(task)]() mutable {
      *waits = false;
      cross(connection, toward, std::move(task));
    });
    context_.timeline.post(kSendTimeout, [this, connection, waits] {
      if (*waits) {
        break_off(connection, "nothing gets through");
      }
    });
    return;
  }
  end.process->post(Duration(0), Input::kSocket, [connection, task = std::move(task)] {
    if (!connection->broken) {
      task();
    }
  });
}

void Network::break_off(const ConnectionPointer& connection, const char* why) {
  if (!connection->broken) {
    connection->broken = true;
    tell_end(connection, Side::kDialler, Duration(0), why);
    tell_end(connection, Side::kAcceptor, Duration(0), why);
  }
}

void Network::send(const ConnectionPointer& connection, Side from, std::vector<std::byte> bytes) {
  if (connection->broken || bytes.empty()) {
    return;
  }
  if (context_.has(Fault::kBitFlips) && random_.chance(1, 400)) {
    const std::uint64_t bit = random_.below(bytes.size() * 8);
    bytes[bit / 8] ^= std::byte{1} << static_cast<unsigned>(bit % 8);
  }
  const Side toward = other(from);
  if (!context_.has(Fault::kFragments)) {
    send_piece(connection, toward, std::move(bytes));
    return;
  }
  std::size_t begin = 0;
  while (begin < bytes.size()) {
    const std::uint64_t most = random_.chance(1, 4) ? 7 : bytes.size();
    const std::size_t size =
        std::min<std::size_t>(draw_from(random_, 1, most), bytes.size() - begin);
    const auto at = bytes.begin() + static_cast<std::ptrdiff_t>(begin);
    send_piece(connection, toward, {at, at + static_cast<std::ptrdiff_t>(size)});
    begin += size;
  }
}

void Network::send_piece(const ConnectionPointer& connection, Side toward,
                         std::vector<std::byte> piece) {
  connection->end(toward).bytes_under_way += piece.size();
  put(connection, toward, draw_delay(), [connection, toward, piece = std::move(piece)]() mutable {
    Connection::End& end = connection->end(toward);
    end.bytes_under_way -= piece.size();
    if (end.owner != nullptr) {
      end.owner->on_bytes(connection, toward, piece);
    }
    // The memory is used again at once, as a receive buffer is.
    std::fill(piece.begin(), piece.end(), std::byte{0xdb});
  });
}

void Network::leave(const ConnectionPointer& connection, Side side) {
  connection->end(side).owner = nullptr;
  const Side toward = other(side);
  if (connection->broken || connection->end(toward).process == nullptr) {
    connection->broken = true;
    return;
  }
  put(connection, toward, draw_delay(), [connection, toward] {
    connection->broken = true;
    if (ConnectionOwner* owner = std::exchange(connection->end(toward).owner, nullptr)) {
      owner->on_end(connection, toward, "connection closed");
    }
  });
}

void Network::block(ServerId from, ServerId to) {
  if (++blocked_[{from, to}] == 1) {
    context_.tell(from, "cut", {to.value()});
  }
}

void Network::unblock(ServerId from, ServerId to) {
  const auto found = blocked_.find({from, to});
  if (found == blocked_.end() || --found->second > 0) {
    return;
  }
  blocked_.erase(found);
  context_.tell(from, "join", {to.value()});
  for (Task& task : std::exchange(waiting_[{from, to}], {})) {
    task();
  }
}

void Network::heal() {
  // Whoever still believes in a connection that ended learns of it.
  for (const auto& [id, weak] : connections_) {
    const ConnectionPointer connection = weak.lock();
    if (connection && connection->broken) {
      tell_end(connection, Side::kDialler, Duration(0), "connection reset");
      tell_end(connection, Side::kAcceptor, Duration(0), "connection reset");
    }
  }
  for (const auto& [link, times] : std::exchange(blocked_, {})) {
    context_.tell(link.first, "join", {link.second.value()});
  }
  for (auto& [link, tasks] : std::exchange(waiting_, {})) {
    for (const Task& task : tasks) {
      task();
    }
  }
}

bool Network::is_blocked(ServerId from, ServerId to) const {
  return blocked_.contains({from, to});
}

void Network::drop_process(const Process& process) {
  for (const ConnectionPointer& connection : live_connections()) {
    for (const Side side : {Side::kDialler, Side::kAcceptor}) {
      if (connection->end(side).process.get() == &process) {
        connection->end(side).owner = nullptr;
        connection->broken = true;
        tell_end(connection, other(side), draw_delay(), "connection reset");
      }
    }
  }
}

void Network::reset_one(Random& random, bool half_open) {
  const std::vector<ConnectionPointer> live = live_connections();
  if (live.empty()) {
    return;
  }
  const ConnectionPointer& connection = draw_one(random, live);
  connection->broken = true;
  const Side late = random.chance(1, 2) ? Side::kDialler : Side::kAcceptor;
  const Duration delay = half_open ? random.between(milliseconds(10), seconds(10)) : Duration(0);
  tell_end(connection, other(late), draw_delay(), "connection reset");
  tell_end(connection, late, delay + draw_delay(), "connection reset");
}

std::vector<ConnectionPointer> Network::live_connections() const {
  std::vector<ConnectionPointer> live;
  for (const auto& [id, weak] : connections_) {
    if (ConnectionPointer connection = weak.lock(); connection && !connection->broken) {
      live.push_back(std::move(connection));
    }
  }
  return live;
}

std::size_t Network::held() const {
  const std::vector<ConnectionPointer> live = live_connections();
  return static_cast<std::size_t>(std::count_if(live.begin(), live.end(), [](const auto& each) {
    return each->end(Side::kDialler).owner != nullptr ||
           each->end(Side::kAcceptor).owner != nullptr;
  }));
}

}  // namespace buoyant::simulation
