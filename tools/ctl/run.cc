// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/ctl/run.h"

#include "tools/common/describe.h"
#include "tools/ctl/actions.h"
#include "tools/ctl/gather.h"
#include "tools/ctl/screen.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <unistd.h>

namespace buoyant::ctl {

namespace {

using Command = Options::Command;
using Servers = std::vector<ServerView>;

constexpr const char* kProgram = "buoyant-ctl";

void say(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

int complain(const std::string& why, int exit_code) {
  std::fprintf(stderr, "%s: %s\n", kProgram, why.c_str());
  return exit_code;
}

bool is_anybody_there(const Servers& servers) {
  return std::any_of(servers.begin(), servers.end(),
                     [](const ServerView& server) { return server.is_there(); });
}

int show_status(const Options& options) {
  // https://no-color.org
  const bool is_terminal = isatty(STDOUT_FILENO) == 1;
  const bool has_colours = is_terminal && std::getenv("NO_COLOR") == nullptr;
  const bool is_in_place = is_terminal && options.every && !options.is_json;
  while (true) {
    const Servers servers = gather(options.endpoints, options.discovers, options.limit);
    const std::vector<Finding> findings = diagnose(servers);
    const std::string text = options.is_json ? status_json(servers, findings)
                                             : status_text(servers, findings, has_colours);
    // From the top of the screen, which is cleared below what was written.
    say(is_in_place ? "\033[H\033[2J" + text : text);
    if (!options.every) {
      return exit_code_of(servers, findings);
    }
    if (!is_in_place && !options.is_json) {
      say("\n");
    }
    std::this_thread::sleep_for(*options.every);
  }
}

int show_members(const Options& options) {
  const Servers servers = gather(options.endpoints, options.discovers, options.limit);
  if (!is_anybody_there(servers)) {
    return complain(diagnose(servers).back().text, kExitNobody);
  }
  if (!options.is_json) {
    say(members_text(servers));
    return kExitHealthy;
  }
  tools::Json list = tools::Json::array();
  for (const MemberView& member : members_of(servers)) {
    list.push_back({{"id", member.id}, {"address", member.address}, {"role", member.role}});
  }
  say(tools::dumped_in_line(list));
  return kExitHealthy;
}

int show_trace(const Options& options) {
  const std::string& endpoint = options.endpoints.front();
  const Answer answer = fetch({{endpoint, "/trace"}}, options.limit).front();
  constexpr long kOk = 200;
  if (!answer.error.empty() || answer.status != kOk) {
    return complain(
        endpoint + ": " +
            (answer.error.empty() ? "it answers " + std::to_string(answer.status) + " to /trace"
                                  : answer.error),
        kExitNobody);
  }
  say(trace_text(answer.body, options.steps, options.is_json));
  return kExitHealthy;
}

int tell(const std::string& endpoint, const Outcome& outcome) {
  const std::string line = endpoint + ": " + outcome.text;
  if (outcome.exit_code != kExitHealthy) {
    return complain(line, outcome.exit_code);
  }
  say(line + "\n");
  return kExitHealthy;
}

/// One server after the other, as long as it is certain that nothing came of it.
int act_once(const Options& options) {
  int exit_code = kExitNobody;
  for (const std::string& endpoint : options.endpoints) {
    const Outcome outcome =
        outcome_of(fetch({{endpoint, action_target(options), true}}, options.limit).front());
    exit_code = tell(endpoint, outcome);
    if (!outcome.may_try_another) {
      break;
    }
  }
  return exit_code;
}

/// Each takes its own.
int take_snapshots(const Options& options) {
  std::vector<std::string> endpoints = options.endpoints;
  if (options.id != 0) {
    const Servers servers = gather(options.endpoints, options.discovers, options.limit);
    const ServerView* const server = server_of(servers, options.id);
    if (server == nullptr) {
      return complain("server " + std::to_string(options.id) + " did not answer at any of these",
                      kExitNobody);
    }
    endpoints = {server->endpoint};
  }
  std::vector<Request> requests;
  for (const std::string& endpoint : endpoints) {
    requests.push_back({endpoint, action_target(options), true});
  }
  const std::vector<Answer> answers = fetch(requests, options.limit);
  int exit_code = kExitHealthy;
  for (std::size_t at = 0; at < endpoints.size(); ++at) {
    exit_code = std::max(exit_code, tell(endpoints[at], outcome_of(answers[at])));
  }
  return exit_code;
}

}  // namespace

int exit_code_of(const Servers& servers, const std::vector<Finding>& findings) {
  if (!is_anybody_there(servers)) {
    return kExitNobody;
  }
  if (findings.empty() || findings.front().severity == Severity::kNote) {
    return kExitHealthy;
  }
  return findings.front().severity == Severity::kCritical ? kExitCritical : kExitAttention;
}

int run(const Options& options) {
  switch (options.command) {
    case Command::kStatus:
      return show_status(options);
    case Command::kMembers:
      return show_members(options);
    case Command::kTrace:
      return show_trace(options);
    case Command::kSnapshot:
      return take_snapshots(options);
    case Command::kTransfer:
    case Command::kAdd:
    case Command::kPromote:
    case Command::kDemote:
    case Command::kRemove:
      break;
  }
  return act_once(options);
}

}  // namespace buoyant::ctl
