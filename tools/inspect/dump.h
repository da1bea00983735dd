// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The entries of a log, in lines.
#pragma once

#include "buoyant/model/entry.h"
#include "buoyant/port/codec.h"
#include "tools/inspect/options.h"

#include <functional>
#include <string>

namespace buoyant::inspect_tool {

struct DumpOptions {
  std::string directory;
  Index from;
  Index to;
  Payload payload = Payload::kText;
  bool json = false;
};

/// One entry, with its line end.
std::string line_of(const DumpOptions& options, Index index, const Entry& entry,
                    port::Codec& codec);

/// Called between two views: it may take its time.
using OnLines = std::function<void(const std::string&)>;

/// Goes on behind damaged records; whether there were any is in the answer, and each one is told
/// to `on_damage`.
/// Errors: kNotReady (there is no data, or none of these entries), kCompacted (they were), and
/// those of reading.
Result<bool> dump(const DumpOptions& options, port::Codec& codec, const OnLines& on_lines,
                  const OnLines& on_damage);

}  // namespace buoyant::inspect_tool
