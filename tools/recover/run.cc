// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/recover/run.h"

#include "adapters/flatbuffers/codec.h"
#include "adapters/lmdb/storage.h"
#include "tools/common/exit_code.h"
#include "tools/common/waiting_loop.h"
#include "tools/recover/carry_out.h"
#include "tools/recover/explain.h"
#include "tools/recover/plan.h"

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>

namespace buoyant::recover_tool {

namespace {

using tools::refuse;
using tools::WaitingLoop;

/// A disk that takes longer is taken for one that hangs.
constexpr std::chrono::seconds kPatience{60};

/// Opening would make the directory; where nothing is, nothing is to be made.
bool is_missing(const std::string& directory) {
  std::error_code error;
  const auto status = std::filesystem::status(directory + "/data.mdb", error);
  return status.type() == std::filesystem::file_type::not_found;
}

const char* ending(const Plan& plan, bool force) {
  if (plan.is_done()) {
    return "";
  }
  return force ? "\nDone: it is on the disk. Start this server as before.\n"
               : "\nNothing was changed. The same with --force does it.\n";
}

}  // namespace

int run(const char* program, const Options& options) {
  if (is_missing(options.directory)) {
    return refuse(program, "there is no server's data in " + options.directory);
  }
  const auto loop = std::make_shared<WaitingLoop>();
  lmdb::LmdbOptions storage_options;
  storage_options.directory = options.directory;
  storage_options.any_identity = true;
  auto storage = lmdb::LmdbStorage::open(storage_options, loop);
  if (!storage) {
    return refuse(program, storage.error());
  }
  flatbuf::FlatbuffersCodec codec;
  const auto plan = make_plan((*storage)->take_stored_state(), options.voters, codec);
  if (!plan) {
    return refuse(program, plan.error());
  }
  const bool changes = options.force && !plan->is_done();
  if (!options.json) {
    std::fputs(explain(*plan).c_str(), stdout);
    std::fflush(stdout);
  }
  if (changes) {
    const Wait wait = [&loop](const std::function<bool()>& condition) {
      return loop->run_until(condition, kPatience);
    };
    const auto done = carry_out(std::move(*storage), write_of(*plan, codec), wait);
    if (!done) {
      return refuse(program, done.error());
    }
  }
  const std::string end = options.json ? to_json(*plan, changes) : ending(*plan, options.force);
  std::fputs(end.c_str(), stdout);
  return 0;
}

}  // namespace buoyant::recover_tool
