// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "simulation/server.h"

#include "adapters/flatbuffers/codec.h"
#include "buoyant/base/assert.h"

#include <string>
#include <utility>

namespace buoyant::simulation {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// More turns than any node needs to end.
constexpr int kLastTurnsMax = 100'000;
/// "Bounded in time even when the disk hangs".
constexpr Duration kCloseTimeMax = seconds(30);

const char* kind_name(WriteTrap::Kind kind) noexcept {
  switch (kind) {
    case WriteTrap::Kind::kAny:
      return "a write";
    case WriteTrap::Kind::kVote:
      return "a vote";
    case WriteTrap::Kind::kTruncation:
      return "a truncation";
    case WriteTrap::Kind::kEntries:
      return "entries";
    case WriteTrap::Kind::kSnapshot:
      return "a snapshot";
  }
  return "";
}

bool is_kind(const port::StorageWrite& write, WriteTrap::Kind kind) noexcept {
  switch (kind) {
    case WriteTrap::Kind::kAny:
      return true;
    case WriteTrap::Kind::kVote:
      return write.hard_state && write.hard_state->voted_for.is_set();
    case WriteTrap::Kind::kTruncation:
      return write.truncate_from.has_value();
    case WriteTrap::Kind::kEntries:
      return !write.entries.empty();
    case WriteTrap::Kind::kSnapshot:
      return write.snapshot.has_value();
  }
  return false;
}

}  // namespace

Server::Server(ServerWorld& world, ServerId id)
    : world_(world),
      id_(id),
      random_(stream_of(world.context.plan.seed, Stream::kServers, id.value())),
      disk_(id, "simulation", 100 + id.value(), world.promises) {
  // Quartz is within 100 ppm; the rest is what broken machines do.
  const std::uint64_t most = random_.chance(1, 10) ? 50'000 : 1'000;
  const std::uint64_t drawn = draw_from(random_, 0, 2 * most);
  if (world.context.plan.faults.has(Fault::kPreferences)) {
    Random wishes = stream_of(world.context.plan.seed, Stream::kPreferences, id.value());
    preference_ = static_cast<Preference>(wishes.below(3));
  }
  if (world.context.plan.faults.has(Fault::kClocks)) {
    fast_ppm_ = static_cast<std::int64_t>(drawn) - static_cast<std::int64_t>(most);
  }
}

Server::~Server() {
  if (process_ != nullptr) {
    end_process();
    bury();
  }
}

Clock Server::draw_clock() {
  return {random_.between(seconds(1), seconds(11)), fast_ppm_};
}

void Server::start() {
  if (node_ != nullptr || retired_ || process_ != nullptr) {
    return;
  }
  ++starts_;
  Context& context = world_.context;
  context.record(id_, "start", {starts_}, [&] { return "run " + std::to_string(starts_); });
  standing_ = {};
  closing_ = false;
  started_at_ = context.now();
  process_ = std::make_shared<Process>(context, id_, starts_, draw_clock());
  calls_ = std::make_shared<Calls>(context, id_);
  machine_ = std::make_unique<WatchedMachine>(process_, disk_, world_.ledger, world_.replies,
                                              make_machine(), Random(random_.next()));
  NodeOptions options = draw_options();
  options_ = options;
  NodePorts ports;
  auto loop = std::make_unique<SimulatedLoop>(process_, Random(random_.next()));
  auto storage = std::make_unique<SimulatedStorage>(
      process_, disk_, static_cast<StorageWatcher&>(*this), Random(random_.next()));
  ports.codec =
      earlier_ ? context.plan.earlier->make_codec() : std::make_unique<flatbuf::FlatbuffersCodec>();
  auto transport =
      std::make_unique<SimulatedTransport>(process_, world_.network, world_.promises, *ports.codec,
                                           transport_settings(), Random(random_.next()));
  auto snapshots =
      std::make_unique<SimulatedSnapshotStore>(process_, disk_, Random(random_.next()));
  snapshots_ = snapshots->handle();
  ports.snapshots = std::move(snapshots);
  loop_ = loop->handle();
  storage_ = storage->handle();
  transport_ = transport->handle();
  ports.loop = std::move(loop);
  ports.storage = std::move(storage);
  ports.transport = std::move(transport);
  ports.state_machine = machine_.get();
  ports.observer = this;
  Result<std::unique_ptr<Node>> node = Node::open(std::move(options), std::move(ports));
  if (!node) {
    context.violate("opens", "server " + std::to_string(id_.value()) + " does not open: " +
                                 node.error().message() + " " + node.error().context());
    process_.reset();
    return;
  }
  node_ = std::move(*node);
  if (id_.value() <= world_.members.size()) {
    bootstrap();
  }
}

