// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/ctl/findings.h"
#include "tools/ctl/words.h"

#include <fmt/format.h>

#include <algorithm>

namespace buoyant::ctl {

namespace {

/// A disk that is slower than this is what the cluster waits for.
constexpr double kSlowWriteMs = 20;
/// One that has been at a write for so long hangs.
constexpr double kHangingWriteMs = 1000;
constexpr double kLoopHeldMs = 250;
constexpr double kLoopHeldLongMs = 1000;
constexpr std::uint64_t kUnappliedMax = 10'000;
constexpr double kFullShare = 0.9;

constexpr std::int64_t kDay = 24 * 60 * 60;

void add_fault(const ServerView& server, std::vector<Finding>& findings) {
  const auto add = [&](std::string text) {
    findings.push_back({Severity::kCritical, server.id, std::move(text)});
  };
  if (!server.faulted.empty()) {
    add(fmt::format("server {} is faulted and takes no part: {}; to do: {}", server.id,
                    server.faulted, server.to_do));
  } else if (server.storage.failed) {
    add(fmt::format("a write of server {} failed: restart it on a good disk", server.id));
  }
  if (!server.storage.damage.empty()) {
    add(fmt::format(
        "the disk of server {} gives back something else than was written: {}; to do: {}",
        server.id, server.storage.damage, server.storage.damage_to_do));
  }
}

void add_disk(const ServerView& server, std::vector<Finding>& findings) {
  const StorageView& storage = server.storage;
  if (storage.oldest_write_ms >= kHangingWriteMs) {
    findings.push_back(
        {Severity::kCritical, server.id,
         fmt::format("the disk of server {} has been at one write for {}: it hangs, or something "
                     "else keeps it busy",
                     server.id, duration_text(storage.oldest_write_ms))});
  } else if (storage.recent_write_ms >= kSlowWriteMs) {
    findings.push_back({Severity::kWarning, server.id,
                        fmt::format("the disk of server {} needs {} per write", server.id,
                                    duration_text(storage.recent_write_ms))});
  }
  const bool is_map_full = storage.max != 0 && static_cast<double>(storage.used) >
                                                   kFullShare * static_cast<double>(storage.max);
  if (server.is_space_low) {
    findings.push_back(
        {Severity::kCritical, server.id,
         fmt::format("the disk of server {} is nearly full: when those of a majority are, nothing "
                     "is taken any more; it goes on by itself once there is space",
                     server.id)});
  } else if (is_map_full) {
    findings.push_back(
        {Severity::kWarning, server.id,
         fmt::format("the log of server {} is near the bound that it was started with "
                     "(--map-bytes-max)",
                     server.id)});
  }
  if (!server.snapshot_trouble.empty()) {
    findings.push_back(
        {Severity::kWarning, server.id,
         fmt::format("server {} could not take its last snapshot, so its log grows: {}", server.id,
                     server.snapshot_trouble)});
  }
}

void add_certificate(const ServerView& server, std::vector<Finding>& findings) {
  constexpr const char* kToDo = "put a new one in its place and send SIGHUP: docs/SECURITY.md";
  constexpr double kMilliseconds = 1000;
  if (!server.tls_expires_in_s) {
    return;
  }
  const std::int64_t left = *server.tls_expires_in_s;
  if (left <= 0) {
    findings.push_back({Severity::kCritical, server.id,
                        fmt::format("the certificate of server {} has expired: no new connection "
                                    "is possible; {}",
                                    server.id, kToDo)});
    return;
  }
  const Severity severity = left < 2 * kDay    ? Severity::kCritical
                            : left < 14 * kDay ? Severity::kWarning
                                               : Severity::kNote;
  if (left < 30 * kDay) {
    findings.push_back(
        {severity, server.id,
         fmt::format("the certificate of server {} expires in {}: {}", server.id,
                     duration_text(static_cast<double>(left) * kMilliseconds), kToDo)});
  }
}

void add_work(const ServerView& server, std::vector<Finding>& findings) {
  const std::uint64_t unapplied = server.commit - std::min(server.commit, server.applied);
  if (unapplied > kUnappliedMax) {
    findings.push_back({Severity::kWarning, server.id,
                        fmt::format("server {} has {} committed entries to apply: its state "
                                    "machine is too slow, or it has just started",
                                    server.id, count_text(unapplied))});
  }
  if (server.loop_stall_longest_ms >= kLoopHeldMs) {
    findings.push_back(
        {server.loop_stall_longest_ms >= kLoopHeldLongMs ? Severity::kWarning : Severity::kNote,
         server.id,
         fmt::format("the loop of server {} was held for {} at worst since its start: a callback "
                     "that waits, a busy machine, or a clock that jumped",
                     server.id, duration_text(server.loop_stall_longest_ms))});
  }
  if (server.role == "removed") {
    findings.push_back(
        {Severity::kNote, server.id,
         fmt::format("server {} is no member any more: it can be stopped", server.id)});
  } else if (!server.refused.empty()) {
    findings.push_back({Severity::kWarning, server.id,
                        fmt::format("server {} is not admitted: {}", server.id, server.refused)});
  }
  for (const auto& [what, count] : server.troubles) {
    findings.push_back({Severity::kNote, server.id,
                        fmt::format("server {} noticed so far: {} ({} times)", server.id, what,
                                    count_text(count))});
  }
}

}  // namespace

void diagnose_server(const ServerView& server, std::vector<Finding>& findings) {
  add_fault(server, findings);
  add_disk(server, findings);
  add_certificate(server, findings);
  add_work(server, findings);
}

}  // namespace buoyant::ctl
