// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/recover/options.h"

#include "tools/common/command_line.h"

#include <CLI/CLI.hpp>

#include <charconv>
#include <cstdint>
#include <utility>

namespace buoyant::recover_tool {

namespace {

/// Of "ID=HOST:PORT".
Member parse_member(const std::string& text) {
  std::uint64_t id = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, id);
  const bool has_id = error == std::errc() && id != 0 && stop != end && *stop == '=';
  std::string address = has_id ? std::string(stop + 1, end) : std::string();
  const std::size_t colon = address.rfind(':');
  if (colon == std::string::npos || colon == 0 || colon + 1 == address.size()) {
    throw CLI::ValidationError("--member", "not ID=HOST:PORT: " + text);
  }
  return {.id = ServerId(id), .address = std::move(address)};
}

}  // namespace

void add_options(CLI::App& app, Options& options) {
  app.add_option("directory", options.directory, "the server's data directory")->required();
  app.add_option_function<std::vector<std::string>>(
         "--member",
         [&options](const std::vector<std::string>& texts) {
           for (const std::string& text : texts) {
             options.voters.push_back(parse_member(text));
           }
           if (const auto valid = make_configuration(options.voters); !valid) {
             throw CLI::ValidationError("--member", valid.error().context());
           }
         },
         "ID=HOST:PORT of a voter to be; repeat")
      ->required()
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  app.add_flag("--force", options.force, "do it");
  app.add_flag("--json", options.json, "say it as JSON");
}

std::optional<Options> parse_options(int argc, const char* const* argv, int& exit_code) {
  Options options;
  CLI::App app{
      std::string(kAbout) +
          "\nExit code 0: done, 2: refused, 10: the disk failed, 11: the data is corrupt,\n"
          "12: the server runs.",
      "buoyant-recover"};
  add_options(app, options);
  return tools::parse(app, argc, argv, exit_code) ? std::optional(std::move(options))
                                                  : std::nullopt;
}

}  // namespace buoyant::recover_tool
