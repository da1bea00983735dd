// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Reads the text format of Prometheus as strictly as a server that scrapes it, or says why not.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace buoyant::testing_support {

struct Sample {
  std::string name;  ///< With _bucket, _sum or _count.
  std::map<std::string, std::string> labels;
  double value = 0;
};

struct Family {
  std::string help;
  std::string type;
  std::vector<Sample> samples;
};

struct Page {
  std::map<std::string, Family> families;
  /// Everything that is wrong, each with its line.
  std::vector<std::string> errors;

  /// The only sample with these labels, or -1.
  [[nodiscard]] double value(const std::string& name,
                             const std::map<std::string, std::string>& labels = {}) const;

  /// The names that a query may have: of families, and of the parts of histograms.
  [[nodiscard]] std::vector<std::string> names() const;
};

Page read_exposition(std::string_view text);

}  // namespace buoyant::testing_support
