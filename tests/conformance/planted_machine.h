// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A small state machine that is right, or wrong in one way: the conformance checks must tell.
#pragma once

#include "buoyant/base/checksum.h"
#include "buoyant/base/little_endian.h"
#include "buoyant/conformance/manual_loop.h"
#include "buoyant/conformance/state_machine_harness.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace buoyant::planted_machine {

enum class Fault {
  kNone,
  kDoneTwice,
  kDoneAgainLater,
  kDoneNever,
  kDoneElsewhere,
  kReplyMissing,
  kReplyOfChance,
  kReplyOfBatch,
  kStateOfChance,
  kStrangeIsIgnored,
  kCaptureOnly,
  kInstallOnly,
  kCaptureAtFirst,
  kCaptureLive,
  kCaptureEmpty,
  kChunkTooLong,
  kReadGoesOn,
  kInstallAdds,
  kInstallEarly,
  kInstallRefuses,
  kInstallCut,
  kInstallLonger,
  kInstallUnchecked,
  kInstallDeafens,
};

inline constexpr std::size_t kSnapshotBytes = 16;

using Snapshot = std::array<std::byte, kSnapshotBytes>;

inline Snapshot encode(std::uint64_t sum) {
  Snapshot bytes{};
  store_le64(bytes.data(), sum);
  store_le64(bytes.data() + 8, checksum(ByteView(bytes).first(8)));
  return bytes;
}

class Source final : public SnapshotSource {
 public:
  Source(const std::uint64_t* live, std::uint64_t frozen, Fault fault)
      : live_(live), frozen_(frozen), fault_(fault) {}

  Result<Bytes> read(std::size_t bytes_max) noexcept override {
    const Snapshot bytes = encode(fault_ == Fault::kCaptureLive ? *live_ : frozen_);
    if (at_ == kSnapshotBytes && fault_ == Fault::kReadGoesOn) {
      // An end, and then more.
      return std::exchange(ended_, true) ? Bytes::copy_of("x") : Bytes();
    }
    const std::size_t most = fault_ == Fault::kChunkTooLong ? bytes_max + 1 : bytes_max;
    const ByteView chunk = ByteView(bytes).subspan(at_, std::min(most, kSnapshotBytes - at_));
    at_ += chunk.size();
    return Bytes::copy_of(chunk);
  }

 private:
  const std::uint64_t* live_;
  std::uint64_t frozen_;
  Fault fault_;
  std::size_t at_ = 0;
  bool ended_ = false;
};

class Target final : public SnapshotTarget {
 public:
  Target(std::uint64_t& sum, bool& deaf, Fault fault) : sum_(sum), deaf_(deaf), fault_(fault) {}

  Result<void> write(ByteView chunk) noexcept override {
    bytes_.append(text_of(chunk));
    if (fault_ == Fault::kInstallEarly && bytes_.size() >= 8) {
      sum_ = load_le64(view_of(bytes_).data());
    }
    return {};
  }

  Result<void> finish() noexcept override {
    if (fault_ == Fault::kInstallRefuses || !is_acceptable()) {
      deaf_ = fault_ == Fault::kInstallDeafens;
      return fail(Errc::kMalformed, "snapshot");
    }
    bytes_.resize(kSnapshotBytes, '\0');
    const std::uint64_t stored = load_le64(view_of(bytes_).data());
    sum_ = fault_ == Fault::kInstallAdds ? sum_ + stored : stored;
    return {};
  }

 private:
  [[nodiscard]] bool is_acceptable() const {
    if (bytes_.size() < kSnapshotBytes) {
      return fault_ == Fault::kInstallCut;
    }
    if (bytes_.size() > kSnapshotBytes && fault_ != Fault::kInstallLonger) {
      return false;
    }
    const Snapshot right = encode(load_le64(view_of(bytes_).data()));
    return fault_ == Fault::kInstallUnchecked ||
           std::memcmp(right.data(), bytes_.data(), kSnapshotBytes) == 0;
  }

  std::uint64_t& sum_;
  bool& deaf_;
  Fault fault_;
  std::string bytes_;
};

