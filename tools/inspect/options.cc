// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/inspect/options.h"

#include "tools/common/command_line.h"

#include <CLI/CLI.hpp>

#include <string>
#include <utility>

namespace buoyant::inspect_tool {

namespace {

CLI::App* add_command(CLI::App& app, Options& options, Command command, const char* name,
                      const char* about) {
  CLI::App* const added = app.add_subcommand(name, about);
  added->callback([&options, command] { options.command = command; });
  if (command != Command::kRecover) {
    added->add_option("directory", options.directory, "the server's data directory")->required();
    added->add_flag("--json", options.json, "say it as JSON");
  }
  return added;
}

void add_dump(CLI::App& app, Options& options) {
  CLI::App* const dump = add_command(
      app, options, Command::kDump, "dump",
      "The entries of the log, one a line: index, term, kind, bytes, payload. Live or stopped.");
  dump->add_option("--from", options.from, "the first index; else the log's first");
  dump->add_option("--to", options.to, "the last index; else the log's last");
  dump->add_option_function<std::string>(
          "--payload",
          [&options](const std::string& name) {
            options.payload = name == "hex"    ? Payload::kHex
                              : name == "none" ? Payload::kNone
                                               : Payload::kText;
          },
          "how payloads are shown: text (default), hex, none")
      ->check(CLI::IsMember({"text", "hex", "none"}));
}

void add_transfers(CLI::App& app, Options& options) {
  CLI::App* const out = add_command(
      app, options, Command::kExport, "export-snapshot",
      "Writes the log's snapshot to a file, with its metadata and checksums. Live or stopped.");
  out->add_option("file", options.file, "the file; there must be none of that name")->required();
  CLI::App* const in = add_command(
      app, options, Command::kImport, "import-snapshot",
      "Puts an exported snapshot into the directory of a stopped server. Says what follows; does "
      "it only with --force.");
  in->add_option("file", options.file, "an exported snapshot")->required();
  in->add_flag("--force", options.force, "do it");
}

void add_commands(CLI::App& app, Options& options) {
  add_command(
      app, options, Command::kStatus, "status",
      "Who the server is, its log, its members, its snapshots, its space. Live or stopped.");
  add_dump(app, options);
  add_command(app, options, Command::kVerify, "verify",
              "Reads all of it and checks every checksum. Names each damage and ends with 11 if "
              "there is one. Live or stopped.");
  add_transfers(app, options);
  add_command(app, options, Command::kCompact, "compact",
              "Gives back to the file system what data.mdb has grown by. Stopped only.");
  recover_tool::add_options(
      *add_command(app, options, Command::kRecover, "recover", recover_tool::kAbout),
      options.recover);
}

}  // namespace

std::optional<Options> parse_options(int argc, const char* const* argv, int& exit_code) {
  Options options;
  CLI::App app{
      "Looks into the data directory of a server (docs/INSPECT.md). What is said to work live or\n"
      "stopped writes nothing, takes no lock and keeps no server from anything.\n"
      "Exit code 0: done, 2: refused, 10: the disk failed, 11: the data is corrupt, 12: the\n"
      "server runs.",
      "buoyant-inspect"};
  app.require_subcommand(1);
  add_commands(app, options);
  return tools::parse(app, argc, argv, exit_code) ? std::optional(std::move(options))
                                                  : std::nullopt;
}

}  // namespace buoyant::inspect_tool
