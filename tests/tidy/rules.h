// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The rules of the house that a compiler does not know, one function each.
///
/// Each looks at one file, or at the whole project, and says what breaks the rule.
#pragma once

#include "tests/tidy/source_file.h"

#include <vector>

namespace buoyant::tidy {

inline constexpr std::size_t kFileLinesMax = 400;
inline constexpr std::size_t kFunctionLinesMax = 70;

/// A file includes its own layer and lower ones only (DESIGN 2), and an adapter exactly its
/// own third-party library.
std::vector<Finding> check_layering(const SourceFile& file);

/// Nothing that could make the core give different outputs for the same inputs.
std::vector<Finding> check_determinism(const SourceFile& file);

std::vector<Finding> check_file_length(const SourceFile& file);

/// From the first line of a function's head to the line of its closing brace.
std::vector<Finding> check_function_length(const SourceFile& file);

std::vector<Finding> check_licence_header(const SourceFile& file);

/// A to-do names its issue.
std::vector<Finding> check_todos(const SourceFile& file);

/// No path of a machine on which somebody happened to work.
std::vector<Finding> check_machine_paths(const SourceFile& file);

/// Test files can share a translation unit: no anonymous namespace, no using-directive.
std::vector<Finding> check_test_namespaces(const SourceFile& file);

/// Tests do not sleep; those of adapters and processes may, on a real loop.
std::vector<Finding> check_sleeping(const SourceFile& file);

/// A name of a test suite belongs to one file.
std::vector<Finding> check_suite_names(const std::vector<SourceFile>& project);

/// Each module has its test file, or stands in tests/tidy/covered_elsewhere.txt with the file
/// that tests it.
std::vector<Finding> check_test_files(const std::vector<SourceFile>& project);

/// The first program in README.md is examples/hello/hello.cc without its licence header, and that
/// in docs/C.md is examples/hello_c/hello.c.
std::vector<Finding> check_shown_programs(const std::vector<SourceFile>& project);

}  // namespace buoyant::tidy
