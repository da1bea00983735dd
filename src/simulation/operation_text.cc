// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "simulation/operation_text.h"

#include <chrono>

namespace buoyant::simulation {

namespace {

std::string escaped(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const char byte : bytes) {
    const bool is_printable = byte >= ' ' && byte <= '~';
    if (is_printable) {
      text += byte;
    } else {
      const auto value = static_cast<unsigned char>(byte);
      text += "\\x";
      text += kDigits[value / 16U];
      text += kDigits[value % 16U];
    }
  }
  return text;
}

}  // namespace

std::string shown(std::string_view bytes) {
  if (bytes.size() <= 2 * kShownBytesMax) {
    return escaped(bytes);
  }
  const std::size_t left_out = bytes.size() - 2 * kShownBytesMax;
  return escaped(bytes.substr(0, kShownBytesMax)) + " (" + std::to_string(left_out) +
         " bytes more) " + escaped(bytes.substr(bytes.size() - kShownBytesMax));
}

std::string shown(Instant at) {
  constexpr std::int64_t kSecond = std::chrono::nanoseconds(std::chrono::seconds(1)).count();
  const std::int64_t nanoseconds = at.since_start().count();
  const std::string fraction = std::to_string(kSecond + nanoseconds % kSecond);
  return std::to_string(nanoseconds / kSecond) + "." + fraction.substr(1);
}

std::string shown_call(std::uint64_t client, Instant invoked, Instant returned) {
  const std::string end = returned == Instant::never() ? "?" : shown(returned);
  return "client " + std::to_string(client) + ", from " + shown(invoked) + " to " + end;
}

std::string shown(const Operation& operation) {
  const std::string reply = operation.reply ? shown(operation.reply->text()) : "?";
  const Instant returned = operation.reply ? operation.returned : Instant::never();
  return shown_call(operation.client, operation.invoked, returned) + ": " +
         shown(operation.command.text()) + " -> " + reply;
}

}  // namespace buoyant::simulation
