// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// buoyant-inspect: looks into the data directory of a server.

#include "adapters/flatbuffers/codec.h"
#include "tools/common/exit_code.h"
#include "tools/inspect/dump.h"
#include "tools/inspect/options.h"
#include "tools/inspect/progress.h"
#include "tools/inspect/status_text.h"
#include "tools/inspect/verify.h"
#include "tools/recover/run.h"

#include <cstdio>
#include <string>

namespace buoyant::inspect_tool {

namespace {

constexpr const char* kProgram = "buoyant-inspect";

int refuse(const Error& error) {
  return tools::refuse(kProgram, error);
}

int run_status(const Options& options) {
  flatbuf::FlatbuffersCodec codec;
  const Result<Status> status = read_status(options.directory, codec);
  if (!status) {
    return refuse(status.error());
  }
  std::fputs((options.json ? to_json(*status) : to_text(*status)).c_str(), stdout);
  return 0;
}

int run_dump(const Options& options) {
  flatbuf::FlatbuffersCodec codec;
  const DumpOptions dump_options{.directory = options.directory,
                                 .from = Index(options.from),
                                 .to = Index(options.to),
                                 .payload = options.payload,
                                 .json = options.json};
  const Result<bool> damaged = dump(
      dump_options, codec, [](const std::string& lines) { std::fputs(lines.c_str(), stdout); },
      [](const std::string& damage) {
        std::fprintf(stderr, "%s: %s\n", kProgram, damage.c_str());
      });
  if (!damaged) {
    return refuse(damaged.error());
  }
  return *damaged ? tools::refuse(kProgram, "the log is damaged: see verify", tools::kExitCorrupt)
                  : 0;
}

int run_verify(const Options& options) {
  flatbuf::FlatbuffersCodec codec;
  Result<Report> report = Report();
  {
    Progress progress;
    report = verify(
        options.directory, codec, [&](std::uint64_t bytes) { progress.set_total(bytes); },
        [&](std::uint64_t bytes) { progress.add(bytes); });
  }
  if (!report) {
    return refuse(report.error());
  }
  std::fputs((options.json ? to_json(*report) : to_text(*report)).c_str(), stdout);
  return report->is_clean() ? 0 : tools::kExitCorrupt;
}

int run(const Options& options) {
  switch (options.command) {
    case Command::kStatus:
      return run_status(options);
    case Command::kDump:
      return run_dump(options);
    case Command::kVerify:
      return run_verify(options);
    case Command::kRecover:
      break;
  }
  return recover_tool::run("buoyant-inspect recover", options.recover);
}

}  // namespace

}  // namespace buoyant::inspect_tool

int main(int argc, char** argv) {
  int exit_code = 0;
  const auto options = buoyant::inspect_tool::parse_options(argc, argv, exit_code);
  return options ? buoyant::inspect_tool::run(*options) : exit_code;
}
