// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A batch is cut into segments, each of which is one batch of the inner state machine.
///
/// Within a segment all commands are judged before any reply is known; the result must be that of
/// applying them one by one, as servers cut batches differently. The only thing that depends on
/// replies is who expires when their bytes are too many: so a segment ends where that might
/// happen.

#include "buoyant/base/assert.h"
#include "buoyant/sessions.h"
#include "sessions/framing.h"
#include "sessions/snapshot.h"
#include "sessions/table.h"

#include <map>
#include <optional>
#include <utility>

namespace buoyant {

using sessions::Frame;
using sessions::Kind;
using sessions::Session;
using sessions::Status;
using sessions::Table;
using sessions::Verdict;

struct SessionStateMachine::State {
  /// A command that the inner state machine is applying.
  struct Passed {
    std::size_t at = 0;  ///< In the batch.
    SessionId session;   ///< None: a plain command.
    std::uint64_t sequence = 0;
  };

  /// A command that gets the reply of one that was passed in the same segment.
  struct Repeated {
    std::size_t at = 0;
    std::size_t passed = 0;
  };

  State(StateMachine& machine, const SessionOptions& session_options)
      : inner(machine), options(session_options), table(std::make_unique<Table>(session_options)) {}

  static void run(const std::shared_ptr<State>& self);
  std::vector<Command> plan_segment();
  void judge(std::size_t at, const Frame& frame, std::vector<Command>& segment);
  void judge_do(std::size_t at, const Frame& frame, std::vector<Command>& segment);
  void pass(std::size_t at, const Frame& frame, std::vector<Command>& segment);
  [[nodiscard]] bool is_room_for(std::size_t unknown_replies) const;
  void settle(std::vector<Bytes> inner_replies);
  void free_some();

  StateMachine& inner;
  const SessionOptions options;
  std::unique_ptr<Table> table;
  std::vector<std::unique_ptr<Table>> retired;

  std::vector<Command> commands;  ///< The batch; those before `next` are judged.
  std::size_t next = 0;
  std::vector<Bytes> replies;
  std::optional<ApplyDone> done;

