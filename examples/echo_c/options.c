// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// `value` is what the flag takes; NULL: nothing.
static const struct flag {
  const char* name;
  const char* value;
  const char* help;
} flags[] = {
    {"id", "N", "this server's id, above 0"},
    {"cluster", "NAME", "the same on all servers"},
    {"data", "DIR", "data directory, made if missing"},
    {"listen", "HOST:PORT", "for peers"},
    {"client", "HOST:PORT", "for clients; the host is a number"},
    {"advertise", "HOST:PORT", "what peers are told to dial (as --listen)"},
    {"member", "ID=HOST:PORT", "one per initial voter, the same list on all of them"},
    {"join", NULL, "or: start empty and wait to be added"},
    {"print", NULL, "write every applied line to stdout"},
    {"election-ms", "N", "1000"},
    {"heartbeat-ms", "N", "100"},
    {"snapshot-entries", "N", "entries from snapshot to snapshot"},
    {"no-forward", NULL, "followers refuse lines instead of forwarding them"},
    {"insecure-plaintext", NULL, "listen for peers beyond loopback"},
    {"log-level", "LEVEL", "error, warn, info (the default) or debug"},
    {"help", NULL, "this"},
};

enum { FLAGS = sizeof flags / sizeof *flags, REQUIRED = 5 };

static void show_help(void) {
  puts("buoyant-echo-c: an echo server in C whose lines are replicated by buoyant");
  for (size_t at = 0; at < FLAGS; ++at) {
    const char* value = flags[at].value == NULL ? "" : flags[at].value;
    printf("  --%s %-*s %s\n", flags[at].name, 20 - (int)strlen(flags[at].name), value,
           flags[at].help);
  }
}

static bool number(const char* text, uint64_t* value) {
  char* end = NULL;
  *value = strtoull(text, &end, 10);
  return *text >= '0' && *text <= '9' && *end == '\0' && *value > 0;
}

static bool member(const char* text, struct options* options) {
  char id[24];
  const char* equals = strchr(text, '=');
  if (equals == NULL || options->member_count == MEMBERS_MAX) return false;
  snprintf(id, sizeof id, "%.*s", (int)(equals - text), text);
  buoyant_member_t* made = &options->members[options->member_count++];
  *made = (buoyant_member_t){.address = equals + 1, .role = BUOYANT_VOTER};
  return number(id, &made->id);
}

static bool text(const char* value, const char** target) {
  *target = value;
  return true;
}

static bool set(bool* target, bool value) {
  *target = value;
  return true;
}

/// False: the flag's value is none.
static bool take(const char* name, const char* value, struct options* options) {
  buoyant_options_t* node = &options->node;
  if (strcmp(name, "id") == 0) return number(value, &node->id);
  if (strcmp(name, "cluster") == 0) return text(value, &node->cluster);
  if (strcmp(name, "data") == 0) return text(value, &node->data);
  if (strcmp(name, "listen") == 0) return text(value, &node->listen);
  if (strcmp(name, "client") == 0) return text(value, &options->client);
  if (strcmp(name, "advertise") == 0) return text(value, &node->advertise);
  if (strcmp(name, "member") == 0) return member(value, options);
  if (strcmp(name, "join") == 0) return set(&options->join, true);
  if (strcmp(name, "print") == 0) return set(&options->print, true);
  if (strcmp(name, "election-ms") == 0) return number(value, &node->election_timeout_ms);
  if (strcmp(name, "heartbeat-ms") == 0) return number(value, &node->heartbeat_interval_ms);
  if (strcmp(name, "snapshot-entries") == 0) return number(value, &node->snapshot_entries);
  if (strcmp(name, "no-forward") == 0) return set(&node->forward_proposals, false);
  if (strcmp(name, "insecure-plaintext") == 0) return set(&node->insecure_plaintext, true);
  for (int level = BUOYANT_LOG_ERROR; level <= BUOYANT_LOG_DEBUG; ++level) {
    options->log_level = level;
    if (strcmp(value, buoyant_log_level_name(level)) == 0) return true;
  }
  return false;
}

static bool refuse(int* exit_code, const char* flag, const char* what) {
  fprintf(stderr, "buoyant-echo-c: %s: %s\n", flag, what);
  *exit_code = 2;
  return false;
}

bool parse_options(int argc, char** argv, struct options* options, int* exit_code) {
  struct option known[FLAGS + 1] = {{0}};
  bool given[FLAGS] = {false};
  for (size_t at = 0; at < FLAGS; ++at) {
    known[at].name = flags[at].name;
    known[at].has_arg = flags[at].value == NULL ? no_argument : required_argument;
  }
  *options = (struct options){.log_level = BUOYANT_LOG_INFO};
  buoyant_options_init(&options->node, sizeof options->node);
  opterr = 0;
  int at = 0;
  for (int found = 0; (found = getopt_long(argc, argv, "", known, &at)) != -1; given[at] = true) {
    if (found == '?') return refuse(exit_code, argv[optind - 1], "unknown, or without its value");
    if (at == FLAGS - 1) {
      show_help();
      *exit_code = 0;
      return false;
    }
    if (!take(known[at].name, optarg, options)) {
      return refuse(exit_code, argv[optind - 1], "no value of this flag");
    }
  }
  if (optind < argc) return refuse(exit_code, argv[optind], "unknown");
  for (at = 0; at < REQUIRED; ++at) {
    if (!given[at]) return refuse(exit_code, flags[at].name, "the flag is missing");
  }
  if (options->join && options->member_count > 0) {
    return refuse(exit_code, "--join", "excludes --member");
  }
  // Who wants a short log does not want a long tail of it.
  if (options->node.snapshot_tail_entries > options->node.snapshot_entries) {
    options->node.snapshot_tail_entries = options->node.snapshot_entries;
  }
  return true;
}
