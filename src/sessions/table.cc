// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "sessions/table.h"

#include "buoyant/base/assert.h"
#include "buoyant/base/checksum.h"
#include "buoyant/base/little_endian.h"

#include <algorithm>
#include <utility>

namespace buoyant::sessions {

namespace {

/// Ids that follow each other go to different shards, also in steps.
std::size_t shard_of(SessionId id) {
  constexpr std::uint64_t kSpread = 0x9e3779b97f4a7c15U;
  constexpr unsigned kTopBits = 56;
  return static_cast<std::size_t>((id.value() * kSpread) >> kTopBits);
}

template <class Sessions>
auto place_of(Sessions& sessions, SessionId id) {
  return std::lower_bound(
      sessions.begin(), sessions.end(), id,
      [](const Session& session, SessionId wanted) { return session.id < wanted; });
}

/// The sum of these is the digest of the table.
std::uint64_t digest_of(const Session& session) {
  std::array<std::byte, 25> bytes{};
  store_le64(bytes.data(), session.id.value());
  store_le64(bytes.data() + 8, session.used.value());
  store_le64(bytes.data() + 16, session.sequence);
  bytes[24] = static_cast<std::byte>(session.state);
  return checksum(ByteView(bytes), checksum(session.reply.view()));
}

}  // namespace

bool Table::is_idle(Index used, Index now) const {
  return now > used && now - used > options_.idle_entries_max;
}

void Table::expire(Index now) {
  for (int removed = 0; removed < kRemovedPerEntry && !by_use_.empty(); ++removed) {
    const auto [used, id] = *by_use_.begin();
    if (!is_idle(used, now)) {
      return;
    }
    remove(id);
  }
}

void Table::open(Index now) {
  while (size() >= options_.sessions_max) {
    remove_oldest(1);
  }
  const bool is_new = restore({SessionId(now.value()), now, 0, ReplyState::kNone, {}});
  BUOYANT_ASSERT(is_new);
}

Verdict Table::begin(Index now, SessionId id, std::uint64_t sequence) {
  const Session* const found = find(id);
  if (found == nullptr || is_idle(found->used, now)) {
    return Verdict::kExpired;
  }
  Session& session = *find_to_change(id);
  use(session, now);
  if (sequence < session.sequence) {
    return Verdict::kStale;
  }
  if (sequence == session.sequence) {
    return Verdict::kRepeat;
  }
  digest_ -= digest_of(session);
  session.sequence = sequence;
  digest_ += digest_of(session);
  set_reply(session, ReplyState::kNone, {});
  return Verdict::kApply;
}

void Table::finish(SessionId id, std::uint64_t sequence, Bytes reply) {
  const Session* const found = find(id);
  if (found == nullptr || found->sequence != sequence) {
    return;
  }
  if (reply.size() > options_.reply_bytes_max) {
    set_reply(*find_to_change(id), ReplyState::kNotKept, {});
  } else {
    set_reply(*find_to_change(id), ReplyState::kKept, std::move(reply));
  }
  while (reply_bytes_ > options_.replies_bytes_max) {
    remove_oldest(1);
  }
}

bool Table::close(Index now, SessionId id) {
  const Session* const found = find(id);
  if (found == nullptr) {
    return false;
  }
  const bool was_idle = is_idle(found->used, now);
  remove(id);
  return !was_idle;
}

const Session* Table::find(SessionId id) const {
  const std::shared_ptr<Shard>& shard = shards_[shard_of(id)];
  if (shard == nullptr) {
    return nullptr;
  }
  const auto place = place_of(shard->sessions, id);
  return place != shard->sessions.end() && place->id == id ? &*place : nullptr;
}

bool Table::restore(Session session) {
  if (!session.id.is_set() || session.id.value() > session.used.value() ||
      find(session.id) != nullptr || by_use_.contains(session.used)) {
    return false;
  }
  std::shared_ptr<Shard>& shard = shards_[shard_of(session.id)];
  if (shard == nullptr) {
    shard = std::make_shared<Shard>();
  } else if (shard->generation != generation_) {
    shard = std::make_shared<Shard>(*shard);
  }
  shard->generation = generation_;
  by_use_.emplace(session.used, session.id);
  reply_bytes_ += session.reply.size();
  digest_ += digest_of(session);
  shard->sessions.insert(place_of(shard->sessions, session.id), std::move(session));
  return true;
}

void Table::remove_oldest(int count) {
  for (int removed = 0; removed < count && !by_use_.empty(); ++removed) {
    remove(by_use_.begin()->second);
  }
}

TableView Table::freeze() {
  TableView view;
  std::copy(shards_.begin(), shards_.end(), view.shards.begin());
  view.size = size();
  ++generation_;
  return view;
}

/// In a shard that no view has. Requires: it is there.
Session* Table::find_to_change(SessionId id) {
  std::shared_ptr<Shard>& shard = shards_[shard_of(id)];
  BUOYANT_ASSERT(shard != nullptr);
  if (shard->generation != generation_) {
    shard = std::make_shared<Shard>(*shard);
    shard->generation = generation_;
  }
  const auto place = place_of(shard->sessions, id);
  BUOYANT_ASSERT(place != shard->sessions.end());
  BUOYANT_ASSERT(place->id == id);
  return &*place;
}

void Table::set_reply(Session& session, ReplyState state, Bytes reply) {
  digest_ -= digest_of(session);
  reply_bytes_ -= session.reply.size();
  session.state = state;
  session.reply = std::move(reply);
  reply_bytes_ += session.reply.size();
  digest_ += digest_of(session);
}

void Table::use(Session& session, Index now) {
  digest_ -= digest_of(session);
  by_use_.erase(session.used);
  session.used = now;
  by_use_.emplace(now, session.id);
  digest_ += digest_of(session);
}

void Table::remove(SessionId id) {
  const Session& session = *find_to_change(id);
  digest_ -= digest_of(session);
  reply_bytes_ -= session.reply.size();
  by_use_.erase(session.used);
  std::vector<Session>& sessions = shards_[shard_of(id)]->sessions;
  sessions.erase(place_of(sessions, id));
}

}  // namespace buoyant::sessions
