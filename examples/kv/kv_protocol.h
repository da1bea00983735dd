// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The requests of one connection, and what each of them needs.
#pragma once

#include "examples/common/connection.h"
#include "examples/common/protocol.h"
#include "examples/kv/command_table.h"
#include "examples/kv/connection_commands.h"
#include "examples/kv/kv_state.h"
#include "examples/kv/replication.h"
#include "examples/kv/resp_reader.h"

#include <string>
#include <string_view>
#include <vector>

namespace kv {

class KvProtocol final : public example::Protocol {
 public:
  KvProtocol(example::Connection& connection, Replication& replication, const KvState& replicated)
      : connection_(connection), replication_(replication), replicated_(replicated) {}

  void append(std::string_view bytes) override { reader_.append(bytes); }

  bool take() override;

  [[nodiscard]] std::size_t pending_bytes() const override { return reader_.pending_bytes(); }

 private:
  using Words = std::vector<std::string_view>;

  void run(const Words& words);
  void run_operation(const Words& words, const Answer& answer);
  void run_session_command(const Words& words, const Answer& answer);
  Answer answer_to(const Words& words);

  example::Connection& connection_;
  Replication& replication_;
  const KvState& replicated_;
  RespReader reader_;
  ConnectionState state_;
};

}  // namespace kv
