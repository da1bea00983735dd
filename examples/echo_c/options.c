// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "options.h"

#include <getopt.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// What becomes of a flag: its value, or that it was given, goes to a field of the options.
enum kind { TEXT, NUMBER, TRUE, FALSE, MEMBER, DIAL, LEVEL, HELP };

#define FIELD(name) offsetof(struct options, name)

static const struct flag {
  const char* name;
  const char* value;
  const char* help;
  enum kind kind;
  size_t field;
} flags[] = {
    {"id", "N", "this server's id, above 0", NUMBER, FIELD(node.id)},
    {"cluster", "NAME", "the same on all servers", TEXT, FIELD(node.cluster)},
    {"data", "DIR", "data directory, made if missing", TEXT, FIELD(node.data)},
    {"listen", "HOST:PORT", "for peers", TEXT, FIELD(node.listen)},
    {"client", "HOST:PORT", "for clients", TEXT, FIELD(client)},
    {"advertise", "HOST:PORT", "what peers dial (as --listen)", TEXT, FIELD(node.advertise)},
    {"member", "ID=HOST:PORT", "an initial voter; the same list on all of them", MEMBER, 0},
    {"dial", "ID=HOST:PORT", "dial this for that peer (proxies, NAT)", DIAL, 0},
    {"join", "", "or: start empty and wait to be added", TRUE, FIELD(join)},
    {"print", "", "write every applied line to stdout", TRUE, FIELD(print)},
    {"election-ms", "N", "1000", NUMBER, FIELD(node.election_timeout_ms)},
    {"heartbeat-ms", "N", "100", NUMBER, FIELD(node.heartbeat_interval_ms)},
    {"snapshot-entries", "N", "from snapshot to snapshot", NUMBER, FIELD(node.snapshot_entries)},
    {"snapshot-bytes", "N", "their bytes", NUMBER, FIELD(node.snapshot_bytes)},
    {"map-bytes-max", "N", "the log's file never grows beyond it", NUMBER,
     FIELD(node.map_bytes_max)},
    {"no-forward", "", "followers refuse lines", FALSE, FIELD(node.forward_proposals)},
    {"insecure-plaintext", "", "peers beyond loopback", TRUE, FIELD(node.insecure_plaintext)},
    {"tls-cert", "FILE", "PEM; SIGHUP reads all three again", TEXT, FIELD(tls.certificates)},
    {"tls-key", "FILE", "PEM: its key", TEXT, FIELD(tls.key)},
    {"tls-ca", "FILE", "PEM: the authorities that peers are of", TEXT, FIELD(tls.authorities)},
    {"metrics", "HOST:PORT", "/metrics, /status and /trace over HTTP", TEXT, FIELD(metrics)},
    {"log-level", "LEVEL", "error, warn, info (the default) or debug", LEVEL, 0},
    {"help", "", "this", HELP, 0},
};

enum { FLAGS = sizeof flags / sizeof *flags, REQUIRED = 5 };

static bool number(const char* text, uint64_t* value) {
  char* end = NULL;
  *value = strtoull(text, &end, 10);
  return *text >= '0' && *text <= '9' && *end == '\0' && *value > 0;
}

/// "ID=HOST:PORT"; false: it is none.
static bool pair(const char* text, uint64_t* id, const char** address) {
  char digits[24];
  const char* equals = strchr(text, '=');
  if (equals == NULL) return false;
  snprintf(digits, sizeof digits, "%.*s", (int)(equals - text), text);
  *address = equals + 1;
  return number(digits, id);
}

static bool member(const char* text, struct options* options) {
  if (options->member_count == MEMBERS_MAX) return false;
  buoyant_member_t* made = &options->members[options->member_count++];
  made->role = BUOYANT_VOTER;
  return pair(text, &made->id, &made->address);
}

static bool dial(const char* text, struct options* options) {
  if (options->node.dial_count == MEMBERS_MAX) return false;
  buoyant_dial_t* made = &options->dial[options->node.dial_count++];
  return pair(text, &made->id, &made->address);
}

static bool log_level(const char* text, int* level) {
  for (*level = BUOYANT_LOG_ERROR; *level <= BUOYANT_LOG_DEBUG; ++*level) {
    if (strcmp(text, buoyant_log_level_name(*level)) == 0) return true;
  }
  return false;
}

/// False: the flag's value is none.
static bool take(const struct flag* flag, const char* value, struct options* options) {
  void* field = (char*)options + flag->field;
  switch (flag->kind) {
    case TEXT:
      *(const char**)field = value;
      return true;
    case NUMBER:
      return number(value, field);
    case TRUE:
      *(bool*)field = true;
      return true;
    case FALSE:
      *(bool*)field = false;
      return true;
    case MEMBER:
      return member(value, options);
    case DIAL:
      return dial(value, options);
    case LEVEL:
      return log_level(value, &options->log_level);
    case HELP:
      break;
  }
  puts("buoyant-echo-c: an echo server in C whose lines are replicated by buoyant");
  for (size_t at = 0; at < FLAGS; ++at) {
    const int width = 32 - (int)strlen(flags[at].name);
    printf("  --%s %-*s %s\n", flags[at].name, width, flags[at].value, flags[at].help);
  }
  exit(EXIT_SUCCESS);
}

static void refuse(const char* dashes, const char* flag, const char* what) {
  fprintf(stderr, "buoyant-echo-c: %s%s: %s (see --help)\n", dashes, flag, what);
  exit(2);
}

static void check(struct options* options) {
  if (options->join && options->member_count > 0) refuse("--", "join", "excludes --member");
  const bool all_files = options->tls.certificates != NULL && options->tls.key != NULL &&
                         options->tls.authorities != NULL;
  const bool any_file = options->tls.certificates != NULL || options->tls.key != NULL ||
                        options->tls.authorities != NULL;
  if (any_file && !all_files) refuse("", "--tls-cert, --tls-key, --tls-ca", "they go together");
  options->node.dial = options->dial;
  // Who wants a short log does not want a long tail of it.
  if (options->node.snapshot_tail_entries > options->node.snapshot_entries) {
    options->node.snapshot_tail_entries = options->node.snapshot_entries;
  }
  if (options->node.snapshot_tail_bytes > options->node.snapshot_bytes) {
    options->node.snapshot_tail_bytes = options->node.snapshot_bytes;
  }
}

void parse_options(int argc, char** argv, struct options* options) {
  struct option known[FLAGS + 1] = {{0}};
  bool given[FLAGS] = {false};
  for (size_t at = 0; at < FLAGS; ++at) {
    known[at].name = flags[at].name;
    known[at].has_arg = *flags[at].value == '\0' ? no_argument : required_argument;
  }
  *options = (struct options){.log_level = BUOYANT_LOG_INFO};
  buoyant_options_init(&options->node, sizeof options->node);
  opterr = 0;
  int at = 0;
  for (int found = 0; (found = getopt_long(argc, argv, "", known, &at)) != -1; given[at] = true) {
    if (found == '?') refuse("", argv[optind - 1], "unknown, or without its value");
    if (!take(&flags[at], optarg, options))
      refuse("--", flags[at].name, "not a value of this flag");
  }
  if (optind < argc) refuse("", argv[optind], "unknown");
  for (at = 0; at < REQUIRED; ++at) {
    if (!given[at]) refuse("--", flags[at].name, "the flag is missing");
  }
  check(options);
}
