// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Nothing is promised before it is flushed: the shim of tests/process/shim watches the system
/// calls of real servers. A SIGKILL could not show this, for the page cache survives it.

#include "tests/process/echo_fixture.h"
#include "tests/process/flush_rules.h"

#include <csignal>
#include <string>
#include <vector>

namespace buoyant::process {

namespace flush_test {

std::string describe(const Verdict& verdict) {
  std::string text;
  for (const std::string& violation : verdict.violations) {
    text += violation + "\n";
  }
  return text;
}

std::vector<std::string> numbered(const std::string& name, std::size_t count) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < count; ++at) {
    lines.push_back("<" + name + "-" + std::to_string(at) + ">");
  }
  return lines;
}

}  // namespace flush_test

class FlushTest : public EchoFixture {
 protected:
  std::map<std::string, std::string> watched() {
    return {{"LD_PRELOAD", BUOYANT_FLUSH_SHIM}, {flush_shim::kLogVariable, directory_ / "calls"}};
  }

  /// The records of a process that ended.
  FlushLog log_of(pid_t pid) { return FlushLog(directory_ / "calls." + std::to_string(pid)); }

  /// One line after the other, so that each has a commit of its own.
  static void ask_all(EchoServer& server, const std::vector<std::string>& lines) {
    for (const std::string& line : lines) {
      ASSERT_EQ(ask(server, line), line);
    }
  }

  /// Ends a server and gives what was seen of it.
  FlushLog end(EchoServer& server) {
    const pid_t pid = server.process().pid();
    EXPECT_EQ(server.stop(within(seconds(5))), (Ended{0, 0}));
    return log_of(pid);
  }
};

TEST_F(FlushTest, AServerAloneAnswersAfterTheFlush) {
  EchoServerOptions options = server_options();
  options.environment = watched();
  EchoServer server(options);
  server.start();
  const auto lines = flush_test::numbered("alone", 30);

  ask_all(server, lines);
  const FlushLog log = end(server);

  const Verdict answers = check_client_answers(log, lines);
  EXPECT_EQ(flush_test::describe(answers), "");
  EXPECT_EQ(answers.checked, lines.size());
}

TEST_F(FlushTest, TheCheckFindsAServerWhoseFlushesAreMissing) {
  EchoServerOptions options = server_options();
  options.environment = watched();
  options.environment[flush_shim::kHideVariable] = "1";
  EchoServer server(options);
  server.start();
  const auto lines = flush_test::numbered("hidden", 5);

  ask_all(server, lines);
  const FlushLog log = end(server);

  EXPECT_EQ(check_client_answers(log, lines).violations.size(), lines.size());
  EXPECT_FALSE(check_opening(log).violations.empty());
}

TEST_F(FlushTest, AReopenedServerFlushesBeforeItSendsOrWritesAnything) {
  EchoServerOptions options = server_options();
  EchoServer server(options);
  server.start();
  ASSERT_EQ(ask(server, "before"), "before");
  server.kill();
  server.options().environment = watched();
  server.start();
  ASSERT_EQ(ask(server, "after"), "after");

  const FlushLog log = end(server);

  const Verdict opening = check_opening(log);
  EXPECT_EQ(flush_test::describe(opening), "");
  EXPECT_EQ(opening.checked, 2U);
}

class ClusterFlushTest : public FlushTest {
 protected:
  EchoClusterOptions watched_options() {
    EchoClusterOptions options = cluster_options(3);
    options.environment = watched();
    return options;
  }

  /// What stands at each index, as all servers printed it.
  static std::map<std::uint64_t, std::string> lines_of(EchoCluster& cluster) {
    AppliedLog applied;
    EXPECT_EQ(cluster.compare_logs(), "");
    EXPECT_EQ(cluster.server(0).read_applied(applied), "");
    std::map<std::uint64_t, std::string> lines;
    for (const auto& [index, line] : applied.lines()) {
      lines[index] = line.text;
    }
    return lines;
  }
};

TEST_F(ClusterFlushTest, RepliesAnswersAndVotesLeaveAfterTheFlush) {
  EchoCluster cluster(watched_options());
  cluster.start_all();
  const auto leader = cluster.wait_leader(soon());
  ASSERT_TRUE(leader);
  for (std::size_t at = 0; at < cluster.size(); ++at) {
    ask_all(cluster.server(at), flush_test::numbered("via" + std::to_string(at), 10));
  }
  // Its answer is not judged: the kill may come before the shim has written it down.
  ASSERT_EQ(ask(cluster.server(*leader), "last words"), "last words");
  const pid_t killed = cluster.server(*leader).process().pid();
  cluster.server(*leader).kill();
  ASSERT_TRUE(cluster.wait_leader(soon()));
  cluster.server(*leader).start();
  ASSERT_TRUE(cluster.wait_settled(soon()));
  ask_all(cluster.server(*leader), flush_test::numbered("again", 10));
  ASSERT_TRUE(cluster.wait_settled(soon()));

  std::vector<FlushLog> logs;
  for (std::size_t at = 0; at < cluster.size(); ++at) {
    logs.push_back(end(cluster.server(at)));
  }
  const FlushLog earlier_run = log_of(killed);

  const auto lines = lines_of(cluster);
  // What the killed run wrote is durable when the next one has opened (see check_opening), which
  // may promise it before it writes anything itself.
  auto later_lines = lines;
  std::erase_if(later_lines,
                [&](const auto& line) { return earlier_run.has_written(line.second); });
  std::vector<std::string> texts;
  for (const auto& [index, text] : lines) {
    if (text != "last words") {
      texts.push_back(text);
    }
  }
  std::size_t replies = 0;
  std::size_t answers = 0;
  std::size_t votes = 0;
  logs.insert(logs.begin(), earlier_run);
  for (std::size_t at = 0; at < logs.size(); ++at) {
    const FlushLog& log = logs[at];
    const bool is_later_run = at == 1 + *leader;
    const Verdict reply = check_append_replies(log, is_later_run ? later_lines : lines);
    const Verdict answer = check_client_answers(log, texts);
    const Verdict vote = check_votes(log);
    EXPECT_EQ(flush_test::describe(reply), "");
    EXPECT_EQ(flush_test::describe(answer), "");
    EXPECT_EQ(flush_test::describe(vote), "");
    replies += reply.checked;
    answers += answer.checked;
    votes += vote.checked;
  }
  EXPECT_EQ(answers, 40U);
  // Two followers for each line, at least one of which replied before the commit; two elections
  // with at least a candidacy and a vote each.
  EXPECT_GE(replies, 40U);
  EXPECT_GE(votes, 4U);
}

TEST_F(ClusterFlushTest, TheCheckFindsRepliesAndVotesWhoseFlushesAreMissing) {
  EchoClusterOptions options = watched_options();
  options.environment[flush_shim::kHideVariable] = "1";
  EchoCluster cluster(options);
  cluster.start_all();
  ASSERT_TRUE(cluster.wait_leader(soon()));
  ask_all(cluster.server(0), flush_test::numbered("hidden", 5));
  ASSERT_TRUE(cluster.wait_settled(soon()));

  std::size_t replies = 0;
  std::size_t votes = 0;
  std::vector<FlushLog> logs;
  for (std::size_t at = 0; at < cluster.size(); ++at) {
    logs.push_back(end(cluster.server(at)));
  }
  const auto lines = lines_of(cluster);
  for (const FlushLog& log : logs) {
    replies += check_append_replies(log, lines).violations.size();
    votes += check_votes(log).violations.size();
  }

  EXPECT_GE(replies, 5U);
  EXPECT_GE(votes, 2U);
}

}  // namespace buoyant::process
