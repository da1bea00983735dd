// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// buoyant-echo: sends every line back once it is committed on a majority and applied here.

#include "buoyant/base/assert.h"
#include "examples/echo/application.h"
#include "examples/echo/options.h"

#include <uv.h>

#include <csignal>
#include <cstdio>
#include <sys/resource.h>
#include <unistd.h>
#include <utility>

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

int main(int argc, char** argv) {
  // While the data directory is being opened there is nothing to close and nobody was promised
  // anything: ending at once is a clean stop. The application takes these signals over.
  for (const int number : {SIGTERM, SIGINT}) {
    std::signal(number, [](int) { _exit(echo::kExitClean); });
  }
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGUSR1, SIG_IGN);  // Asks for a status, of which there is none yet.

  raise_descriptor_limit();

  auto parsed = echo::parse_options(argc, argv);
  if (const auto* exit = std::get_if<echo::Exit>(&parsed)) {
    std::fprintf(exit->code == 0 ? stdout : stderr, exit->code == 0 ? "%s" : "buoyant-echo: %s\n",
                 exit->text.c_str());
    return exit->code;
  }
  uv_loop_t loop;
  if (uv_loop_init(&loop) != 0) {
    std::fprintf(stderr, "buoyant-echo: the event loop cannot be made\n");
    return echo::kExitStorageFailed;
  }
  int code = 0;
  {
    echo::Application application(loop, std::get<echo::Options>(std::move(parsed)));
    code = application.run();
  }
  BUOYANT_ASSERT(uv_loop_close(&loop) == 0);
  return code;
}
