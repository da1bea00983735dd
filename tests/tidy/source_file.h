// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A source file as the rules of the house see it, and what they find in it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace buoyant::tidy {

/// One file of the project.
struct SourceFile {
  std::string path;  ///< From the project's top, with '/'.
  std::vector<std::string> lines;
};

/// A broken rule. Line 0: the file as a whole.
struct Finding {
  std::string path;
  std::size_t line = 0;
  std::string message;

  friend bool operator==(const Finding&, const Finding&) = default;
};

/// A file with this text, for the tests of the rules.
SourceFile make_source(std::string path, std::string_view text);

/// The project's own text files, sorted by path: not what is built, generated or hidden.
std::vector<SourceFile> load_project();

/// True for C++ sources and headers.
bool is_cpp(const SourceFile& file);

/// True for everything that carries the licence header: sources, schemas, build files, scripts.
bool is_source(const SourceFile& file);

/// The same lines with comments and the contents of literals replaced by spaces.
std::vector<std::string> code_of(const SourceFile& file);

/// "path:line: message" for each, one per line: empty when nothing was found.
std::string report(const std::vector<Finding>& findings);

}  // namespace buoyant::tidy
