// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "machine.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/// The snapshot: the number of lines in so many decimal digits, and a newline.
enum { DIGITS = 20, SNAPSHOT_BYTES = DIGITS + 1 };

struct snapshot {
  char text[SNAPSHOT_BYTES + 1];
  size_t used;              ///< Of a source: what was read. Of a target: what came in.
  struct machine* machine;  ///< Of a target; touched at its end only.
};

static void apply(void* data, const buoyant_command_t* commands, size_t count,
                  buoyant_apply_t* batch) {
  struct machine* machine = data;
  buoyant_buf_t* replies = calloc(count, sizeof *replies);
  if (replies == NULL) abort();
  for (size_t at = 0; at < count; ++at) {
    replies[at] = commands[at].payload;
    if (machine->print != NULL) {
      fprintf(machine->print, "%" PRIu64 " %" PRIu64 " ", commands[at].position.index,
              commands[at].position.term);
      fwrite(replies[at].base, 1, replies[at].len, machine->print);
      fputc('\n', machine->print);
    }
  }
  if (machine->print != NULL) fflush(machine->print);
  machine->lines += count;
  buoyant_apply_done(batch, replies);
  free(replies);
}

static void* capture(void* data) {
  const struct machine* machine = data;
  struct snapshot* source = calloc(1, sizeof *source);
  if (source != NULL) {
    snprintf(source->text, sizeof source->text, "%0*" PRIu64 "\n", DIGITS, machine->lines);
  }
  return source;
}

/// On a worker thread: the source is a copy.
static ptrdiff_t snapshot_read(void* snapshot, void* buffer, size_t capacity) {
  struct snapshot* source = snapshot;
  size_t part = SNAPSHOT_BYTES - source->used;
  if (part > capacity) part = capacity;
  memcpy(buffer, source->text + source->used, part);
  source->used += part;
  return (ptrdiff_t)part;
}

static void* install(void* data) {
  struct snapshot* target = calloc(1, sizeof *target);
  if (target != NULL) target->machine = data;
  return target;
}

/// On a worker thread: the machine is not touched.
static int install_write(void* snapshot, const void* bytes, size_t len) {
  struct snapshot* target = snapshot;
  if (len > SNAPSHOT_BYTES - target->used) return BUOYANT_E_MALFORMED;
  memcpy(target->text + target->used, bytes, len);
  target->used += len;
  return 0;
}

static int install_finish(void* snapshot) {
  struct snapshot* target = snapshot;
  char* end = NULL;
  const uint64_t lines = strtoull(target->text, &end, 10);
  const bool is_whole = target->used == SNAPSHOT_BYTES && end == target->text + DIGITS;
  if (!is_whole || *end != '\n') return BUOYANT_E_MALFORMED;
  target->machine->lines = lines;
  return 0;
}

buoyant_state_machine_t machine_table(struct machine* machine) {
  return (buoyant_state_machine_t){.size = sizeof(buoyant_state_machine_t),
                                   .data = machine,
                                   .apply = apply,
                                   .capture = capture,
                                   .snapshot_read = snapshot_read,
                                   .snapshot_close = free,
                                   .install = install,
                                   .install_write = install_write,
                                   .install_finish = install_finish,
                                   .install_close = free};
}
