// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/install/place.h"
#include "tests/support/process/file_tail.h"

#include <gtest/gtest.h>

#include <regex>
#include <sstream>

namespace buoyant::install::tree_test {

namespace fs = std::filesystem;

/// Includes of ours in `file` that lead to no installed one.
static std::vector<std::string> lost_includes(const fs::path& file) {
  static const std::regex kInclude(R"re(^#include ["<]((?:buoyant|adapters)[/.][^">]+)[">])re");
  const fs::path include = installed() / "include";
  std::vector<std::string> lost;
  std::istringstream lines(process::contents_of(file));
  for (std::string line; std::getline(lines, line);) {
    std::smatch match;
    if (std::regex_search(line, match, kInclude) && !fs::exists(include / match[1].str()) &&
        !fs::exists(include / "buoyant/parts" / match[1].str())) {
      lost.push_back(file.string() + ": " + match[1].str());
    }
  }
  return lost;
}

TEST(InstalledTree, HasEveryHeaderForUsers) {
  std::vector<std::string> headers = files_below(installed() / "include");
  std::erase_if(headers, [](const auto& path) { return path.starts_with("buoyant/parts/"); });

  EXPECT_EQ(headers, files_below(BUOYANT_SOURCE_DIR "/include"));
}

TEST(InstalledTree, HasEveryHeaderThatItsHeadersInclude) {
  std::vector<std::string> lost;

  const auto headers = files_below(installed() / "include");
  for (const std::string& header : headers) {
    const auto found = lost_includes(installed() / "include" / header);
    lost.insert(lost.end(), found.begin(), found.end());
  }

  EXPECT_GT(headers.size(), 100U);
  EXPECT_EQ(lost, std::vector<std::string>());
}

TEST(InstalledTree, NamesNoFolderThatItWasBuiltIn) {
  std::vector<std::string> naming;

  const auto files = files_below(installed());
  for (const std::string& file : files) {
    const std::string contents = process::contents_of(installed() / file);
    if (contents.find(BUOYANT_SOURCE_DIR) != std::string::npos ||
        contents.find(BUOYANT_BINARY_DIR) != std::string::npos) {
      naming.push_back(file);
    }
  }

  EXPECT_GT(files.size(), 140U);
  EXPECT_EQ(naming, std::vector<std::string>());
}

}  // namespace buoyant::install::tree_test
