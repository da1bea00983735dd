// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/c/options.h"

#include "adapters/c/tls.h"
#include "adapters/c/values.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <ratio>

// Options that are the same number in C and C++.
#define BUOYANT_SAME_NUMBERS(X)                                                                 \
  X(seed)                                                                                       \
  X(entry_bytes_max)                                                                            \
  X(proposals_max) X(proposal_bytes_max) X(reads_max) X(forwarded_per_peer_max) X(controls_max) \
      X(append_bytes_max) X(append_entries_max) X(inflight_bytes_max) X(inflight_entries_max)   \
          X(entry_cache_bytes_max) X(apply_entries_per_turn) X(apply_bytes_per_turn)            \
              X(frames_per_turn) X(send_bytes_per_turn) X(receive_bytes_per_turn)               \
                  X(callbacks_per_turn) X(held_messages_per_peer_max) X(events_pending_max)     \
                      X(snapshot_entries) X(snapshot_bytes) X(snapshot_tail_entries)            \
                          X(snapshot_tail_bytes) X(snapshot_sending_entries_max)                \
                              X(snapshot_part_bytes) X(snapshot_inflight_bytes_max)             \
                                  X(snapshot_transfers_max) X(snapshot_bytes_per_second)        \
                                      X(trace_steps_max) X(pre_vote) X(check_quorum)            \
                                          X(lease_reads) X(forward_proposals)

// Times, which C has in units of its own.
#define BUOYANT_TIMES(X)                                   \
  X(election_timeout, election_timeout_ms, std::milli)     \
  X(heartbeat_interval, heartbeat_interval_ms, std::milli) \
  X(disk_stall_limit, disk_stall_limit_ms, std::milli)     \
  X(catch_up_timeout, catch_up_timeout_ms, std::milli)     \
  X(clock_drift_max, clock_drift_max_ms, std::milli)       \
  X(turn_budget, turn_budget_us, std::micro)

namespace buoyant::c_api {

namespace {

/// Whatever "for ever" is written as: sums with it must not overflow.
constexpr auto kLongest = std::chrono::hours(100 * 365 * 24);

template <class Unit>
Duration time_of(std::uint64_t count) noexcept {
  using Counted = std::chrono::duration<std::int64_t, Unit>;
  constexpr auto kMost =
      static_cast<std::uint64_t>(std::chrono::duration_cast<Counted>(kLongest).count());
  return Counted(static_cast<std::int64_t>(std::min(count, kMost)));
}

template <class Unit>
std::uint64_t count_of_time(Duration time) noexcept {
  using Counted = std::chrono::duration<std::int64_t, Unit>;
  return static_cast<std::uint64_t>(std::chrono::duration_cast<Counted>(time).count());
}

buoyant_options_t default_options(std::size_t size) noexcept {
  const StandardOptions standard;
  const NodeOptions& node = standard.node;
  buoyant_options_t options{};
  options.size = size;
  options.insecure_plaintext = standard.insecure_plaintext;
  options.direct_io = standard.direct_io;
  options.map_bytes_max = standard.map_bytes_max;
  options.scrub_bytes_per_second = standard.scrub_bytes_per_second;
  options.page_cache_bytes = standard.page_cache_bytes;
  options.preference = static_cast<int>(node.preference);
#define BUOYANT_SHOW(name) options.name = node.name;
  BUOYANT_SAME_NUMBERS(BUOYANT_SHOW)
#undef BUOYANT_SHOW
#define BUOYANT_SHOW(name, shown, unit) options.shown = count_of_time<unit>(node.name);
  BUOYANT_TIMES(BUOYANT_SHOW)
#undef BUOYANT_SHOW
  return options;
}

buoyant_session_options_t default_session_options(std::size_t size) noexcept {
  const SessionOptions sessions;
  return {.size = size,
          .sessions_max = sessions.sessions_max,
          .reply_bytes_max = sessions.reply_bytes_max,
          .replies_bytes_max = sessions.replies_bytes_max,
          .idle_entries_max = sessions.idle_entries_max};
}

Result<NodeOptions> node_options_of(const buoyant_options_t& options) {
  if (options.preference < BUOYANT_PREFER_NORMAL || options.preference > BUOYANT_AVOID_LEADING) {
    return fail(Errc::kInvalidOptions, "preference");
  }
  NodeOptions node;
  node.preference = static_cast<Preference>(options.preference);
#define BUOYANT_TAKE(name) node.name = options.name;
  BUOYANT_SAME_NUMBERS(BUOYANT_TAKE)
#undef BUOYANT_TAKE
#define BUOYANT_TAKE(name, shown, unit) node.name = time_of<unit>(options.shown);
  BUOYANT_TIMES(BUOYANT_TAKE)
#undef BUOYANT_TAKE
  return node;
}

/// What SessionStateMachine takes for granted.
Result<SessionOptions> session_options_of(const buoyant_session_options_t& given) {
  buoyant_session_options_t sessions = default_session_options(sizeof sessions);
  if (!take_struct(&sessions, sizeof sessions, &given)) {
    return fail(Errc::kInvalidOptions, "sessions: size; see buoyant_session_options_init");
  }
  if (sessions.sessions_max == 0 || sessions.reply_bytes_max > sessions.replies_bytes_max) {
    return fail(Errc::kInvalidOptions, "sessions: sessions_max, reply_bytes_max");
  }
  return SessionOptions{.sessions_max = sessions.sessions_max,
                        .reply_bytes_max = sessions.reply_bytes_max,
                        .replies_bytes_max = sessions.replies_bytes_max,
                        .idle_entries_max = sessions.idle_entries_max};
}

}  // namespace

Result<Options> options_of(const buoyant_options_t& given) {
  buoyant_options_t options = default_options(sizeof options);
  if (!take_struct(&options, sizeof options, &given)) {
    return fail(Errc::kInvalidOptions, "size; see buoyant_options_init");
  }
  Options all;
  all.standard.id = options.id;
  all.standard.cluster = string_of(options.cluster);
  all.standard.listen = string_of(options.listen);
  all.standard.data = string_of(options.data);
  all.standard.advertise = string_of(options.advertise);
  for (std::size_t at = 0; at < options.dial_count; ++at) {
    all.standard.dial[ServerId(options.dial[at].id)] = string_of(options.dial[at].address);
  }
  all.standard.tls = options.tls == nullptr ? nullptr : options.tls->security;
  all.standard.insecure_plaintext = options.insecure_plaintext;
  all.standard.direct_io = options.direct_io;
  all.standard.map_bytes_max = options.map_bytes_max;
  all.standard.scrub_bytes_per_second = options.scrub_bytes_per_second;
  all.standard.page_cache_bytes = options.page_cache_bytes;
  const auto node = node_options_of(options);
  if (!node) {
    return fail(node.error());
  }
  all.standard.node = *node;
  if (options.sessions != nullptr) {
    const auto sessions = session_options_of(*options.sessions);
    if (!sessions) {
      return fail(sessions.error());
    }
    all.sessions = *sessions;
  }
  return all;
}

}  // namespace buoyant::c_api

void buoyant_options_init(buoyant_options_t* options, size_t size) {
  const buoyant_options_t defaults = buoyant::c_api::default_options(size);
  std::memcpy(options, &defaults, std::min(size, sizeof defaults));
}

void buoyant_session_options_init(buoyant_session_options_t* options, size_t size) {
  const buoyant_session_options_t defaults = buoyant::c_api::default_session_options(size);
  std::memcpy(options, &defaults, std::min(size, sizeof defaults));
}
