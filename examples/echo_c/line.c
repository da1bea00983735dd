// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "line.h"

#include "memory.h"

#include <stdio.h>
#include <string.h>

struct line {
  buoyant_propose_t request;
  uv_write_t write;
  struct client* client;
  struct line* next;
  char* answer;  ///< NULL: it is open.
  size_t answer_len;
};

static void end_line(struct line* line) {
  struct client* client = line->client;
  client->lines -= 1;
  free(line->answer);
  free(line);
  client_release(client);
}

static void on_written(uv_write_t* write, int status) {
  struct line* line = write->data;
  if (status < 0) client_close(line->client);
  client_advance(line->client);
  end_line(line);
}

/// Writes the answers that no open line stands before.
static void write_answers(struct client* client) {
  client_hold(client);
  while (client->first != NULL && client->first->answer != NULL) {
    struct line* line = client->first;
    client->first = line->next;
    if (client->first == NULL) client->end = &client->first;
    const uv_buf_t buf = uv_buf_init(line->answer, (unsigned)line->answer_len);
    line->write.data = line;
    if (client_is_closing(client) ||
        uv_write(&line->write, (uv_stream_t*)&client->tcp, &buf, 1, on_written) != 0) {
      client_close(client);
      end_line(line);
    }
  }
  client_release(client);
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
  client_hold(client);
  return line;
}

static bool begins_with(const char* text, size_t len, const char* head) {
  return len >= strlen(head) && memcmp(text, head, strlen(head)) == 0;
}

void line_take(struct client* client, const char* text, size_t len) {
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
