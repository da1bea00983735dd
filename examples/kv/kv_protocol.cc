// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/kv/kv_protocol.h"

#include "examples/kv/execute.h"
#include "examples/kv/log_command.h"
#include "examples/kv/operation.h"
#include "examples/kv/raft_commands.h"
#include "examples/kv/resp_writer.h"
#include "examples/kv/translate.h"

#include <numeric>
#include <utility>
#include <variant>

namespace kv {

namespace {

/// An unknown command is shown as far as it may be a name.
constexpr std::size_t kShownBytesMax = 64;

std::string shown(std::string_view name) {
  return "'" + std::string(name.substr(0, kShownBytesMax)) + "'";
}

}  // namespace

bool KvProtocol::take() {
  const Words* const words = reader_.front();
  if (words != nullptr) {
    run(*words);
    reader_.pop();
  } else if (!reader_.error().empty()) {
    connection_.refuse(resp::error(reader_.error()));
  }
  return words != nullptr;
}

/// The client may be gone when the answer comes.
Answer KvProtocol::answer_to(const Words& words) {
  const std::size_t bytes =
      std::accumulate(words.begin(), words.end(), std::size_t{0},
                      [](std::size_t sum, std::string_view word) { return sum + word.size(); });
  return [weak = connection_.weak_from_this(),
          ticket = connection_.open(bytes)](const std::string& text) {
    if (const auto connection = weak.lock()) {
      connection->answer(ticket, text);
    }
  };
}

void KvProtocol::run(const Words& words) {
  const Answer answer = answer_to(words);
  const CommandSpec* const command = find_command(words[0]);
  if (command == nullptr) {
    answer(resp::error("ERR unknown command " + shown(words[0])));
  } else if (words.size() < command->words_min || words.size() > command->words_max) {
    answer(resp::error("ERR wrong number of arguments for " + shown(words[0]) + " command"));
  } else if (command->kind == CommandKind::kOperation) {
    run_operation(words, answer);
  } else if (command->kind == CommandKind::kSession) {
    run_session_command(words, answer);
  } else if (command->kind == CommandKind::kRaft) {
    run_raft_command(words, replication_, replicated_, answer);
  } else {
    answer(answer_connection_command(words, state_, replication_.node()));
    if (state_.is_quitting) {
      connection_.end();
    }
  }
}

void KvProtocol::run_operation(const Words& words, const Answer& answer) {
  const auto translation = to_operation(words);
  const auto* const operation = std::get_if<Operation>(&translation);
  if (operation == nullptr) {
    answer(std::get<std::string>(translation));
    return;
  }
  if (is_read(operation->code) && state_.read_mode == ReadMode::kStale) {
    answer(execute_read(*operation, replicated_.map()));
    return;
  }
  replication_.write(plain_command(*operation), answer);
}

void KvProtocol::run_session_command(const Words& words, const Answer& answer) {
  const auto command = session_command(words);
  if (const auto* const error = std::get_if<std::string>(&command)) {
    answer(*error);
  } else {
    replication_.write(std::get<LogCommand>(command), answer);
  }
}

}  // namespace kv
