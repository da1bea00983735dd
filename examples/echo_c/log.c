// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "log.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

void say(const struct options* options, int level, const char* format, ...) {
  if (level > options->log_level) return;
  char text[512];
  va_list rest;
  va_start(rest, format);
  vsnprintf(text, sizeof text, format, rest);
  va_end(rest);
  fprintf(stderr, "buoyant-echo-c %" PRIu64 " %s: %s\n", options->node.id,
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

int explain(const struct options* options, const char* what, const buoyant_error_t* error) {
  char text[256];
  buoyant_error_text(error, text, sizeof text);
  say(options, BUOYANT_LOG_ERROR, "%s: %s", what, text);
  return exit_code_of(error->code);
}
