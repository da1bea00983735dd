// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What happens to a node, as lines of a log.

#include "buoyant/report.h"

#include <string>

namespace buoyant {

namespace {

std::string text_of(const core::Step& step) {
  std::string text =
      std::string(step_name(step.kind)) + ", term " + std::to_string(step.term.value());
  if (step.peer.is_set()) {
    text += ", peer " + std::to_string(step.peer.value());
  }
  if (step.index.is_set()) {
    text += ", index " + std::to_string(step.index.value());
  }
  if (*step.detail != '\0') {
    text += std::string(": ") + step.detail;
  }
  return text;
}

/// Most steps are for those who look closely; a few an operator wants to hear of. Roles, faults,
/// configurations and removals have events of their own.
LogLevel level_of(core::StepKind kind) noexcept {
  using core::StepKind;
  if (kind == StepKind::kNoSpace || kind == StepKind::kSpaceLow) {
    return LogLevel::kWarn;
  }
  const bool is_of_interest = kind == StepKind::kSpaceEnough || kind == StepKind::kSnapshotTaken ||
                              kind == StepKind::kSnapshotInstalled ||
                              kind == StepKind::kTransferring || kind == StepKind::kTransferEnded;
  return is_of_interest ? LogLevel::kInfo : LogLevel::kDebug;
}

}  // namespace

const char* log_level_name(LogLevel level) noexcept {
  switch (level) {
    case LogLevel::kError:
      return "error";
    case LogLevel::kWarn:
      return "warn";
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kDebug:
      return "debug";
  }
  return "?";
}

void LogObserver::on_standing(const core::Standing& standing) noexcept {
  if (wants(LogLevel::kInfo)) {
    const std::string leader =
        standing.leader.is_set() ? std::to_string(standing.leader.value()) : "none";
    write_(LogLevel::kInfo, std::string(role_name(standing.role)) + " of term " +
                                std::to_string(standing.term.value()) + ", leader " + leader +
                                " (" + cause_name(standing.cause) + ")");
  }
  if (next_ != nullptr) {
    next_->on_standing(standing);
  }
}

void LogObserver::on_configuration(const ConfigurationAt& configuration) noexcept {
  if (wants(LogLevel::kInfo)) {
    write_(LogLevel::kInfo, std::to_string(configuration.configuration.ids().size()) +
                                " servers, since index " +
                                std::to_string(configuration.index.value()));
  }
  if (next_ != nullptr) {
    next_->on_configuration(configuration);
  }
}

void LogObserver::on_removed(bool removed) noexcept {
  if (removed && wants(LogLevel::kWarn)) {
    write_(LogLevel::kWarn, "this server was removed from the cluster; it waits to be added again");
  }
  if (!removed && wants(LogLevel::kInfo)) {
    write_(LogLevel::kInfo, "this server is a member again");
  }
  if (next_ != nullptr) {
    next_->on_removed(removed);
  }
}

void LogObserver::on_fault(const char* why, Error error) noexcept {
  // An error is always wanted.
  write_(LogLevel::kError, std::string("faulted: ") + why + ": " + error.message() + ": " +
                               error.context() + " (" + std::to_string(error.native()) + "); " +
                               kFaultAdvice);
  if (next_ != nullptr) {
    next_->on_fault(why, error);
  }
}

void LogObserver::on_peer(ServerId peer, bool connected) noexcept {
  if (wants(LogLevel::kInfo)) {
    write_(LogLevel::kInfo, "peer " + std::to_string(peer.value()) +
                                (connected ? " is connected" : " is not connected"));
  }
  if (next_ != nullptr) {
    next_->on_peer(peer, connected);
  }
}

void LogObserver::on_trouble(ServerId peer, const char* what, const std::string& detail) noexcept {
  if (wants(LogLevel::kWarn)) {
    const std::string who = peer.is_set() ? "peer " + std::to_string(peer.value()) + ": " : "";
    write_(LogLevel::kWarn, who + what + (detail.empty() ? "" : ": " + detail));
  }
  if (next_ != nullptr) {
    next_->on_trouble(peer, what, detail);
  }
}

void LogObserver::on_step(Instant at, const core::Step& step) noexcept {
  const LogLevel level = level_of(step.kind);
  if (wants(level)) {
    write_(level, text_of(step));
  }
  if (next_ != nullptr) {
    next_->on_step(at, step);
  }
}

}  // namespace buoyant
