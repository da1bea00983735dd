// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/ctl/options.h"

#include "tools/common/command_line.h"

#include <CLI/CLI.hpp>

#include <charconv>
#include <limits>

namespace buoyant::ctl {

namespace {

using Command = Options::Command;

/// CLI11 takes "-1" for the largest number.
std::string refuse_signs(const std::string& text) {
  const bool is_plain = text.find_first_not_of("0123456789") == std::string::npos;
  return is_plain ? std::string() : "not a decimal number: " + text;
}

std::string refuse_endpoint(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  const bool has_host = colon != std::string::npos && colon > 0 &&
                        text.find_first_of("/@?#% \t") == std::string::npos;
  std::uint16_t port = 0;
  const char* const end = text.data() + text.size();
  const bool has_port = has_host && std::from_chars(text.data() + colon + 1, end, port).ptr == end;
  return has_port && port != 0 ? std::string() : "not HOST:PORT: " + text;
}

/// The state of a server may be large, and the log of a new one far behind.
constexpr std::chrono::milliseconds kActionLimit = std::chrono::seconds(60);

struct Raw {
  double watch_s = 0;
  std::int64_t limit_ms = 0;  ///< 0: not given.
};

CLI::App& add_command(CLI::App& app, Options& options, Raw& raw, const char* name,
                      const char* description, Command command) {
  CLI::App& added = *app.add_subcommand(name, description);
  added.add_option("HOST:PORT", options.endpoints, "--metrics of a server; more are better")
      ->required()
      ->check(refuse_endpoint);
  added
      .add_option("--timeout-ms", raw.limit_ms,
                  "how long an answer may take (3000; of what changes something 60000)")
      ->check(CLI::Range(1, 3'600'000));
  added.add_flag("!--no-discovery", options.discovers,
                 "ask nobody but these; else members on other hosts are asked at the same port");
  added.callback([&options, command] { options.command = command; });
  return added;
}

void add_id(CLI::App& command, Options& options, const char* name, const char* description,
            bool is_required) {
  command.add_option(name, options.id, description)
      ->check(refuse_signs)
      ->check(CLI::Range(std::uint64_t{1}, std::numeric_limits<std::uint64_t>::max()))
      ->required(is_required);
}

void add_commands(CLI::App& app, Options& options, Raw& raw) {
  const auto add = [&](const char* name, const char* description, Command command) -> CLI::App& {
    return add_command(app, options, raw, name, description, command);
  };
  CLI::App& status =
      add("status", "all servers in a table, and what is wrong, in words", Command::kStatus);
  status.add_flag("--json", options.is_json, "one line of JSON, for programs");
  status.add_option("--watch", raw.watch_s, "again every so many seconds (2), until interrupted")
      ->expected(0, 1)
      ->default_str("2")
      ->check(CLI::Range(0.1, 86400.0));
  add("members", "who is a member", Command::kMembers)
      .add_flag("--json", options.is_json, "one line of JSON, for programs");
  constexpr int kStepsMax = 1'000'000;
  CLI::App& trace =
      add("trace", "the newest steps of the first server, with their reasons", Command::kTrace);
  trace.add_option("--steps", options.steps, "how many (50)")->check(CLI::Range(1, kStepsMax));
  trace.add_flag("--json", options.is_json, "as lines of JSON");
  CLI::App& transfer = add("transfer", "hands leadership over", Command::kTransfer);
  add_id(transfer, options, "--to", "to this server; else to the best", false);
  CLI::App& snapshot = add("snapshot", "has a snapshot taken", Command::kSnapshot);
  add_id(snapshot, options, "--id", "of this server only; else of all that were given", false);
  CLI::App& joins = add("add", "adds a server that was started with --join", Command::kAdd);
  add_id(joins, options, "--id", "its id", true);
  joins.add_option("--address", options.address, "its HOST:PORT for peers")
      ->required()
      ->check(refuse_endpoint);
  joins.add_flag("--learner", options.is_learner, "it is not to vote");
  add_id(add("promote", "lets a learner vote", Command::kPromote), options, "--id", "its id", true);
  add_id(add("demote", "takes the vote of a server away", Command::kDemote), options, "--id",
         "its id", true);
  add_id(add("remove", "removes a server", Command::kRemove), options, "--id", "its id", true);
}

}  // namespace

bool changes_something(Command command) noexcept {
  return command != Command::kStatus && command != Command::kMembers && command != Command::kTrace;
}

std::optional<Options> parse_options(int argc, const char* const* argv, int& exit_code) {
  Options options;
  Raw raw;
  CLI::App app{
      "Looks at a running cluster through the status endpoints of its servers (--metrics), says\n"
      "what is wrong, and does what an operator does. What changes something needs servers that\n"
      "were started with --admin (docs/SECURITY.md).\n"
      "Exit codes: 0 healthy, or done; 1 it works, and somebody should look; 2 wrong usage, or\n"
      "refused; 3 something does not work; 4 no server answered; 5 the outcome is unknown.",
      "buoyant-ctl"};
  app.require_subcommand(1);
  add_commands(app, options, raw);
  if (!tools::parse(app, argc, argv, exit_code)) {
    return std::nullopt;
  }
  if (raw.limit_ms != 0) {
    options.limit = std::chrono::milliseconds(raw.limit_ms);
  } else if (changes_something(options.command)) {
    options.limit = kActionLimit;
  }
  if (raw.watch_s > 0) {
    constexpr double kMilliseconds = 1000;
    options.every =
        std::chrono::milliseconds(static_cast<std::int64_t>(raw.watch_s * kMilliseconds));
  }
  return options;
}

}  // namespace buoyant::ctl
