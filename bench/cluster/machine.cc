// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "bench/cluster/machine.h"

#include "buoyant/base/random.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace buoyant::bench {

namespace {

/// Bytes that do not compress, made once and given again and again.
class PatternSource final : public SnapshotSource {
 public:
  explicit PatternSource(std::uint64_t bytes) : left_(bytes) {
    constexpr std::size_t kPatternBytes = std::size_t{1} << 20U;
    Buffer pattern(kPatternBytes);
    Random random(1);
    for (std::size_t at = 0; at < kPatternBytes; at += sizeof(std::uint64_t)) {
      const std::uint64_t word = random.next();
      std::memcpy(pattern.data() + at, &word, sizeof(word));
    }
    pattern_ = std::move(pattern).freeze(kPatternBytes);
  }

  Result<Bytes> read(std::size_t bytes_max) noexcept override {
    const std::size_t count =
        std::min({bytes_max, pattern_.size(), static_cast<std::size_t>(left_)});
    left_ -= count;
    return pattern_.slice(0, count);
  }

 private:
  std::uint64_t left_;
  Bytes pattern_;
};

/// Looks at nothing: that all of it came is checked before it is installed.
class NothingTarget final : public SnapshotTarget {
 public:
  Result<void> write(ByteView /*chunk*/) noexcept override { return {}; }

  Result<void> finish() noexcept override { return {}; }
};

}  // namespace

void BenchMachine::apply(std::vector<Command> commands, ApplyDone done) noexcept {
  if (stages_ != nullptr) {
    stages_->on_applying(commands.back().index, std::chrono::steady_clock::now());
  }
  done();
}

std::unique_ptr<SnapshotSource> BenchMachine::capture() noexcept {
  return snapshot_bytes_ > 0 ? std::make_unique<PatternSource>(snapshot_bytes_) : nullptr;
}

std::unique_ptr<SnapshotTarget> BenchMachine::install() noexcept {
  return snapshot_bytes_ > 0 ? std::make_unique<NothingTarget>() : nullptr;
}

}  // namespace buoyant::bench
