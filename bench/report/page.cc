// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "bench/report/page.h"

#include "bench/report/sections.h"
#include "bench/report/text.h"

#include <fmt/core.h>

namespace buoyant::bench {

namespace {

using nlohmann::json;

std::string about_of(const json& about) {
  std::string html = "<dl>";
  for (const auto& item : about.items()) {
    const json& value = item.value();
    html += fmt::format("<div><dt>{}</dt><dd>{}</dd></div>", escaped(item.key()),
                        escaped(value.is_string() ? value.get<std::string>() : value.dump()));
  }
  return html + "</dl>";
}

}  // namespace

std::string filled(const std::string& page, const json& values) {
  std::string result;
  std::size_t at = 0;
  for (std::size_t open = page.find("{{"); open != std::string::npos; open = page.find("{{", at)) {
    const std::size_t close = page.find("}}", open);
    if (close == std::string::npos) {
      break;
    }
    result += page.substr(at, open - at);
    result += values.value(page.substr(open + 2, close - open - 2), "");
    at = close + 2;
  }
  return result + page.substr(at);
}

std::string report_of(const json& run, const std::string& page) {
  const json parts = run.value("parts", json::object());
  return filled(
      page, {{"about", about_of(run.value("about", json::object()))},
             {"sections", key_figures(parts) + replication_section(parts) + cost_section(parts) +
                              read_section(parts) + recovery_section(parts) +
                              growth_section(parts) + parts_section(parts)}});
}

}  // namespace buoyant::bench
