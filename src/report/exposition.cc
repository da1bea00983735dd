// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "report/exposition.h"

#include "report/utf8.h"

#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>

namespace buoyant::report {

namespace {

/// 16 us to 67 s, each twice the one before: bounds of the histogram's own buckets, so that the
/// counts are exact.
constexpr unsigned kFirstBound = 4;
constexpr unsigned kLastBound = 26;

const char* type_name(MetricType type) {
  switch (type) {
    case MetricType::kGauge:
      return "gauge";
    case MetricType::kCounter:
      return "counter";
    case MetricType::kHistogram:
      return "histogram";
  }
  return "untyped";
}

void append_number(std::string& text, double value) {
  std::array<char, 32> digits{};
  // Whole numbers as such, as far as they are exact.
  constexpr double kExact = 9007199254740992.0;
  const bool is_whole = value >= 0 && value < kExact &&
                        value == static_cast<double>(static_cast<std::int64_t>(value));
  const auto end = is_whole ? std::to_chars(digits.data(), digits.data() + digits.size(),
                                            static_cast<std::int64_t>(value))
                            : std::to_chars(digits.data(), digits.data() + digits.size(), value);
  text.append(digits.data(), end.ptr);
}

double seconds(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

}  // namespace

std::string label(std::string_view name, std::string_view value) {
  std::string text(name);
  text += "=\"";
  while (!value.empty()) {
    const std::size_t bytes = character_bytes(value);
    const std::string_view character = value.substr(0, bytes == 0 ? 1 : bytes);
    value.remove_prefix(character.size());
    if (bytes == 0) {
      text += '?';
    } else if (character == "\n") {
      text += "\\n";
    } else {
      text.append(character == "\\" || character == "\"" ? "\\" : "").append(character);
    }
  }
  return text += '"';
}

std::string join(std::string_view labels, std::string_view more) {
  std::string text(labels);
  if (!labels.empty() && !more.empty()) {
    text += ',';
  }
  return text.append(more);
}

void Exposition::begin(std::string_view name, std::string_view help, MetricType type) {
  name_ = "buoyant_";
  name_.append(name);
  family_ = "# HELP " + name_ + " ";
  family_.append(help);
  family_ += "\n# TYPE " + name_ + " " + type_name(type) + "\n";
}

void Exposition::sample(std::string_view labels, double value) {
  line("", labels, value);
}

void Exposition::line(std::string_view suffix, std::string_view labels, double value) {
  text_ += std::exchange(family_, {});
  text_.append(name_).append(suffix);
  if (!labels.empty()) {
    text_ += '{';
    text_.append(labels);
    text_ += '}';
  }
  text_ += ' ';
  append_number(text_, value);
  text_ += '\n';
}

void Exposition::histogram(std::string_view labels, const LatencyHistogram& histogram) {
  for (unsigned power = kFirstBound; power <= kLastBound; ++power) {
    const Duration bound = std::chrono::microseconds(std::int64_t{1} << power);
    std::string text;
    append_number(text, seconds(bound));
    line("_bucket", join(labels, label("le", text)),
         static_cast<double>(histogram.count_through(bound)));
  }
  const auto count = static_cast<double>(histogram.count());
  line("_bucket", join(labels, label("le", "+Inf")), count);
  line("_sum", labels, seconds(histogram.sum()));
  line("_count", labels, count);
}

}  // namespace buoyant::report
