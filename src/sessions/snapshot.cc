// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "sessions/snapshot.h"

#include "buoyant/base/assert.h"
#include "buoyant/base/little_endian.h"

#include <array>
#include <utility>

namespace buoyant::sessions {

namespace {

constexpr std::string_view kTableMagic = "buoysess";
constexpr std::size_t kFieldBytes = 8;
constexpr std::uint64_t kVersion = 0;
constexpr unsigned kVersionShift = 48;  ///< In the field that has the number of sessions below it.
constexpr std::uint64_t kSessionsMask = (std::uint64_t{1} << kVersionShift) - 1;
constexpr std::size_t kHeadBytes = kTableMagic.size() + kFieldBytes;
constexpr std::size_t kStateAt = 3 * kFieldBytes;
constexpr std::size_t kLengthAt = kStateAt + 1;
constexpr std::size_t kSessionBytes = kLengthAt + 4;

std::array<std::byte, kFieldBytes> number(std::uint64_t value) {
  std::array<std::byte, kFieldBytes> bytes{};
  store_le64(bytes.data(), value);
  return bytes;
}

}  // namespace

TableSource::TableSource(TableView view, std::unique_ptr<SnapshotSource> inner)
    : view_(std::move(view)), inner_(std::move(inner)) {
  add(view_of(kTableMagic));
  BUOYANT_ASSERT(view_.size <= kSessionsMask);
  add(number(view_.size | kVersion << kVersionShift));
}

void TableSource::add(ByteView bytes) {
  ready_ += text_of(bytes);
  checksum_.add(bytes);
}

void TableSource::add_next() {
  while (shard_ < kShards &&
         (view_.shards[shard_] == nullptr || at_ == view_.shards[shard_]->sessions.size())) {
    view_.shards[shard_].reset();
    ++shard_;
    at_ = 0;
    if (shard_ == kShards) {
      break;
    }
  }
  if (shard_ == kShards) {
    is_complete_ = true;
    add(number(checksum_.value()));
    return;
  }
  const Session& session = view_.shards[shard_]->sessions[at_++];
  std::array<std::byte, kSessionBytes> head{};
  store_le64(head.data(), session.id.value());
  store_le64(head.data() + kFieldBytes, session.used.value());
  store_le64(head.data() + 2 * kFieldBytes, session.sequence);
  head[kStateAt] = static_cast<std::byte>(session.state);
  store_le32(head.data() + kLengthAt, static_cast<std::uint32_t>(session.reply.size()));
  add(head);
  add(session.reply.view());
}

Result<Bytes> TableSource::read(std::size_t bytes_max) noexcept {
  ready_.erase(0, std::exchange(given_, 0));
  while (ready_.size() < bytes_max && !is_complete_) {
    add_next();
  }
  if (ready_.empty()) {
    return inner_->read(bytes_max);
  }
  const std::string_view chunk = std::string_view(ready_).substr(0, bytes_max);
  given_ = chunk.size();
  return Bytes::copy_of(chunk);
}

TableTarget::TableTarget(const SessionOptions& options, std::unique_ptr<SnapshotTarget> inner,
                         std::function<void(std::unique_ptr<Table>)> replace)
    : inner_(std::move(inner)),
      replace_(std::move(replace)),
      table_(std::make_unique<Table>(options)) {}

Result<void> TableTarget::write(ByteView chunk) noexcept {
  if (is_complete_) {
    return inner_->write(chunk);
  }
  text_ += text_of(chunk);
  for (Step step = Step::kGoOn; step == Step::kGoOn && !is_complete_ && !refusal_;) {
    step = take();
    if (step == Step::kMalformed || step == Step::kLaterVersion) {
      refusal_ = step == Step::kMalformed ? Errc::kMalformed : Errc::kUnsupportedVersion;
    }
  }
  if (refusal_) {
    return fail(*refusal_, "session snapshot");
  }
  text_.erase(0, std::exchange(taken_, 0));
  if (is_complete_ && !text_.empty()) {
    return inner_->write(view_of(std::exchange(text_, {})));
  }
  return {};
}

TableTarget::Step TableTarget::take() {
  const ByteView rest = view_of(std::string_view(text_).substr(taken_));
  if (!sessions_left_) {
    return take_head(rest);
  }
  return *sessions_left_ > 0 ? take_session(rest) : take_end(rest);
}

void TableTarget::pass(std::size_t bytes) {
  checksum_.add(view_of(std::string_view(text_).substr(taken_, bytes)));
  taken_ += bytes;
}

TableTarget::Step TableTarget::take_head(ByteView rest) {
  if (rest.size() < kHeadBytes) {
    return Step::kNeedsBytes;
  }
  if (!text_of(rest).starts_with(kTableMagic)) {
    return Step::kMalformed;
  }
  const std::uint64_t field = load_le64(rest.data() + kTableMagic.size());
  if (field >> kVersionShift != kVersion) {
    return Step::kLaterVersion;
  }
  sessions_left_ = field;
  pass(kHeadBytes);
  return Step::kGoOn;
}

TableTarget::Step TableTarget::take_session(ByteView rest) {
  if (rest.size() < kSessionBytes) {
    return Step::kNeedsBytes;
  }
  // A length that is none ends with the transfer: a reply may be as large as options were once.
  const std::size_t reply_bytes = load_le32(rest.data() + kLengthAt);
  if (rest.size() < kSessionBytes + reply_bytes) {
    return Step::kNeedsBytes;
  }
  Session session;
  session.id = SessionId(load_le64(rest.data()));
  session.used = Index(load_le64(rest.data() + kFieldBytes));
  session.sequence = load_le64(rest.data() + 2 * kFieldBytes);
  session.state = static_cast<ReplyState>(rest[kStateAt]);
  session.reply = Bytes::copy_of(rest.subspan(kSessionBytes, reply_bytes));
  if (session.state > ReplyState::kNotKept || !table_->restore(std::move(session))) {
    return Step::kMalformed;
  }
  pass(kSessionBytes + reply_bytes);
  *sessions_left_ -= 1;
  return Step::kGoOn;
}

TableTarget::Step TableTarget::take_end(ByteView rest) {
  if (rest.size() < kFieldBytes) {
    return Step::kNeedsBytes;
  }
  if (load_le64(rest.data()) != checksum_.value()) {
    return Step::kMalformed;
  }
  pass(kFieldBytes);
  is_complete_ = true;
  return Step::kGoOn;
}

Result<void> TableTarget::finish() noexcept {
  if (!is_complete_ || refusal_) {
    return fail(refusal_.value_or(Errc::kMalformed), "session snapshot");
  }
  if (const Result<void> finished = inner_->finish(); !finished) {
    return finished;
  }
  replace_(std::move(table_));
  return {};
}

}  // namespace buoyant::sessions
