// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A state machine that shows how often each command was applied: its state is the text of all of
/// them, its reply how many there were and the command.
#pragma once

#include "buoyant/base/checksum.h"
#include "buoyant/base/little_endian.h"
#include "buoyant/port/state_machine.h"

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace buoyant::sessions::testing_support {

class CountingMachine final : public StateMachine {
 public:
  void apply(std::vector<Command> commands, ApplyDone done) noexcept override {
    batches.push_back(commands.size());
    std::vector<Bytes> replies;
    for (const Command& command : commands) {
      text += std::string(command.payload.text()) + ",";
      applied += 1;
      replies.push_back(
          Bytes::copy_of(std::to_string(applied) + ":" + std::string(command.payload.text())));
    }
    if (holds) {
      held = [done = std::move(done), replies = std::move(replies)]() mutable {
        done(std::move(replies));
      };
      return;
    }
    done(std::move(replies));
  }

  std::unique_ptr<SnapshotSource> capture() noexcept override {
    return takes_snapshots ? std::make_unique<Source>(image()) : nullptr;
  }

  std::unique_ptr<SnapshotTarget> install() noexcept override {
    return takes_snapshots ? std::make_unique<Target>(*this) : nullptr;
  }

  std::string text;
  std::uint64_t applied = 0;
  std::vector<std::size_t> batches;
  bool holds = false;  ///< Answers by `held` instead of at once.
  bool takes_snapshots = true;
  std::function<void()> held;

 private:
  class Source final : public SnapshotSource {
   public:
    explicit Source(std::string bytes) : bytes_(std::move(bytes)) {}

    Result<Bytes> read(std::size_t bytes_max) noexcept override {
      const std::string part = bytes_.substr(at_, bytes_max);
      at_ += part.size();
      return Bytes::copy_of(part);
    }

   private:
    std::string bytes_;
    std::size_t at_ = 0;
  };

  class Target final : public SnapshotTarget {
   public:
    explicit Target(CountingMachine& machine) : machine_(machine) {}

    Result<void> write(ByteView chunk) noexcept override {
      bytes_ += text_of(chunk);
      return {};
    }

    Result<void> finish() noexcept override {
      CountingMachine read;
      if (bytes_.size() < 16) {
        return fail(Errc::kMalformed);
      }
      read.applied = load_le64(view_of(bytes_).data());
      read.text = bytes_.substr(8, bytes_.size() - 16);
      if (read.image() != bytes_) {
        return fail(Errc::kMalformed);
      }
      machine_.applied = read.applied;
      machine_.text = read.text;
      return {};
    }

   private:
    CountingMachine& machine_;
    std::string bytes_;
  };

  [[nodiscard]] std::string image() const {
    std::array<std::byte, 8> number{};
    store_le64(number.data(), applied);
    std::string bytes = std::string(text_of(number)) + text;
    store_le64(number.data(), checksum(view_of(bytes)));
    return bytes += text_of(number);
  }
};

}  // namespace buoyant::sessions::testing_support
