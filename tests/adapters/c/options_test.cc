// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/c/options.h"

#include "adapters/c/tls.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <limits>
#include <string>
#include <tuple>

namespace buoyant::c_api::options_test {

using std::chrono::microseconds;
using std::chrono::milliseconds;

/// All that a user may set. A new option of C++ does not compile here: it is missing in C.
auto fields_of(const NodeOptions& options) {
  const auto& [id, cluster, address, election_timeout, heartbeat_interval, pre_vote, check_quorum,
               disk_stall_limit, catch_up_timeout, lease_reads, clock_drift_max, preference, seed,
               forward_proposals, entry_bytes_max, proposals_max, proposal_bytes_max, reads_max,
               forwarded_per_peer_max, controls_max, append_bytes_max, append_entries_max,
               inflight_bytes_max, inflight_entries_max, entry_cache_bytes_max,
               apply_entries_per_turn, apply_bytes_per_turn, frames_per_turn, send_bytes_per_turn,
               receive_bytes_per_turn, callbacks_per_turn, held_messages_per_peer_max,
               events_pending_max, snapshot_entries, snapshot_bytes, snapshot_tail_entries,
               snapshot_tail_bytes, snapshot_sending_entries_max, snapshot_part_bytes,
               snapshot_inflight_bytes_max, snapshot_transfers_max, snapshot_bytes_per_second,
               trace_steps_max, turn_budget] = options;
  return std::tuple(
      election_timeout, heartbeat_interval, pre_vote, check_quorum, disk_stall_limit,
      catch_up_timeout, lease_reads, clock_drift_max, preference, seed, forward_proposals,
      entry_bytes_max, proposals_max, proposal_bytes_max, reads_max, forwarded_per_peer_max,
      controls_max, append_bytes_max, append_entries_max, inflight_bytes_max, inflight_entries_max,
      entry_cache_bytes_max, apply_entries_per_turn, apply_bytes_per_turn, frames_per_turn,
      send_bytes_per_turn, receive_bytes_per_turn, callbacks_per_turn, held_messages_per_peer_max,
      events_pending_max, snapshot_entries, snapshot_bytes, snapshot_tail_entries,
      snapshot_tail_bytes, snapshot_sending_entries_max, snapshot_part_bytes,
      snapshot_inflight_bytes_max, snapshot_transfers_max, snapshot_bytes_per_second,
      trace_steps_max, turn_budget);
}

auto fields_of(const StandardOptions& options) {
  const auto& [id, cluster, listen, data, advertise, dial, tls, insecure_plaintext, map_bytes_max,
               scrub_bytes_per_second, direct_io, page_cache_bytes, node] = options;
  return std::tuple(id, cluster, listen, data, advertise, dial, tls, insecure_plaintext,
                    map_bytes_max, scrub_bytes_per_second, direct_io, page_cache_bytes);
}

buoyant_options_t defaults() {
  buoyant_options_t options;
  buoyant_options_init(&options, sizeof options);
  return options;
}

Errc refusal_of(const buoyant_options_t& options) {
  const auto made = options_of(options);
  return made ? Errc::kStopped : made.error().code();
}

TEST(COptionsTest, DefaultsAreThoseOfCpp) {
  const auto made = options_of(defaults());

  ASSERT_TRUE(made);
  EXPECT_EQ(fields_of(made->standard.node), fields_of(NodeOptions()));
  EXPECT_EQ(fields_of(made->standard), fields_of(StandardOptions()));
  EXPECT_FALSE(made->sessions);
}

TEST(COptionsTest, EveryBoundIsTaken) {
  buoyant_options_t options = defaults();
  uint64_t number = 100;
  // From the first one to the last: they lie one behind the other.
  for (uint64_t* bound = &options.entry_bytes_max; bound <= &options.trace_steps_max; ++bound) {
    *bound = ++number;
  }
  NodeOptions expected;
  expected.entry_bytes_max = 101;
  expected.proposals_max = 102;
  expected.proposal_bytes_max = 103;
  expected.reads_max = 104;
  expected.forwarded_per_peer_max = 105;
  expected.controls_max = 106;
  expected.append_bytes_max = 107;
  expected.append_entries_max = 108;
  expected.inflight_bytes_max = 109;
  expected.inflight_entries_max = 110;
  expected.entry_cache_bytes_max = 111;
  expected.apply_entries_per_turn = 112;
  expected.apply_bytes_per_turn = 113;
  expected.frames_per_turn = 114;
  expected.send_bytes_per_turn = 115;
  expected.receive_bytes_per_turn = 116;
  expected.callbacks_per_turn = 117;
  expected.held_messages_per_peer_max = 118;
  expected.events_pending_max = 119;
  expected.snapshot_entries = 120;
  expected.snapshot_bytes = 121;
  expected.snapshot_tail_entries = 122;
  expected.snapshot_tail_bytes = 123;
  expected.snapshot_sending_entries_max = 124;
  expected.snapshot_part_bytes = 125;
  expected.snapshot_inflight_bytes_max = 126;
  expected.snapshot_transfers_max = 127;
  expected.snapshot_bytes_per_second = 128;
  expected.trace_steps_max = 129;

  const auto made = options_of(options);

  ASSERT_TRUE(made);
  EXPECT_EQ(fields_of(made->standard.node), fields_of(expected));
}

TEST(COptionsTest, TimesAndChoicesAreTaken) {
  buoyant_options_t options = defaults();
  options.election_timeout_ms = 1;
  options.heartbeat_interval_ms = 2;
  options.disk_stall_limit_ms = 3;
  options.catch_up_timeout_ms = 4;
  options.clock_drift_max_ms = 5;
  options.turn_budget_us = 6;
  options.preference = BUOYANT_AVOID_LEADING;
  options.pre_vote = false;
  options.check_quorum = false;
  options.lease_reads = true;
  options.forward_proposals = false;
  options.seed = 7;
  NodeOptions expected;
  expected.election_timeout = milliseconds(1);
  expected.heartbeat_interval = milliseconds(2);
  expected.disk_stall_limit = milliseconds(3);
  expected.catch_up_timeout = milliseconds(4);
  expected.clock_drift_max = milliseconds(5);
  expected.turn_budget = microseconds(6);
  expected.preference = Preference::kAvoid;
  expected.pre_vote = false;
  expected.check_quorum = false;
  expected.lease_reads = true;
  expected.forward_proposals = false;
  expected.seed = 7;

  const auto made = options_of(options);

  ASSERT_TRUE(made);
  EXPECT_EQ(fields_of(made->standard.node), fields_of(expected));
}

TEST(COptionsTest, WhatIsOfTheAssemblyIsTaken) {
  const buoyant_dial_t dial[] = {{2, "127.0.0.1:2"}, {3, "127.0.0.1:3"}};
  buoyant_tls_t tls;
  buoyant_options_t options = defaults();
  options.id = 4;
  options.cluster = "cluster";
  options.listen = "127.0.0.1:1";
  options.data = "data";
  options.advertise = "localhost:1";
  options.dial = dial;
  options.dial_count = 2;
  options.tls = &tls;
  options.insecure_plaintext = true;
  options.direct_io = false;
  options.map_bytes_max = 5;
  options.scrub_bytes_per_second = 6;
  options.page_cache_bytes = 7;
  StandardOptions expected{.id = 4, .cluster = "cluster", .listen = "127.0.0.1:1", .data = "data"};
  expected.advertise = "localhost:1";
  expected.dial = {{ServerId(2), "127.0.0.1:2"}, {ServerId(3), "127.0.0.1:3"}};
  expected.insecure_plaintext = true;
  expected.direct_io = false;
  expected.map_bytes_max = 5;
  expected.scrub_bytes_per_second = 6;
  expected.page_cache_bytes = 7;

  const auto made = options_of(options);

  ASSERT_TRUE(made);
  EXPECT_EQ(fields_of(made->standard), fields_of(expected));
}

TEST(COptionsTest, SessionsHaveTheirOwn) {
  buoyant_session_options_t sessions;
  buoyant_session_options_init(&sessions, sizeof sessions);
  const SessionOptions expected;
  buoyant_options_t options = defaults();
  options.sessions = &sessions;

  const auto made = options_of(options);

  ASSERT_TRUE(made);
  ASSERT_TRUE(made->sessions);
  EXPECT_EQ(made->sessions->sessions_max, expected.sessions_max);
  EXPECT_EQ(made->sessions->reply_bytes_max, expected.reply_bytes_max);
  EXPECT_EQ(made->sessions->replies_bytes_max, expected.replies_bytes_max);
  EXPECT_EQ(made->sessions->idle_entries_max, expected.idle_entries_max);
}

TEST(COptionsTest, SessionsThatCannotBeAreRefused) {
  buoyant_session_options_t sessions;
  buoyant_options_t options = defaults();
  options.sessions = &sessions;

  buoyant_session_options_init(&sessions, sizeof sessions);
  sessions.sessions_max = 0;
  EXPECT_EQ(refusal_of(options), Errc::kInvalidOptions);
  buoyant_session_options_init(&sessions, sizeof sessions);
  sessions.reply_bytes_max = sessions.replies_bytes_max + 1;
  EXPECT_EQ(refusal_of(options), Errc::kInvalidOptions);
  buoyant_session_options_init(&sessions, 0);
  EXPECT_EQ(refusal_of(options), Errc::kInvalidOptions);
}

TEST(COptionsTest, AProgramOfAnOlderVersionHasDefaultsForTheRest) {
  constexpr std::size_t kOlder = offsetof(buoyant_options_t, snapshot_entries);
  buoyant_options_t options{};
  options.snapshot_entries = 77;  // Is not its to read or to write.
  buoyant_options_init(&options, kOlder);
  options.reads_max = 9;
  NodeOptions expected;
  expected.reads_max = 9;

  const auto made = options_of(options);

  ASSERT_TRUE(made);
  EXPECT_EQ(options.snapshot_entries, 77U);
  EXPECT_EQ(fields_of(made->standard.node), fields_of(expected));
}

TEST(COptionsTest, ASizeThatIsNoneOrOfALaterVersionIsRefused) {
  buoyant_options_t options = defaults();

  options.size = 0;
  EXPECT_EQ(refusal_of(options), Errc::kInvalidOptions);
  options.size = sizeof options + 8;
  EXPECT_EQ(refusal_of(options), Errc::kInvalidOptions);
}

TEST(COptionsTest, APreferenceThatIsNoneIsRefused) {
  buoyant_options_t options = defaults();

  options.preference = 3;
  EXPECT_EQ(refusal_of(options), Errc::kInvalidOptions);
  options.preference = -1;
  EXPECT_EQ(refusal_of(options), Errc::kInvalidOptions);
}

TEST(COptionsTest, ForEverDoesNotOverflow) {
  buoyant_options_t options = defaults();
  options.catch_up_timeout_ms = std::numeric_limits<uint64_t>::max();
  options.turn_budget_us = std::numeric_limits<uint64_t>::max();

  const auto made = options_of(options);

  ASSERT_TRUE(made);
  EXPECT_EQ(made->standard.node.catch_up_timeout, std::chrono::hours(100 * 365 * 24));
  EXPECT_EQ(made->standard.node.turn_budget, std::chrono::hours(100 * 365 * 24));
}

}  // namespace buoyant::c_api::options_test
