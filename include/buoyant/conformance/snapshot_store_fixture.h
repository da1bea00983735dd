// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What the conformance tests of snapshot stores share: sources, targets, and verbs that wait;
/// see snapshot_store_conformance.h for what a harness offers.
#pragma once

#include "buoyant/base/checksum.h"
#include "buoyant/conformance/print.h"
#include "buoyant/port/snapshot_store.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace buoyant::conformance {

/// Whose store a harness opens, and who sends to it.
inline constexpr ServerId kStoreServer{7};
inline constexpr ServerId kOtherServer{3};

/// More than any store writes at once.
inline constexpr std::size_t kLargeBytes = 300'000;

/// Bytes that repeat nowhere.
inline std::string contents(std::size_t bytes, std::uint64_t seed = 1) {
  std::string text(bytes, '\0');
  std::uint64_t state = seed * 0x9e3779b97f4a7c15U;
  for (char& letter : text) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    letter = static_cast<char>(state >> 56U);
  }
  return text;
}

/// Gives a text in pieces of at most this size.
class TextSource final : public SnapshotSource {
 public:
  explicit TextSource(std::string text, std::size_t piece_bytes = 50'000)
      : text_(std::move(text)), piece_bytes_(piece_bytes) {}

  Result<Bytes> read(std::size_t bytes_max) noexcept override {
    const std::string_view piece =
        std::string_view(text_).substr(read_, std::min(bytes_max, piece_bytes_));
    read_ += piece.size();
    return Bytes::copy_of(piece);
  }

 private:
  std::string text_;
  std::size_t piece_bytes_;
  std::size_t read_ = 0;
};

/// Gives a part and fails.
class FailingSource final : public SnapshotSource {
 public:
  Result<Bytes> read(std::size_t /*bytes_max*/) noexcept override {
    if (std::exchange(failing_, true)) {
      return fail(Errc::kTooLarge, "the source");
    }
    return Bytes::copy_of("a part");
  }

 private:
  bool failing_ = false;
};

/// Collects what it is given; owns it, as it may be left behind.
class TextTarget final : public SnapshotTarget {
 public:
  /// Fails when it would have more than this.
  explicit TextTarget(std::size_t bytes_max = std::size_t{1} << 30U) : bytes_max_(bytes_max) {}

  Result<void> write(ByteView chunk) noexcept override {
    if (text_.size() + chunk.size() > bytes_max_) {
      return fail(Errc::kTooLarge, "the target");
    }
    text_.append(text_of(chunk));
    return {};
  }

  Result<void> finish() noexcept override { return {}; }

  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::size_t bytes_max_;
  std::string text_;
};

/// What is known of a snapshot before its contents.
inline SnapshotMetadata description(std::uint64_t term, std::uint64_t index,
                                    ServerId creator = kStoreServer) {
  SnapshotMetadata metadata;
  metadata.id.position = {.term = Term(term), .index = Index(index)};
  metadata.id.creator = creator;
  metadata.configuration.members = {
      {.id = ServerId(1), .address = "one:1"},
      {.id = ServerId(2), .address = "two:2", .role = MemberRole::kLearner}};
  metadata.configuration.outgoing = {{.id = ServerId(3), .address = "three:3"}};
  metadata.configuration_index = Index(index - 1);
  return metadata;
}

/// All of it for a snapshot that another server created.
inline SnapshotMetadata foreign(std::uint64_t term, std::uint64_t index, std::string_view text,
                                std::uint64_t sequence = 1) {
  SnapshotMetadata metadata = description(term, index, kOtherServer);
  metadata.id.sequence = sequence;
  metadata.bytes = text.size();
  metadata.id.checksum = checksum(view_of(text), snapshot_seed(metadata));
  return metadata;
}

/// An answer that may be late.
template <class T>
using Answer = std::shared_ptr<std::optional<Result<T>>>;

template <class Harness>
class SnapshotStoreFixture : public testing::Test {
 protected:
  void SetUp() override { harness.open(); }

  void TearDown() override { EXPECT_FALSE(called_inside); }

  port::SnapshotStore& store() { return harness.store(); }

  void close() {
    bool closed = false;
    begin_close(closed);
    run_until([&] { return closed; });
    harness.forget();
  }

  void reopen() {
    close();
    harness.open();
  }

  void crash_and_open() {
    harness.crash();
    harness.open();
  }

  void begin_close(bool& closed) {
    store().close([&] { closed = true; });
  }

  /// Fails the test when the condition does not come about.
  void run_until(const std::function<bool()>& condition) {
    ASSERT_TRUE(harness.run_until(condition));
  }

  // Each of these begins; what is returned is set when the store has answered.

