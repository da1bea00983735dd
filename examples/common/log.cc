// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/common/log.h"

#include <cstdio>

namespace example {

Log::Log(const char* program, buoyant::ServerId id, LogLevel level)
    : program_(program),
      id_(id),
      level_(level),
      observer_(level, [this](LogLevel of_line, std::string_view text) { write(of_line, text); }) {}

void Log::write(LogLevel level, std::string_view text) const {
  if (level <= level_) {
    std::fprintf(stderr, "%s %llu %s: %.*s\n", program_,
                 static_cast<unsigned long long>(id_.value()), log_level_name(level),
                 static_cast<int>(text.size()), text.data());
  }
}

}  // namespace example
