// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/common/log.h"

#include "examples/common/status_line.h"

#include <array>
#include <cstddef>
#include <cstdio>

namespace example {

void Log::write(LogLevel level, const std::string& text) const {
  static constexpr std::array<const char*, 4> kNames = {"error", "warn", "info", "debug"};
  if (level <= level_) {
    std::fprintf(stderr, "%s %llu %s: %s\n", program_, static_cast<unsigned long long>(id_.value()),
                 kNames[static_cast<std::size_t>(level)], text.c_str());
  }
}

void Log::on_standing(const buoyant::core::Standing& standing) noexcept {
  const std::string leader =
      standing.leader.is_set() ? std::to_string(standing.leader.value()) : "none";
  write(LogLevel::kInfo, std::string(role_name(standing.role)) + " of term " +
                             std::to_string(standing.term.value()) + ", leader " + leader + " (" +
                             cause_name(standing.cause) + ")");
}

void Log::on_configuration(const buoyant::ConfigurationAt& configuration) noexcept {
  write(LogLevel::kInfo, std::to_string(configuration.configuration.ids().size()) +
                             " servers, since index " +
                             std::to_string(configuration.index.value()));
}

void Log::on_fault(const char* why, buoyant::Error error) noexcept {
  write(LogLevel::kError, std::string("faulted: ") + why + ": " + error.message() + ": " +
                              error.context() + " (" + std::to_string(error.native()) + "); " +
                              kFaultAdvice);
}

void Log::on_peer(buoyant::ServerId peer, bool connected) noexcept {
  write(LogLevel::kInfo, "peer " + std::to_string(peer.value()) +
                             (connected ? " is connected" : " is not connected"));
}

void Log::on_trouble(buoyant::ServerId peer, const char* what, const std::string& detail) noexcept {
  const std::string who = peer.is_set() ? "peer " + std::to_string(peer.value()) + ": " : "";
  write(LogLevel::kWarn, who + what + (detail.empty() ? "" : ": " + detail));
}

}  // namespace example
