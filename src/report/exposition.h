// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The text format of Prometheus: families of samples, each after what it is and of which type.
#pragma once

#include "buoyant/latencies.h"

#include <string>
#include <string_view>
#include <utility>

namespace buoyant::report {

enum class MetricType { kGauge, kCounter, kHistogram };

/// name="value", with what the format wants escaped; more of them are joined by commas.
std::string label(std::string_view name, std::string_view value);

/// Both, with a comma between them where there has to be one.
std::string join(std::string_view labels, std::string_view more);

/// Builds the text of one page.
class Exposition {
 public:
  /// What follows are samples of this family. Each family once; the name is without prefix.
  void begin(std::string_view name, std::string_view help, MetricType type);

  /// `labels`: joined ones, without braces; "": none.
  void sample(std::string_view labels, double value);

  /// All samples of a histogram, in seconds, with the buckets that docs/METRICS.md lists.
  void histogram(std::string_view labels, const LatencyHistogram& histogram);

  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  void line(std::string_view suffix, std::string_view labels, double value);

  std::string text_;
  std::string family_;  ///< Written when there is a sample: a family without any is left out.
  std::string name_;
};

}  // namespace buoyant::report
