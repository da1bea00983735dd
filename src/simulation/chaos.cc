// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "simulation/chaos.h"

#include <algorithm>
#include <string>
#include <utility>

namespace buoyant::simulation {

namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

}  // namespace

Chaos::Chaos(ServerWorld& world, std::vector<std::unique_ptr<Server>>& servers)
    : world_(world), context_(world.context), servers_(servers) {
  for (std::size_t i = 0; i < kFaults; ++i) {
    streams_.push_back(stream_of(context_.plan.seed, Stream::kFirstFault, i));
  }
}

void Chaos::start() {
  repeat(Fault::kCrash, seconds(3), &Chaos::crash_one);
  repeat(Fault::kClusterCrash, seconds(8), &Chaos::crash_all);
  repeat(Fault::kCrashAtWrite, seconds(2), &Chaos::set_trap);
  repeat(Fault::kRestart, seconds(4), &Chaos::restart_one);
  repeat(Fault::kPause, seconds(3), &Chaos::pause_one);
  repeat(Fault::kReset, seconds(1), &Chaos::reset_one);
  repeat(Fault::kHalfOpen, seconds(2), &Chaos::half_open_one);
  repeat(Fault::kClog, seconds(1), &Chaos::clog_one);
  repeat(Fault::kPartition, seconds(4), &Chaos::partition);
  repeat(Fault::kOneWay, seconds(3), &Chaos::deafen_one);
  repeat(Fault::kSlowDisk, seconds(4), &Chaos::slow_disk);
  repeat(Fault::kStuckDisk, seconds(5), &Chaos::stick_disk);
  repeat(Fault::kFullDisk, seconds(4), &Chaos::fill_disk);
  repeat(Fault::kFailedWrite, seconds(6), &Chaos::fail_write);
  repeat(Fault::kFailedRead, seconds(6), &Chaos::fail_read);
  if (!context_.has(Fault::kMembership)) {
    // Whose copies may be lost depends on who is a member.
    repeat(Fault::kCorruptRecord, seconds(5), &Chaos::corrupt_record);
  }
  repeat(Fault::kMembership, seconds(2), &Chaos::change_membership);
  repeat(Fault::kTransfer, seconds(3), &Chaos::hand_over);
  repeat(Fault::kLowDisk, seconds(3), &Chaos::run_low);
  repeat(Fault::kStrandedLeader, seconds(4), &Chaos::strand_leader);
}

void Chaos::repeat(Fault fault, Duration mean, Strike strike) {
  if (context_.has(fault)) {
    Random& random = streams_[static_cast<std::size_t>(fault)];
    // Some plans have it rarely, some all the time.
    const std::uint64_t quarters = draw_from(random, 1, 8);
    schedule(fault, mean * static_cast<std::int64_t>(quarters) / 4, strike);
  }
}

void Chaos::schedule(Fault fault, Duration mean, Strike strike) {
  Random& random = streams_[static_cast<std::size_t>(fault)];
  context_.timeline.post(draw_around(random, mean), [this, fault, mean, strike] {
    if (context_.faulty) {
      (this->*strike)(streams_[static_cast<std::size_t>(fault)]);
      schedule(fault, mean, strike);
    }
  });
}

Server& Chaos::any(Random& random) {
  return *draw_one(random, servers_);
}

Duration Chaos::draw_pause(Random& random) const {
  // Shorter and longer than the timeouts, in equal shares.
  const bool lasting = random.chance(1, 2);
  return lasting
             ? random.between(context_.plan.election_timeout, context_.plan.election_timeout * 8)
             : random.between(milliseconds(1), context_.plan.election_timeout);
}

void Chaos::crash_one(Random& random) {
  Server& server = any(random);
  const Duration pause = draw_pause(random);
  server.crash("by chance");
  server.start_later(pause);
}

void Chaos::crash_all(Random& random) {
  for (const auto& server : servers_) {
    const Duration pause = draw_pause(random);
    server->crash("with all others");
    server->start_later(pause);
  }
}

void Chaos::set_trap(Random& random) {
  Server& server = any(random);
  const auto moment = random.chance(1, 2) ? WriteMoment::kSubmitted : WriteMoment::kDurable;
  const auto kind = static_cast<WriteTrap::Kind>(random.below(5));
  server.set_trap({.moment = moment, .kind = kind});
}

