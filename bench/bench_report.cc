// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// bench_report: what the programs of bench/ wrote as one JSON file, and as one page with plots.

#include "bench/report/facts.h"
#include "bench/report/page.h"

#include <CLI/CLI.hpp>
#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace {

namespace bench = buoyant::bench;
using nlohmann::json;

struct Arguments {
  std::vector<std::string> parts;
  std::vector<std::string> about;
  std::string data = "/var/tmp";
  std::string page;
  std::string json_path;
  std::string html_path;
};

std::optional<std::string> contents_of(const std::string& path) {
  std::ifstream file(path);
  if (!file) {
    fmt::print(stderr, "bench_report: cannot read {}\n", path);
    return std::nullopt;
  }
  return std::string(std::istreambuf_iterator<char>(file), {});
}

bool write(const std::string& path, const std::string& text) {
  std::ofstream file(path);
  file << text;
  if (!file.flush()) {
    fmt::print(stderr, "bench_report: cannot write {}\n", path);
    return false;
  }
  return true;
}

/// NAME=VALUE. Empty name: it has no '='.
std::pair<std::string, std::string> split(const std::string& text) {
  const std::size_t equals = text.find('=');
  return equals == std::string::npos ? std::pair<std::string, std::string>()
                                     : std::pair(text.substr(0, equals), text.substr(equals + 1));
}

/// Those that cannot be read, or are no JSON, are left out.
json read_parts(const Arguments& arguments) {
  json parts = json::object();
  for (const std::string& part : arguments.parts) {
    const auto [name, path] = split(part);
    json contents = json::parse(contents_of(path).value_or(""), nullptr, false);
    if (contents.is_discarded()) {
      fmt::print(stderr, "bench_report: {} is no JSON\n", path);
    } else {
      parts[name] = std::move(contents);
    }
  }
  return parts;
}

int run(const Arguments& arguments) {
  const json parts = read_parts(arguments);
  const auto page = contents_of(arguments.page);
  if (!page) {
    return 1;
  }
  json about = bench::facts_of_machine(arguments.data);
  for (const std::string& fact : arguments.about) {
    const auto [name, value] = split(fact);
    about[name] = value;
  }
  const json whole = {{"about", about}, {"parts", parts}};
  const bool is_whole = parts.size() == arguments.parts.size();
  return write(arguments.json_path, whole.dump(1) + "\n") &&
                 write(arguments.html_path, bench::report_of(whole, *page)) && is_whole
             ? 0
             : 1;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("What the benchmarks wrote as one JSON file, and as one page with plots.");
  Arguments arguments;
  app.add_option("--part", arguments.parts, "NAME=FILE: what a program wrote; several");
  app.add_option("--about", arguments.about, "NAME=TEXT: what else the page says; several");
  app.add_option("--data", arguments.data, "where the benchmarks had their data")
      ->capture_default_str();
  app.add_option("--page", arguments.page, "the page to be filled: bench/report/template.html")
      ->required();
  app.add_option("--json", arguments.json_path, "the file to write")->required();
  app.add_option("--html", arguments.html_path, "the file to write")->required();
  CLI11_PARSE(app, argc, argv);
  return run(arguments);
}
