// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// buoyant-recover: makes a cluster of what is left when its majority is lost for ever.

#include "adapters/flatbuffers/codec.h"
#include "adapters/lmdb/storage.h"
#include "tools/recover/carry_out.h"
#include "tools/recover/explain.h"
#include "tools/recover/options.h"
#include "tools/recover/plan.h"
#include "tools/recover/waiting_loop.h"

#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <system_error>

namespace buoyant::recover_tool {

namespace {

constexpr int kExitRefused = 2;
/// A disk that takes longer is taken for one that hangs.
constexpr std::chrono::seconds kPatience{60};

/// As those of the example servers.
int exit_code_of(Errc code) {
  if (code == Errc::kStorageCorrupt || code == Errc::kUnsupportedVersion) {
    return 11;
  }
  if (code == Errc::kDirectoryInUse) {
    return 12;
  }
  const bool is_disk =
      code == Errc::kStorageFailed || code == Errc::kStorageFull || code == Errc::kOutcomeUnknown;
  return is_disk ? 10 : kExitRefused;
}

int refuse(const Error& error) {
  std::fprintf(stderr, "buoyant-recover: %s: %s", error.message(), error.context());
  // Values below zero are LMDB's.
  if (error.native() > 0) {
    std::fprintf(stderr, ": %s", std::strerror(error.native()));
  }
  std::fputc('\n', stderr);
  return exit_code_of(error.code());
}

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

int run(const Options& options) {
  if (is_missing(options.directory)) {
    std::fprintf(stderr, "buoyant-recover: there is no server's data in %s\n",
                 options.directory.c_str());
    return kExitRefused;
  }
  const auto loop = std::make_shared<WaitingLoop>();
  lmdb::LmdbOptions storage_options;
  storage_options.directory = options.directory;
  storage_options.any_identity = true;
  auto storage = lmdb::LmdbStorage::open(storage_options, loop);
  if (!storage) {
    return refuse(storage.error());
  }
  flatbuf::FlatbuffersCodec codec;
  const auto plan = make_plan((*storage)->take_stored_state(), options.voters, codec);
  if (!plan) {
    return refuse(plan.error());
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
      return refuse(done.error());
    }
  }
  const std::string end = options.json ? to_json(*plan, changes) : ending(*plan, options.force);
  std::fputs(end.c_str(), stdout);
  return 0;
}

}  // namespace

}  // namespace buoyant::recover_tool

int main(int argc, char** argv) {
  int exit_code = 0;
  const auto options = buoyant::recover_tool::parse_options(argc, argv, exit_code);
  return options ? buoyant::recover_tool::run(*options) : exit_code;
}
