// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Where these tests install to and build in, and running what users type.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace buoyant::install {

/// What a command line did.
struct Outcome {
  /// Exit code; -1: a signal, or it did not end within its time.
  int code = -1;
  /// Of stdout and stderr.
  std::string output;
};

/// Below the build folder; empty when the program begins.
[[nodiscard]] const std::filesystem::path& place();

/// What this build installs: `cmake --install` is run once, at the first call.
[[nodiscard]] const std::filesystem::path& installed();

/// The examples, built as a project of their own against installed(), at the first call. Empty:
/// they do not build; the test that asked has failed.
[[nodiscard]] const std::filesystem::path& examples();

/// Links a buoyant-kv, as examples()/name, by a plain command line. Requires: there are examples().
Outcome link_server(const std::string& name, const std::string& libraries);

/// Runs a command line of the shell in `folder` and waits for it, eight minutes at most.
Outcome shell(const std::string& line, const std::filesystem::path& folder = place());

/// `pkg-config WHAT` with the files of `prefix`, or what it complains of.
std::string pkg_config(const std::filesystem::path& prefix, const std::string& what);

/// `cmake -S source -B place()/name` for a project that finds buoyant in `prefix`.
Outcome configure(const std::filesystem::path& source, const std::string& name,
                  const std::filesystem::path& prefix, const std::string& options = {});

/// All files below, as paths from there.
std::vector<std::string> files_below(const std::filesystem::path& folder);

/// Runs the program, a buoyant-kv, as a cluster of one: "+OK $v" when it keeps a value for us, else
/// what went wrong. `library_path` is where it finds shared libraries.
std::string keep_a_value(const std::filesystem::path& program,
                         const std::filesystem::path& library_path = {});

}  // namespace buoyant::install