/// Adds up the lengths of the commands that begin with "add", and replies with the sum.
class Machine final : public StateMachine {
 public:
  Machine(Fault fault, port::LoopPoster* loop) : fault_(fault), loop_(loop) {}

  void apply(std::vector<Command> commands, ApplyDone done) noexcept override {
    std::vector<Bytes> replies;
    for (const Command& command : commands) {
      add(command, commands.size());
      replies.push_back(Bytes::copy_of(std::to_string(sum_)));
    }
    if (fault_ == Fault::kReplyMissing) {
      replies.resize(replies.size() - std::min<std::size_t>(replies.size(), 2));
    }
    if (fault_ == Fault::kStateOfChance) {
      replies.clear();
    }
    answer(std::move(done), std::move(replies));
    applied_ = true;
  }

  std::unique_ptr<SnapshotSource> capture() noexcept override {
    if (fault_ == Fault::kInstallOnly || (fault_ == Fault::kCaptureAtFirst && applied_)) {
      return nullptr;
    }
    return std::make_unique<Source>(&sum_, fault_ == Fault::kCaptureEmpty ? 0 : sum_, fault_);
  }

  std::unique_ptr<SnapshotTarget> install() noexcept override {
    return fault_ == Fault::kCaptureOnly ? nullptr : std::make_unique<Target>(sum_, deaf_, fault_);
  }

  [[nodiscard]] std::uint64_t sum() const { return sum_; }

 private:
  void add(const Command& command, std::size_t batch) {
    const bool is_known = command.payload.text().starts_with("add");
    sum_ += is_known ? command.payload.size() : 0;
    sum_ += fault_ == Fault::kReplyOfBatch && batch > 8 ? 1 : 0;
    const bool by_chance = fault_ == Fault::kReplyOfChance || fault_ == Fault::kStateOfChance;
    sum_ += by_chance ? ++machines_and_commands : 0;
    deaf_ = deaf_ || (fault_ == Fault::kStrangeIsIgnored && !is_known);
  }

  void answer(ApplyDone done, std::vector<Bytes> replies) {
    if (fault_ == Fault::kDoneNever || deaf_) {
      return;
    }
    if (fault_ == Fault::kDoneTwice) {
      ApplyDone again = done;
      again(replies);
    }
    if (fault_ == Fault::kDoneElsewhere) {
      std::thread([&] { done(replies); }).join();
    }
    if (loop_ == nullptr) {
      done(std::move(replies));
      return;
    }
    loop_->post([done, replies]() mutable { done(replies); });
    if (fault_ == Fault::kDoneAgainLater) {
      loop_->post([done, replies]() mutable { done(replies); });
    }
  }

  /// What chance would be, without it.
  static inline std::uint64_t machines_and_commands = 0;

  Fault fault_;
  port::LoopPoster* loop_;
  std::uint64_t sum_ = 0;
  bool applied_ = false;
  bool deaf_ = false;
};

/// Machines that answer inside apply.
class Harness : public conformance::StateMachineHarness {
 public:
  explicit Harness(Fault fault = Fault::kNone) : fault_(fault) {}

  std::unique_ptr<StateMachine> make() override {
    return std::make_unique<Machine>(fault_, nullptr);
  }

  Bytes command(std::uint64_t number) override {
    return Bytes::copy_of("add" + std::string(number % 5, '+'));
  }

  std::string state_of(StateMachine& machine) override {
    return std::to_string(static_cast<Machine&>(machine).sum());
  }

 protected:
  Fault fault_;
};

/// Machines that answer later.
class LateHarness final : public Harness {
 public:
  using Harness::Harness;

  std::unique_ptr<StateMachine> make() override {
    return std::make_unique<Machine>(fault_, &loop_);
  }

  bool run_until(const std::function<bool()>& condition) override {
    return loop_.run_until(condition);
  }

  void run_some() override { loop_.run_for(std::chrono::milliseconds(1)); }

 private:
  conformance::ManualLoop loop_;
};

}  // namespace buoyant::planted_machine
