// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "simulation/machine.h"

#include "buoyant/base/checksum.h"
#include "simulation/text_source.h"

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

void Replies::check_state(ServerId server, Index index, const std::string& text, const char* what) {
  const std::uint64_t sum = checksum(view_of(text));
  if (const auto [known, is_new] = states_.emplace(index, sum); known->second != sum) {
    context_.violate("same_state", "server " + std::to_string(server.value()) + " " + what +
                                       " another state than was seen before at index " +
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
    if (ledger_.is_command(index)) {
      broken("apply_order", "skips a command before");
    }
  }
  applied_ = command.index;
}

/// Gathers everything; the switch is made at the end.
class WatchedMachine::Target final : public SnapshotTarget {
 public:
  explicit Target(WatchedMachine& machine) : machine_(machine) {}

  Result<void> write(ByteView chunk) noexcept override {
    text_ += text_of(chunk);
    return {};
  }

  Result<void> finish() noexcept override { return machine_.adopt(text_); }

 private:
  WatchedMachine& machine_;
  std::string text_;
};

std::unique_ptr<SnapshotSource> WatchedMachine::capture() noexcept {
  if (busy_) {
    process_->context().violate("apply_order", "a snapshot is taken while a batch is at work");
  }
  const std::unique_ptr<SnapshotSource> source = machine_->capture();
  if (source == nullptr) {
    return nullptr;
  }
  const std::string text = read_all(*source);
  replies_.check_state(process_->server(), applied_, text, "captures");
  ++process_->context().totals.snapshots;
  process_->context().record(process_->server(), "capture", {applied_.value()},
                             [&] { return "after " + std::to_string(applied_.value()); });
  return std::make_unique<TextSource>(std::to_string(applied_.value()) + ' ' + text);
}

std::unique_ptr<SnapshotTarget> WatchedMachine::install() noexcept {
  return std::make_unique<Target>(*this);
}

Result<void> WatchedMachine::adopt(const std::string& text) {
  Context& context = process_->context();
  if (!process_->is_alive()) {
    return {};
  }
  if (busy_) {
    context.violate("apply_order", "a snapshot is installed while a batch is at work");
  }
  const std::size_t space = text.find(' ');
  const Index index(std::stoull(text.substr(0, space)));
  const std::string state = text.substr(space + 1);
  if (index < applied_) {
    context.violate("apply_order", "server " + std::to_string(process_->server().value()) +
                                       " installs a snapshot that is behind what it applied");
  }
  const std::unique_ptr<SnapshotTarget> target = machine_->install();
  (void)target->write(view_of(state));
  (void)target->finish();
  replies_.check_state(process_->server(), index, read_all(*machine_->capture()), "installs");
  ++context.totals.installs;
  context.record(process_->server(), "install", {index.value()},
                 [&] { return "after " + std::to_string(index.value()); });
  applied_ = index;
  return {};
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
