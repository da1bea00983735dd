// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/c/observer.h"

#include "adapters/c/error.h"
#include "adapters/c/values.h"

namespace buoyant::c_api {

static_assert(BUOYANT_FOLLOWER == static_cast<int>(core::Role::kFollower));
static_assert(BUOYANT_PRE_CANDIDATE == static_cast<int>(core::Role::kPreCandidate));
static_assert(BUOYANT_CANDIDATE == static_cast<int>(core::Role::kCandidate));
static_assert(BUOYANT_LEADER == static_cast<int>(core::Role::kLeader));
static_assert(BUOYANT_LOG_ERROR == static_cast<int>(LogLevel::kError));
static_assert(BUOYANT_LOG_WARN == static_cast<int>(LogLevel::kWarn));
static_assert(BUOYANT_LOG_INFO == static_cast<int>(LogLevel::kInfo));
static_assert(BUOYANT_LOG_DEBUG == static_cast<int>(LogLevel::kDebug));

Result<buoyant_observer_t> observer_of(const buoyant_observer_t& given) {
  buoyant_observer_t table{};
  if (!take_struct(&table, sizeof table, &given)) {
    return fail(Errc::kInvalidOptions, "the observer's size");
  }
  if (table.log_level < BUOYANT_LOG_ERROR || table.log_level > BUOYANT_LOG_DEBUG) {
    return fail(Errc::kInvalidOptions, "the observer's log_level");
  }
  return table;
}

void TableObserver::on_standing(const core::Standing& standing) noexcept {
  if (table_.on_standing != nullptr) {
    const buoyant_standing_t shown = show(standing);
    table_.on_standing(table_.data, &shown);
  }
}

void TableObserver::on_configuration(const ConfigurationAt& configuration) noexcept {
  if (table_.on_configuration != nullptr) {
    const ShownConfiguration shown(configuration.configuration, configuration.index);
    table_.on_configuration(table_.data, &shown.shown);
  }
}

void TableObserver::on_removed(bool removed) noexcept {
  if (table_.on_removed != nullptr) {
    table_.on_removed(table_.data, removed);
  }
}

void TableObserver::on_fault(const char* why, Error error) noexcept {
  if (table_.on_fault != nullptr) {
    const buoyant_error_t shown = error_of(error);
    table_.on_fault(table_.data, why, &shown);
  }
}

void TableObserver::on_peer(ServerId peer, bool connected) noexcept {
  if (table_.on_peer != nullptr) {
    table_.on_peer(table_.data, peer.value(), connected);
  }
}

void TableObserver::on_trouble(ServerId peer, const char* what,
                               const std::string& detail) noexcept {
  if (table_.on_trouble != nullptr) {
    table_.on_trouble(table_.data, peer.value(), what, detail.c_str());
  }
}

void TableObserver::on_step(Instant at, const core::Step& step) noexcept {
  if (table_.on_step != nullptr) {
    const buoyant_trace_step_t shown = show(TraceStep{at, step});
    table_.on_step(table_.data, &shown);
  }
}

void TableObserver::on_log(LogLevel level, std::string_view line) const {
  table_.on_log(table_.data, static_cast<int>(level), std::string(line).c_str());
}

std::optional<LogLevel> TableObserver::log_level() const noexcept {
  return table_.on_log == nullptr ? std::nullopt
                                  : std::optional(static_cast<LogLevel>(table_.log_level));
}

}  // namespace buoyant::c_api

const char* buoyant_role_name(int role) {
  const bool is_one = role >= BUOYANT_FOLLOWER && role <= BUOYANT_LEADER;
  return is_one ? role_name(static_cast<buoyant::core::Role>(role)) : "unknown";
}

const char* buoyant_log_level_name(int level) {
  const bool is_one = level >= BUOYANT_LOG_ERROR && level <= BUOYANT_LOG_DEBUG;
  return is_one ? log_level_name(static_cast<buoyant::LogLevel>(level)) : "unknown";
}
