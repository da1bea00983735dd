// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What an example server tells its operator, on stderr.
#pragma once

#include "buoyant/port/observer.h"
#include "examples/common/options.h"

#include <string>

namespace example {

/// One line for each thing that happens to the node, down to a level.
class Log final : public buoyant::Observer {
 public:
  /// `program` is a literal.
  Log(const char* program, buoyant::ServerId id, LogLevel level)
      : program_(program), id_(id), level_(level) {}

  void on_standing(const buoyant::core::Standing& standing) noexcept override;
  void on_configuration(const buoyant::ConfigurationAt& configuration) noexcept override;
  void on_fault(const char* why, buoyant::Error error) noexcept override;
  void on_peer(buoyant::ServerId peer, bool connected) noexcept override;
  void on_trouble(buoyant::ServerId peer, const char* what,
                  const std::string& detail) noexcept override;

  void write(LogLevel level, const std::string& text) const;

 private:
  const char* program_;
  buoyant::ServerId id_;
  LogLevel level_;
};

}  // namespace example
