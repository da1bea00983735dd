// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A key-value server of one process and no disk, right or wrong as told: what the load and the
/// judge of the process tests are tested against.
#pragma once

#include "tests/support/process/resp.h"

#include <atomic>
#include <cstdint>
#include <list>
#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace buoyant::process {

struct FakeKvFaults {
  /// Every so many writes the connection ends after the write, before the reply; 0: never.
  std::uint64_t lose_reply_every = 0;
  /// Every so many writes are refused with -BUSY; 0: never.
  std::uint64_t refuse_every = 0;
  /// Wrong: a call in a session that is sent again is applied again.
  bool applies_again = false;
  /// Wrong: every so many writes are acknowledged and not done; 0: never.
  std::uint64_t forget_every = 0;
  /// Wrong: every so many writes that are refused are done nevertheless; 0: never.
  std::uint64_t apply_refused_every = 0;
  /// Wrong: reads see what was there before the last write of any key.
  bool reads_are_old = false;
};

class FakeKv {
 public:
  explicit FakeKv(FakeKvFaults faults);
  FakeKv(const FakeKv&) = delete;
  FakeKv& operator=(const FakeKv&) = delete;
  ~FakeKv();

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

 private:
  struct Connection {
    int socket = -1;
    std::string received;
    RespReader reader;
  };

  void run();
  bool serve(Connection& connection);
  /// Empty: the connection ends.
  std::string answer(const std::vector<std::string>& words);
  std::string answer_in_session(const std::vector<std::string>& words);
  std::string answer_write(const std::vector<std::string>& words);
  std::string apply(const std::vector<std::string>& words);

  FakeKvFaults faults_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::list<Connection> connections_;
  std::map<std::string, std::string> values_;
  std::map<std::string, std::string> values_before_;
  /// The last sequence and its reply, of each session.
  std::map<std::uint64_t, std::pair<std::uint64_t, std::string>> sessions_;
  std::uint64_t writes_ = 0;
  std::atomic<bool> is_stopping_{false};
  std::thread thread_;
};

}  // namespace buoyant::process
