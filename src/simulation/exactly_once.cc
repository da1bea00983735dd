// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "simulation/exactly_once.h"

#include "buoyant/base/checksum.h"
#include "simulation/draw.h"

#include <algorithm>

namespace buoyant::simulation {

namespace {

std::string name_of(SessionId session, std::uint64_t sequence) {
  return "number " + std::to_string(sequence) + " of session " + std::to_string(session.value());
}

std::string at(Index index) {
  return "index " + std::to_string(index.value());
}

}  // namespace

void ExactlyOnce::check_command(ServerId server, Index index, const sessions::Frame& frame,
                                bool applied) {
  const std::string who = "server " + std::to_string(server.value());
  const std::string name = name_of(frame.session, frame.sequence);
  if (const auto [known, is_new] = is_applied_.emplace(index, applied); known->second != applied) {
    violate(who + (applied ? " applies " : " does not apply ") + name + " at " + at(index) +
            ", unlike another one");
  }
  if (!applied) {
    return;
  }
  const auto [known, is_new] = applied_at_.emplace(Name(frame.session, frame.sequence), index);
  if (known->second != index) {
    violate(who + " applies " + name + " at " + at(index) + " that is applied at " +
            at(known->second));
  }
}

void ExactlyOnce::check_reply(SessionId session, std::uint64_t sequence, const Bytes& reply) {
  const std::uint64_t sum = checksum(reply.view());
  const auto [known, is_new] =
      replies_.emplace(Name(session, sequence), Reply{.checksum = sum, .size = reply.size()});
  if (known->second.checksum != sum) {
    violate("two replies are given to " + name_of(session, sequence));
  }
}

void ExactlyOnce::check_without_reply(SessionId session, std::uint64_t sequence, Errc why) {
  const SessionOptions large;
  const bool may_expire = options_.sessions_max < large.sessions_max ||
                          options_.replies_bytes_max < large.replies_bytes_max ||
                          options_.idle_entries_max < large.idle_entries_max;
  if (why == Errc::kSessionExpired && !may_expire) {
    violate("the session of " + name_of(session, sequence) + " expired within its bounds");
  }
  const auto known = replies_.find(Name(session, sequence));
  if (why == Errc::kTooLarge && known != replies_.end() &&
      known->second.size < options_.reply_bytes_max) {
    violate("the reply to " + name_of(session, sequence) + " is not kept within its bounds");
  }
}

void ExactlyOnce::check_opened(SessionId session, Index index) {
  if (session.value() != index.value()) {
    violate("session " + std::to_string(session.value()) + " is opened at " + at(index));
  }
}

/// The user's state machine as the sessions see it.
class SessionedMachine::Inner final : public StateMachine {
 public:
  Inner(SessionedMachine& machine, std::unique_ptr<StateMachine> user)
      : machine_(machine), user_(std::move(user)) {}

  void apply(std::vector<Command> commands, ApplyDone done) noexcept override {
    for (const Command& command : commands) {
      machine_.look_at(command);
    }
    user_->apply(std::move(commands), std::move(done));
  }

  std::unique_ptr<SnapshotSource> capture() noexcept override { return user_->capture(); }

  std::unique_ptr<SnapshotTarget> install() noexcept override { return user_->install(); }

 private:
  SessionedMachine& machine_;
  std::unique_ptr<StateMachine> user_;
};

SessionedMachine::SessionedMachine(ServerId server, ExactlyOnce& once,
                                   std::unique_ptr<StateMachine> user)
    : server_(server),
      once_(once),
      inner_(std::make_unique<Inner>(*this, std::move(user))),
      machine_(*inner_, once.options()) {}

SessionedMachine::~SessionedMachine() = default;

void SessionedMachine::apply(std::vector<Command> commands, ApplyDone done) noexcept {
  batch_.clear();
  for (const Command& command : commands) {
    if (auto frame = sessions::read_frame(command.payload)) {
      batch_.push_back({.index = command.index, .frame = std::move(*frame)});
    } else {
      once_.violate("a command that no client made is applied at " + at(command.index));
      batch_.push_back({.index = command.index, .frame = {}});
    }
  }
  machine_.apply(std::move(commands),
                 ApplyDone([this, done = std::move(done)](std::vector<Bytes> replies) mutable {
                   settle(replies);
                   done(std::move(replies));
                 }));
}

void SessionedMachine::look_at(const Command& command) {
  const auto given = std::find_if(batch_.begin(), batch_.end(),
                                  [&](const Given& one) { return one.index == command.index; });
  if (given == batch_.end() || given->is_applied ||
      given->frame.command.text() != command.payload.text()) {
    once_.violate("server " + std::to_string(server_.value()) +
                  " applies what it was not given, or applies it twice, at " + at(command.index));
    return;
  }
  given->is_applied = true;
}

void SessionedMachine::settle(const std::vector<Bytes>& replies) {
  for (std::size_t i = 0; i < batch_.size() && i < replies.size(); ++i) {
    const Given& given = batch_[i];
    if (given.frame.kind != sessions::Kind::kDo) {
      continue;
    }
    once_.check_command(server_, given.index, given.frame, given.is_applied);
    if (const Result<Bytes> reply = sessions::decode_do_reply(replies[i])) {
      once_.totals().repeats += given.is_applied ? 0U : 1U;
      once_.check_reply(given.frame.session, given.frame.sequence, *reply);
    } else {
      once_.check_without_reply(given.frame.session, given.frame.sequence, reply.error().code());
    }
  }
}

std::unique_ptr<SnapshotSource> SessionedMachine::capture() noexcept {
  return machine_.capture();
}

std::unique_ptr<SnapshotTarget> SessionedMachine::install() noexcept {
  return machine_.install();
}

SessionOptions draw_session_options(std::uint64_t seed) {
  Random random = stream_of(seed, Stream::kSessions);
  const bool few = random.chance(1, 4);
  const bool short_replies = random.chance(1, 4);
  const bool soon_idle = random.chance(1, 4);
  const std::uint64_t sessions = draw_from(random, 1, 8);
  const std::uint64_t reply_bytes = std::uint64_t{16} << random.below(8);
  const std::uint64_t replies = draw_from(random, 1, 4);
  const std::uint64_t idle = std::uint64_t{4} << random.below(8);
  SessionOptions options;
  if (few) {
    options.sessions_max = sessions;
  }
  if (short_replies) {
    options.reply_bytes_max = reply_bytes;
    options.replies_bytes_max = reply_bytes * replies;
  }
  if (soon_idle) {
    options.idle_entries_max = idle;
  }
  return options;
}

}  // namespace buoyant::simulation
