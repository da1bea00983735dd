// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/report/exposition_reader.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <regex>
#include <set>
#include <sstream>

namespace buoyant::testing_support {

namespace exposition_reader {

using Labels = std::map<std::string, std::string>;

class Reader {
 public:
  Page read(std::string_view text) {
    if (text.empty() || text.back() != '\n') {
      page_.errors.emplace_back("the last line does not end");
    }
    std::istringstream lines{std::string(text)};
    while (std::getline(lines, line_)) {
      read_line();
    }
    for (const auto& [name, family] : page_.families) {
      check(name, family);
    }
    return std::move(page_);
  }

 private:
  void fail(const std::string& why) { page_.errors.push_back(why + ": " + line_); }

  void read_line() {
    std::smatch match;
    static const std::regex kHelp(R"(# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (\S.*))");
    static const std::regex kType(
        R"(# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram|summary|untyped))");
    if (std::regex_match(line_, match, kHelp)) {
      if (!page_.families.emplace(match[1], Family{match[2], "", {}}).second) {
        fail("a second HELP");
      }
      family_ = match[1];
    } else if (std::regex_match(line_, match, kType)) {
      if (family_ != match[1] || !page_.families[family_].type.empty()) {
        fail("TYPE is not behind its HELP");
      }
      page_.families[family_].type = match[2];
    } else if (line_.starts_with("#")) {
      fail("neither HELP nor TYPE");
    } else {
      read_sample();
    }
  }

  void read_sample() {
    static const std::regex kSample(R"re(([a-zA-Z_:][a-zA-Z0-9_:]*)(\{.*\})? (\S+))re");
    std::smatch match;
    if (!std::regex_match(line_, match, kSample)) {
      return fail("no sample");
    }
    Sample sample{match[1], {}, 0};
    const std::optional<double> value = number(match[3]);
    const std::string braces = match[2];
    const std::optional<Labels> labels =
        braces.empty() ? Labels() : read_labels(std::string_view(braces).substr(1));
    if (!value || !labels) {
      return fail(value ? "labels do not parse" : "no number");
    }
    sample.value = *value;
    sample.labels = *labels;
    Family& family = page_.families[family_];
    const std::string rest =
        sample.name.starts_with(family_) ? sample.name.substr(family_.size()) : "x";
    const bool is_part = rest == "_bucket" || rest == "_sum" || rest == "_count";
    if (family.type == "histogram" ? !is_part : !rest.empty()) {
      return fail("not a sample of " + family_);
    }
    if (!seen_.insert({sample.name, sample.labels}).second) {
      fail("a second time");
    }
    family.samples.push_back(std::move(sample));
  }

  static std::optional<double> number(const std::string& text) {
    if (text == "+Inf") {
      return std::numeric_limits<double>::infinity();
    }
    char* end = nullptr;
    const double value = std::strtod(text.c_str(), &end);
    return *end == '\0' ? std::optional(value) : std::nullopt;
  }

  /// Up to and including the closing brace.
  static std::optional<Labels> read_labels(std::string_view text) {
    Labels labels;
    while (!text.starts_with("}")) {
      const std::size_t equals = text.find("=\"");
      if (equals == std::string_view::npos) {
        return std::nullopt;
      }
      const std::string name(text.substr(0, equals));
      text.remove_prefix(equals + 2);
      std::string value;
      while (!text.empty() && text.front() != '"') {
        const bool is_escaped = text.front() == '\\';
        text.remove_prefix(is_escaped ? 1 : 0);
        if (text.empty() || (is_escaped && std::string_view("\\\"n").find(text.front()) ==
                                               std::string_view::npos)) {
          return std::nullopt;
        }
        value += is_escaped && text.front() == 'n' ? '\n' : text.front();
        text.remove_prefix(1);
      }
      static const std::regex kName("[a-zA-Z_][a-zA-Z0-9_]*");
      if (text.empty() || !std::regex_match(name, kName) || !labels.emplace(name, value).second) {
        return std::nullopt;
      }
      text.remove_prefix(1);
      text.remove_prefix(text.starts_with(",") ? 1 : 0);
    }
    return text == "}" ? std::optional(labels) : std::nullopt;
  }

  void check(const std::string& name, const Family& family) {
    line_ = name;
    if (family.type.empty() || family.samples.empty()) {
      fail("a family without type or samples");
    }
    if (family.type == "counter" && !name.ends_with("_total")) {
      fail("a counter that does not end in _total");
    }
    if (family.type != "counter" && name.ends_with("_total")) {
      fail("no counter, and ends in _total");
    }
    for (const Sample& sample : family.samples) {
      if (family.type != "gauge" && !(sample.value >= 0)) {
        fail("counts below zero");
      }
    }
    if (family.type == "histogram") {
      check_histogram(family);
    }
  }

  /// Buckets ascend to +Inf, which is the count; there is one sum.
  void check_histogram(const Family& family) {
    struct Series {
      double bound = -1;
      double count = 0;
      double total = -1;
      int sums = 0;
    };

    std::map<Labels, Series> all;
    for (const Sample& sample : family.samples) {
      Labels rest = sample.labels;
      rest.erase("le");
      Series& series = all[rest];
      if (sample.name.ends_with("_bucket")) {
        const auto bound = sample.labels.find("le");
        const double le = bound == sample.labels.end() ? -1 : number(bound->second).value_or(-1);
        if (le <= series.bound || sample.value < series.count) {
          fail("buckets do not ascend");
        }
        series.bound = le;
        series.count = sample.value;
      } else {
        series.sums += sample.name.ends_with("_sum") ? 1 : 0;
        series.total = sample.name.ends_with("_count") ? sample.value : series.total;
      }
    }
    for (const auto& [labels, series] : all) {
      if (!std::isinf(series.bound) || series.count != series.total || series.sums != 1) {
        fail("a histogram is not complete");
      }
    }
  }

  Page page_;
  std::string family_;
  std::string line_;
  std::set<std::pair<std::string, Labels>> seen_;
};

}  // namespace exposition_reader

double Page::value(const std::string& name,
                   const std::map<std::string, std::string>& labels) const {
  for (const auto& [family_name, family] : families) {
    for (const Sample& sample : family.samples) {
      if (sample.name == name && sample.labels == labels) {
        return sample.value;
      }
    }
  }
  return -1;
}

std::vector<std::string> Page::names() const {
  std::set<std::string> names;
  for (const auto& [name, family] : families) {
    for (const Sample& sample : family.samples) {
      names.insert(sample.name);
    }
  }
  return {names.begin(), names.end()};
}

Page read_exposition(std::string_view text) {
  return exposition_reader::Reader().read(text);
}

}  // namespace buoyant::testing_support
