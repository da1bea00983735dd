// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Plots as SVG, for a page that has the styles of bench/report/template.html: colours are
/// classes `c0` to `c7`, so that they follow the reader's choice of light and dark.
#pragma once

#include "bench/report/scale.h"

#include <string>
#include <vector>

namespace buoyant::bench {

struct Dot {
  double x = 0;
  double y = 0;
  /// The range of y; equal: none.
  double low = 0;
  double high = 0;
  /// Shown to who points at it.
  std::string note;
};

struct Series {
  std::string name;
  std::vector<Dot> dots;
  std::size_t colour = 0;
  bool dashed = false;
};

struct LinePlot {
  std::string title;
  /// One sentence on how to read it.
  std::string caption;
  Axis x;
  Axis y;
  std::vector<Series> series;
};

/// A figure of the page. Empty: no series has a dot.
std::string figure_of(const LinePlot& plot);

struct Bar {
  std::string label;
  /// One after the other.
  std::vector<double> parts;
  /// Behind the bar.
  std::string text;
};

struct BarPlot {
  std::string title;
  std::string caption;
  Axis x;
  /// Of the parts, in their order.
  std::vector<std::string> names;
  std::vector<Bar> bars;
};

/// A figure of the page. Empty: there is no bar.
std::string figure_of(const BarPlot& plot);

}  // namespace buoyant::bench
