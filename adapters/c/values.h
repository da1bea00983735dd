// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Members and configurations, in and out.
#pragma once

#include "buoyant/base/bytes.h"
#include "buoyant/base/result.h"
#include "buoyant/c/observer.h"
#include "buoyant/c/types.h"
#include "buoyant/core/ready.h"
#include "buoyant/model/configuration.h"
#include "buoyant/status.h"

#include <cstddef>
#include <string>
#include <vector>

namespace buoyant::c_api {

/// Errors: kInvalidConfiguration (a role that is none).
Result<std::vector<Member>> members_of(const buoyant_member_t* members, std::size_t count);

/// Members as C sees them; the addresses stay those of what it was made from.
std::vector<buoyant_member_t> show(const std::vector<Member>& members);

/// What `shown` points to stays where it is.
struct ShownConfiguration {
  ShownConfiguration(const Configuration& configuration, Index index);
  ShownConfiguration(const ShownConfiguration&) = delete;
  ShownConfiguration& operator=(const ShownConfiguration&) = delete;
  ~ShownConfiguration() = default;

  std::vector<buoyant_member_t> members;
  std::vector<buoyant_member_t> outgoing;
  buoyant_configuration_t shown;
};

inline buoyant_position_t show(const LogPosition& position) noexcept {
  return {.term = position.term.value(), .index = position.index.value()};
}

inline buoyant_buf_t show(const Bytes& bytes) noexcept {
  return {.base = bytes.data(), .len = bytes.size()};
}

buoyant_standing_t show(const core::Standing& standing) noexcept;

buoyant_trace_step_t show(const TraceStep& step) noexcept;

/// NULL is empty.
inline std::string string_of(const char* text) {
  return text == nullptr ? std::string() : std::string(text);
}

/// All of them, one behind the other.
Bytes gather(const buoyant_buf_t* bufs, std::size_t count);

/// Takes as much of a struct as the user's `size` says, over `target`, which has the defaults. The
/// user may have been compiled with an older version, and then has less.
/// False: `size` is not set, or of a version that this one does not know.
bool take_struct(void* target, std::size_t bytes, const void* source) noexcept;

}  // namespace buoyant::c_api
