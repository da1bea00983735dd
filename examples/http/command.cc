// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/http/command.h"

#include "buoyant/base/bytes.h"
#include "buoyant/base/little_endian.h"

#include <cstddef>

namespace http {

namespace {

constexpr std::size_t kNumberBytes = 8;
constexpr std::size_t kLengthBytes = 4;
constexpr std::size_t kHeadBytes = 2 + kNumberBytes + kLengthBytes;

void append_number(std::string& bytes, std::uint64_t number) {
  const std::size_t at = bytes.size();
  bytes.resize(at + kNumberBytes);
  buoyant::store_le64(reinterpret_cast<std::byte*>(bytes.data() + at), number);
}

std::uint64_t number_at(std::string_view bytes) {
  return buoyant::load_le64(buoyant::view_of(bytes).data());
}

bool is_code(char byte) {
  return byte >= static_cast<char>(Code::kPut) && byte <= static_cast<char>(Code::kIncrement);
}

bool is_condition(char byte) {
  return byte >= 0 && byte <= static_cast<char>(Condition::Kind::kVersion);
}

}  // namespace

std::string encode(const Command& command) {
  std::string bytes = {static_cast<char>(command.code), static_cast<char>(command.condition.kind)};
  append_number(bytes, command.condition.version);
  const std::size_t at = bytes.size();
  bytes.resize(at + kLengthBytes);
  buoyant::store_le32(reinterpret_cast<std::byte*>(bytes.data() + at),
                      static_cast<std::uint32_t>(command.key.size()));
  return bytes.append(command.key).append(command.value);
}

std::optional<Command> decode_command(std::string_view bytes) {
  if (bytes.size() < kHeadBytes || !is_code(bytes[0]) || !is_condition(bytes[1])) {
    return std::nullopt;
  }
  const std::size_t key_bytes =
      buoyant::load_le32(buoyant::view_of(bytes.substr(2 + kNumberBytes)).data());
  const std::string_view rest = bytes.substr(kHeadBytes);
  if (key_bytes > rest.size()) {
    return std::nullopt;
  }
  return Command{static_cast<Code>(bytes[0]),
                 {static_cast<Condition::Kind>(bytes[1]), number_at(bytes.substr(2))},
                 rest.substr(0, key_bytes),
                 rest.substr(key_bytes)};
}

std::string encode(const Reply& reply) {
  std::string bytes = {static_cast<char>(reply.outcome)};
  append_number(bytes, reply.number);
  return bytes;
}

std::optional<Reply> decode_reply(std::string_view bytes) {
  const bool is_reply = bytes.size() == 1 + kNumberBytes &&
                        bytes[0] >= static_cast<char>(Outcome::kCreated) &&
                        bytes[0] <= static_cast<char>(Outcome::kNonsense);
  if (!is_reply) {
    return std::nullopt;
  }
  return Reply{static_cast<Outcome>(bytes[0]), number_at(bytes.substr(1))};
}

}  // namespace http
