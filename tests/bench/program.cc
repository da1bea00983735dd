// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/bench/program.h"

#include "tests/support/process/file_tail.h"
#include "tests/support/process/process.h"
#include "tests/support/process/temporary_directory.h"

#include <gtest/gtest.h>

#include <chrono>

namespace buoyant::bench_program {

nlohmann::json run(const std::string& program, std::vector<std::string> arguments,
                   const std::string& json_option) {
  const process::TemporaryDirectory directory(BUOYANT_BINARY_DIR "/tmp");
  const std::string json = directory / "out.json";
  arguments.insert(arguments.begin(), BUOYANT_BINARY_DIR "/bench/" + program);
  if (json_option.ends_with("=")) {
    arguments.push_back(json_option + json);
  } else {
    arguments.insert(arguments.end(), {json_option, json});
  }
  process::Process child({arguments, {}, directory / "stdout", directory / "stderr"});
  const auto ended = child.wait(process::within(std::chrono::minutes(2)));
  if (ended != process::Ended{0, 0}) {
    ADD_FAILURE() << program << ": " << process::contents_of(directory / "stderr");
    return {};
  }
  auto parsed = nlohmann::json::parse(process::contents_of(json), nullptr, false);
  if (parsed.is_discarded()) {
    ADD_FAILURE() << program << " wrote no JSON";
    return {};
  }
  return parsed;
}

}  // namespace buoyant::bench_program
