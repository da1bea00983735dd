// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/golden/archive.h"

#include <cstdlib>
#include <filesystem>

namespace buoyant::golden {

std::string quoted(const std::string& path) {
  return "'" + path + "'";
}

bool run(const std::string& command) {
  return std::system(command.c_str()) == 0;
}

bool pack(const std::string& directory, const std::string& archive) {
  return run("tar -C " + quoted(directory) +
             " --create --sparse --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 . |"
             " gzip -9 -n >" +
             quoted(archive));
}

bool unpack(const std::string& archive, const std::string& directory) {
  std::filesystem::create_directories(directory);
  return run("tar -C " + quoted(directory) + " --extract --gzip --file " + quoted(archive));
}

bool copy(const std::string& directory, const std::string& target) {
  return run("cp --recursive --sparse=always " + quoted(directory) + " " + quoted(target));
}

}  // namespace buoyant::golden
