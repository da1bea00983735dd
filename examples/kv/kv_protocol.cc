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

constexpr std::string_view kWaitedTooLong =
    "BUSY the requests before this one on its connection took too long";
constexpr std::string_view kTakesLong = "UNKNOWN it is still under way";

std::string shown(std::string_view name) {
  return "'" + std::string(name.substr(0, kShownBytesMax)) + "'";
}

}  // namespace

bool KvProtocol::take() {
  const Words* const words = reader_.front();
  if (words == nullptr) {
    waits_since_ms_.reset();
    if (!reader_.error().empty()) {
      connection_.refuse(resp::error(reader_.error()));
    }
    return false;
  }
  if (!run(*words)) {
    waits_since_ms_ = waits_since_ms_.value_or(connection_.now_ms());
    return false;
  }
  reader_.pop();
  return true;
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

/// False: it has to wait for those before it.
bool KvProtocol::run(const Words& words) {
  const CommandSpec* const command = find_command(words[0]);
  if (command == nullptr) {
    answer_to(words)(resp::error("ERR unknown command " + shown(words[0])));
    return true;
  }
  if (words.size() < command->words_min || words.size() > command->words_max) {
    answer_to(words)(
        resp::error("ERR wrong number of arguments for " + shown(words[0]) + " command"));
    return true;
  }
  switch (command->kind) {
    case CommandKind::kOperation:
      return run_operation(words);
    case CommandKind::kSession:
      return run_session_command(words);
    case CommandKind::kRaft:
      run_raft(words);
      return true;
    case CommandKind::kConnection:
      break;
  }
  answer_to(words)(answer_connection_command(words, state_, replication_.node()));
  if (state_.is_quitting) {
    connection_.end();
  }
  return true;
}

bool KvProtocol::run_operation(const Words& words) {
  const auto translation = to_operation(words);
  const auto* const operation = std::get_if<Operation>(&translation);
  if (operation == nullptr) {
    answer_to(words)(std::get<std::string>(translation));
    return true;
  }
  if (!is_read(operation->code)) {
    return write(words, plain_command(*operation));
  }
  read(words, *operation);
  return true;
}

bool KvProtocol::run_session_command(const Words& words) {
  const auto command = session_command(words);
  if (const auto* const error = std::get_if<std::string>(&command)) {
    answer_to(words)(*error);
    return true;
  }
  return write(words, std::get<LogCommand>(command));
}

// Commands for the node.

void KvProtocol::run_raft(const Words& words) {
  const auto open = std::make_shared<Answer>(answer_to(words));
  run_raft_command(words, replication_, replicated_, [open](std::string text) {
    if (const Answer answer = std::exchange(*open, nullptr)) {
      answer(std::move(text));
    }
  });
  if (*open == nullptr) {
    return;
  }
  forget_answered();
  slow_.push_back({connection_.now_ms() + kPatience * election_ms_, open});
  if (slow_.size() == 1) {
    connection_.set_alarm(slow_.front().until_ms);
  }
}

void KvProtocol::on_alarm() {
  while (!slow_.empty() && slow_.front().until_ms <= connection_.now_ms()) {
    const auto open = slow_.front().answer.lock();
    slow_.pop_front();
    if (const Answer answer = open == nullptr ? nullptr : std::exchange(*open, nullptr)) {
      answer(resp::error(kTakesLong));
    }
  }
  forget_answered();
  if (!slow_.empty()) {
    connection_.set_alarm(slow_.front().until_ms);
  }
}

void KvProtocol::forget_answered() {
  const auto is_answered = [](const Slow& slow) {
    const auto open = slow.answer.lock();
    return open == nullptr || *open == nullptr;
  };
  while (!slow_.empty() && is_answered(slow_.front())) {
    slow_.pop_front();
  }
}

// Writes.

bool KvProtocol::has_waited_too_long() const {
  // The node's own deadlines are kPatience election timeouts: what waited before should be little.
  return waits_since_ms_ && connection_.now_ms() - *waits_since_ms_ > election_ms_ / 4;
}

bool KvProtocol::write(const Words& words, const LogCommand& command) {
  if (reads_open_ > 0) {
    return false;
  }
  const Answer answer = answer_to(words);
  if (has_waited_too_long()) {
    answer(resp::error(kWaitedTooLong));
    return true;
  }
  writes_open_ += 1;
  replication_.write(command,
                     [this, weak = connection_.weak_from_this(), answer](const std::string& text) {
                       if (const auto connection = weak.lock()) {
                         answer(text);
                         on_written();
                       }
                     });
  return true;
}

void KvProtocol::on_written() {
  writes_open_ -= 1;
  answer_reads();
}

// Reads.

void KvProtocol::read(const Words& words, const Operation& operation) {
  const Answer answer = answer_to(words);
  if (state_.read_mode == ReadMode::kStale) {
    answer(execute_read(operation, replicated_.map()));
    return;
  }
  if (has_waited_too_long()) {
    answer(resp::error(kWaitedTooLong));
    return;
  }
  auto open = std::make_shared<Read>(Read{{}, answer});
  encode(operation, open->bytes);
  reads_open_ += 1;
  replication_.read(state_.read_mode, [this, weak = connection_.weak_from_this(),
                                       open](const std::optional<std::string>& error) {
    if (const auto connection = weak.lock()) {
      on_readable(open, error);
    }
  });
}

void KvProtocol::on_readable(std::shared_ptr<Read> read, const std::optional<std::string>& error) {
  if (error) {
    reads_open_ -= 1;
    read->answer(*error);
  } else {
    readable_.push_back(std::move(read));
    answer_reads();
  }
}

/// Later than they might be is as good: what they show is newer, and nothing of the writes behind
/// them, which wait until no read is open.
void KvProtocol::answer_reads() {
  while (!readable_.empty() && writes_open_ == 0 && connection_.has_room_for_answers()) {
    answer_first_read();
  }
}

void KvProtocol::on_room() {
  // What is there and cannot be written may wait for the answer to just this one.
  if (connection_.is_idle() && !readable_.empty() && writes_open_ == 0) {
    answer_first_read();
  }
  answer_reads();
}

void KvProtocol::answer_first_read() {
  const std::shared_ptr<Read> read = std::move(readable_.front());
  readable_.pop_front();
  reads_open_ -= 1;
  read->answer(execute_read(*decode(read->bytes), replicated_.map()));
}

}  // namespace kv
