// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "clients.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
  LINE_BYTES_MAX = 65536,
  INPUT_BYTES = LINE_BYTES_MAX + 2,  ///< A line, and "\r\n".
  LINES_MAX = 256,                   ///< Of one client, that are not answered yet.
  ANSWER_BYTES_MAX = 1 << 20,        ///< That one client did not take yet.
  CLIENTS_MAX = 256,
  BACKLOG = 128
};

/// A line from its arrival until its answer is written.
struct line {
  buoyant_propose_t request;
  uv_write_t write;
  struct client* client;
  struct line* next;
  char* answer;  ///< NULL: it is open.
  size_t answer_len;
};

struct client {
  uv_tcp_t tcp;
  uv_shutdown_t shutdown;
  struct clients* all;
  struct client* next;
  struct line* first;  ///< Lines in their order, until their answer is given to libuv.
  struct line** end;
  size_t lines;     ///< That exist.
  size_t holds;     ///< The connection, each line, and who walks over them.
  bool has_ended;   ///< It sends nothing more; it is closed when all is answered.
  bool is_refused;  ///< What it sends is dropped; it is told that all is answered.
  size_t input_len;
  char input[INPUT_BYTES];
};

static uv_handle_t* handle_of(struct client* client) {
  return (uv_handle_t*)&client->tcp;
}

static void* must(void* memory) {
  if (memory == NULL) abort();
  return memory;
}

static void release(struct client* client) {
  if (--client->holds > 0) return;
  struct client** link = &client->all->first;
  while (*link != client) link = &(*link)->next;
  *link = client->next;
  client->all->count -= 1;
  free(client);
}

static void on_closed(uv_handle_t* handle) {
  release(handle->data);
}

static void close_client(struct client* client) {
  if (!uv_is_closing(handle_of(client))) uv_close(handle_of(client), on_closed);
}

static void end_line(struct line* line) {
  struct client* client = line->client;
  client->lines -= 1;
  free(line->answer);
  free(line);
  release(client);
}

static void advance(struct client* client);

static void on_written(uv_write_t* write, int status) {
  struct line* line = write->data;
  if (status < 0) close_client(line->client);
  advance(line->client);
  end_line(line);
}

/// Writes the answers that no open line stands before.
static void write_answers(struct client* client) {
  client->holds += 1;
  while (client->first != NULL && client->first->answer != NULL) {
    struct line* line = client->first;
    client->first = line->next;
    if (client->first == NULL) client->end = &client->first;
    const uv_buf_t buf = uv_buf_init(line->answer, (unsigned)line->answer_len);
    line->write.data = line;
    if (uv_is_closing(handle_of(client)) ||
        uv_write(&line->write, (uv_stream_t*)&client->tcp, &buf, 1, on_written) != 0) {
      close_client(client);
      end_line(line);
    }
  }
  release(client);
}

static void answer(struct line* line, const void* text, size_t len) {
  line->answer = must(malloc(len + 1));
  if (len > 0) memcpy(line->answer, text, len);
  line->answer[len] = '\n';
  line->answer_len = len + 1;
}

static void answer_error(struct line* line) {
  char text[256];
  const bool is_unknown = buoyant_err_outcome(line->request.error.code) == BUOYANT_UNKNOWN;
  const int head = snprintf(text, sizeof text, "%s ", is_unknown ? "-UNKNOWN" : "-ERR");
  buoyant_error_text(&line->request.error, text + head, sizeof text - (size_t)head);
  answer(line, text, strlen(text));
}

/// The client may be gone by now; the line keeps what is left of it.
static void on_proposed(buoyant_propose_t* request, int status) {
  struct line* line = request->data;
  if (status == 0) {
    answer(line, request->reply.base, request->reply.len);
  } else {
    answer_error(line);
  }
  write_answers(line->client);
}

static struct line* new_line(struct client* client) {
  struct line* line = must(calloc(1, sizeof *line));
  line->request.data = line;
  line->client = client;
  *client->end = line;
  client->end = &line->next;
  client->lines += 1;
  client->holds += 1;
  return line;
}

static bool begins_with(const char* text, size_t len, const char* head) {
  return len >= strlen(head) && memcmp(text, head, strlen(head)) == 0;
}

static void take_line(struct client* client, const char* text, size_t len) {
  static const char too_long[] = "-ERR the line is longer than 65536 bytes";
  static const char like_error[] = "-ERR a line must not look like an error";
  struct line* line = new_line(client);
  const buoyant_buf_t buf = {text, len};
  if (len > LINE_BYTES_MAX) {
    answer(line, too_long, strlen(too_long));
    client->is_refused = true;
  } else if (begins_with(text, len, "-ERR ") || begins_with(text, len, "-UNKNOWN ")) {
    answer(line, like_error, strlen(like_error));
  } else if (buoyant_propose(&line->request, client->all->node, &buf, 1, on_proposed) < 0) {
    answer_error(line);
  }
  write_answers(client);
}

