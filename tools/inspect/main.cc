// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// buoyant-inspect: looks into the data directory of a server.

#include "adapters/flatbuffers/codec.h"
#include "tools/common/describe.h"
#include "tools/common/exit_code.h"
#include "tools/inspect/compact.h"
#include "tools/inspect/dump.h"
#include "tools/inspect/options.h"
#include "tools/inspect/progress.h"
#include "tools/inspect/status_text.h"
#include "tools/inspect/transfer.h"
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
  Progress progress;
  const Result<Report> report = verify(
      options.directory, codec, [&](std::uint64_t bytes) { progress.set_total(bytes); },
      [&](std::uint64_t bytes) { progress.add(bytes); });
  progress.hide();
  if (!report) {
    return refuse(report.error());
  }
  std::fputs((options.json ? to_json(*report) : to_text(*report)).c_str(), stdout);
  return report->is_clean() ? 0 : tools::kExitCorrupt;
}

int run_export(const Options& options) {
  Progress progress;
  const Result<SnapshotMetadata> exported = export_snapshot(
      options.directory, options.file, [&](std::uint64_t bytes) { progress.set_total(bytes); },
      [&](std::uint64_t bytes) { progress.add(bytes); });
  progress.hide();
  if (!exported) {
    return refuse(exported.error());
  }
  const std::string text = tools::text_of(exported->id.position);
  const std::string said =
      options.json ? tools::dumped({{"file", options.file},
                                    {"position", tools::json_of(exported->id.position)},
                                    {"checksum", tools::hex(exported->id.checksum)},
                                    {"bytes", exported->bytes}})
                   : "exported: through " + text + ", " + tools::text_of_bytes(exported->bytes) +
                         ", checksum " + tools::hex(exported->id.checksum) + "\n";
  std::fputs(said.c_str(), stdout);
  return 0;
}

const char* ending_of(const ImportPlan& plan, bool force) {
  if (plan.kind == ImportPlan::Kind::kNothing) {
    return "";
  }
  return force ? "\nDone: it is on the disk. Start this server as before.\n"
               : "\nNothing was changed. The same with --force does it.\n";
}

int run_import(const Options& options) {
  Progress progress;
  const auto show = [&](const ImportPlan& plan) {
    progress.hide();
    std::fputs(options.json ? "" : to_text(plan).c_str(), stdout);
    std::fflush(stdout);
  };
  const Result<ImportPlan> plan = import_snapshot(
      {.directory = options.directory, .path = options.file, .force = options.force}, show,
      [&](std::uint64_t bytes) { progress.set_total(bytes); },
      [&](std::uint64_t bytes) { progress.add(bytes); });
  progress.hide();
  if (!plan) {
    return refuse(plan.error());
  }
  const bool changed = options.force && plan->kind != ImportPlan::Kind::kNothing;
  std::fputs(options.json ? to_json(*plan, changed).c_str() : ending_of(*plan, options.force),
             stdout);
  return 0;
}

int run_compact(const Options& options) {
  flatbuf::FlatbuffersCodec codec;
  Progress progress;
  const Result<lmdb::CompactionFigures> figures = compact(
      options.directory, codec, [&](std::uint64_t bytes) { progress.set_total(bytes); },
      [&](std::uint64_t bytes) { progress.add(bytes); },
      [](lmdb::CompactionStep /*step*/) { return true; });
  progress.hide();
  if (!figures) {
    return refuse(figures.error());
  }
  std::fputs((options.json ? to_json(*figures) : to_text(*figures)).c_str(), stdout);
  return 0;
}

int run(const Options& options) {
  switch (options.command) {
    case Command::kStatus:
      return run_status(options);
    case Command::kDump:
      return run_dump(options);
    case Command::kVerify:
      return run_verify(options);
    case Command::kExport:
      return run_export(options);
    case Command::kImport:
      return run_import(options);
    case Command::kCompact:
      return run_compact(options);
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
