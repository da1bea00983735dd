// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "simulation/machine_snapshot.h"

#include "buoyant/base/little_endian.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

namespace buoyant::simulation {

namespace {

constexpr std::size_t kPrefixBytes = 8;

class WatchedSource final : public SnapshotSource {
 public:
  WatchedSource(std::unique_ptr<SnapshotSource> source, Index applied)
      : source_(std::move(source)) {
    std::array<std::byte, kPrefixBytes> bytes{};
    store_le64(bytes.data(), applied.value());
    prefix_ = text_of(bytes);
  }

  Result<Bytes> read(std::size_t bytes_max) noexcept override {
    if (prefix_.empty()) {
      return source_->read(bytes_max);
    }
    const Bytes part = Bytes::copy_of(std::string_view(prefix_).substr(0, bytes_max));
    prefix_.erase(0, part.size());
    return part;
  }

 private:
  std::unique_ptr<SnapshotSource> source_;
  std::string prefix_;
};

class WatchedTarget final : public SnapshotTarget {
 public:
  WatchedTarget(std::unique_ptr<SnapshotTarget> target, std::function<void(Index)> installed)
      : target_(std::move(target)), installed_(std::move(installed)) {}

  Result<void> write(ByteView chunk) noexcept override {
    const ByteView first = chunk.first(std::min(chunk.size(), kPrefixBytes - prefix_.size()));
    prefix_ += text_of(first);
    chunk = chunk.subspan(first.size());
    return chunk.empty() ? Result<void>() : target_->write(chunk);
  }

  Result<void> finish() noexcept override {
    if (prefix_.size() < kPrefixBytes) {
      return fail(Errc::kMalformed, "a snapshot without its index");
    }
    Result<void> finished = target_->finish();
    if (finished) {
      installed_(Index(load_le64(view_of(prefix_).data())));
    }
    return finished;
  }

 private:
  std::unique_ptr<SnapshotTarget> target_;
  std::function<void(Index)> installed_;
  std::string prefix_;
};

}  // namespace

std::unique_ptr<SnapshotSource> watch_source(std::unique_ptr<SnapshotSource> source,
                                             Index applied) {
  return source == nullptr ? nullptr : std::make_unique<WatchedSource>(std::move(source), applied);
}

std::unique_ptr<SnapshotTarget> watch_target(std::unique_ptr<SnapshotTarget> target,
                                             std::function<void(Index)> installed) {
  return target == nullptr
             ? nullptr
             : std::make_unique<WatchedTarget>(std::move(target), std::move(installed));
}

}  // namespace buoyant::simulation
