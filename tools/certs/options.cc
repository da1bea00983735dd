// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/certs/options.h"

#include "buoyant/model/hard_state.h"
#include "tools/common/command_line.h"

#include <CLI/CLI.hpp>

#include <limits>

namespace buoyant::certs_tool {

namespace {

constexpr int kAuthorityDays = 3650;
constexpr int kServerDays = 365;
constexpr int kDaysMax = 36500;

/// CLI11 takes "-1" for the largest number.
std::string refuse_signs(const std::string& text) {
  const bool is_plain = text.find_first_not_of("0123456789") == std::string::npos;
  return is_plain ? std::string() : "not a decimal number: " + text;
}

std::string refuse_cluster(const std::string& text) {
  const bool fits = !text.empty() && text.size() <= kClusterBytesMax;
  return fits ? std::string() : std::string("a cluster id has 1 to 255 bytes");
}

void add_days(CLI::App& app, Options& options, int otherwise) {
  app.add_option("--days", options.days, "how long it is valid (" + std::to_string(otherwise) + ")")
      ->check(CLI::Range(1, kDaysMax));
}

}  // namespace

std::optional<Options> parse_options(int argc, const char* const* argv, int& exit_code) {
  Options options;
  CLI::App app{
      "Makes certificates for the servers of a cluster: an authority, and one for each server.\n"
      "Nothing that is there is written over. The authority's key is needed only here: keep it\n"
      "off the servers.\n"
      "Exit code 0: done, 2: refused, 10: the disk failed.",
      "buoyant-certs"};
  app.require_subcommand(1);
  CLI::App* const authority = app.add_subcommand("ca", "makes ca.pem and ca-key.pem");
  authority->add_option("--out", options.out, "the directory they go to")->required();
  add_days(*authority, options, kAuthorityDays);
  CLI::App* const server =
      app.add_subcommand("server", "makes server-ID.pem and server-ID-key.pem");
  server->add_option("--ca", options.authority, "the directory with the authority's files")
      ->required();
  server->add_option("--cluster", options.cluster, "the cluster's id")
      ->required()
      ->check(refuse_cluster);
  server->add_option("--id", options.id, "the server's id")
      ->required()
      ->check(refuse_signs)
      ->check(CLI::Range(std::uint64_t{1}, std::numeric_limits<std::uint64_t>::max()));
  server->add_option("--out", options.out, "the directory they go to")->required();
  add_days(*server, options, kServerDays);
  if (!tools::parse(app, argc, argv, exit_code)) {
    return std::nullopt;
  }
  options.command = server->parsed() ? Options::Command::kServer : Options::Command::kAuthority;
  if (options.days == 0) {
    options.days = server->parsed() ? kServerDays : kAuthorityDays;
  }
  return options;
}

}  // namespace buoyant::certs_tool
