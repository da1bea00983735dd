// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// The command line of the example servers: an outcome for every list of words, and no options that
// make no sense.
//
// Input: words, one in a line.

#include "buoyant/base/assert.h"
#include "examples/common/exit_code.h"
#include "examples/common/options.h"
#include "tests/fuzz/input.h"

#include <sstream>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::istringstream lines(std::string(reinterpret_cast<const char*>(data), size));
  std::vector<std::string> words = {"server"};
  for (std::string word; std::getline(lines, word) && words.size() < 64;) {
    words.push_back(word.substr(0, word.find('\0')));
  }
  std::vector<const char*> arguments;
  arguments.reserve(words.size());
  for (const std::string& word : words) {
    arguments.push_back(word.c_str());
  }
  const auto parsed = example::parse_options({.name = "server", .description = "a server"},
                                             static_cast<int>(arguments.size()), arguments.data());
  if (const auto* options = std::get_if<example::Options>(&parsed)) {
    BUOYANT_ASSERT(options->id.is_set());
    if (!options->members.empty()) {
      BUOYANT_ASSERT(!options->join);
      BUOYANT_ASSERT(buoyant::make_configuration(options->members).has_value());
    }
  }
  return 0;
}
