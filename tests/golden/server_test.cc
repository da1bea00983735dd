// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// A whole server that was killed: its log, a snapshot with its sessions, and commands behind it.
// The present release goes on with it. BUOYANT_REWRITE=1 makes the one of the present format if
// it is missing (tests/golden/README.md).

#include "adapters/files/head.h"
#include "adapters/lmdb/state_values.h"
#include "buoyant/sessions.h"
#include "buoyant/standard.h"
#include "tests/adapters/posix/support.h"
#include "tests/adapters/standard/cluster_fixture.h"
#include "tests/golden/archive.h"
#include "tests/sessions/counting_machine.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace buoyant::golden::server_test {

using Json = nlohmann::ordered_json;
using sessions::testing_support::CountingMachine;

const std::string kData = BUOYANT_SOURCE_DIR "/tests/golden/data/";

std::string present_format() {
  return "log-" + std::to_string(lmdb::kFormatVersion) + "-snapshots-" +
         std::to_string(files::kFormatVersion);
}

/// Of the present format, and every other one that is there.
std::vector<std::string> all_formats() {
  std::vector<std::string> formats{present_format()};
  for (const auto& entry : std::filesystem::directory_iterator(kData)) {
    const std::string format = entry.path().filename().string();
    if (format != present_format() && std::filesystem::exists(entry.path() / "server.tar.gz")) {
      formats.push_back(format);
    }
  }
  return formats;
}

class GoldenServerTest : public standard::testing_support::ClusterFixture,
                         public testing::WithParamInterface<std::string> {
 protected:
  void SetUp() override {
    ClusterFixture::SetUp();
    const std::string archive = kData + GetParam() + "/server.tar.gz";
    if (!std::filesystem::exists(archive) && std::getenv("BUOYANT_REWRITE") != nullptr) {
      make(archive);
    }
    ASSERT_TRUE(std::filesystem::exists(archive))
        << "a format without its golden server; tests/golden/README.md says how to make it";
    ASSERT_TRUE(unpack(archive, directory_ / "data"));
    std::ifstream file(kData + GetParam() + "/server.json");
    expected_ = Json::parse(file, nullptr, false);
  }

  void TearDown() override {
    if (node_ != nullptr) {
      close();
    }
    ClusterFixture::TearDown();
  }

  void open() {
    StandardOptions wanted = options(2, free_address());
    wanted.cluster = "golden";
    wanted.data = directory_ / "data";
    auto opened = open_standard_node(loop_, wanted, *sessions_);
    ASSERT_TRUE(opened) << opened.error().message() << ": " << opened.error().context();
    node_ = std::move(*opened);
  }

  /// Leads, with everything applied that there is.
  void open_and_lead() {
    ASSERT_NO_FATAL_FAILURE(open());
    ASSERT_TRUE(run_until([&] {
      const NodeStatus status = node_->status();
      return status.standing.role == core::Role::kLeader && status.commit == status.last.index &&
             status.applied == status.commit;
    }));
  }

  void close() {
    bool closed = false;
    node_->close([&] { closed = true; });
    ASSERT_TRUE(run_until([&] { return closed; }));
    node_.reset();
  }

  void forget_state() {
    machine_ = std::make_unique<CountingMachine>();
    sessions_ = std::make_unique<SessionStateMachine>(*machine_);
  }

  /// The reply to a command that must be applied.
  Bytes propose(Bytes command) {
    std::optional<Result<Applied>> outcome;
    const auto accepted = node_->propose(
        std::move(command), [&](Result<Applied> result) { outcome = std::move(result); });
    EXPECT_TRUE(accepted.has_value());
    EXPECT_TRUE(run_until([&] { return outcome.has_value(); }));
    return outcome && *outcome ? (*outcome)->reply : Bytes();
  }

  std::string run_in(SessionId session, std::uint64_t sequence, const std::string& command) {
    const auto reply = sessions::decode_do_reply(
        propose(sessions::encode_do(session, sequence, view_of(command))));
    return reply ? std::string(reply->text()) : reply.error().name();
  }

  void snapshot() {
    bool done = false;
    ASSERT_TRUE(node_->take_snapshot([&](const Result<SnapshotMetadata>& taken) {
      EXPECT_TRUE(taken.has_value());
      done = true;
    }));
    ASSERT_TRUE(run_until([&] { return done; }));
  }

  void make(const std::string& archive) {
    open();
    ASSERT_TRUE(node_->bootstrap({{ServerId(2), "127.0.0.1:7002"}}, [](const Result<void>&) {}));
    ASSERT_TRUE(run_until([&] { return node_->status().standing.leader.is_set(); }));
    const auto session = sessions::decode_open_reply(propose(sessions::encode_open()));
    ASSERT_TRUE(session);
    EXPECT_EQ(run_in(*session, 1, "in the snapshot"), "1:in the snapshot");
    snapshot();
    EXPECT_EQ(run_in(*session, 4, "behind it"), "2:behind it");
    Json text;
    text["session"] = session->value();
    text["sequence"] = 7;
    text["reply"] = run_in(*session, 7, "last");
    text["applied"] = machine_->applied;
    text["text"] = machine_->text;
    text["term"] = node_->status().standing.term.value();
    // As if it were killed here.
    ASSERT_TRUE(copy(directory_ / "data", directory_ / "kept"));
    close();
    forget_state();
    ASSERT_TRUE(pack(directory_ / "kept", archive));
    std::ofstream(kData + GetParam() + "/server.json") << text.dump(1) << '\n';
    std::filesystem::remove_all(directory_ / "data");
  }

  posix::support::TemporaryDirectory directory_;
  Json expected_;
  std::unique_ptr<CountingMachine> machine_ = std::make_unique<CountingMachine>();
  std::unique_ptr<SessionStateMachine> sessions_ = std::make_unique<SessionStateMachine>(*machine_);
  std::unique_ptr<Node> node_;
};

INSTANTIATE_TEST_SUITE_P(Every, GoldenServerTest, testing::ValuesIn(all_formats()));

TEST_P(GoldenServerTest, GoesOnWithItsStateAndItsTerm) {
  ASSERT_NO_FATAL_FAILURE(open_and_lead());

  EXPECT_EQ(machine_->applied, expected_["applied"].get<std::uint64_t>());
  EXPECT_EQ(machine_->text, expected_["text"].get<std::string>());
  EXPECT_GT(node_->status().standing.term.value(), expected_["term"].get<std::uint64_t>());
  close();
}

TEST_P(GoldenServerTest, KnowsItsSessionsAndAppliesNothingTwice) {
  const SessionId session(expected_["session"].get<std::uint64_t>());
  const auto sequence = expected_["sequence"].get<std::uint64_t>();
  ASSERT_NO_FATAL_FAILURE(open_and_lead());

  EXPECT_EQ(run_in(session, sequence, "last"), expected_["reply"].get<std::string>());
  EXPECT_EQ(run_in(session, sequence - 1, "before"), "stale_sequence");
  EXPECT_EQ(run_in(session, sequence + 1, "new"), "4:new");

  close();
  forget_state();
  ASSERT_NO_FATAL_FAILURE(open_and_lead());
  EXPECT_EQ(machine_->text, expected_["text"].get<std::string>() + "new,");
  EXPECT_EQ(sessions_->session_count(), 1U);
  close();
}

}  // namespace buoyant::golden::server_test
