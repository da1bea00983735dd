// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/process/kv_load.h"

#include <algorithm>
#include <cstdlib>
#include <poll.h>
#include <utility>

namespace buoyant::process {

static constexpr auto kRetryAfter = std::chrono::milliseconds(20);
static constexpr int kLoadStepMilliseconds = 2;
/// One call in so many goes to another server than the last one.
static constexpr std::uint64_t kMoveEvery = 16;

static Instant instant_of(Clock::time_point time) {
  return Instant(std::chrono::duration_cast<Duration>(time.time_since_epoch()));
}

KvLoad::KvLoad(KvLoadOptions options, std::vector<std::uint16_t> ports)
    : options_(options),
      calls_(options.calls, options.seed),
      random_(options.seed + 1),
      ports_(std::move(ports)) {
  for (std::uint64_t id = 1; id <= options_.clients; ++id) {
    Client client;
    client.id = id;
    client.writes_in_session = options_.has_sessions && id % 2 == 0;
    clients_.push_back(std::move(client));
  }
}

KvLoad::~KvLoad() {
  is_over_ = true;
  if (thread_.joinable()) {
    thread_.join();
  }
}

void KvLoad::start() {
  thread_ = std::thread([this] { run(); });
}

void KvLoad::set_ports(std::vector<std::uint16_t> ports) {
  const std::lock_guard<std::mutex> lock(ports_mutex_);
  ports_ = std::move(ports);
}

bool KvLoad::wait_acknowledged(std::uint64_t more, Deadline deadline) const {
  const std::uint64_t before = acknowledged_;
  return wait_until(deadline, [&] { return acknowledged_ >= before + more; });
}

bool KvLoad::finish(Deadline deadline) {
  give_up_at_ = deadline.time_since_epoch().count();
  is_sending_ = false;
  if (thread_.joinable()) {
    thread_.join();
  }
  const bool had_outcomes = is_idle();
  for (Client& client : clients_) {
    if (!client.words.empty()) {
      fates_.stuck.push_back(joined(client.words) + " had no outcome at the end");
      end_call(client, std::nullopt);
    }
    client.connection.reset();
  }
  return had_outcomes;
}

void KvLoad::run() {
  while (!is_over_) {
    const bool is_late = Clock::now().time_since_epoch().count() > give_up_at_;
    if (!is_sending_ && (is_idle() || is_late)) {
      return;
    }
    step();
  }
}

bool KvLoad::is_idle() const {
  return std::all_of(clients_.begin(), clients_.end(),
                     [](const Client& client) { return client.words.empty(); });
}

void KvLoad::step() {
  std::vector<pollfd> entries;
  for (Client& client : clients_) {
    advance(client);
    if (client.connection) {
      entries.push_back(client.connection->poll_entry());
    }
  }
  ::poll(entries.data(), entries.size(), kLoadStepMilliseconds);
}

std::uint16_t KvLoad::some_port() {
  const std::lock_guard<std::mutex> lock(ports_mutex_);
  return ports_[random_() % ports_.size()];
}

void KvLoad::advance(Client& client) {
  if (client.words.empty() && is_sending_ && Clock::now() >= client.next_at) {
    begin(client);
  }
  if (client.words.empty() || Clock::now() < client.next_at) {
    return;
  }
  if (!client.is_sent) {
    attempt(client);
    return;
  }
  client.connection->pump();
  if (const auto reply = client.connection->take()) {
    settle(client, *reply);
  } else if (client.connection->is_broken()) {
    fates_.wrong.push_back("no RESP, to " + joined(client.words));
    fail_attempt(client, true);
  } else if (!client.connection->is_open()) {
    fail_attempt(client, true);
  } else if (Clock::now() > client.sent_at + options_.answer_max) {
    fates_.stuck.push_back(joined(client.words) + " had no answer");
    fail_attempt(client, true);
  }
}

bool KvLoad::is_in_session(const Client& client) {
  return client.writes_in_session && !is_read(client.words);
}

void KvLoad::begin(Client& client) {
  client.words = calls_.next();
  client.invoked = Clock::now();
  client.sequence += is_in_session(client) ? 1U : 0U;
  if (random_() % kMoveEvery == 0) {
    leave(client);
  }
}

/// Dials, and sends once there is a connection: what was given to one that is never made would
/// count as unknown.
void KvLoad::attempt(Client& client) {
  if (!client.connection || !client.connection->is_open()) {
    client.port = some_port();
    client.connection.emplace(client.port);
    client.sent_at = Clock::now();
    client.has_set_mode = !options_.read_mode.empty();
    if (client.has_set_mode) {
      client.connection->send({"READMODE", options_.read_mode});
    }
  }
  client.connection->pump();
  if (!client.connection->is_connected()) {
    const bool is_late = Clock::now() > client.sent_at + options_.answer_max;
    if (!client.connection->is_open() || is_late) {
      leave(client);
      client.next_at = within(kRetryAfter);
    }
    return;
  }
  client.is_opening_session = is_in_session(client) && client.session == 0;
  if (client.is_opening_session) {
    client.connection->send({"SESSION.OPEN"});
  } else if (is_in_session(client)) {
    std::vector<std::string> words = {"SESSION.DO", std::to_string(client.session),
                                      std::to_string(client.sequence)};
    words.insert(words.end(), client.words.begin(), client.words.end());
    client.connection->send(words);
  } else {
    client.connection->send(client.words);
  }
  client.connection->pump();
  client.is_sent = true;
  client.sent_at = Clock::now();
}

void KvLoad::settle_opening(Client& client, const RespValue& reply) {
  client.session = std::strtoull(reply.text.c_str(), nullptr, 10);
  if (client.session == 0) {
    fail_attempt(client, false);
    return;
  }
  client.is_sent = false;
}

void KvLoad::settle(Client& client, const RespValue& reply) {
  const bool is_unknown = reply.is_error() && reply.text.starts_with("UNKNOWN");
  if (std::exchange(client.has_set_mode, false)) {
    if (shown(reply) != "+OK") {
      fates_.wrong.push_back(shown(reply) + ", to READMODE");
    }
  } else if (client.is_opening_session) {
    settle_opening(client, reply);
  } else if (!reply.is_error()) {
    end_call(client, shown(reply));
  } else if (reply.text.starts_with("ERR") && is_in_session(client)) {
    // The session is known and its sequence grows: nothing is wrong with the call.
    fates_.wrong.push_back(shown(reply) + ", to " + joined(client.words) + " as " +
                           std::to_string(client.session) + " " + std::to_string(client.sequence));
    client.session = 0;
    end_call(client, std::nullopt);
  } else {
    fail_attempt(client, is_unknown);
  }
}

void KvLoad::fail_attempt(Client& client, bool has_unknown_outcome) {
  leave(client);
  const bool is_tried_again = is_in_session(client);
  if (is_tried_again && Clock::now() < client.invoked + options_.outcome_max) {
    ++fates_.retries;
    client.next_at = within(kRetryAfter);
    return;
  }
  if (is_tried_again) {
    fates_.stuck.push_back(joined(client.words) + " had no outcome");
  }
  if (is_tried_again || has_unknown_outcome) {
    end_call(client, std::nullopt);
  } else {
    ++fates_.refused;
    client.words.clear();
  }
  client.next_at = within(kRetryAfter);
}

void KvLoad::end_call(Client& client, std::optional<std::string> reply) {
  if (reply) {
    ++fates_.acknowledged;
    ++acknowledged_;
  } else {
    ++fates_.unknown;
  }
  // A read without a reply says nothing.
  if (reply || !is_read(client.words)) {
    record(client, std::move(reply), Clock::now());
  }
  client.words.clear();
  client.is_sent = false;
  const auto every =
      std::chrono::nanoseconds(1'000'000'000 * options_.clients / options_.calls_per_second);
  client.next_at = std::max(client.invoked + every, Clock::now());
}

void KvLoad::record(const Client& client, std::optional<std::string> reply,
                    Clock::time_point returned) {
  simulation::Operation operation;
  operation.client = client.id;
  operation.command = Bytes::copy_of(joined(client.words));
  operation.invoked = instant_of(client.invoked);
  if (reply) {
    operation.returned = instant_of(returned);
    operation.reply = Bytes::copy_of(*reply);
  }
  history_.push_back(std::move(operation));
}

void KvLoad::leave(Client& client) {
  client.connection.reset();
  client.is_sent = false;
}

std::string KvLoad::read_all(std::uint16_t port, Deadline deadline) {
  RespClient connection(port);
  for (const std::string& key : calls_.keys()) {
    Client reader;
    reader.words = {"GET", key};
    std::optional<RespValue> reply;
    // A server may have no connection to its leader yet.
    const bool has_reply = wait_until(deadline, [&] {
      reader.invoked = Clock::now();
      reply = connection.ask(reader.words, deadline);
      return reply && !reply->is_error();
    });
    if (!has_reply) {
      return joined(reader.words) + ": " + (reply ? shown(*reply) : "no reply");
    }
    record(reader, shown(*reply), Clock::now());
  }
  return {};
}

std::string judge(const KvLoad& load) {
  const KvFates& fates = load.fates();
  if (!fates.wrong.empty()) {
    return std::to_string(fates.wrong.size()) + " replies are wrong: " + fates.wrong.front();
  }
  if (!fates.stuck.empty()) {
    return std::to_string(fates.stuck.size()) + " calls were stuck: " + fates.stuck.front();
  }
  simulation::History history = load.history();
  std::stable_sort(history.begin(), history.end(), [](const auto& left, const auto& right) {
    return left.invoked < right.invoked;
  });
  const auto found = simulation::check_linearizability(history, kv_specification());
  if (found.violation) {
    return *found.violation;
  }
  return found.undecided.empty() ? "" : "the order was not decided of " + found.undecided.front();
}

}  // namespace buoyant::process
