// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Clients of buoyant-echo that send unique lines over many connections and remember what
/// became of each line. One thread: time passes for them only in step().
#pragma once

#include "tests/support/process/deadline.h"
#include "tests/support/process/line_client.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <vector>

namespace buoyant::process {

struct EchoLoadOptions {
  /// One for each server.
  std::vector<std::uint16_t> ports;
  std::size_t connections_per_port = 2;
  /// Lines that a connection has unanswered at most.
  std::size_t window = 8;
  /// Lines in all; no further ones are made.
  std::uint64_t lines_max = ~std::uint64_t{0};
  /// 0: as fast as it goes.
  std::uint64_t lines_per_second = 0;
  /// Lines answered with -ERR are sent again a little later: they are certainly not in the log.
  bool retries_refused = false;
  /// Makes lines of different loads different; no spaces.
  std::string name = "line";
};

/// What became of the lines.
struct EchoFates {
  std::vector<std::string> acknowledged;
  /// Answered with -ERR: certainly not in the log.
  std::vector<std::string> refused;
  /// Answered with -UNKNOWN, or the connection ended before an answer.
  std::vector<std::string> unknown;
  /// Answers that are none: each is an error of the server.
  std::vector<std::string> wrong;
};

class EchoLoad {
 public:
  explicit EchoLoad(EchoLoadOptions options);

  /// Called for each line that comes back: which port it was, and how long it took.
  void on_acknowledged(std::function<void(std::size_t port, Clock::duration)> hear) {
    hear_ = std::move(hear);
  }

  /// Sends and receives for about so long.
  void run_for(Clock::duration duration);

  /// Makes no further lines.
  void stop_sending() noexcept { is_sending_ = false; }

  /// Goes on without new lines until each has its fate. False: some have none in time; they
  /// count as unknown, or as refused when they waited to be sent again.
  bool drain(Deadline deadline);

  [[nodiscard]] const EchoFates& fates() const noexcept { return fates_; }

  /// Lines made so far.
  [[nodiscard]] std::uint64_t sent() const noexcept { return sent_; }

  /// Lines sent again so far, each time counted.
  [[nodiscard]] std::uint64_t retries() const noexcept { return retries_; }

  /// Lines that wait for an answer.
  [[nodiscard]] std::uint64_t outstanding() const noexcept { return outstanding_; }

  /// Every line that will be made has its fate.
  [[nodiscard]] bool is_done() const noexcept;

 private:
  struct Outstanding {
    std::string line;
    Clock::time_point at;
  };

  struct Connection {
    std::size_t port = 0;
    LineClient client;
    std::deque<Outstanding> outstanding;
    /// Not before: dials again, sends refused lines again.
    Clock::time_point retry_at;
    std::deque<std::string> refused;
  };

  void step(Deadline deadline);
  void feed(Connection& connection);
  void take_answers(Connection& connection);
  void settle(Connection& connection, const std::string& answer);
  void reconnect(Connection& connection);
  void give_up(Connection& connection);
  void send(Connection& connection, std::string line);
  [[nodiscard]] bool may_send();

  EchoLoadOptions options_;
  std::vector<Connection> connections_;
  std::function<void(std::size_t, Clock::duration)> hear_;
  EchoFates fates_;
  std::uint64_t sent_ = 0;
  std::uint64_t outstanding_ = 0;
  std::uint64_t to_retry_ = 0;
  std::uint64_t retries_ = 0;
  bool is_sending_ = true;
  Clock::time_point started_ = Clock::now();
};

}  // namespace buoyant::process
