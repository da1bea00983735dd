// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/kv/log_command.h"

#include "buoyant/sessions.h"
#include "examples/kv/command_table.h"
#include "examples/kv/resp_writer.h"
#include "examples/kv/translate.h"

#include <charconv>
#include <cstdint>
#include <optional>

namespace kv {

namespace {

using Words = std::vector<std::string_view>;

std::string error_text(const buoyant::Error& error) {
  return resp::error(std::string("ERR ") + error.message());
}

std::string read_plain(const buoyant::Bytes& reply) {
  return std::string(reply.text());
}

std::string read_opened(const buoyant::Bytes& reply) {
  const auto session = buoyant::sessions::decode_open_reply(reply);
  return session ? resp::integer(static_cast<std::int64_t>(session->value()))
                 : error_text(session.error());
}

std::string read_done(const buoyant::Bytes& reply) {
  const auto done = buoyant::sessions::decode_do_reply(reply);
  return done ? std::string(done->text()) : error_text(done.error());
}

std::string read_closed(const buoyant::Bytes& reply) {
  const auto closed = buoyant::sessions::decode_close_reply(reply);
  return closed ? std::string(resp::kOk) : error_text(closed.error());
}

/// Above zero.
std::optional<std::uint64_t> positive_number(std::string_view text) {
  std::uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  return error == std::errc() && stop == end && value > 0 ? std::optional(value) : std::nullopt;
}

/// The operation of a command inside of SESSION.DO.
std::variant<Operation, std::string> inner_operation(const Words& words) {
  const CommandSpec* const command = find_command(words[0]);
  if (command == nullptr || command->kind != CommandKind::kOperation) {
    return resp::error("ERR only commands on data can be done in a session");
  }
  if (words.size() < command->words_min || words.size() > command->words_max) {
    return resp::error("ERR wrong number of arguments for the command in the session");
  }
  return to_operation(words);
}

std::variant<LogCommand, std::string> do_command(std::uint64_t session, const Words& words) {
  const auto sequence = positive_number(words[2]);
  if (!sequence) {
    return resp::error("ERR the sequence is not a number above zero");
  }
  const auto translation = inner_operation(Words(words.begin() + 3, words.end()));
  const auto* const operation = std::get_if<Operation>(&translation);
  if (operation == nullptr) {
    return std::get<std::string>(translation);
  }
  LogCommand command{{}, read_done};
  buoyant::sessions::begin_do(buoyant::SessionId(session), *sequence, command.bytes);
  encode(*operation, command.bytes);
  return command;
}

}  // namespace

LogCommand plain_command(const Operation& operation) {
  LogCommand command{{}, read_plain};
  buoyant::sessions::begin_plain(command.bytes);
  encode(operation, command.bytes);
  return command;
}

std::variant<LogCommand, std::string> session_command(const Words& words) {
  if (words.size() == 1) {
    return LogCommand{std::string(buoyant::sessions::encode_open().text()), read_opened};
  }
  const auto session = positive_number(words[1]);
  if (!session) {
    return resp::error("ERR the session is not a number above zero");
  }
  if (words.size() > 2) {
    return do_command(*session, words);
  }
  const buoyant::SessionId id(*session);
  return LogCommand{std::string(buoyant::sessions::encode_close(id).text()), read_closed};
}

}  // namespace kv
