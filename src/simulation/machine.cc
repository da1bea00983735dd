// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "simulation/machine.h"

#include "buoyant/base/checksum.h"

#include <string>
#include <utility>

namespace buoyant::simulation {

void Replies::check(ServerId server, Index index, const Bytes& reply) {
  const std::uint64_t sum = checksum(reply.view());
  if (const auto [known, is_new] = replies_.emplace(index, sum); known->second != sum) {
    context_.violate("same_replies", "server " + std::to_string(server.value()) +
                                         " replies otherwise than another one to index " +
                                         std::to_string(index.value()));
  }
}

WatchedMachine::WatchedMachine(ProcessPointer process, const Disk& disk, Ledger& ledger,
                               Replies& replies, std::unique_ptr<StateMachine> machine,
                               Random random)
    : process_(std::move(process)),
      disk_(disk),
      ledger_(ledger),
      replies_(replies),
      machine_(std::move(machine)),
      random_(random) {}

void WatchedMachine::look_at(const Command& command) {
  Context& context = process_->context();
  const auto broken = [&](const char* check, const char* what) {
    context.violate(check, "server " + std::to_string(process_->server().value()) + " " + what +
                               " index " + std::to_string(command.index.value()));
  };
  const Entry entry{.term = command.term, .kind = EntryKind::kCommand, .payload = command.payload};
  const std::uint64_t sum = entry_checksum(command.index, entry);
  context.record(process_->server(), "apply", {command.index.value(), sum}, [&] {
    return std::to_string(command.index.value()) + "/" + std::to_string(command.term.value());
  });
  if (command.index <= applied_) {
    broken("apply_order", "applies again or backwards");
    return;
  }
  ledger_.commit(disk_, command.index);
  if (context.violation()) {
    return;
  }
  if (!ledger_.agrees(command.index, sum)) {
    broken("state_machine_safety", "applies what was not committed at");
  }
  // What was skipped is not for the state machine.
  for (Index index = applied_.next(); index < command.index; index = index.next()) {
    const DiskEntry* skipped = disk_.find(index);
    if (skipped != nullptr && skipped->entry.kind == EntryKind::kCommand) {
      broken("apply_order", "skips a command before");
    }
  }
  applied_ = command.index;
}

void WatchedMachine::apply(std::vector<Command> commands, ApplyDone done) noexcept {
  if (!process_->is_alive()) {
    return;
  }
  if (std::exchange(busy_, true)) {
    process_->context().violate("apply_order", "a batch is handed out before the last is done");
    return;
  }
  std::vector<Index> indexes;
  for (const Command& command : commands) {
    look_at(command);
    indexes.push_back(command.index);
  }
  const bool later = random_.chance(1, 2);
  const Duration delay = draw_around(random_, std::chrono::milliseconds(20));
  const bool slow = later && process_->context().has(Fault::kSlowApply);
  machine_->apply(std::move(commands),
                  ApplyDone([this, indexes = std::move(indexes), slow, delay,
                             done = std::move(done)](std::vector<Bytes> replies) mutable {
                    if (!slow) {
                      finish(indexes, std::move(replies), std::move(done));
                      return;
                    }
                    // The machine lives as long as its process.
                    process_->post(delay, Input::kWorker,
                                   [this, indexes, replies = std::move(replies), done]() mutable {
                                     finish(indexes, std::move(replies), std::move(done));
                                   });
                  }));
}

void WatchedMachine::finish(const std::vector<Index>& indexes, std::vector<Bytes> replies,
                            ApplyDone done) {
  busy_ = false;
  for (std::size_t i = 0; i < replies.size() && i < indexes.size(); ++i) {
    replies_.check(process_->server(), indexes[i], replies[i]);
  }
  done(std::move(replies));
}

}  // namespace buoyant::simulation
