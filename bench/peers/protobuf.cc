// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "bench/peers/protobuf.h"

namespace buoyant::bench::protobuf {

namespace {

enum class Kind : std::uint8_t { kNumber = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

void put_varint(std::string& message, std::uint64_t value) {
  while (value >= 0x80) {
    message += static_cast<char>(static_cast<std::uint8_t>(value | 0x80U));
    value >>= 7U;
  }
  message += static_cast<char>(static_cast<std::uint8_t>(value));
}

/// Takes it from the front. Nothing: it does not end.
std::optional<std::uint64_t> take_varint(std::string_view& message) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64 && !message.empty(); shift += 7) {
    const auto byte = static_cast<std::uint8_t>(message.front());
    message.remove_prefix(1);
    value |= std::uint64_t{byte & 0x7FU} << shift;
    if ((byte & 0x80U) == 0) {
      return value;
    }
  }
  return std::nullopt;
}

struct Field {
  unsigned number = 0;
  Kind kind = Kind::kNumber;
  std::uint64_t value = 0;
  std::string_view bytes;
};

/// Takes one from the front. Nothing: there is none, or it is damaged.
std::optional<Field> take_field(std::string_view& message) {
  const auto tag = take_varint(message);
  if (!tag) {
    return std::nullopt;
  }
  Field field;
  field.number = static_cast<unsigned>(*tag >> 3U);
  field.kind = static_cast<Kind>(*tag & 7U);
  std::uint64_t size = 0;
  switch (field.kind) {
    case Kind::kNumber: {
      const auto value = take_varint(message);
      field.value = value.value_or(0);
      return value ? std::optional(field) : std::nullopt;
    }
    case Kind::kFixed64:
      size = 8;
      break;
    case Kind::kFixed32:
      size = 4;
      break;
    case Kind::kBytes: {
      const auto length = take_varint(message);
      size = length.value_or(message.size() + 1);
      break;
    }
    default:
      return std::nullopt;
  }
  if (size > message.size()) {
    return std::nullopt;
  }
  field.bytes = message.substr(0, size);
  message.remove_prefix(size);
  return field;
}

std::optional<Field> find(std::string_view message, unsigned number, Kind kind) {
  std::optional<Field> found;
  while (!message.empty()) {
    const auto field = take_field(message);
    if (!field) {
      return std::nullopt;
    }
    if (field->number == number && field->kind == kind) {
      found = field;
    }
  }
  return found;
}

}  // namespace

void put_bytes(std::string& message, unsigned number, std::string_view bytes) {
  put_varint(message, (number << 3U) | static_cast<unsigned>(Kind::kBytes));
  put_varint(message, bytes.size());
  message.append(bytes);
}

std::optional<std::uint64_t> find_number(std::string_view message, unsigned number) {
  const auto field = find(message, number, Kind::kNumber);
  return field ? std::optional(field->value) : std::nullopt;
}

std::optional<std::string_view> find_bytes(std::string_view message, unsigned number) {
  const auto field = find(message, number, Kind::kBytes);
  return field ? std::optional(field->bytes) : std::nullopt;
}

}  // namespace buoyant::bench::protobuf
