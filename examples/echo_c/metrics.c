// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "metrics.h"

#include "address.h"
#include "memory.h"

#include <http_parser.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { SCRAPES_MAX = 16, TARGET_BYTES = 64, INPUT_BYTES = 4096, LIMIT_MS = 10000 };

/// A connection.
struct scrape {
  uv_tcp_t tcp;
  uv_timer_t limit;
  uv_write_t write;
  struct metrics* all;
  struct scrape* next;
  http_parser parser;
  char target[TARGET_BYTES];  ///< A longer one is cut: there is none that long.
  size_t target_len;
  int handles;
  char* body;  ///< NULL: it is not answered yet.
  char head[256];
  char input[INPUT_BYTES];
};

static void on_closed(uv_handle_t* handle) {
  struct scrape* scrape = handle->data;
  if (--scrape->handles > 0) return;
  struct scrape** link = &scrape->all->first;
  while (*link != scrape) link = &(*link)->next;
  *link = scrape->next;
  scrape->all->count -= 1;
  buoyant_text_free(scrape->body);
  free(scrape);
}

static void close_scrape(struct scrape* scrape) {
  if (uv_is_closing((uv_handle_t*)&scrape->tcp)) return;
  uv_close((uv_handle_t*)&scrape->tcp, on_closed);
  uv_close((uv_handle_t*)&scrape->limit, on_closed);
}

static void on_limit(uv_timer_t* timer) {
  close_scrape(timer->data);
}

static void on_written(uv_write_t* write, int status) {
  (void)status;
  close_scrape(write->data);
}

static void send_answer(struct scrape* scrape, const char* status, const char* type) {
  const size_t len = scrape->body == NULL ? 0 : strlen(scrape->body);
  snprintf(scrape->head, sizeof scrape->head,
           "HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n",
           status, type, len);
  const uv_buf_t bufs[] = {uv_buf_init(scrape->head, (unsigned)strlen(scrape->head)),
                           uv_buf_init(scrape->body, (unsigned)len)};
  uv_stream_t* stream = (uv_stream_t*)&scrape->tcp;
  uv_read_stop(stream);
  scrape->write.data = scrape;
  if (uv_write(&scrape->write, stream, bufs, 2, on_written) != 0) close_scrape(scrape);
}

static int on_target(http_parser* parser, const char* part, size_t len) {
  struct scrape* scrape = parser->data;
  const size_t room = TARGET_BYTES - 1 - scrape->target_len;
  if (len > room) len = room;
  memcpy(scrape->target + scrape->target_len, part, len);
  scrape->target_len += len;
  return 0;
}

/// The first request is the last one: what follows is not read.
static int on_request(http_parser* parser) {
  struct scrape* scrape = parser->data;
  const buoyant_node_t* node = scrape->all->node;
  http_parser_pause(parser, 1);
  scrape->target[strcspn(scrape->target, "?")] = '\0';
  if (parser->method != HTTP_GET) {
    send_answer(scrape, "405 Method Not Allowed", "text/plain");
  } else if (strcmp(scrape->target, "/metrics") == 0) {
    scrape->body = buoyant_metrics_text(node);
    send_answer(scrape, "200 OK", "text/plain; version=0.0.4");
  } else if (strcmp(scrape->target, "/status") == 0) {
    scrape->body = buoyant_status_json(node);
    send_answer(scrape, "200 OK", "application/json");
  } else if (strcmp(scrape->target, "/trace") == 0) {
    scrape->body = buoyant_trace_json(node);
    send_answer(scrape, "200 OK", "application/x-ndjson");
  } else {
    send_answer(scrape, "404 Not Found", "text/plain");
  }
  return 0;
}

static void on_room(uv_handle_t* handle, size_t wanted, uv_buf_t* buf) {
  struct scrape* scrape = handle->data;
  (void)wanted;
  *buf = uv_buf_init(scrape->input, INPUT_BYTES);
}

static void on_read(uv_stream_t* stream, ssize_t read, const uv_buf_t* buf) {
  static const http_parser_settings settings = {.on_url = on_target,
                                                .on_message_complete = on_request};
  struct scrape* scrape = stream->data;
  if (read <= 0) {
    if (read < 0) close_scrape(scrape);
    return;
  }
  http_parser_execute(&scrape->parser, &settings, buf->base, (size_t)read);
  const enum http_errno wrong = HTTP_PARSER_ERRNO(&scrape->parser);
  if (wrong != HPE_OK && wrong != HPE_PAUSED) send_answer(scrape, "400 Bad Request", "text/plain");
}

static void on_connection(uv_stream_t* listener, int status) {
  struct metrics* all = listener->data;
  if (status < 0) return;
  struct scrape* scrape = must(calloc(1, sizeof *scrape));
  *scrape = (struct scrape){.all = all, .next = all->first, .handles = 2};
  all->first = scrape;
  all->count += 1;
  http_parser_init(&scrape->parser, HTTP_REQUEST);
  scrape->parser.data = scrape;
  uv_tcp_init(listener->loop, &scrape->tcp);
  uv_timer_init(listener->loop, &scrape->limit);
  scrape->tcp.data = scrape;
  scrape->limit.data = scrape;
  uv_timer_start(&scrape->limit, on_limit, LIMIT_MS, 0);
  if (uv_accept(listener, (uv_stream_t*)&scrape->tcp) != 0 || all->count > SCRAPES_MAX) {
    close_scrape(scrape);
  } else {
    uv_read_start((uv_stream_t*)&scrape->tcp, on_room, on_read);
  }
}

int metrics_listen(struct metrics* metrics, uv_loop_t* loop, buoyant_node_t* node,
                   const char* address) {
  *metrics = (struct metrics){.node = node};
  const int status = listen_on(loop, &metrics->listener, address, on_connection);
  metrics->listener.data = metrics;
  return status;
}

void metrics_close(struct metrics* metrics) {
  uv_close((uv_handle_t*)&metrics->listener, NULL);
  for (struct scrape* scrape = metrics->first; scrape != NULL; scrape = scrape->next) {
    close_scrape(scrape);
  }
}
