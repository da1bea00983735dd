// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The open sessions: the last sequence of each and its reply.
///
/// They lie in shards, which freeze() shares with a view; a shard that is in a view is copied
/// before it changes. What is here follows from the calls and their order alone.
///
/// Invariants
///   no two sessions were last used by the same entry
///   a session's id is at most the index of its last use
#pragma once

#include "buoyant/base/bytes.h"
#include "buoyant/model/ids.h"
#include "buoyant/sessions.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <vector>

namespace buoyant::sessions {

enum class ReplyState : std::uint8_t {
  kNone = 0,  ///< Nothing was applied, or it is being applied.
  kKept = 1,
  kNotKept = 2,  ///< It was too large.
};

struct Session {
  SessionId id;
  Index used;  ///< The last entry that concerned it.
  std::uint64_t sequence = 0;
  ReplyState state = ReplyState::kNone;
  Bytes reply;

  friend bool operator==(const Session&, const Session&) = default;
};

/// Some sessions, in the order of their ids.
struct Shard {
  std::uint64_t generation = 0;
  std::vector<Session> sessions;
};

inline constexpr std::size_t kShards = 256;

/// A frozen table, for any thread.
struct TableView {
  std::array<std::shared_ptr<const Shard>, kShards> shards;
  std::size_t size = 0;
};

/// What is to be done with a command of a session.
enum class Verdict : std::uint8_t {
  kApply,
  kRepeat,  ///< It was applied before.
  kStale,
  kExpired,
};

class Table {
 public:
  /// Idle sessions that one entry removes: no entry pays for all of them.
  static constexpr int kRemovedPerEntry = 16;

  explicit Table(const SessionOptions& options) : options_(options) {}

  Table(const Table&) = delete;
  Table& operator=(const Table&) = delete;
  ~Table() = default;

  /// Removes some of those that are idle at this entry. Once for each entry, before it.
  void expire(Index now);

  /// Requires: `now` was not used before.
  void open(Index now);

  /// kApply: the session has this sequence from here on, and no reply yet.
  Verdict begin(Index now, SessionId id, std::uint64_t sequence);

  /// Keeps the reply to what begin() let through, if the session is still there and has not gone
  /// on; expires others if they become too large together.
  void finish(SessionId id, std::uint64_t sequence, Bytes reply);

  /// False: there is none.
  bool close(Index now, SessionId id);

  /// Null: there is none. Valid until the next change.
  [[nodiscard]] const Session* find(SessionId id) const;

  /// Takes a session in as it is, of a snapshot. False: that would break an invariant.
  bool restore(Session session);

  /// Removes those that were used longest ago, at most so many.
  void remove_oldest(int count);

  [[nodiscard]] TableView freeze();

  [[nodiscard]] std::size_t size() const noexcept { return by_use_.size(); }

  [[nodiscard]] std::size_t reply_bytes() const noexcept { return reply_bytes_; }

  [[nodiscard]] std::uint64_t digest() const noexcept { return digest_; }

 private:
  [[nodiscard]] bool is_idle(Index used, Index now) const;
  Session* find_to_change(SessionId id);
  void set_reply(Session& session, ReplyState state, Bytes reply);
  void use(Session& session, Index now);
  void remove(SessionId id);

  const SessionOptions options_;
  std::array<std::shared_ptr<Shard>, kShards> shards_;
  std::uint64_t generation_ = 1;
  std::map<Index, SessionId> by_use_;
  std::size_t reply_bytes_ = 0;
  std::uint64_t digest_ = 0;
};

}  // namespace buoyant::sessions
