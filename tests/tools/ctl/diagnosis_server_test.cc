// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/tools/ctl/cluster.h"
#include "tools/ctl/findings.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace buoyant::ctl::diagnosis_server_test {

using testing_support::server;

using Texts = std::vector<std::string>;

/// What is said of server 2 when it says this.
Texts said_of(const std::string& patch) {
  std::vector<Finding> findings;
  diagnose_server(server(2, patch), findings);
  Texts texts;
  for (const Finding& finding : findings) {
    EXPECT_EQ(finding.server, 2U);
    texts.push_back(std::string(severity_name(finding.severity)) + ": " + finding.text);
  }
  return texts;
}

TEST(CtlDiagnosisServerTest, AFaultComesWithWhatToDo) {
  EXPECT_EQ(
      said_of(R"({"role": "faulted", "faulted": "a write failed", "to_do": "check its disk"})"),
      (Texts{"critical: server 2 is faulted and takes no part: a write failed; to do: check "
             "its disk"}));
  EXPECT_EQ(said_of(R"({"storage": {"failed": true}})"),
            (Texts{"critical: a write of server 2 failed: restart it on a good disk"}));
}

TEST(CtlDiagnosisServerTest, DamageComesWithWhatToDo) {
  EXPECT_EQ(
      said_of(R"({"storage": {"scrub": {"damage": "entry 7", "to_do": "remove it"}}})"),
      (Texts{"critical: the disk of server 2 gives back something else than was written: entry "
             "7; to do: remove it"}));
}

TEST(CtlDiagnosisServerTest, ADiskMayHangOrBeSlow) {
  EXPECT_EQ(said_of(R"({"storage": {"oldest_write_ms": 4200, "recent_write_ms": 40}})"),
            (Texts{"critical: the disk of server 2 has been at one write for 4.2 s: it hangs, or "
                   "something else keeps it busy"}));
  EXPECT_EQ(said_of(R"({"storage": {"oldest_write_ms": 0, "recent_write_ms": 40}})"),
            (Texts{"warning: the disk of server 2 needs 40 ms per write"}));
  EXPECT_EQ(said_of(R"({"storage": {"oldest_write_ms": 900, "recent_write_ms": 19}})"), Texts{});
}

TEST(CtlDiagnosisServerTest, ADiskMayBeNearlyFull) {
  EXPECT_EQ(said_of(R"({"space": "low"})").size(), 1U);
  EXPECT_EQ(
      said_of(R"({"space": "low"})").front().find("critical: the disk of server 2 is nearly full"),
      0U);
  EXPECT_EQ(said_of(R"({"storage": {"used": 91, "max": 100}})"),
            (Texts{"warning: the log of server 2 is near the bound that it was started with "
                   "(--map-bytes-max)"}));
  EXPECT_EQ(said_of(R"({"storage": {"used": 90, "max": 100}})"), Texts{});
}

TEST(CtlDiagnosisServerTest, ASnapshotMayFail) {
  EXPECT_EQ(
      said_of(R"({"snapshots": {"trouble": "no space"}})"),
      (Texts{"warning: server 2 could not take its last snapshot, so its log grows: no space"}));
}

TEST(CtlDiagnosisServerTest, ACertificateExpiresInTime) {
  const std::string to_do = "put a new one in its place and send SIGHUP: docs/SECURITY.md";
  const auto in = [](std::int64_t seconds) {
    return said_of(R"({"tls": {"expires_in": )" + std::to_string(seconds) + "}}");
  };

  EXPECT_EQ(in(-1),
            (Texts{"critical: the certificate of server 2 has expired: no new connection is "
                   "possible; " +
                   to_do}));
  EXPECT_EQ(in(3600),
            (Texts{"critical: the certificate of server 2 expires in 60 minutes: " + to_do}));
  EXPECT_EQ(in(5 * 86400),
            (Texts{"warning: the certificate of server 2 expires in 5 days: " + to_do}));
  EXPECT_EQ(in(20 * 86400),
            (Texts{"note: the certificate of server 2 expires in 20 days: " + to_do}));
  EXPECT_EQ(in(31 * 86400), Texts{});
}

TEST(CtlDiagnosisServerTest, AStateMachineMayBeSlow) {
  EXPECT_EQ(
      said_of(R"({"commit": 1200100, "applied": 100})"),
      (Texts{"warning: server 2 has 1.2 million committed entries to apply: its state machine "
             "is too slow, or it has just started"}));
  EXPECT_EQ(said_of(R"({"commit": 100, "applied": 200})"), Texts{});
}

TEST(CtlDiagnosisServerTest, ALoopMayBeHeld) {
  EXPECT_EQ(said_of(R"({"loop_stall_longest_ms": 1300})"),
            (Texts{"warning: the loop of server 2 was held for 1.3 s at worst since its start: a "
                   "callback that waits, a busy machine, or a clock that jumped"}));
  EXPECT_EQ(said_of(R"({"loop_stall_longest_ms": 300})").front().substr(0, 4), "note");
  EXPECT_EQ(said_of(R"({"loop_stall_longest_ms": 200})"), Texts{});
}

TEST(CtlDiagnosisServerTest, WhoIsNotAdmittedSaysWhy) {
  EXPECT_EQ(said_of(R"({"refused": "peer 1: it was wiped"})"),
            (Texts{"warning: server 2 is not admitted: peer 1: it was wiped"}));
  EXPECT_EQ(said_of(R"({"role": "removed", "refused": "peer 1: it was removed"})"),
            (Texts{"note: server 2 is no member any more: it can be stopped"}));
}

TEST(CtlDiagnosisServerTest, WhatItNoticedIsToldWithItsCount) {
  EXPECT_EQ(said_of(R"({"troubles": {"malformed frame": 12000}})"),
            (Texts{"note: server 2 noticed so far: malformed frame (12,000 times)"}));
}

}  // namespace buoyant::ctl::diagnosis_server_test
