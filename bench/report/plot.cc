// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "bench/report/plot.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstddef>

namespace buoyant::bench {

namespace {

constexpr double kWidth = 560;
constexpr double kHeight = 320;
constexpr double kLeft = 62;
constexpr double kRight = 14;
constexpr double kTop = 10;
constexpr double kBottom = 46;
constexpr std::size_t kColours = 8;

std::string legend_of(const std::vector<Series>& series) {
  if (series.size() < 2) {
    return {};
  }
  std::string html = "<p class=\"legend\">";
  for (const Series& each : series) {
    html += fmt::format("<span class=\"c{}\"><i{}></i>{}</span>", each.colour % kColours,
                        each.dashed ? " class=\"dashed\"" : "", escaped(each.name));
  }
  return html + "</p>";
}

std::string figure(const std::string& title, const std::string& caption, const std::string& legend,
                   const std::string& svg) {
  return fmt::format(
      "<figure><h3>{}</h3>{}{}{}</figure>\n", escaped(title), legend, svg,
      caption.empty() ? "" : fmt::format("<figcaption>{}</figcaption>", escaped(caption)));
}

std::string x_axis_of(const Axis& axis, const Scale& scale, double top, double bottom,
                      double middle) {
  std::string svg;
  for (const Mark& mark : scale.marks()) {
    const double x = scale.place(mark.value);
    svg += fmt::format(
        "<line class=\"grid\" x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"{1:.1f}\" y2=\"{2:.1f}\"/>"
        "<text x=\"{0:.1f}\" y=\"{3:.1f}\" text-anchor=\"middle\">{4}</text>",
        x, top, bottom, bottom + 16, escaped(mark.text));
  }
  svg +=
      fmt::format("<text class=\"axis\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}</text>",
                  middle, bottom + 36, escaped(axis.label));
  return svg;
}

std::string y_axis_of(const Axis& axis, const Scale& scale) {
  std::string svg;
  for (const Mark& mark : scale.marks()) {
    const double y = scale.place(mark.value);
    svg += fmt::format(
        "<line class=\"grid\" x1=\"{0:.1f}\" x2=\"{1:.1f}\" y1=\"{2:.1f}\" y2=\"{2:.1f}\"/>"
        "<text x=\"{3:.1f}\" y=\"{4:.1f}\" text-anchor=\"end\">{5}</text>",
        kLeft, kWidth - kRight, y, kLeft - 6, y + 4, escaped(mark.text));
  }
  svg += fmt::format(
      "<text class=\"axis\" transform=\"translate(13 {:.1f}) rotate(-90)\" "
      "text-anchor=\"middle\">{}</text>",
      (kTop + kHeight - kBottom) / 2, escaped(axis.label));
  return svg;
}

std::string line_of(const Series& series, const Scale& x, const Scale& y) {
  std::string path;
  std::string dots;
  for (const Dot& dot : series.dots) {
    const double at_x = x.place(dot.x);
    const double at_y = y.place(dot.y);
    path += fmt::format("{}{:.1f} {:.1f}", path.empty() ? "M" : " L", at_x, at_y);
    if (dot.low < dot.high) {
      dots += fmt::format(
          "<line class=\"range\" x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"{1:.1f}\" y2=\"{2:.1f}\"/>",
          at_x, y.place(dot.low), y.place(dot.high));
    }
    dots += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3.4\"><title>{}</title></circle>",
                        at_x, at_y, escaped(dot.note));
  }
  return fmt::format("<g class=\"c{}\"><path class=\"{}\" d=\"{}\"/>{}</g>",
                     series.colour % kColours, series.dashed ? "line dashed" : "line", path, dots);
}

std::string bar_of(const Bar& bar, const Scale& scale, double left, double top, double height,
                   const std::vector<std::string>& names) {
  std::string svg = fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>",
                                left - 8, top + height / 2 + 4, escaped(bar.label));
  double sum = 0;
  double end = left;
  for (std::size_t i = 0; i < bar.parts.size(); ++i) {
    sum += bar.parts[i];
    const double begin = end;
    end = std::max(begin, scale.place(sum));
    svg += fmt::format(
        "<rect class=\"c{}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\">"
        "<title>{}</title></rect>",
        i % kColours, begin, top, end - begin, height,
        escaped(i < names.size() ? names[i] : bar.text));
  }
  return svg + fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\">{}</text>", end + 6,
                           top + height / 2 + 4, escaped(bar.text));
}

}  // namespace

std::string figure_of(const LinePlot& plot) {
  std::vector<double> xs;
  std::vector<double> ys;
  for (const Series& series : plot.series) {
    for (const Dot& dot : series.dots) {
      xs.push_back(dot.x);
      ys.insert(ys.end(), {dot.y, dot.low < dot.high ? dot.low : dot.y, std::max(dot.y, dot.high)});
    }
  }
  if (xs.empty()) {
    return {};
  }
  const Scale x(plot.x, xs, kLeft, kWidth - kRight);
  const Scale y(plot.y, ys, kHeight - kBottom, kTop);
  std::string svg = fmt::format("<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\">",
                                kWidth, kHeight, escaped(plot.title));
  svg += x_axis_of(plot.x, x, kTop, kHeight - kBottom, (kLeft + kWidth - kRight) / 2);
  svg += y_axis_of(plot.y, y);
  for (const Series& series : plot.series) {
    svg += line_of(series, x, y);
  }
  return figure(plot.title, plot.caption, legend_of(plot.series), svg + "</svg>");
}

std::string figure_of(const BarPlot& plot) {
  if (plot.bars.empty()) {
    return {};
  }
  constexpr double kBar = 17;
  constexpr double kRow = 25;
  constexpr double kLabels = 168;
  constexpr double kTexts = 92;
  std::vector<double> ends;
  for (const Bar& bar : plot.bars) {
    double sum = 0;
    for (const double part : bar.parts) {
      sum += part;
    }
    ends.push_back(sum);
  }
  const double bottom = kTop + kRow * static_cast<double>(plot.bars.size());
  const Scale x(plot.x, ends, kLabels, kWidth - kTexts);
  std::string svg = fmt::format("<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\">",
                                kWidth, bottom + kBottom, escaped(plot.title));
  svg += x_axis_of(plot.x, x, kTop, bottom, (kLabels + kWidth - kTexts) / 2);
  for (std::size_t i = 0; i < plot.bars.size(); ++i) {
    const double top = kTop + kRow * static_cast<double>(i) + (kRow - kBar) / 2;
    svg += bar_of(plot.bars[i], x, kLabels, top, kBar, plot.names);
  }
  std::vector<Series> parts;
  for (std::size_t i = 0; i < plot.names.size(); ++i) {
    parts.push_back({.name = plot.names[i], .dots = {}, .colour = i});
  }
  return figure(plot.title, plot.caption, legend_of(parts), svg + "</svg>");
}

}  // namespace buoyant::bench
