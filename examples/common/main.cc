// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What main() of an example server does.

#include "examples/common/main.h"

#include "buoyant/base/assert.h"

#include <uv.h>

#include <csignal>
#include <cstdio>
#include <sys/resource.h>
#include <unistd.h>
#include <utility>

namespace example {

namespace {

/// Clients must not use up the descriptors that peers and the log need.
void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
    limit.rlim_cur = limit.rlim_max;
    static_cast<void>(setrlimit(RLIMIT_NOFILE, &limit));
  }
}

}  // namespace

int run_program(const ProgramText& text, int argc, char** argv, const MakeProgram& make) {
  // While the data directory is being opened there is nothing to close and nobody was promised
  // anything: ending at once is a clean stop. The application takes these signals over.
  for (const int number : {SIGTERM, SIGINT}) {
    std::signal(number, [](int) { _exit(kExitClean); });
  }
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGUSR1, SIG_IGN);  // Asks for a status, of which there is none yet.

  raise_descriptor_limit();

  auto parsed = parse_options(text, argc, argv);
  if (const auto* exit = std::get_if<Exit>(&parsed)) {
    if (exit->code == 0) {
      std::fprintf(stdout, "%s", exit->text.c_str());
    } else {
      std::fprintf(stderr, "%s: %s\n", text.name, exit->text.c_str());
    }
    return exit->code;
  }
  uv_loop_t loop;
  if (uv_loop_init(&loop) != 0) {
    std::fprintf(stderr, "%s: the event loop cannot be made\n", text.name);
    return kExitStorageFailed;
  }
  int code = 0;
  {
    const std::unique_ptr<Program> program = make(std::get<Options>(parsed));
    code = Application(loop, *program, std::get<Options>(std::move(parsed))).run();
  }
  BUOYANT_ASSERT(uv_loop_close(&loop) == 0);
  return code;
}

}  // namespace example
