// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// buoyant-echo-c: sends every line back once it is committed on a majority and applied here. In C,
/// on the C API of buoyant.

#include "server.h"

#include <signal.h>
#include <unistd.h>

/// Until the loop runs nobody was promised anything.
static void quit(int number) {
  (void)number;
  _exit(0);
}

int main(int argc, char** argv) {
  static struct server server;
  signal(SIGTERM, quit);
  signal(SIGINT, quit);
  signal(SIGPIPE, SIG_IGN);
  signal(SIGUSR1, SIG_IGN);
  parse_options(argc, argv, &server.options);
  server.machine.print = server.options.print ? stdout : NULL;
  uv_loop_init(&server.loop);
  const int exit_code = server_run(&server);
  uv_loop_close(&server.loop);
  return exit_code;
}