static bool may_take(const struct client* client) {
  return client->lines < LINES_MAX &&
         uv_stream_get_write_queue_size((const uv_stream_t*)&client->tcp) < ANSWER_BYTES_MAX;
}

static void on_room(uv_handle_t* handle, size_t wanted, uv_buf_t* buf) {
  struct client* client = handle->data;
  (void)wanted;
  *buf =
      uv_buf_init(client->input + client->input_len, (unsigned)(INPUT_BYTES - client->input_len));
}

static void on_read(uv_stream_t* stream, ssize_t read, const uv_buf_t* buf) {
  struct client* client = stream->data;
  (void)buf;
  if (read > 0 && !client->is_refused) client->input_len += (size_t)read;
  if (read == UV_EOF) client->has_ended = true;
  if (read < 0 && read != UV_EOF) close_client(client);
  advance(client);
}

static void take_lines(struct client* client) {
  size_t taken = 0;
  while (may_take(client) && !client->is_refused) {
    const char* begin = client->input + taken;
    const char* end = memchr(begin, '\n', client->input_len - taken);
    if (end == NULL && client->input_len - taken < INPUT_BYTES) break;
    // Without an end, and as long as can be: too long.
    size_t len = end == NULL ? INPUT_BYTES : (size_t)(end - begin);
    taken += end == NULL ? len : len + 1;
    if (len > 0 && begin[len - 1] == '\r') len -= 1;
    take_line(client, begin, len);
  }
  if (client->is_refused) taken = client->input_len;
  client->input_len -= taken;
  memmove(client->input, client->input + taken, client->input_len);
}

/// Takes the lines that are there, and decides how it goes on.
static void advance(struct client* client) {
  uv_stream_t* stream = (uv_stream_t*)&client->tcp;
  client->holds += 1;
  if (!uv_is_closing(handle_of(client))) take_lines(client);
  if (!uv_is_closing(handle_of(client))) {
    const bool is_answered = client->first == NULL && uv_stream_get_write_queue_size(stream) == 0;
    if (client->has_ended && is_answered) {
      close_client(client);
    } else if (client->has_ended || !may_take(client)) {
      uv_read_stop(stream);
    } else {
      uv_read_start(stream, on_room, on_read);
    }
    // Closed at once, it might not see the answer for what it had sent behind.
    if (client->is_refused && is_answered && uv_is_writable(stream)) {
      uv_shutdown(&client->shutdown, stream, NULL);
    }
  }
  release(client);
}

static void on_connection(uv_stream_t* stream, int status) {
  struct clients* all = stream->data;
  if (status < 0) return;
  struct client* client = must(calloc(1, sizeof *client));
  client->all = all;
  client->end = &client->first;
  client->holds = 1;
  client->next = all->first;
  all->first = client;
  all->count += 1;
  uv_tcp_init(stream->loop, &client->tcp);
  client->tcp.data = client;
  if (uv_accept(stream, (uv_stream_t*)&client->tcp) != 0 || all->count > CLIENTS_MAX) {
    close_client(client);
  }
  advance(client);
}

/// "HOST:PORT" whose host is a number, an IPv6 one in brackets; 0, or an error of libuv.
static int read_address(const char* address, struct sockaddr_storage* target) {
  char host[64] = "";
  const char* colon = strrchr(address, ':');
  if (colon == NULL || colon == address || (size_t)(colon - address) >= sizeof host) {
    return UV_EINVAL;
  }
  memcpy(host, address, (size_t)(colon - address));
  const int port = atoi(colon + 1);
  if (host[0] != '[') return uv_ip4_addr(host, port, (struct sockaddr_in*)target);
  host[strlen(host) - 1] = '\0';
  return uv_ip6_addr(host + 1, port, (struct sockaddr_in6*)target);
}

int clients_listen(struct clients* clients, uv_loop_t* loop, buoyant_node_t* node,
                   const char* address) {
  struct sockaddr_storage target;
  uv_tcp_t* listener = &clients->listener;
  *clients = (struct clients){.node = node};
  uv_tcp_init(loop, listener);
  listener->data = clients;
  int status = read_address(address, &target);
  if (status == 0) status = uv_tcp_bind(listener, (const struct sockaddr*)&target, 0);
  if (status == 0) status = uv_listen((uv_stream_t*)listener, BACKLOG, on_connection);
  return status;
}

void clients_close(struct clients* clients) {
  uv_close((uv_handle_t*)&clients->listener, NULL);
  for (struct client* client = clients->first; client != NULL; client = client->next) {
    close_client(client);
  }
}
