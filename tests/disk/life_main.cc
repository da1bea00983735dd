// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// buoyant-disk-life ROOT MEMORY SEED: one life of a server's stores, to be recorded.

#include "tests/disk/life.h"
#include "tests/disk/shim/record.h"

#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>

namespace buoyant::disk::life_program {

using NoteFunction = void (*)(const void* data, std::size_t size);

int main(int argc, char** argv) {
  constexpr int kArguments = 4;
  if (argc != kArguments) {
    std::fputs("usage: buoyant-disk-life ROOT MEMORY SEED\n", stderr);
    return 2;
  }
  // Only there when the shim is.
  const auto note = reinterpret_cast<NoteFunction>(::dlsym(RTLD_DEFAULT, kNoteFunction));
  const SayNote say = [note](const Note& what) {
    const std::vector<std::uint64_t> numbers = encode(what);
    if (note != nullptr) {
      note(numbers.data(), numbers.size() * sizeof(std::uint64_t));
    }
  };
  Life life(argv[1], argv[2], std::strtoull(argv[3], nullptr, 10), say);
  const std::string failure = life.run();
  if (!failure.empty()) {
    std::fprintf(stderr, "%s\n", failure.c_str());
  }
  return failure.empty() ? 0 : 1;
}

}  // namespace buoyant::disk::life_program

int main(int argc, char** argv) {
  return buoyant::disk::life_program::main(argc, argv);
}