  Answer<SnapshotMetadata> begin_create(const SnapshotMetadata& metadata,
                                        std::unique_ptr<SnapshotSource> source) {
    return begin<SnapshotMetadata>(
        [&](auto done) { store().create(metadata, std::move(source), std::move(done)); });
  }

  Answer<SnapshotMetadata> begin_create(std::uint64_t index, std::string text) {
    return begin_create(description(2, index), std::make_unique<TextSource>(std::move(text)));
  }

  Answer<Bytes> begin_read(const SnapshotId& id, std::uint64_t offset, std::size_t bytes_max) {
    return begin<Bytes>([&](auto done) { store().read(id, offset, bytes_max, std::move(done)); });
  }

  Answer<std::uint64_t> begin_receive(const SnapshotMetadata& metadata, std::uint64_t offset,
                                      std::string_view part) {
    return begin<std::uint64_t>([&](auto done) {
      store().receive(metadata, offset, Bytes::copy_of(part), std::move(done));
    });
  }

  Answer<std::uint64_t> begin_held(const SnapshotMetadata& metadata) {
    return begin<std::uint64_t>([&](auto done) { store().held(metadata, std::move(done)); });
  }

  Answer<void> begin_install(const SnapshotId& id, std::shared_ptr<SnapshotTarget> target) {
    return begin<void>([&](auto done) { store().install(id, std::move(target), std::move(done)); });
  }

  template <class T>
  Result<T> wait(Answer<T> answer) {
    run_until([&] { return answer->has_value(); });
    return answer->has_value() ? std::move(**answer) : fail(Errc::kFaulted, "no answer");
  }

  /// The error's code; kFaulted: there is none.
  template <class T>
  static Errc code_of(const Result<T>& result) {
    return result ? Errc::kFaulted : result.error().code();
  }

  // And these wait.

  Result<SnapshotMetadata> create(std::uint64_t index, std::string text) {
    return wait(begin_create(index, std::move(text)));
  }

  /// One that must succeed.
  SnapshotMetadata created(std::uint64_t index, std::string text) {
    const Result<SnapshotMetadata> metadata = create(index, std::move(text));
    EXPECT_TRUE(metadata.has_value());
    return metadata.value_or(SnapshotMetadata());
  }

  Result<Bytes> read(const SnapshotId& id, std::uint64_t offset, std::size_t bytes_max) {
    return wait(begin_read(id, offset, bytes_max));
  }

  /// All of it, however many reads it takes; an error's name.
  std::string read_all(const SnapshotId& id, std::size_t bytes_max = 100'000) {
    std::string text;
    for (;;) {
      const Result<Bytes> part = read(id, text.size(), bytes_max);
      if (!part) {
        return part.error().name();
      }
      if (part->empty()) {
        return text;
      }
      EXPECT_LE(part->size(), bytes_max);
      text += part->text();
    }
  }

  Result<std::uint64_t> held(const SnapshotMetadata& metadata) {
    return wait(begin_held(metadata));
  }

  Result<std::uint64_t> receive(const SnapshotMetadata& metadata, std::uint64_t offset,
                                std::string_view part) {
    return wait(begin_receive(metadata, offset, part));
  }

  /// From where it is to the end, as a sender does.
  Result<std::uint64_t> receive_rest(const SnapshotMetadata& metadata, std::string_view text,
                                     std::size_t part_bytes = 70'000) {
    Result<std::uint64_t> at = held(metadata);
    while (at && *at < text.size()) {
      at = receive(metadata, *at, text.substr(*at, part_bytes));
    }
    return at;
  }

  Result<void> install(const SnapshotId& id, const std::shared_ptr<SnapshotTarget>& target) {
    return wait(begin_install(id, target));
  }

  /// What a target gets; an error's name.
  std::string installed(const SnapshotId& id) {
    const auto target = std::make_shared<TextTarget>();
    const Result<void> result = install(id, target);
    return result ? target->text() : result.error().name();
  }

  /// Until everything that was asked for before is done.
  void settle() { static_cast<void>(held(foreign(1, 2, "of nobody"))); }

  Harness harness;
  bool called_inside = false;

 private:
  template <class T, class Call>
  Answer<T> begin(Call call) {
    const auto answer = std::make_shared<std::optional<Result<T>>>();
    const auto in_call = std::make_shared<bool>(true);
    call([this, answer, in_call](Result<T> result) {
      called_inside = called_inside || *in_call;
      EXPECT_FALSE(answer->has_value()) << "called back twice";
      *answer = std::move(result);
    });
    *in_call = false;
    return answer;
  }
};

}  // namespace buoyant::conformance
