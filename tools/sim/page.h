// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A page on which a run can be looked at: one file that needs nothing else (docs/TESTING.md).
#pragma once

#include "tools/sim/recording.h"

#include <span>
#include <string>
#include <string_view>

namespace buoyant::sim_tool {

/// What a page tells of its run.
struct PageRun {
  const simulation::Report& report;
  /// Of the sources.
  std::string commit;
  /// Faults were taken away from the seed's for as long as it failed.
  bool is_shrunk = false;
};

/// The run and its events as JSON without a `<`, so that it can stand in a script element.
[[nodiscard]] std::string page_data(const Recording& recording, const PageRun& run);

/// The whole page.
[[nodiscard]] std::string make_page(const Recording& recording, const PageRun& run);

/// The files in tools/sim/html: `{{title}}`, `{{style}}`, `{{data}}` and `{{script}}` stand in the
/// template for what is put there.
extern const std::string_view kPageTemplate;
extern const std::string_view kPageStyle;
extern const std::span<const std::string_view> kPageScripts;

}  // namespace buoyant::sim_tool
