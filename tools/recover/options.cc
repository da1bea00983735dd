// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/recover/options.h"

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

std::optional<Options> parse_options(int argc, const char* const* argv, int& exit_code) {
  Options options;
  std::vector<std::string> members;
  CLI::App app{
      "Makes a cluster of what is left when its majority is lost for ever (docs/RECOVERY.md).\n"
      "Says what it finds in the data directory of a stopped server, and what would follow.\n"
      "Changes the members only with --force. Exit code 0: done, 2: refused, 10: the disk\n"
      "failed, 11: the data is corrupt, 12: the server runs.",
      "buoyant-recover"};
  app.add_option("directory", options.directory, "the server's data directory")->required();
  app.add_option("--member", members, "ID=HOST:PORT of a voter to be; repeat")
      ->required()
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  app.add_flag("--force", options.force, "do it");
  app.add_flag("--json", options.json, "say it as JSON");
  // CLI11 reports by exception; they end here.
  try {
    app.parse(argc, argv);
    for (const std::string& text : members) {
      options.voters.push_back(parse_member(text));
    }
    if (const auto valid = make_configuration(options.voters); !valid) {
      throw CLI::ValidationError("--member", valid.error().context());
    }
  } catch (const CLI::ParseError& error) {
    exit_code = app.exit(error) == 0 ? 0 : 2;
    return std::nullopt;
  }
  return options;
}

}  // namespace buoyant::recover_tool
