// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Several operators change members at once, each those of one server, while servers are killed:
/// every answer says what is so, and comes in time.
///
/// BUOYANT_OPERATORS_SECONDS=600 makes the long run of it, BUOYANT_PROCESS_SEED another one.

#include "tests/process/kv_cluster_fixture.h"
#include "tests/support/process/resp_client.h"

#include <array>
#include <map>
#include <set>

namespace buoyant::process {

enum class Membership : std::uint8_t { kNone, kLearner, kVoter };

/// Asks one thing after the other about its server, and knows how that stands: nobody else
/// changes it.
struct KvOperator {
  std::uint64_t id = 0;
  std::optional<RespClient> client = {};
  /// Empty: nothing is asked.
  std::vector<std::string> words = {};
  Clock::time_point asked = {};
  std::set<Membership> possible = {Membership::kNone};

  /// What a command makes of it; nothing: it is to be refused.
  [[nodiscard]] std::optional<Membership> done(Membership from) const {
    if (words[0] == "RAFT.ADD") {
      return words.size() == 3 || from == Membership::kVoter ? Membership::kVoter
                                                             : Membership::kLearner;
    }
    if (words[0] == "RAFT.REMOVE") {
      return Membership::kNone;
    }
    if (from == Membership::kNone) {
      return std::nullopt;
    }
    return words[0] == "RAFT.PROMOTE" ? Membership::kVoter : Membership::kLearner;
  }

  /// What may be so now. Empty: this answer is wrong.
  [[nodiscard]] std::set<Membership> after(const std::string& reply) const {
    std::set<Membership> now;
    if (reply == "+OK") {
      for (const Membership from : possible) {
        if (const auto to = done(from)) {
          now.insert(*to);
        }
      }
    } else if (reply.empty() || reply.starts_with("-UNKNOWN ")) {
      now = possible;
      for (const Membership from : possible) {
        const auto to = done(from);
        now.insert(to.value_or(from));
        if (to == Membership::kVoter && from == Membership::kNone) {
          now.insert(Membership::kLearner);
        }
      }
    } else if (reply.starts_with("-BUSY ") || reply.starts_with("-NOLEADER ")) {
      now = possible;
    } else if (reply == "-ERR this server is not a member" &&
               possible.contains(Membership::kNone)) {
      now = possible;
    }
    return now;
  }
};

/// Servers 1 to 3 are members all the time; 4 to 6 have an operator each.
class KvOperatorsTest : public KvClusterFixture {
 protected:
  void SetUp() override {
    for (std::uint64_t id = 1; id <= cluster_.size(); ++id) {
      cluster_.server(id).start();
    }
    ASSERT_NE(cluster_.wait_leader(soon()), 0U) << described(cluster_);
    load_.start();
    ASSERT_TRUE(load_.wait_acknowledged(50, soon()));
  }

  static KvClusterOptions with_snapshots(KvClusterOptions options) {
    options.flags.insert(options.flags.end(), {"--snapshot-entries", "300"});
    return options;
  }

  void begin(KvOperator& one) {
    const std::string id = std::to_string(one.id);
    const std::array<std::vector<std::string>, 5> commands = {{
        {"RAFT.ADD", id, cluster_.server(one.id).address()},
        {"RAFT.ADD", id, cluster_.server(one.id).address(), "LEARNER"},
        {"RAFT.PROMOTE", id},
        {"RAFT.DEMOTE", id},
        {"RAFT.REMOVE", id},
    }};
    one.words = commands.at(draw(0, commands.size() - 1));
    one.client.emplace(cluster_.client_port(draw(1, fixed_.size())));
    one.client->send(one.words);
    one.asked = Clock::now();
  }

  /// What is wrong; "": nothing.
  std::string step(KvOperator& one) {
    if (one.words.empty()) {
      if (draw(0, 10) == 0) {
        begin(one);
      }
      return {};
    }
    one.client->pump();
    const auto reply = one.client->take();
    if (!reply && one.client->is_open()) {
      return Clock::now() - one.asked > seconds(10) ? joined(one.words) + ": no answer" : "";
    }
    const std::string text = reply ? shown(*reply) : std::string();
    ++answers_[one.words[0] + " " + text.substr(0, text.find(' '))];
    std::set<Membership> now = one.after(text);
    const std::string wrong = now.empty() ? joined(one.words) + ": " + text : std::string();
    one.possible = std::move(now);
    one.words.clear();
    return wrong;
  }

  /// Kills one server at a time, and starts it again.
  void step_victim() {
    if (Clock::now() < victim_due_) {
      return;
    }
    if (victim_ == 0) {
      victim_ = draw(1, cluster_.size());
      cluster_.server(victim_).kill();
      victim_due_ = within(milliseconds(draw(20, 500)));
    } else {
      cluster_.server(victim_).start();
      victim_ = 0;
      victim_due_ = within(milliseconds(draw(200, 2000)));
    }
  }

  const std::vector<std::uint64_t> fixed_ = {1, 2, 3};
  KvCluster cluster_{with_snapshots(cluster_options(3, 3))};
  KvLoad load_{load_options(300), ports_of(cluster_, fixed_)};
  std::uint64_t victim_ = 0;
  Deadline victim_due_ = within(seconds(1));
  std::map<std::string, std::uint64_t> answers_;
};

TEST_F(KvOperatorsTest, EachAnswerSaysWhatIsSo) {
  const Deadline end = within(seconds(number_from_environment("BUOYANT_OPERATORS_SECONDS", 12)));
  std::array<KvOperator, 3> operators = {{{.id = 4}, {.id = 5}, {.id = 6}}};
  while (Clock::now() < end) {
    for (KvOperator& one : operators) {
      ASSERT_EQ(step(one), "") << described(cluster_);
    }
    step_victim();
    rest(milliseconds(5));
  }
  if (victim_ != 0) {
    cluster_.server(victim_).start();
  }

  for (const KvOperator& one : operators) {
    EXPECT_EQ(cluster_.ask_any(fixed_, {"RAFT.REMOVE", std::to_string(one.id)}, soon()), "");
  }
  const std::uint64_t leader = cluster_.wait_leader(soon());
  ASSERT_NE(leader, 0U) << described(cluster_);
  EXPECT_EQ(cluster_.server(leader).status(soon())->members.size(), fixed_.size());
  expect_sound(cluster_, load_, fixed_);
  for (const auto& [answer, count] : answers_) {
    std::cout << count << " " << answer << "\n";
  }
}

}  // namespace buoyant::process
