// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// buoyant-echo-c: sends every line back once it is committed on a majority and applied here. In C,
/// on the C API of buoyant.

#include "clients.h"
#include "machine.h"
#include "options.h"

#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

enum { STOP_LIMIT_MS = 4000 };

struct server {
  uv_loop_t loop;
  struct options options;
  struct machine machine;
  struct clients clients;
  buoyant_node_t* node;
  buoyant_bootstrap_t bootstrap;
  buoyant_transfer_t transfer;
  uv_signal_t terminate, interrupt, report;
  uv_timer_t stop_limit;
  bool is_stopping;
  int exit_code;
};

__attribute__((format(printf, 3, 4))) static void say(const struct server* server, int level,
                                                      const char* format, ...) {
  if (level > server->options.log_level) return;
  char text[512];
  va_list rest;
  va_start(rest, format);
  vsnprintf(text, sizeof text, format, rest);
  va_end(rest);
  fprintf(stderr, "buoyant-echo-c %" PRIu64 " %s: %s\n", server->options.node.id,
          buoyant_log_level_name(level), text);
}

static int exit_code_of(int code) {
  switch (code) {
    case BUOYANT_E_STORAGE_FAILED:
    case BUOYANT_E_STORAGE_FULL:
    case BUOYANT_E_FAULTED:
      return 10;
    case BUOYANT_E_STORAGE_CORRUPT:
    case BUOYANT_E_UNSUPPORTED_VERSION:
    case BUOYANT_E_MALFORMED:
      return 11;
    case BUOYANT_E_DIRECTORY_IN_USE:
      return 12;
    case BUOYANT_E_WRONG_CLUSTER:
    case BUOYANT_E_WRONG_IDENTITY:
      return 13;
    default:
      return 2;
  }
}

static int explain(struct server* server, const char* what, const buoyant_error_t* error) {
  char text[256];
  buoyant_error_text(error, text, sizeof text);
  say(server, BUOYANT_LOG_ERROR, "%s: %s", what, text);
  return exit_code_of(error->code);
}

static void on_log(void* data, int level, const char* line) {
  say(data, level, "%s", line);
}

static void on_report(uv_signal_t* handle, int number) {
  const struct server* server = handle->data;
  (void)number;
  char* json = buoyant_status_json(server->node);
  fprintf(stderr, "%s\n", json);
  buoyant_text_free(json);
}

// The end: a leader hands over, the node closes, then the clients, who have their answers by then.

static void on_stop_limit(uv_timer_t* timer) {
  const struct server* server = timer->data;
  _exit(server->exit_code);
}

static void on_node_closed(buoyant_node_t* node) {
  struct server* server = buoyant_node_data(node);
  clients_close(&server->clients);
  uv_close((uv_handle_t*)&server->terminate, NULL);
  uv_close((uv_handle_t*)&server->interrupt, NULL);
  uv_close((uv_handle_t*)&server->report, NULL);
  uv_close((uv_handle_t*)&server->stop_limit, NULL);
}

static void on_transferred(buoyant_transfer_t* request, int status) {
  (void)status;
  buoyant_close(((struct server*)request->data)->node, on_node_closed);
}

static void stop(struct server* server, int exit_code) {
  if (server->is_stopping) return;
  server->is_stopping = true;
  server->exit_code = exit_code;
  uv_timer_start(&server->stop_limit, on_stop_limit, STOP_LIMIT_MS, 0);
  const buoyant_status_t* status = buoyant_status(server->node);
  const bool leads = status->standing.role == BUOYANT_LEADER;
  buoyant_status_free(status);
  server->transfer.data = server;
  if (!leads || buoyant_transfer(&server->transfer, server->node, 0, on_transferred) < 0) {
    buoyant_close(server->node, on_node_closed);
  }
}

static void on_stop(uv_signal_t* handle, int number) {
  (void)number;
  stop(handle->data, 0);
}

// The beginning.

static void on_bootstrapped(buoyant_bootstrap_t* request, int status) {
  struct server* server = request->data;
  if (status < 0 && !server->is_stopping) {
    stop(server, explain(server, "cannot begin", &request->error));
  }
}

/// Gives an empty server its first configuration. Data that is there has one already.
static int bootstrap(struct server* server) {
  const struct options* options = &server->options;
  const buoyant_status_t* status = buoyant_status(server->node);
  const bool is_empty = status->last.index == 0;
  buoyant_status_free(status);
  if (options->join || !is_empty) return 0;
  if (options->member_count == 0) {
    say(server, BUOYANT_LOG_ERROR, "the data directory is empty: --member or --join is needed");
    return 2;
  }
  server->bootstrap.data = server;
  const int refused = buoyant_bootstrap(&server->bootstrap, server->node, options->members,
                                        options->member_count, on_bootstrapped);
  return refused < 0 ? explain(server, "cannot begin", &server->bootstrap.error) : 0;
}

static void watch(struct server* server, uv_signal_t* handle, uv_signal_cb cb, int number) {
  uv_signal_init(&server->loop, handle);
  handle->data = server;
  uv_signal_start(handle, cb, number);
}

static int run(struct server* server) {
  const buoyant_state_machine_t machine = machine_table(&server->machine);
  const buoyant_observer_t observer = {.size = sizeof observer,
                                       .data = server,
                                       .on_log = on_log,
                                       .log_level = server->options.log_level};
  buoyant_error_t error;
  if (buoyant_open(&server->node, &server->loop, &server->options.node, &machine, &observer,
                   &error) < 0) {
    char what[512];
    snprintf(what, sizeof what, "cannot start with --listen %s and --data %s",
             server->options.node.listen, server->options.node.data);
    server->exit_code = explain(server, what, &error);
    return uv_run(&server->loop, UV_RUN_DEFAULT);  // What had been opened is still closing.
  }
  buoyant_node_set_data(server->node, server);
  uv_timer_init(&server->loop, &server->stop_limit);
  server->stop_limit.data = server;
  watch(server, &server->terminate, on_stop, SIGTERM);
  watch(server, &server->interrupt, on_stop, SIGINT);
  watch(server, &server->report, on_report, SIGUSR1);
  const int status =
      clients_listen(&server->clients, &server->loop, server->node, server->options.client);
  if (status < 0) {
    say(server, BUOYANT_LOG_ERROR, "cannot listen for clients on %s: %s", server->options.client,
        uv_strerror(status));
  }
  const int exit_code = status < 0 ? 2 : bootstrap(server);
  if (exit_code != 0) stop(server, exit_code);
  return uv_run(&server->loop, UV_RUN_DEFAULT);
}

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
  run(&server);
  uv_loop_close(&server.loop);
  return server.exit_code;
}
