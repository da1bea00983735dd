// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "client.h"

#include "line.h"
#include "memory.h"

#include <string.h>

enum {
  LINES_MAX = 256,            ///< Of one client, that are not answered yet.
  ANSWER_BYTES_MAX = 1 << 20  ///< That one client did not take yet.
};

void client_hold(struct client* client) {
  client->holds += 1;
}

void client_release(struct client* client) {
  if (--client->holds > 0) return;
  struct client** link = &client->all->first;
  while (*link != client) link = &(*link)->next;
  *link = client->next;
  client->all->count -= 1;
  free(client);
}

static uv_handle_t* handle_of(struct client* client) {
  return (uv_handle_t*)&client->tcp;
}

static void on_closed(uv_handle_t* handle) {
  client_release(handle->data);
}

bool client_is_closing(const struct client* client) {
  return uv_is_closing((const uv_handle_t*)&client->tcp);
}

void client_close(struct client* client) {
  if (!client_is_closing(client)) uv_close(handle_of(client), on_closed);
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
  if (read < 0 && read != UV_EOF) client_close(client);
  client_advance(client);
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
    line_take(client, begin, len);
  }
  if (client->is_refused) taken = client->input_len;
  client->input_len -= taken;
  memmove(client->input, client->input + taken, client->input_len);
}

void client_advance(struct client* client) {
  uv_stream_t* stream = (uv_stream_t*)&client->tcp;
  client_hold(client);
  if (!client_is_closing(client)) take_lines(client);
  if (!client_is_closing(client)) {
    const bool is_answered = client->first == NULL && uv_stream_get_write_queue_size(stream) == 0;
    if (client->has_ended && is_answered) {
      client_close(client);
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
  client_release(client);
}

void client_accept(struct clients* all, uv_stream_t* listener) {
  struct client* client = must(calloc(1, sizeof *client));
  client->all = all;
  client->end = &client->first;
  client->holds = 1;
  client->next = all->first;
  all->first = client;
  all->count += 1;
  uv_tcp_init(listener->loop, &client->tcp);
  client->tcp.data = client;
  if (uv_accept(listener, (uv_stream_t*)&client->tcp) != 0 || all->count > CLIENTS_MAX) {
    client_close(client);
  }
  client_advance(client);
}
