// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A user's table of functions as an observer.
#pragma once

#include "buoyant/base/result.h"
#include "buoyant/c/observer.h"
#include "buoyant/port/observer.h"
#include "buoyant/report.h"

#include <optional>
#include <string>
#include <string_view>

namespace buoyant::c_api {

/// Errors: kInvalidOptions (its size, its level of the log).
Result<buoyant_observer_t> observer_of(const buoyant_observer_t& given);

class TableObserver final : public Observer {
 public:
  explicit TableObserver(const buoyant_observer_t& table) : table_(table) {}

  void on_standing(const core::Standing& standing) noexcept override;
  void on_configuration(const ConfigurationAt& configuration) noexcept override;
  void on_removed(bool removed) noexcept override;
  void on_fault(const char* why, Error error) noexcept override;
  void on_peer(ServerId peer, bool connected) noexcept override;
  void on_trouble(ServerId peer, const char* what, const std::string& detail) noexcept override;
  void on_step(Instant at, const core::Step& step) noexcept override;

  /// A line of the log.
  void on_log(LogLevel level, std::string_view line) const;

  /// How much of a log it wants; nothing: it has no function for one.
  [[nodiscard]] std::optional<LogLevel> log_level() const noexcept;

 private:
  buoyant_observer_t table_;
};

}  // namespace buoyant::c_api
