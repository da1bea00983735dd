// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Clients that number their commands in a session (§6.3): what may have been applied is sent
/// again until its reply is known, so that nearly every outcome is certain.

#include "simulation/client.h"

#include <chrono>
#include <string>
#include <utility>

namespace buoyant::simulation {

namespace {

using std::chrono::milliseconds;

}  // namespace

void Clients::draw_sessions() {
  for (Client& client : clients_) {
    Random random = stream_of(world_.context.plan.seed, Stream::kSessions, client.id);
    client.has_sessions = world_.sessions != nullptr && random.chance(2, 3);
  }
}

Bytes Clients::payload_of(const Client& client) const {
  const ByteView command = client.operation.command.view();
  if (client.way != Way::kSession) {
    return plain(client.operation.command);
  }
  return client.session.is_set() ? sessions::encode_do(client.session, client.sequence, command)
                                 : sessions::encode_open();
}

Bytes Clients::plain(const Bytes& command) const {
  return world_.sessions != nullptr ? sessions::encode_plain(command.view()) : command;
}

void Clients::begin_in_session(Client& client) {
  client.way = Way::kSession;
  ++client.sequence;
  client.undecided = 0;
  if (client.random.chance(1, 50)) {
    // It starts again, and has forgotten everything.
    client.session = {};
  }
}

void Clients::count_attempt(Client& client, const Bytes& payload) {
  world_.ledger.allow_again(payload);
  if (client.session.is_set() && client.undecided++ == 0) {
    client.operation.invoked = world_.context.now();
  }
}

void Clients::again_in_session(Client& client) {
  if (stopped_) {
    if (may_have_effect(client)) {
      finish_unknown(client);
    } else {
      finish_refused(client);
    }
    return;
  }
  const Duration pause = client.random.between(milliseconds(1), milliseconds(200));
  const std::uint64_t attempt = ++client.attempt;
  world_.context.timeline.post(pause, [this, &client, attempt] {
    if (client.waits && client.attempt == attempt) {
      try_once(client);
    }
  });
}

void Clients::on_session_outcome(Client& client, std::uint64_t attempt,
                                 const sessions::Frame& frame, const Result<Applied>& outcome) {
  const bool opens = frame.kind == sessions::Kind::kOpen;
  const bool is_present = client.waits && client.way == Way::kSession &&
                          client.session == frame.session &&
                          (opens || client.sequence == frame.sequence);
  if (outcome && opens) {
    on_opened(client, is_present, *outcome);
  } else if (outcome) {
    on_session_reply(client, is_present, frame, *outcome);
  } else if (is_present) {
    const bool certain = outcome.error().outcome() == Outcome::kNotCommitted;
    if (certain && !opens && --client.undecided == 0) {
      // Until it is sent again.
      world_.ledger.refuse(payload_of(client));
    }
    if (client.attempt == attempt) {
      again_in_session(client);
    }
  }
}

void Clients::on_opened(Client& client, bool is_present, const Applied& applied) {
  const Result<SessionId> session = sessions::decode_open_reply(applied.reply);
  if (!session) {
    world_.sessions->violate("a session is not opened");
    return;
  }
  ++world_.context.totals.sessions;
  world_.sessions->check_opened(*session, applied.position.index);
  if (is_present) {
    client.session = *session;
    // An attempt under way was another opening.
    ++client.attempt;
    try_once(client);
  }
}

void Clients::on_session_reply(Client& client, bool is_present, const sessions::Frame& frame,
                               const Applied& applied) {
  const Result<Bytes> reply = sessions::decode_do_reply(applied.reply);
  if (reply) {
    world_.sessions->check_reply(frame.session, frame.sequence, *reply);
  }
  if (!is_present) {
    return;
  }
  if (reply) {
    finish_committed(client, {.position = applied.position, .reply = *reply});
    return;
  }
  const Errc error = reply.error().code();
  if (error == Errc::kSessionExpired) {
    ++world_.context.totals.expired;
    client.session = {};
    // This attempt did nothing; whether another one did is not known any more.
    if (--client.undecided > 0) {
      finish_unknown(client);
    } else {
      finish_refused(client);
    }
  } else if (error == Errc::kTooLarge) {
    // Another attempt was applied; its reply is gone.
    finish_unknown(client);
  } else {
    world_.sessions->violate("the newest number of session " +
                             std::to_string(frame.session.value()) + " is answered with " +
                             reply.error().message());
  }
}

}  // namespace buoyant::simulation