std::unique_ptr<StateMachine> Server::make_machine() {
  std::unique_ptr<StateMachine> machine = world_.workload.make_state_machine();
  user_machine_ = machine.get();
  if (world_.sessions == nullptr) {
    return machine;
  }
  return std::make_unique<SessionedMachine>(id_, *world_.sessions, std::move(machine));
}

void Server::start_later(Duration delay) {
  world_.context.timeline.post(delay, [this] { start(); });
}

void Server::bootstrap() {
  auto call = calls_->begin("bootstrap");
  const Result<void> accepted = node_->bootstrap(
      world_.members, [this, call, process = process_](const Result<void>& result) {
        call->called_back();
        if (!result && result.error().code() == Errc::kStorageFull) {
          process->post(milliseconds(500), Input::kWorker, [this, process] {
            if (is_running() && process_ == process) {
              bootstrap();
            }
          });
        }
      });
  if (accepted) {
    call->accepted();
  } else if (accepted.error().code() != Errc::kFaulted) {
    world_.context.violate(
        "opens", std::string("the same bootstrap is refused: ") + accepted.error().context());
  }
}

std::uint64_t Server::turns() const noexcept {
  return loop_ != nullptr && *loop_ != nullptr ? (*loop_)->turns() : 0;
}

void Server::crash(const char* why) {
  if (process_ == nullptr || !process_->is_alive()) {
    return;
  }
  Context& context = world_.context;
  ++context.totals.crashes;
  context.record(id_, "crash", {}, [&] { return std::string(why); });
  end_process();
  trap_.reset();
  // Its own call may be below us on the stack.
  context.timeline.post(Duration(0), [this, process = process_] {
    if (process_ == process) {
      bury();
    }
  });
}

void Server::end_process() {
  process_->kill();
  if (*storage_ != nullptr) {
    (*storage_)->crash();
  }
  if (*snapshots_ != nullptr) {
    (*snapshots_)->crash();
  }
  world_.network.drop_process(*process_);
}

void Server::bury() {
  const std::shared_ptr<SimulatedLoop*> loop = loop_;
  node_.reset();
  for (int turn = 0; turn < kLastTurnsMax; ++turn) {
    process_->run_last_rites();
    if (*loop == nullptr || calls_->open() == 0) {
      break;
    }
    (*loop)->run_turn();
  }
  // Further turns close the ports; what they wait for comes by itself.
  if (*loop != nullptr) {
    (*loop)->run_turn();
    process_->run_last_rites();
  }
  calls_->check_none_open();
  machine_.reset();
  process_.reset();
  standing_ = {};
  closing_ = false;
}

void Server::close(std::optional<Duration> pause) {
  if (!is_running()) {
    return;
  }
  world_.context.record(id_, "close");
  closing_ = true;
  const std::uint64_t start = starts_;
  auto call = calls_->begin("close");
  call->accepted();
  process_->post(kCloseTimeMax, Input::kWorker, [this, start] {
    if (starts_ == start && closing_) {
      world_.context.violate("closes",
                             "server " + std::to_string(id_.value()) + " does not close in time");
    }
  });
  node_->close([this, call, pause, start] {
    call->called_back();
    on_closed(pause, start);
  });
}

void Server::on_closed(std::optional<Duration> pause, std::uint64_t start) {
  if (starts_ != start || process_ == nullptr || !process_->is_alive()) {
    return;
  }
  world_.context.record(id_, "closed");
  if (*loop_ != nullptr || *storage_ != nullptr || *transport_ != nullptr ||
      *snapshots_ != nullptr) {
    world_.context.violate("closes", "server " + std::to_string(id_.value()) +
                                         " leaves something behind when it is closed");
  }
  calls_->check_none_open();
  process_->kill();
  // We are in a callback of the node.
  world_.context.timeline.post(Duration(0), [this, pause, start] {
    if (starts_ != start) {
      return;
    }
    node_.reset();
    machine_.reset();
    process_.reset();
    standing_ = {};
    closing_ = false;
    if (pause) {
      start_later(*pause);
    }
  });
}

