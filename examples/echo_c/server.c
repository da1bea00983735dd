// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "server.h"

#include "log.h"

#include <signal.h>
#include <unistd.h>

enum { STOP_LIMIT_MS = 4000 };

static void on_log(void* data, int level, const char* line) {
  say(&((const struct server*)data)->options, level, "%s", line);
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
  if (server->options.metrics != NULL) metrics_close(&server->metrics);
  if (server->tls != NULL) renewal_close(&server->renewal);
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
    stop(server, explain(&server->options, "cannot begin", &request->error));
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
    say(&server->options, BUOYANT_LOG_ERROR,
        "the data directory is empty: --member or --join is needed");
    return 2;
  }
  server->bootstrap.data = server;
  const int refused = buoyant_bootstrap(&server->bootstrap, server->node, options->members,
                                        options->member_count, on_bootstrapped);
  return refused < 0 ? explain(&server->options, "cannot begin", &server->bootstrap.error) : 0;
}

static void watch(struct server* server, uv_signal_t* handle, uv_signal_cb cb, int number) {
  uv_signal_init(&server->loop, handle);
  handle->data = server;
  uv_signal_start(handle, cb, number);
}

/// 0, or the exit code when nobody can be listened to.
static int serve(struct server* server, const char* what, const char* address, int status) {
  if (status == 0) return 0;
  say(&server->options, BUOYANT_LOG_ERROR, "cannot listen for %s on %s: %s", what, address,
      uv_strerror(status));
  return 2;
}

static int listen_for_all(struct server* server) {
  const struct options* options = &server->options;
  int exit_code =
      serve(server, "clients", options->client,
            clients_listen(&server->clients, &server->loop, server->node, options->client));
  if (options->metrics != NULL) {
    const int status =
        metrics_listen(&server->metrics, &server->loop, server->node, options->metrics);
    const int metrics_code = serve(server, "metrics", options->metrics, status);
    if (exit_code == 0) exit_code = metrics_code;
  }
  return exit_code;
}

/// 0, or a code of the library.
static int open_node(struct server* server, buoyant_error_t* error) {
  const buoyant_state_machine_t machine = machine_table(&server->machine);
  const buoyant_observer_t observer = {.size = sizeof observer,
                                       .data = server,
                                       .on_log = on_log,
                                       .log_level = server->options.log_level};
  buoyant_options_t* options = &server->options.node;
  if (server->options.tls.certificates != NULL) {
    const int refused =
        buoyant_tls_open(&server->tls, &server->options.tls, options->cluster, options->id, error);
    if (refused < 0) return refused;
    options->tls = server->tls;
  }
  return buoyant_open(&server->node, &server->loop, options, &machine, &observer, error);
}

int server_run(struct server* server) {
  buoyant_error_t error;
  if (open_node(server, &error) < 0) {
    char what[512];
    snprintf(what, sizeof what, "cannot start with --listen %s and --data %s",
             server->options.node.listen, server->options.node.data);
    server->exit_code = explain(&server->options, what, &error);
    uv_run(&server->loop, UV_RUN_DEFAULT);  // What had been opened is still closing.
  } else {
    buoyant_node_set_data(server->node, server);
    uv_timer_init(&server->loop, &server->stop_limit);
    server->stop_limit.data = server;
    watch(server, &server->terminate, on_stop, SIGTERM);
    watch(server, &server->interrupt, on_stop, SIGINT);
    watch(server, &server->report, on_report, SIGUSR1);
    if (server->tls != NULL) {
      renewal_start(&server->renewal, &server->loop, &server->options, server->tls);
    }
    int exit_code = listen_for_all(server);
    if (exit_code == 0) exit_code = bootstrap(server);
    if (exit_code != 0) stop(server, exit_code);
    uv_run(&server->loop, UV_RUN_DEFAULT);
  }
  buoyant_tls_free(server->tls);
  return server->exit_code;
}