void Chaos::restart_one(Random& random) {
  Server& server = any(random);
  const Duration pause = draw_pause(random);
  server.close(pause);
}

void Chaos::pause_one(Random& random) {
  Server& server = any(random);
  const Duration pause = draw_pause(random);
  if (server.process() != nullptr && server.process()->is_alive()) {
    context_.record(server.id(), "pause", {static_cast<std::uint64_t>(pause.count())},
                    [&] { return for_so_long(pause); });
    server.process()->pause(context_.now() + pause);
  }
}

void Chaos::reset_one(Random& random) {
  context_.record({}, "reset");
  world_.network.reset_one(random, false);
}

void Chaos::half_open_one(Random& random) {
  context_.record({}, "half_open");
  world_.network.reset_one(random, true);
}

void Chaos::block_for(const std::vector<std::pair<ServerId, ServerId>>& links, Duration time) {
  for (const auto& [from, to] : links) {
    context_.record(from, "block", {to.value(), static_cast<std::uint64_t>(time.count())},
                    [to = to] { return "to " + std::to_string(to.value()); });
    world_.network.block(from, to);
    context_.timeline.post(time, [this, from = from, to = to] {
      // Healing has opened everything.
      if (context_.faulty) {
        context_.record(from, "unblock", {to.value()},
                        [to] { return "to " + std::to_string(to.value()); });
        world_.network.unblock(from, to);
      }
    });
  }
}

void Chaos::clog_one(Random& random) {
  const ServerId from = any(random).id();
  const ServerId to = any(random).id();
  const Duration time = random.between(milliseconds(5), context_.plan.election_timeout * 3);
  if (from != to) {
    block_for({{from, to}}, time);
  }
}

std::size_t Chaos::leader_or(std::size_t other) const {
  for (std::size_t i = 0; i < servers_.size(); ++i) {
    if (servers_[i]->is_running() && servers_[i]->standing().role == core::Role::kLeader) {
      return i;
    }
  }
  return other;
}

void Chaos::partition(Random& random) {
  // Halves, one alone, a bridge that reaches all, a ring in which each sees its neighbours, or two
  // alone: a leader that way has a tail on another server that never is committed.
  const std::uint64_t shape = random.below(5);
  const Duration time = draw_pause(random);
  const std::size_t count = servers_.size();
  const std::size_t drawn = static_cast<std::size_t>(random.below(count));
  const bool around_leader = random.chance(1, 2);
  const std::size_t pivot = around_leader ? leader_or(drawn) : drawn;
  const auto is_of_pair = [&](std::size_t i) { return i == pivot || i == (pivot + 1) % count; };
  std::vector<bool> half(count);
  for (std::size_t i = 0; i < count; ++i) {
    half[i] = random.chance(1, 2);
  }
  std::vector<std::pair<ServerId, ServerId>> links;
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t j = 0; j < count; ++j) {
      const std::size_t distance = (i + count - j) % count;
      const bool apart = shape == 0   ? half[i] != half[j]
                         : shape == 1 ? (i == pivot) != (j == pivot)
                         : shape == 2 ? half[i] != half[j] && i != pivot && j != pivot
                         : shape == 3 ? distance > 1 && distance < count - 1
                                      : is_of_pair(i) != is_of_pair(j);
      if (i != j && apart) {
        links.emplace_back(servers_[i]->id(), servers_[j]->id());
      }
    }
  }
  block_for(links, time);
}

void Chaos::deafen_one(Random& random) {
  const ServerId victim = any(random).id();
  const bool hears = random.chance(1, 2);
  const Duration time = draw_pause(random);
  std::vector<std::pair<ServerId, ServerId>> links;
  for (const auto& server : servers_) {
    if (server->id() != victim) {
      links.emplace_back(hears ? victim : server->id(), hears ? server->id() : victim);
    }
  }
  block_for(links, time);
}

void Chaos::slow_disk(Random& random) {
  Server& server = any(random);
  const Duration write = random.between(milliseconds(1), context_.plan.election_timeout / 2);
  const Duration time = draw_pause(random) * 2;
  context_.record(server.id(), "slow_disk", {static_cast<std::uint64_t>(write.count())},
                  [&] { return for_so_long(time) + ", " + in_ms(write) + " a write"; });
  server.disk().write_time = write;
  server.disk().read_time = write;
  context_.timeline.post(time, [this, &server] {
    context_.tell(server.id(), "well_disk", {}, [] { return "slow"; });
    server.disk().write_time = microseconds(300);
    server.disk().read_time = microseconds(100);
  });
}

