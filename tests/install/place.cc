// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/install/place.h"

#include "tests/support/process/file_tail.h"
#include "tests/support/process/kv_server.h"
#include "tests/support/process/loopback.h"
#include "tests/support/process/process.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>

namespace buoyant::install {

namespace fs = std::filesystem;

static const fs::path kSource = BUOYANT_SOURCE_DIR;
static const fs::path kBinary = BUOYANT_BINARY_DIR;

const fs::path& place() {
  static const fs::path kPlace = [] {
    fs::path folder = kBinary / "install_test";
    fs::remove_all(folder);
    fs::create_directories(folder);
    return folder;
  }();
  return kPlace;
}

const fs::path& installed() {
  static const fs::path kInstalled = [] {
    fs::path prefix = place() / "prefix";
    const Outcome ended =
        shell(BUOYANT_CMAKE " --install " + kBinary.string() + " --prefix " + prefix.string());
    EXPECT_EQ(ended.code, 0) << ended.output;
    return prefix;
  }();
  return kInstalled;
}

const fs::path& examples() {
  static const fs::path kExamples = [] {
    // A copy: beside it there is nothing else of buoyant.
    fs::create_directories(place() / "source");
    fs::copy(kSource / "examples", place() / "source/examples", fs::copy_options::recursive);
    const Outcome configured = configure(place() / "source/examples", "examples", installed(),
                                         "-DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_FLAGS_DEBUG=-O0 "
                                         "-DCMAKE_UNITY_BUILD=ON -DCMAKE_UNITY_BUILD_BATCH_SIZE=8");
    EXPECT_EQ(configured.code, 0) << configured.output;
    const Outcome built = shell(BUOYANT_CMAKE " --build examples --parallel 2");
    EXPECT_EQ(built.code, 0) << built.output;
    return configured.code == 0 && built.code == 0 ? place() / "examples" : fs::path();
  }();
  return kExamples;
}

Outcome link_server(const std::string& name, const std::string& libraries) {
  static const Outcome kCompiled =
      shell(BUOYANT_CXX " -std=c++20 -I../source " +
                pkg_config(installed(), "--cflags buoyant-standard buoyant-sessions") +
                " -c -o plain.o ../source/examples/kv/main.cc",
            examples());
  return kCompiled.code != 0
             ? kCompiled
             : shell(BUOYANT_CXX " -o " + name +
                         " plain.o kv/libbuoyant_kv_parts.a common/libbuoyant_example_common.a " +
                         libraries,
                     examples());
}

Outcome shell(const std::string& line, const fs::path& folder) {
  static int count = 0;
  const fs::path log = place() / ("log." + std::to_string(++count));
  process::Process ran(
      {{"/bin/sh", "-c", "cd " + folder.string() + " && { " + line + " ; } 2>&1"}, {}, log, ""});
  const auto ended = ran.wait(process::within(std::chrono::minutes(8)));
  return {ended && ended->signal == 0 ? ended->code : -1, process::contents_of(log)};
}

std::string pkg_config(const fs::path& prefix, const std::string& what) {
  std::string said = shell("PKG_CONFIG_PATH=" + (prefix / BUOYANT_LIBDIR).string() +
                           "/pkgconfig pkg-config " + what)
                         .output;
  std::erase(said, '\n');
  return said;
}

Outcome configure(const fs::path& source, const std::string& name, const fs::path& prefix,
                  const std::string& options) {
  return shell(BUOYANT_CMAKE " -G Ninja -S " + source.string() + " -B " + name +
               " -DCMAKE_CXX_COMPILER=" BUOYANT_CXX
               " -DCMAKE_CXX_COMPILER_LAUNCHER=" BUOYANT_CXX_LAUNCHER " -DCMAKE_PREFIX_PATH=" +
               prefix.string() + " " + options);
}

std::vector<std::string> files_below(const fs::path& folder) {
  std::vector<std::string> files;
  if (fs::is_directory(folder)) {
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      if (!entry.is_directory()) {
        files.push_back(entry.path().lexically_relative(folder));
      }
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string keep_a_value(const fs::path& program, const fs::path& library_path) {
  static int count = 0;
  const fs::path folder = place() / ("server." + std::to_string(++count));
  fs::create_directories(folder);
  const auto ports = process::free_ports(2);
  process::KvServer server({.binary = program,
                            .directory = folder,
                            .peer_port = ports[0],
                            .client_port = ports[1],
                            .members = {{1, ports[0]}}});
  server.set_launch({}, {{"LD_LIBRARY_PATH", library_path}});
  server.start();
  const auto deadline = process::within(std::chrono::seconds(20));
  std::string set;
  process::wait_until(deadline, [&] {
    set = server.ask_shown({"SET", "k", "v"}, deadline);
    return set.find("NOLEADER") == std::string::npos;
  });
  const std::string got = server.ask_shown({"GET", "k"}, deadline);
  const auto stopped = server.stop(process::within(std::chrono::seconds(10)));
  if (!stopped || *stopped != process::Ended{0, 0}) {
    return "did not stop: " + server.log();
  }
  return set + " " + got;
}

}  // namespace buoyant::install
