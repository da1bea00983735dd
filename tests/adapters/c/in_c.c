// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A server that a program in C opens, uses and closes, from the first call to the last: what a
/// compiler of C and a linker make of the API. Exit code 0: all was as it should be.

#include <uv.h>

#include <buoyant.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPECT(condition)                                                     \
  do {                                                                        \
    if (!(condition)) {                                                       \
      fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
      exit(1);                                                                \
    }                                                                         \
  } while (0)

struct sum {
  long value;
  size_t read;
  char text[32];
};

/// What happened, in its order.
struct story {
  uv_loop_t loop;
  buoyant_node_t* node;
  struct sum sum;
  buoyant_bootstrap_t bootstrap;
  buoyant_propose_t propose;
  buoyant_read_t read;
  buoyant_snapshot_t snapshot;
  int is_in_call;
  int step;
};

static void apply(void* data, const buoyant_command_t* commands, size_t count,
                  buoyant_apply_t* batch) {
  struct story* story = data;
  char text[32];
  buoyant_buf_t reply;
  EXPECT(count == 1);
  EXPECT(commands[0].position.index > 0);
  story->sum.value += ((const char*)commands[0].payload.base)[0] - '0';
  reply.base = text;
  reply.len = (size_t)snprintf(text, sizeof text, "%ld", story->sum.value);
  buoyant_apply_done(batch, &reply);
}

static void* capture(void* data) {
  struct story* story = data;
  struct sum* sum = calloc(1, sizeof *sum);
  EXPECT(sum != NULL);
  snprintf(sum->text, sizeof sum->text, "%ld", story->sum.value);
  return sum;
}

static ptrdiff_t snapshot_read(void* snapshot, void* buffer, size_t capacity) {
  struct sum* sum = snapshot;
  const size_t len = strlen(sum->text);
  EXPECT(capacity >= len);
  if (sum->read > 0) {
    return 0;
  }
  memcpy(buffer, sum->text, len);
  sum->read = len;
  return (ptrdiff_t)len;
}

static void on_closed(buoyant_node_t* node) {
  struct story* story = buoyant_node_data(node);
  EXPECT(!story->is_in_call);
  EXPECT(story->step == 4);
  story->step = 5;
}

static void on_snapshot(buoyant_snapshot_t* request, int status) {
  struct story* story = request->data;
  EXPECT(!story->is_in_call);
  EXPECT(status == 0);
  EXPECT(story->step == 3);
  EXPECT(request->bytes == 1);
  story->step = 4;
  buoyant_close(story->node, on_closed);
}

static void on_read(buoyant_read_t* request, int status) {
  struct story* story = request->data;
  EXPECT(!story->is_in_call);
  EXPECT(status == 0);
  EXPECT(story->step == 2);
  EXPECT(request->applied == 3);
  story->step = 3;
  story->snapshot.data = story;
  EXPECT(buoyant_take_snapshot(&story->snapshot, story->node, on_snapshot) == 0);
}

static void on_applied(buoyant_propose_t* request, int status) {
  struct story* story = request->data;
  EXPECT(!story->is_in_call);
  EXPECT(status == 0);
  EXPECT(story->step == 1);
  EXPECT(request->reply.len == 1 && memcmp(request->reply.base, "7", 1) == 0);
  story->step = 2;
  story->read.data = story;
  EXPECT(buoyant_read(&story->read, story->node, BUOYANT_READ_LINEARIZABLE, on_read) == 0);
}

static void on_standing(void* data, const buoyant_standing_t* standing) {
  struct story* story = data;
  const buoyant_buf_t command = {"7", 1};
  if (standing->role != BUOYANT_LEADER) {
    return;
  }
  EXPECT(!story->is_in_call);
  EXPECT(story->step == 0);
  story->step = 1;
  story->propose.data = story;
  story->is_in_call = 1;
  EXPECT(buoyant_propose(&story->propose, story->node, &command, 1, on_applied) == 0);
  story->is_in_call = 0;
}

static void begin(struct story* story, const char* directory) {
  const buoyant_member_t member = {1, "127.0.0.1:1", BUOYANT_VOTER};
  buoyant_options_t options;
  buoyant_state_machine_t machine = {0};
  buoyant_observer_t observer = {0};
  buoyant_error_t error;
  buoyant_options_init(&options, sizeof options);
  options.id = 1;
  options.cluster = "in-c";
  options.listen = "127.0.0.1:0";
  options.data = directory;
  options.election_timeout_ms = 100;
  options.heartbeat_interval_ms = 20;
  machine.size = sizeof machine;
  machine.data = story;
  machine.apply = apply;
  machine.capture = capture;
  machine.snapshot_read = snapshot_read;
  machine.snapshot_close = free;
  observer.size = sizeof observer;
  observer.data = story;
  observer.on_standing = on_standing;
  EXPECT(buoyant_open(&story->node, &story->loop, &options, &machine, &observer, &error) == 0);
  buoyant_node_set_data(story->node, story);
  EXPECT(buoyant_bootstrap(&story->bootstrap, story->node, &member, 1, NULL) == 0);
}

int main(int argc, char** argv) {
  static struct story story;
  const buoyant_status_t* status;
  EXPECT(argc == 2);
  EXPECT(buoyant_version() == BUOYANT_VERSION_HEX);
  EXPECT(uv_loop_init(&story.loop) == 0);
  begin(&story, argv[1]);
  status = buoyant_status(story.node);
  EXPECT(strcmp(status->cluster, "in-c") == 0);
  buoyant_status_free(status);
  EXPECT(uv_run(&story.loop, UV_RUN_DEFAULT) == 0);
  EXPECT(uv_loop_close(&story.loop) == 0);
  EXPECT(story.step == 5);
  return 0;
}