void Server::stick(bool stuck) {
  disk_.stuck = stuck;
  if (!stuck && storage_ != nullptr && *storage_ != nullptr) {
    (*storage_)->unstick();
  }
  if (!stuck && snapshots_ != nullptr && *snapshots_ != nullptr) {
    (*snapshots_)->unstick();
  }
}

void Server::on_standing(const core::Standing& standing) noexcept {
  if (process_ == nullptr || !process_->is_alive()) {
    return;
  }
  world_.context.record(
      id_, "standing",
      {static_cast<std::uint64_t>(standing.role), standing.term.value(), standing.leader.value()},
      [&] {
        return std::string(core::role_name(standing.role)) + " in term " +
               std::to_string(standing.term.value()) + ", leader " +
               std::to_string(standing.leader.value()) + ": " + core::cause_name(standing.cause);
      });
  const bool led = standing_.role == core::Role::kLeader && standing_.term == standing.term;
  standing_ = standing;
  if (standing.role == core::Role::kLeader && !led) {
    world_.promises.on_leader(id_, standing.term, starts_);
  }
}

void Server::on_fault(const char* why, Error error) noexcept {
  if (process_ == nullptr || !process_->is_alive()) {
    return;
  }
  world_.context.record(id_, "faulted", {}, [&] {
    return std::string(why) + ": " + error.message() + " " + error.context();
  });
  const bool of_disk =
      error.code() == Errc::kStorageFailed || error.code() == Errc::kStorageCorrupt;
  const bool corrupt = disk_.has_corruption();
  if (!of_disk && !corrupt) {
    // Servers do not lie here: no message is impossible.
    world_.context.violate("no_impossible_message",
                           "server " + std::to_string(id_.value()) + " is faulted: " + why);
  }
  // An operator looks, and starts it again.
  const Duration delay = random_.between(milliseconds(100), seconds(3));
  process_->context().timeline.post(delay, [this, process = process_] {
    if (process_ == process) {
      crash("faulted");
      start_later(milliseconds(10));
    }
  });
}

void Server::on_submitted(Process& process, const port::StorageWrite& write) {
  Context& context = world_.context;
  context.record(id_, "write",
                 {write.id.value(), write.truncate_from.value_or(Index()).value(),
                  write.first.value(), write.entries.size()},
                 [&] {
                   std::string text = "write " + std::to_string(write.id.value());
                   if (write.hard_state) {
                     text += ", term " + std::to_string(write.hard_state->term.value());
                   }
                   if (write.truncate_from) {
                     text += ", truncate from " + std::to_string(write.truncate_from->value());
                   }
                   if (!write.entries.empty()) {
                     text += ", " + std::to_string(write.entries.size()) + " entries from " +
                             std::to_string(write.first.value());
                   }
                   if (write.snapshot) {
                     text += write.compact_through ? ", snapshot " : ", installs ";
                     text += std::to_string(write.snapshot->id.position.index.value());
                   }
                   if (write.compact_through) {
                     text += ", compact " + std::to_string(write.compact_through->value());
                   }
                   return text + (write.after_no_space ? ", after no space" : "");
                 });
  if (write.snapshot && write.compact_through) {
    // It was applied here, also where the last entries were no commands.
    world_.ledger.commit(disk_, write.snapshot->id.position.index);
  }
  if (!write.truncate_from || standing_.role != core::Role::kLeader) {
    return;
  }
  // Figure 3.2, leader append-only: by the end of this turn it must have stepped down.
  process.post(std::chrono::microseconds(100), Input::kWorker, [this, term = standing_.term] {
    if (standing_.role == core::Role::kLeader && standing_.term == term) {
      world_.context.violate("leader_append_only", "server " + std::to_string(id_.value()) +
                                                       " truncates its log while it leads");
    }
  });
}

void Server::on_moment(Process& process, WriteMoment moment, const port::StorageWrite& write) {
  if (&process == process_.get() && trap_ && trap_->moment == moment &&
      is_kind(write, trap_->kind)) {
    const std::string why = std::string(moment == WriteMoment::kSubmitted ? "before " : "after ") +
                            kind_name(trap_->kind) + " is written";
    const Duration pause = random_.between(milliseconds(10), seconds(4));
    crash(why.c_str());
    start_later(pause);
  }
}

}  // namespace buoyant::simulation
