// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/sim/page.h"

#include <array>
#include <utility>

namespace buoyant::sim_tool {

namespace {

/// Puts each value in the place of its `{{name}}`; what a value contains is not looked at.
std::string filled(std::string_view page,
                   const std::array<std::pair<std::string_view, std::string_view>, 4>& values) {
  std::string text;
  std::size_t at = 0;
  for (std::size_t open = page.find("{{"); open != std::string_view::npos;
       open = page.find("{{", at)) {
    const std::size_t close = page.find("}}", open);
    text += page.substr(at, open - at);
    const std::string_view name = page.substr(open + 2, close - open - 2);
    for (const auto& [known, value] : values) {
      text += known == name ? value : std::string_view();
    }
    at = close + 2;
  }
  return text += page.substr(at);
}

}  // namespace

std::string make_page(const Recording& recording, const PageRun& run) {
  const std::string title = "seed " + std::to_string(run.report.plan.seed) + ": " +
                            (run.report.passed() ? "passed" : run.report.violation->check);
  const std::string data = page_data(recording, run);
  std::string script;
  for (const std::string_view part : kPageScripts) {
    script += part;
  }
  return filled(kPageTemplate,
                {{{"title", title}, {"style", kPageStyle}, {"data", data}, {"script", script}}});
}

}  // namespace buoyant::sim_tool
