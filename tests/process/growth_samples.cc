// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/process/growth_samples.h"

#include <algorithm>
#include <set>
#include <sstream>

namespace buoyant::process {

static constexpr int kPanelWidth = 420;
static constexpr int kPanelHeight = 150;
static constexpr int kPanelMargin = 30;
static constexpr std::size_t kPanelColumns = 2;
static constexpr std::array<const char*, 3> kLineColours = {"#1b6ca8", "#c8553d", "#3a7d44"};

static std::set<std::uint64_t> servers_of(const std::vector<GrowthSample>& samples) {
  std::set<std::uint64_t> servers;
  for (const GrowthSample& sample : samples) {
    servers.insert(sample.server);
  }
  return servers;
}

static std::vector<GrowthSample> of_server(const std::vector<GrowthSample>& samples,
                                           std::uint64_t server) {
  std::vector<GrowthSample> some;
  std::copy_if(samples.begin(), samples.end(), std::back_inserter(some),
               [&](const GrowthSample& sample) { return sample.server == server; });
  return some;
}

static double end_of(const std::vector<GrowthSample>& samples) {
  double end = 0;
  for (const GrowthSample& sample : samples) {
    end = std::max(end, sample.seconds);
  }
  return end;
}

double growth_median(const std::vector<GrowthSample>& samples, std::size_t value, double from,
                     double to) {
  const double end = end_of(samples);
  std::vector<double> found;
  for (const GrowthSample& sample : samples) {
    if (sample.seconds >= from * end && sample.seconds <= to * end) {
      found.push_back(sample.values.at(value));
    }
  }
  if (found.empty()) {
    return 0;
  }
  const auto middle = found.begin() + static_cast<std::ptrdiff_t>(found.size() / 2);
  std::nth_element(found.begin(), middle, found.end());
  return *middle;
}

std::string describe_growth(const std::vector<GrowthSample>& samples) {
  std::ostringstream text;
  for (const std::uint64_t server : servers_of(samples)) {
    const std::vector<GrowthSample> own = of_server(samples, server);
    for (std::size_t value = 0; value < kGrowthNames.size(); ++value) {
      const double before = growth_median(own, value, 0.25, 0.5);
      const double after = growth_median(own, value, 0.75, 1);
      const GrowthBound& bound = kGrowthBounds.at(value);
      if (after > before + std::max(bound.amount, bound.part * before)) {
        text << "server " << server << ": " << kGrowthNames.at(value) << " grew from " << before
             << " to " << after << "\n";
      }
    }
  }
  return text.str();
}

std::string growth_csv(const std::vector<GrowthSample>& samples) {
  std::ostringstream text;
  text << "seconds,server";
  for (const std::string_view name : kGrowthNames) {
    text << "," << name;
  }
  text << "\n";
  for (const GrowthSample& sample : samples) {
    text << sample.seconds << "," << sample.server;
    for (const double value : sample.values) {
      text << "," << value;
    }
    text << "\n";
  }
  return text.str();
}

static void add_panel(std::ostringstream& text, const std::vector<GrowthSample>& samples,
                      std::size_t value) {
  double highest = 1;
  for (const GrowthSample& sample : samples) {
    highest = std::max(highest, sample.values.at(value));
  }
  const double end = std::max(end_of(samples), 1.0);
  const auto left = static_cast<int>(value % kPanelColumns) * (kPanelWidth + kPanelMargin);
  const auto top = static_cast<int>(value / kPanelColumns) * (kPanelHeight + 2 * kPanelMargin);
  text << "<g transform=\"translate(" << left + kPanelMargin << "," << top + kPanelMargin
       << ")\">\n<rect width=\"" << kPanelWidth << "\" height=\"" << kPanelHeight
       << "\" fill=\"none\" stroke=\"#999\"/>\n<text y=\"-6\">" << kGrowthNames.at(value)
       << ", 0 to " << highest << "</text>\n<text y=\"" << kPanelHeight + kPanelMargin / 2
       << "\">0 to " << end << " s</text>\n";
  std::size_t colour = 0;
  for (const std::uint64_t server : servers_of(samples)) {
    text << "<polyline fill=\"none\" stroke=\"" << kLineColours.at(colour++ % kLineColours.size())
         << "\" points=\"";
    for (const GrowthSample& sample : of_server(samples, server)) {
      text << sample.seconds / end * kPanelWidth << ","
           << kPanelHeight - sample.values.at(value) / highest * kPanelHeight << " ";
    }
    text << "\"/>\n";
  }
  text << "</g>\n";
}

std::string growth_svg(const std::vector<GrowthSample>& samples) {
  constexpr int kRows = (kGrowthNames.size() + kPanelColumns - 1) / kPanelColumns;
  std::ostringstream text;
  text << "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\""
       << kPanelColumns * (kPanelWidth + kPanelMargin) + kPanelMargin << "\" height=\""
       << kRows * (kPanelHeight + 2 * kPanelMargin)
       << "\" font-family=\"sans-serif\" font-size=\"12\">\n"
       << "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n";
  for (std::size_t value = 0; value < kGrowthNames.size(); ++value) {
    add_panel(text, samples, value);
  }
  text << "</svg>\n";
  return text.str();
}

}  // namespace buoyant::process