  std::vector<Passed> passed;
  std::vector<Repeated> repeated;
  std::map<SessionId, std::size_t> last_passed;  ///< Of each session, in the segment.
  bool is_waiting = false;                       ///< For the inner state machine.
  bool is_running = false;
};

void SessionStateMachine::State::run(const std::shared_ptr<State>& self) {
  // The inner one may call back at once: then the loop below goes on.
  if (std::exchange(self->is_running, true)) {
    return;
  }
  while (!self->is_waiting && self->next < self->commands.size()) {
    std::vector<Command> segment = self->plan_segment();
    if (segment.empty()) {
      continue;
    }
    self->is_waiting = true;
    const auto on_done = [weak = std::weak_ptr(self)](std::vector<Bytes> inner_replies) {
      if (const std::shared_ptr<State> state = weak.lock()) {
        state->settle(std::move(inner_replies));
        run(state);
      }
    };
    self->inner.apply(std::move(segment), ApplyDone(on_done));
  }
  self->is_running = false;
  if (!self->is_waiting && self->done) {
    self->commands.clear();
    ApplyDone done = *std::exchange(self->done, std::nullopt);
    done(std::exchange(self->replies, {}));
  }
}

/// Whatever so many replies are: their bytes make nobody expire.
bool SessionStateMachine::State::is_room_for(std::size_t unknown_replies) const {
  return table->reply_bytes() + unknown_replies * options.reply_bytes_max <=
         options.replies_bytes_max;
}

std::vector<Command> SessionStateMachine::State::plan_segment() {
  passed.clear();
  repeated.clear();
  last_passed.clear();
  std::vector<Command> segment;
  // When the last reply may be too much it is known before anything else is judged.
  while (next < commands.size() && (last_passed.empty() || is_room_for(last_passed.size()))) {
    const std::optional<Frame> frame = sessions::read_frame(commands[next].payload);
    table->expire(commands[next].index);
    if (frame) {
      judge(next, *frame, segment);
    } else {
      replies[next] = encode_reply(Status::kMalformed);
    }
    ++next;
  }
  return segment;
}

void SessionStateMachine::State::judge(std::size_t at, const Frame& frame,
                                       std::vector<Command>& segment) {
  const Index index = commands[at].index;
  switch (frame.kind) {
    case Kind::kPlain:
      pass(at, frame, segment);
      return;
    case Kind::kOpen:
      table->open(index);
      replies[at] = sessions::encode_opened(SessionId(index.value()));
      return;
    case Kind::kDo:
      judge_do(at, frame, segment);
      return;
    case Kind::kClose:
      replies[at] = sessions::encode_reply(table->close(index, frame.session) ? Status::kDone
                                                                              : Status::kExpired);
      return;
  }
}

void SessionStateMachine::State::judge_do(std::size_t at, const Frame& frame,
                                          std::vector<Command>& segment) {
  switch (table->begin(commands[at].index, frame.session, frame.sequence)) {
    case Verdict::kApply:
      last_passed[frame.session] = passed.size();
      pass(at, frame, segment);
      return;
    case Verdict::kStale:
      replies[at] = sessions::encode_reply(Status::kStale);
      return;
    case Verdict::kExpired:
      replies[at] = sessions::encode_reply(Status::kExpired);
      return;
    case Verdict::kRepeat:
      break;
  }
  if (const auto open = last_passed.find(frame.session); open != last_passed.end()) {
    repeated.push_back({at, open->second});
    return;
  }
  const Session& session = *table->find(frame.session);
  BUOYANT_ASSERT(session.state != sessions::ReplyState::kNone);
  replies[at] = session.state == sessions::ReplyState::kKept
                    ? session.reply
                    : sessions::encode_reply(Status::kReplyNotKept);
}

void SessionStateMachine::State::pass(std::size_t at, const Frame& frame,
                                      std::vector<Command>& segment) {
  passed.push_back({at, frame.session, frame.sequence});
  segment.push_back({commands[at].index, commands[at].term, frame.command});
}

void SessionStateMachine::State::settle(std::vector<Bytes> inner_replies) {
  is_waiting = false;
  inner_replies.resize(passed.size());
  for (std::size_t place = 0; place < passed.size(); ++place) {
    const Passed& one = passed[place];
    if (one.sequence == 0) {
      replies[one.at] = std::move(inner_replies[place]);
    } else {
      replies[one.at] = sessions::encode_done(inner_replies[place]);
      table->finish(one.session, one.sequence, replies[one.at]);
    }
  }
  for (const Repeated& one : repeated) {
    const Bytes& reply = replies[passed[one.passed].at];
    replies[one.at] = reply.size() <= options.reply_bytes_max
                          ? reply
                          : sessions::encode_reply(Status::kReplyNotKept);
  }
}

/// A table that was replaced is destroyed in parts, as a large one takes milliseconds.
void SessionStateMachine::State::free_some() {
  constexpr int kSessionsPerBatch = 256;
  if (!retired.empty()) {
    retired.back()->remove_oldest(kSessionsPerBatch);
    if (retired.back()->size() == 0) {
      retired.pop_back();
    }
  }
}

SessionStateMachine::SessionStateMachine(StateMachine& inner, SessionOptions options)
    : state_(std::make_shared<State>(inner, options)) {
  BUOYANT_ASSERT(!inner.applied().is_set());
  BUOYANT_ASSERT(options.sessions_max > 0);
  BUOYANT_ASSERT(options.reply_bytes_max <= options.replies_bytes_max);
}

SessionStateMachine::~SessionStateMachine() = default;

void SessionStateMachine::apply(std::vector<Command> commands, ApplyDone done) noexcept {
  BUOYANT_ASSERT(!state_->done);
  state_->free_some();
  state_->next = 0;
  state_->replies.assign(commands.size(), Bytes());
  state_->commands = std::move(commands);
  state_->done = std::move(done);
  State::run(state_);
}

std::unique_ptr<SnapshotSource> SessionStateMachine::capture() noexcept {
  std::unique_ptr<SnapshotSource> inner = state_->inner.capture();
  if (inner == nullptr) {
    return nullptr;
  }
  return std::make_unique<sessions::TableSource>(state_->table->freeze(), std::move(inner));
}

std::unique_ptr<SnapshotTarget> SessionStateMachine::install() noexcept {
  std::unique_ptr<SnapshotTarget> inner = state_->inner.install();
  if (inner == nullptr) {
    return nullptr;
  }
  // The target may outlive this, with a worker that hangs; it is not finished then.
  const auto replace = [weak = std::weak_ptr(state_)](std::unique_ptr<Table> table) {
    if (const std::shared_ptr<State> state = weak.lock()) {
      state->retired.push_back(std::exchange(state->table, std::move(table)));
    }
  };
  return std::make_unique<sessions::TableTarget>(state_->options, std::move(inner), replace);
}

std::size_t SessionStateMachine::session_count() const noexcept {
  return state_->table->size();
}

std::uint64_t SessionStateMachine::digest() const noexcept {
  return state_->table->digest();
}

}  // namespace buoyant