void Chaos::stick_disk(Random& random) {
  Server& server = any(random);
  const Duration time = draw_pause(random);
  context_.record(server.id(), "stuck_disk", {static_cast<std::uint64_t>(time.count())},
                  [&] { return for_so_long(time); });
  server.stick(true);
  context_.timeline.post(time, [this, &server] {
    context_.tell(server.id(), "well_disk", {}, [] { return "stuck"; });
    server.stick(false);
  });
}

void Chaos::fill_disk(Random& random) {
  Server& server = any(random);
  const Duration time = draw_pause(random);
  context_.record(server.id(), "full_disk", {static_cast<std::uint64_t>(time.count())},
                  [&] { return for_so_long(time); });
  server.disk().full = true;
  context_.timeline.post(time, [this, &server] {
    context_.tell(server.id(), "well_disk", {}, [] { return "full"; });
    server.disk().full = false;
  });
}

void Chaos::fail_write(Random& random) {
  Server& server = any(random);
  const bool durable = random.chance(1, 2);
  if (random.chance(1, 4)) {
    // Of a snapshot file: no more than a snapshot is lost.
    server.disk().fail_next_file_write = durable ? Errc::kStorageFailed : Errc::kStorageFull;
    return;
  }
  server.disk().fail_next_write = durable;
}

void Chaos::fail_read(Random& random) {
  Disk& disk = any(random).disk();
  (random.chance(1, 4) ? disk.fail_next_file_read : disk.fail_next_read) = true;
}

void Chaos::corrupt_record(Random& random) {
  Server& server = any(random);
  const std::uint64_t place = random.next();
  // Only a minority of the disks ever goes bad, so of every committed entry good copies remain.
  std::size_t bad = 0;
  for (const auto& each : servers_) {
    bad += each->disk().has_corruption() ? 1U : 0U;
  }
  const Index base = server.disk().base().index;
  const std::uint64_t entries = server.disk().last().index - base;
  if (entries == 0 || (!server.disk().has_corruption() && bad >= minority())) {
    return;
  }
  const Index index = base + (1 + place % entries);
  context_.record(server.id(), "corrupt", {index.value()},
                  [&] { return "index " + std::to_string(index.value()); });
  server.disk().corrupt(index);
}

void Chaos::strand_leader(Random& random) {
  const Duration timeout = context_.plan.election_timeout;
  // Long enough for the others to elect another; its own clock says so too, once it looks at it.
  const Duration pause = random.between(timeout, timeout * 4);
  // What it hears of meanwhile lies in its sockets: answers to what it sent before.
  const Duration heard = random.between(Duration(0), context_.plan.heartbeat_interval * 2);
  const Duration cut = pause + random.between(timeout, timeout * 3);
  const std::size_t at = leader_or(servers_.size());
  if (at == servers_.size() || !servers_[at]->process()->is_alive()) {
    return;
  }
  const ServerId victim = servers_[at]->id();
  context_.record(victim, "strand", {static_cast<std::uint64_t>(pause.count())},
                  [&] { return for_so_long(pause); });
  servers_[at]->process()->pause(context_.now() + pause);
  context_.timeline.post(heard, [this, victim, cut] {
    std::vector<std::pair<ServerId, ServerId>> links;
    for (const auto& server : servers_) {
      if (server->id() != victim) {
        links.emplace_back(victim, server->id());
        links.emplace_back(server->id(), victim);
      }
    }
    if (context_.faulty) {
      block_for(links, cut);
    }
  });
}

void Chaos::heal() {
  context_.faulty = false;
  context_.record({}, "heal");
  world_.network.heal();
  for (const auto& server : servers_) {
    Disk& disk = server->disk();
    disk.full = false;
    disk.low_since.reset();
    disk.fail_next_read = false;
    disk.fail_next_file_read = false;
    disk.fail_next_file_write.reset();
    disk.fail_next_write.reset();
    disk.write_time = microseconds(300);
    disk.read_time = microseconds(100);
    server->stick(false);
    server->clear_trap();
    if (server->process() != nullptr) {
      server->process()->unpause();
    }
    server->start_later(milliseconds(10));
  }
}

}  // namespace buoyant::simulation
