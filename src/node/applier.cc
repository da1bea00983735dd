// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "node/applier.h"

#include "buoyant/base/assert.h"

#include <algorithm>
#include <utility>

namespace buoyant::node {

Applier::Applier(const Limits& limits, Index applied, const LogView& log, const EntryCache& cache,
                 port::Storage& storage, Host& host)
    : limits_(limits),
      applied_(applied),
      through_(applied),
      log_(log),
      cache_(cache),
      storage_(storage),
      host_(host) {}

Applier::~Applier() {
  stop();
}

void Applier::advance(Index through) {
  through_ = std::max(through_, through);
}

void Applier::run() {
  if (stopped_) {
    return;
  }
  finish();
  if (!stopped_ && !held_ && !batch_ && !busy_ && applied_ < through_) {
    begin_batch();
  }
}

void Applier::finish() {
  if (!stopped_ && batch_ && batch_->finished) {
    finish_batch();
  }
}

void Applier::resume_at(Index applied) {
  BUOYANT_ASSERT(is_between_batches());
  BUOYANT_ASSERT(applied_ <= applied);
  applied_ = applied;
  through_ = std::max(through_, applied);
  held_ = false;
  read_.clear();
  reading_ = false;
  busy_ = false;
  ++generation_;
}

void Applier::stop() {
  stopped_ = true;
  if (batch_) {
    batch_->token->applier = nullptr;
    batch_.reset();
  }
}

bool Applier::has_work() const noexcept {
  if (stopped_) {
    return false;
  }
  if (batch_) {
    return batch_->finished;
  }
  return applied_ < through_ && !held_ && !reading_ && !busy_;
}

void Applier::begin_batch() {
  Batch batch;
  std::vector<Command> commands;
  Index index = applied_.next();
  while (index <= through_ && batch.items.size() < limits_.entries_per_turn) {
    const Entry* entry = find(index);
    if (entry == nullptr || !add_to(batch, commands, index, *entry)) {
      break;
    }
    index = index.next();
  }
  if (stopped_ || batch.items.empty()) {
    return;
  }
  drop_read_through(batch.items.back().position.index);
  batch.token = std::make_shared<Token>(Token{.applier = this});
  const std::shared_ptr<Token> token = batch.token;
  batch.finished = commands.empty();
  batch_ = std::move(batch);
  if (!commands.empty()) {
    calling_ = true;
    host_.apply(std::move(commands), ApplyDone([token](std::vector<Bytes> replies) {
                  if (Applier* applier = std::exchange(token->applier, nullptr)) {
                    applier->on_done(std::move(replies));
                  }
                }));
    calling_ = false;
  }
  if (batch_ && batch_->finished) {
    finish_batch();
  }
}

bool Applier::add_to(Batch& batch, std::vector<Command>& commands, Index index,
                     const Entry& entry) const {
  if (!batch.items.empty() && batch.bytes + entry.payload.size() > limits_.bytes_per_turn) {
    return false;
  }
  const bool is_command = entry.kind == EntryKind::kCommand;
  batch.items.push_back(
      {.position = {.term = entry.term, .index = index}, .is_command = is_command});
  batch.bytes += entry.payload.size();
  if (is_command) {
    batch.commands += 1;
    commands.push_back({.index = index, .term = entry.term, .payload = entry.payload});
  }
  return true;
}

void Applier::on_done(std::vector<Bytes> replies) {
  BUOYANT_ASSERT(batch_.has_value());
  batch_->finished = true;
  batch_->replies = std::move(replies);
  if (!calling_) {
    // Noted only: outcomes are told in a turn, never inside the user's call of the token.
    host_.on_apply_progress();
  }
}

void Applier::finish_batch() {
  const Batch batch = std::move(*batch_);
  bytes_applied_ += batch.bytes;
  batch_.reset();
  // Another number of replies than commands is the user's slip; then nobody gets one.
  const bool with_replies = batch.replies.size() == batch.commands;
  std::size_t command = 0;
  for (const Item& item : batch.items) {
    applied_ = item.position.index;
    const bool replied = item.is_command && with_replies;
    host_.on_applied(item.position, replied ? batch.replies[command] : Bytes());
    command += item.is_command ? std::size_t{1} : 0;
  }
}

const Entry* Applier::find(Index index) {
  const std::optional<Term> term = log_.term_at(index);
  BUOYANT_ASSERT(term.has_value());
  if (const Entry* cached = cache_.find(index, *term)) {
    return cached;
  }
  if (index < read_first_ || index >= read_first_ + read_.size()) {
    read(index);
    return nullptr;
  }
  const Entry& entry = read_[index - read_first_];
  if (entry.term != *term) {
    // A committed entry never changes, so this is not what was stored.
    stop();
    host_.on_apply_failed(Error(Errc::kStorageCorrupt, "a committed entry has another term"));
    return nullptr;
  }
  return &entry;
}

void Applier::read(Index first) {
  if (reading_) {
    return;
  }
  reading_ = true;
  const Index last = std::min(through_, first + (limits_.entries_per_turn - 1));
  storage_.read(first, last, limits_.bytes_per_turn,
                [this, generation = generation_, first](Result<std::vector<Entry>> result) {
                  on_read(generation, first, std::move(result));
                });
}

void Applier::on_read(std::uint64_t generation, Index first, Result<std::vector<Entry>> result) {
  if (stopped_ || generation != generation_) {
    return;
  }
  reading_ = false;
  if (held_) {
    // What it read, or failed to, may be of the log that a snapshot takes the place of.
    return;
  }
  if (result) {
    read_first_ = first;
    read_.assign(std::make_move_iterator(result->begin()), std::make_move_iterator(result->end()));
  } else if (result.error().code() == Errc::kBusy) {
    // Waits for retry(): asking again at once would spin for as long as the disk hangs.
    busy_ = true;
  } else {
    stop();
    host_.on_apply_failed(result.error());
    return;
  }
  host_.on_apply_progress();
}

void Applier::drop_read_through(Index index) {
  while (!read_.empty() && read_first_ <= index) {
    read_.pop_front();
    read_first_ = read_first_.next();
  }
}

}  // namespace buoyant::node
