// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#define _POSIX_C_SOURCE 200809L  // For uv.h.

#include <uv.h>

#include <buoyant.h>
#include <stdio.h>
#include <stdlib.h>

/// Counts committed commands; once this server leads, it proposes one and ends.
struct counter {
  size_t count;
  buoyant_node_t* node;
  buoyant_propose_t propose;
};

static void apply(void* data, const buoyant_command_t* commands, size_t count,
                  buoyant_apply_t* batch) {
  struct counter* counter = data;
  (void)commands;
  counter->count += count;
  buoyant_apply_done(batch, NULL);
}

static void on_applied(buoyant_propose_t* request, int status) {
  struct counter* counter = request->data;
  printf("%s, %zu applied\n", status == 0 ? "committed" : buoyant_strerror(status), counter->count);
  buoyant_close(counter->node, NULL);
}

static void on_standing(void* data, const buoyant_standing_t* standing) {
  struct counter* counter = data;
  const buoyant_buf_t command = {"hello", 5};
  if (standing->role == BUOYANT_LEADER) {
    counter->propose.data = counter;
    buoyant_propose(&counter->propose, counter->node, &command, 1, on_applied);
  }
}

int main(void) {
  uv_loop_t* loop = uv_default_loop();
  struct counter counter = {0};
  const buoyant_state_machine_t machine = {
      .size = sizeof machine, .data = &counter, .apply = apply};
  const buoyant_observer_t observer = {
      .size = sizeof observer, .data = &counter, .on_standing = on_standing};
  buoyant_options_t options;
  buoyant_options_init(&options, sizeof options);
  options.id = 1;
  options.cluster = "hello";
  options.listen = "127.0.0.1:7001";
  options.data = "hello-data";
  buoyant_error_t error;
  if (buoyant_open(&counter.node, loop, &options, &machine, &observer, &error) < 0) {
    fprintf(stderr, "%s: %s\n", buoyant_strerror(error.code), error.context);
    return EXIT_FAILURE;
  }
  // The same list on every server, one line each; here one server is the whole cluster.
  const buoyant_member_t members[] = {{1, "127.0.0.1:7001", BUOYANT_VOTER}};
  buoyant_bootstrap_t bootstrap;
  buoyant_bootstrap(&bootstrap, counter.node, members, 1, NULL);
  return uv_run(loop, UV_RUN_DEFAULT);
}
