// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/support/process/echo_load.h"

#include <algorithm>
#include <iterator>
#include <poll.h>
#include <utility>

namespace buoyant::process {

static constexpr auto kRetryAfter = std::chrono::milliseconds(20);
static constexpr auto kStepMax = std::chrono::milliseconds(5);

EchoLoad::EchoLoad(EchoLoadOptions options) : options_(std::move(options)) {
  for (std::size_t round = 0; round < options_.connections_per_port; ++round) {
    for (std::size_t port = 0; port < options_.ports.size(); ++port) {
      connections_.push_back({port, LineClient(options_.ports[port]), {}, {}, {}});
    }
  }
}

void EchoLoad::run_for(Clock::duration duration) {
  const Deadline end = within(duration);
  do {
    step(end);
  } while (Clock::now() < end && !is_done());
}

bool EchoLoad::drain(Deadline deadline) {
  stop_sending();
  while (!is_done() && Clock::now() < deadline) {
    step(deadline);
  }
  const bool is_drained = is_done();
  for (Connection& connection : connections_) {
    give_up(connection);
    std::move(connection.refused.begin(), connection.refused.end(),
              std::back_inserter(fates_.refused));
    connection.refused.clear();
  }
  to_retry_ = 0;
  return is_drained;
}

bool EchoLoad::is_done() const noexcept {
  return outstanding_ == 0 && to_retry_ == 0 && (!is_sending_ || sent_ == options_.lines_max);
}

void EchoLoad::step(Deadline deadline) {
  std::vector<pollfd> entries;
  for (Connection& connection : connections_) {
    reconnect(connection);
    feed(connection);
    connection.client.pump();
    entries.push_back(connection.client.poll_entry());
  }
  ::poll(entries.data(), entries.size(), poll_milliseconds(std::min(deadline, within(kStepMax))));
  for (Connection& connection : connections_) {
    connection.client.pump();
    take_answers(connection);
  }
}

bool EchoLoad::may_send() {
  if (!is_sending_ || sent_ == options_.lines_max) {
    return false;
  }
  if (options_.lines_per_second == 0) {
    return true;
  }
  // What could not be sent in the last tenth of a second is not made up for.
  const auto rate = static_cast<double>(options_.lines_per_second);
  constexpr double kDebtSeconds = 0.1;
  const std::chrono::duration<double> elapsed = Clock::now() - started_;
  const double behind = elapsed.count() - static_cast<double>(sent_) / rate;
  if (behind > kDebtSeconds) {
    started_ += std::chrono::duration_cast<Clock::duration>(
        std::chrono::duration<double>(behind - kDebtSeconds));
  }
  return behind > 0;
}

void EchoLoad::send(Connection& connection, std::string line) {
  connection.client.send_line(line);
  connection.outstanding.push_back({std::move(line), Clock::now()});
  ++outstanding_;
}

void EchoLoad::feed(Connection& connection) {
  const auto has_room = [&] {
    // Lines given to a connection that is never made would count as unknown.
    return connection.client.is_connected() && connection.outstanding.size() < options_.window;
  };
  while (has_room() && !connection.refused.empty() && Clock::now() >= connection.retry_at) {
    ++retries_;
    --to_retry_;
    send(connection, std::move(connection.refused.front()));
    connection.refused.pop_front();
  }
  while (has_room() && connection.refused.empty() && may_send()) {
    send(connection, options_.name + "-" + std::to_string(sent_++) + "-via-" +
                         std::to_string(connection.port + 1));
  }
}

void EchoLoad::take_answers(Connection& connection) {
  while (auto answer = connection.client.take_line()) {
    if (connection.outstanding.empty()) {
      // A refused connection may be told why before anything was sent.
      if (!answer->starts_with("-ERR ")) {
        fates_.wrong.push_back(*answer + " (to nothing)");
      }
    } else {
      settle(connection, *answer);
    }
  }
  if (!connection.client.is_open()) {
    give_up(connection);
  }
}

void EchoLoad::settle(Connection& connection, const std::string& answer) {
  Outstanding oldest = std::move(connection.outstanding.front());
  connection.outstanding.pop_front();
  --outstanding_;
  if (answer == oldest.line) {
    fates_.acknowledged.push_back(oldest.line);
    if (hear_) {
      hear_(connection.port, Clock::now() - oldest.at);
    }
  } else if (answer.starts_with("-ERR ") && options_.retries_refused) {
    connection.refused.push_back(std::move(oldest.line));
    connection.retry_at = within(kRetryAfter);
    ++to_retry_;
  } else if (answer.starts_with("-ERR ")) {
    fates_.refused.push_back(oldest.line);
  } else if (answer.starts_with("-UNKNOWN ")) {
    fates_.unknown.push_back(oldest.line);
  } else {
    fates_.wrong.push_back(answer + " (to " + oldest.line + ")");
  }
}

void EchoLoad::reconnect(Connection& connection) {
  if (!connection.client.is_open() && Clock::now() >= connection.retry_at) {
    connection.client = LineClient(options_.ports[connection.port]);
    connection.retry_at = within(kRetryAfter);
  }
}

void EchoLoad::give_up(Connection& connection) {
  for (Outstanding& lost : connection.outstanding) {
    fates_.unknown.push_back(std::move(lost.line));
    --outstanding_;
  }
  connection.outstanding.clear();
}

}  // namespace buoyant::process
