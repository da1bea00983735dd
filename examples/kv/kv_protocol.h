// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The requests of one connection, and what each of them needs.
///
/// Any number of them may be open. A read sees what the requests before it on its connection did,
/// and nothing of what those behind it do: it is answered after the writes that were open, and
/// writes wait until the reads before them are answered. What is answered from here at once -
/// stale reads, RAFT.STATUS, PING and the like - waits for nothing.
///
/// No request waits longer than kPatience election timeouts for its answer. Of reads and writes the
/// node sees to that; what takes as long as it takes - a change of members, a snapshot - goes on
/// then, but its client is told that the outcome is unknown.
#pragma once

#include "examples/common/connection.h"
#include "examples/common/protocol.h"
#include "examples/kv/command_table.h"
#include "examples/kv/connection_commands.h"
#include "examples/kv/kv_state.h"
#include "examples/kv/log_command.h"
#include "examples/kv/replication.h"
#include "examples/kv/resp_reader.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kv {

class KvProtocol final : public example::Protocol {
 public:
  KvProtocol(example::Connection& connection, Replication& replication, const KvState& replicated,
             std::uint64_t election_ms)
      : connection_(connection),
        replication_(replication),
        replicated_(replicated),
        election_ms_(election_ms) {}

  void append(std::string_view bytes) override { reader_.append(bytes); }

  bool take() override;

  [[nodiscard]] std::size_t pending_bytes() const override { return reader_.pending_bytes(); }

  /// Reads that waited for room are answered.
  void on_room() override;

  void on_alarm() override;

 private:
  /// In election timeouts.
  static constexpr std::uint64_t kPatience = 5;

  using Words = std::vector<std::string_view>;

  /// A read that was not answered; the bytes are its operation.
  struct Read {
    std::string bytes;
    Answer answer;
  };

  /// A request that the node may take long for. Null: it was answered.
  struct Slow {
    std::uint64_t until_ms = 0;
    std::weak_ptr<Answer> answer;
  };

  bool run(const Words& words);
  void run_raft(const Words& words);
  void forget_answered();
  bool run_operation(const Words& words);
  bool run_session_command(const Words& words);
  bool write(const Words& words, const LogCommand& command);
  void read(const Words& words, const Operation& operation);
  void on_written();
  void on_readable(std::shared_ptr<Read> read, const std::optional<std::string>& error);
  void answer_reads();
  void answer_first_read();
  [[nodiscard]] bool has_waited_too_long() const;
  Answer answer_to(const Words& words);

  example::Connection& connection_;
  Replication& replication_;
  const KvState& replicated_;
  const std::uint64_t election_ms_;
  RespReader reader_;
  ConnectionState state_;
  std::size_t writes_open_ = 0;
  std::size_t reads_open_ = 0;
  /// Reads that only wait for the writes before them, and for room for their answers: a short
  /// request may have a long one.
  std::deque<std::shared_ptr<Read>> readable_;
  /// Oldest first, which was not answered, if any. The bound is that of open requests.
  std::deque<Slow> slow_;
  /// Since when a request waits for those before it, or did before those that are here.
  std::optional<std::uint64_t> waits_since_ms_;
};

}  // namespace kv
