// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "bench/compare/plan.h"

#include <algorithm>
#include <cstdlib>
#include <sstream>

namespace buoyant::bench {

namespace {

template <typename T>
bool fits(const std::vector<T>& wanted, const T& value) {
  return wanted.empty() || std::find(wanted.begin(), wanted.end(), value) != wanted.end();
}

/// The number in `word` between `prefix` and `suffix`.
std::optional<std::uint64_t> number_in(const std::string& word, const std::string& prefix,
                                       const std::string& suffix) {
  if (!word.starts_with(prefix) || !word.ends_with(suffix) ||
      word.size() <= prefix.size() + suffix.size()) {
    return std::nullopt;
  }
  const std::string digits =
      word.substr(prefix.size(), word.size() - prefix.size() - suffix.size());
  if (digits.size() > 9 || digits.find_first_not_of("0123456789") != std::string::npos) {
    return std::nullopt;
  }
  return std::strtoull(digits.c_str(), nullptr, 10);
}

/// Whether the system is measured there at all.
bool is_compared(const std::string& system, const Cell& cell) {
  const bool is_etcd = system == "etcd";
  if (cell.servers != 3) {
    // How buoyant grows is asked, and how much of it is the machine's doing.
    return system == "buoyant" || system == "floor";
  }
  return !is_etcd || cell.payload == 256;
}

}  // namespace

std::optional<Filter> Filter::parse(const std::string& text,
                                    const std::vector<std::string>& systems) {
  Filter filter;
  std::istringstream words(text);
  for (std::string word; std::getline(words, word, ',');) {
    if (word == "probes") {
      filter.probes_ = true;
    } else if (std::find(systems.begin(), systems.end(), word) != systems.end()) {
      filter.systems_.push_back(word);
    } else if (const auto outstanding = number_in(word, "C=", "")) {
      filter.outstanding_.push_back(*outstanding);
    } else if (const auto servers = number_in(word, "servers=", "")) {
      filter.servers_.push_back(*servers);
    } else if (const auto kibibytes = number_in(word, "", "KiB")) {
      filter.payloads_.push_back(*kibibytes * 1024);
    } else if (const auto bytes = number_in(word, "", "B")) {
      filter.payloads_.push_back(*bytes);
    } else {
      return std::nullopt;
    }
  }
  return filter;
}

bool Filter::wants(const Run& run) const {
  const bool only_probes =
      probes_ && systems_.empty() && servers_.empty() && payloads_.empty() && outstanding_.empty();
  return !only_probes && fits(systems_, run.system) && fits(servers_, run.cell.servers) &&
         fits(payloads_, run.cell.payload) && fits(outstanding_, run.cell.outstanding);
}

bool Filter::wants_probes() const {
  return probes_ || (systems_.empty() && servers_.empty() && payloads_.empty() &&
                     fits(outstanding_, std::uint64_t{1}));
}

std::vector<Run> plan(const std::vector<std::string>& systems, const Filter& filter,
                      std::uint64_t round) {
  const std::vector<Cell> cells = {
      {.servers = 3, .payload = 256, .outstanding = 1},
      {.servers = 3, .payload = 256, .outstanding = 16},
      {.servers = 3, .payload = 256, .outstanding = 256},
      {.servers = 3, .payload = 256, .outstanding = 4096},
      {.servers = 3, .payload = 1024, .outstanding = 16},
      {.servers = 3, .payload = 1024, .outstanding = 256},
      {.servers = 5, .payload = 256, .outstanding = 256},
      {.servers = 5, .payload = 256, .outstanding = 4096},
  };
  std::vector<Run> runs;
  for (const Cell& cell : cells) {
    std::vector<Run> turn;
    for (const std::string& system : systems) {
      Run run{.system = system, .cell = cell};
      if (is_compared(system, cell) && filter.wants(run)) {
        turn.push_back(std::move(run));
      }
    }
    for (std::size_t i = 0; i < turn.size(); ++i) {
      runs.push_back(turn[(i + round) % turn.size()]);
    }
  }
  return runs;
}

}  // namespace buoyant::bench
