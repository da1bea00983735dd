// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/c/machine.h"

#include "adapters/c/error.h"
#include "adapters/c/values.h"

#include <cstddef>
#include <utility>

/// What the user holds until the batch is applied, which may be after the node is gone.
struct buoyant_apply_s {
  buoyant::ApplyDone done;
  std::vector<buoyant::Command> commands;
  std::vector<buoyant_command_t> shown;
};

namespace buoyant::c_api {

namespace {

/// Has what it needs of the table: it may outlive the machine, on a worker that hangs.
class Source final : public SnapshotSource {
 public:
  Source(const buoyant_state_machine_t& table, void* snapshot)
      : read_(table.snapshot_read), close_(table.snapshot_close), snapshot_(snapshot) {}

  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;

  ~Source() override { close_(snapshot_); }

  Result<Bytes> read(std::size_t bytes_max) noexcept override {
    Buffer buffer(bytes_max);
    const std::ptrdiff_t read = read_(snapshot_, buffer.data(), bytes_max);
    if (read < 0) {
      return fail(error_of_user(static_cast<int>(read), "the state machine's snapshot_read"));
    }
    if (static_cast<std::size_t>(read) > bytes_max) {
      return fail(Errc::kTooLarge, "the state machine's snapshot_read");
    }
    return std::move(buffer).freeze(static_cast<std::size_t>(read)).compacted();
  }

 private:
  decltype(buoyant_state_machine_t::snapshot_read) read_;
  decltype(buoyant_state_machine_t::snapshot_close) close_;
  void* snapshot_;
};

class Target final : public SnapshotTarget {
 public:
  Target(const buoyant_state_machine_t& table, void* target)
      : write_(table.install_write),
        finish_(table.install_finish),
        close_(table.install_close),
        target_(target) {}

  Target(const Target&) = delete;
  Target& operator=(const Target&) = delete;

  ~Target() override { close_(target_); }

  Result<void> write(ByteView chunk) noexcept override {
    return result_of(write_(target_, chunk.data(), chunk.size()),
                     "the state machine's install_write");
  }

  Result<void> finish() noexcept override {
    return result_of(finish_(target_), "the state machine's install_finish");
  }

 private:
  static Result<void> result_of(int status, const char* context) noexcept {
    return status < 0 ? Result<void>(fail(error_of_user(status, context))) : Result<void>();
  }

  decltype(buoyant_state_machine_t::install_write) write_;
  decltype(buoyant_state_machine_t::install_finish) finish_;
  decltype(buoyant_state_machine_t::install_close) close_;
  void* target_;
};

}  // namespace

Result<buoyant_state_machine_t> machine_of(const buoyant_state_machine_t& given) {
  buoyant_state_machine_t table{};
  if (!take_struct(&table, sizeof table, &given)) {
    return fail(Errc::kInvalidOptions, "the state machine's size");
  }
  const bool can_capture = table.capture == nullptr ||
                           (table.snapshot_read != nullptr && table.snapshot_close != nullptr);
  const bool can_install = table.install == nullptr ||
                           (table.install_write != nullptr && table.install_finish != nullptr &&
                            table.install_close != nullptr);
  if (table.apply == nullptr || !can_capture || !can_install) {
    return fail(Errc::kInvalidOptions, "a function of the state machine is missing");
  }
  return table;
}

void Machine::apply(std::vector<Command> commands, ApplyDone done) noexcept {
  auto* batch = new buoyant_apply_s{.done = std::move(done), .commands = std::move(commands)};
  batch->shown.reserve(batch->commands.size());
  for (const Command& command : batch->commands) {
    batch->shown.push_back(
        {.position = {.term = command.term.value(), .index = command.index.value()},
         .payload = show(command.payload)});
  }
  // The user may be done with it, and it gone, before this returns.
  table_.apply(table_.data, batch->shown.data(), batch->shown.size(), batch);
}

std::unique_ptr<SnapshotSource> Machine::capture() noexcept {
  void* snapshot = table_.capture == nullptr ? nullptr : table_.capture(table_.data);
  return snapshot == nullptr ? nullptr : std::make_unique<Source>(table_, snapshot);
}

std::unique_ptr<SnapshotTarget> Machine::install() noexcept {
  void* target = table_.install == nullptr ? nullptr : table_.install(table_.data);
  return target == nullptr ? nullptr : std::make_unique<Target>(table_, target);
}

Index Machine::applied() const noexcept {
  return Index(table_.applied == nullptr ? 0 : table_.applied(table_.data));
}

}  // namespace buoyant::c_api

void buoyant_apply_done(buoyant_apply_t* batch, const buoyant_buf_t* replies) {
  const std::unique_ptr<buoyant_apply_s> owned(batch);
  std::vector<buoyant::Bytes> copies;
  for (std::size_t at = 0; replies != nullptr && at < batch->commands.size(); ++at) {
    copies.push_back(buoyant::c_api::gather(replies + at, 1));
  }
  batch->done(std::move(copies));
}
