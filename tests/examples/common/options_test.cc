// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/common/options.h"

#include "examples/common/exit_code.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace example::options_test {

using buoyant::Member;
using buoyant::ServerId;

class ExampleOptionsTest : public testing::Test {
 protected:
  std::variant<Options, Exit> parse() {
    std::vector<const char*> argv = {"buoyant-echo"};
    for (const std::string& argument : arguments_) {
      argv.push_back(argument.c_str());
    }
    return parse_options({"buoyant-echo", "", true, has_groups_}, static_cast<int>(argv.size()),
                         argv.data());
  }

  void add(std::vector<std::string> more) {
    arguments_.insert(arguments_.end(), more.begin(), more.end());
  }

  Options accepted() {
    auto parsed = parse();
    return std::holds_alternative<Options>(parsed) ? std::get<Options>(parsed) : Options{};
  }

  Exit refused() {
    auto parsed = parse();
    return std::holds_alternative<Exit>(parsed) ? std::get<Exit>(parsed) : Exit{-1, "accepted"};
  }

  bool has_groups_ = false;
  std::vector<std::string> arguments_ = {
      "--id", "2",        "--cluster",      "demo",     "--data",
      "d",    "--listen", "127.0.0.1:7002", "--client", "127.0.0.1:9002"};
};

TEST_F(ExampleOptionsTest, TakesTheFewThatAreNeeded) {
  const Options options = accepted();

  EXPECT_EQ(options.id, ServerId(2));
  EXPECT_EQ(options.cluster, "demo");
  EXPECT_EQ(options.data, "d");
  EXPECT_EQ(options.listen, "127.0.0.1:7002");
  EXPECT_EQ(options.client, "127.0.0.1:9002");
}

TEST_F(ExampleOptionsTest, HasTheDocumentedDefaults) {
  const Options options = accepted();

  EXPECT_EQ(options.election_timeout, std::chrono::seconds(1));
  EXPECT_EQ(options.heartbeat_interval, std::chrono::milliseconds(100));
  EXPECT_TRUE(options.forward);
  EXPECT_FALSE(options.insecure_plaintext);
  EXPECT_FALSE(options.print);
  EXPECT_EQ(options.map_bytes_max, std::nullopt);
  EXPECT_EQ(options.scrub_bytes_per_second, 0U);
  EXPECT_EQ(options.log_level, LogLevel::kInfo);
}

TEST_F(ExampleOptionsTest, SaysInWordsWhatIsWrongAndWhereToLook) {
  arguments_[1] = "0";
  EXPECT_EQ(refused().text, "--id: not a number above 0: 0 (see --help)");

  arguments_[1] = "one";
  EXPECT_EQ(refused().text, "--id: not a number above 0: one (see --help)");

  arguments_.erase(arguments_.begin(), arguments_.begin() + 2);
  EXPECT_EQ(refused().text, "--id is required (see --help)");
}

TEST_F(ExampleOptionsTest, TakesMembersAndDialAddresses) {
  add({"--member", "1=a:1", "--member", "2=b:2", "--dial", "1=[::1]:5", "--dial", "9=c:9"});
  const Options options = accepted();

  EXPECT_EQ(options.members, (std::vector<Member>{{ServerId(1), "a:1"}, {ServerId(2), "b:2"}}));
  EXPECT_EQ(options.dial,
            (std::map<ServerId, std::string>{{ServerId(1), "[::1]:5"}, {ServerId(9), "c:9"}}));
}

TEST_F(ExampleOptionsTest, TakesTheOthers) {
  add({"--election-ms", "300", "--heartbeat-ms", "30", "--no-forward", "--insecure-plaintext",
       "--print", "--map-bytes-max", "1048576", "--snapshot-entries", "7", "--snapshot-bytes", "8",
       "--log-level", "debug", "--advertise", "h:1", "--scrub-bytes-per-second", "9"});
  const Options options = accepted();

  EXPECT_EQ(options.election_timeout, std::chrono::milliseconds(300));
  EXPECT_EQ(options.heartbeat_interval, std::chrono::milliseconds(30));
  EXPECT_FALSE(options.forward);
  EXPECT_TRUE(options.insecure_plaintext);
  EXPECT_TRUE(options.print);
  EXPECT_EQ(options.map_bytes_max, 1048576U);
  EXPECT_EQ(options.snapshot_entries, 7U);
  EXPECT_EQ(options.snapshot_bytes, 8U);
  EXPECT_EQ(options.scrub_bytes_per_second, 9U);
  EXPECT_EQ(options.log_level, LogLevel::kDebug);
  EXPECT_EQ(options.advertise, "h:1");
}

TEST_F(ExampleOptionsTest, MayBeginEmptyAndServeMetrics) {
  add({"--join", "--metrics", "127.0.0.1:9100"});
  const Options options = accepted();

  EXPECT_TRUE(options.join);
  EXPECT_EQ(options.metrics, "127.0.0.1:9100");
}

TEST_F(ExampleOptionsTest, SomeProgramsHaveSeveralGroups) {
  add({"--groups", "3"});
  EXPECT_EQ(refused().code, kExitUsage);

  has_groups_ = true;

  EXPECT_EQ(accepted().groups, 3U);
  add({"--join"});
  EXPECT_EQ(refused().text, "--groups excludes --join and --tls-cert");
}

TEST_F(ExampleOptionsTest, BoundsWhatClientsTake) {
  EXPECT_EQ(accepted().clients.clients, 1024U);
  EXPECT_EQ(accepted().clients.bytes, std::size_t{256} << 20U);
  add({"--clients-max", "10", "--client-bytes-max", "2000000"});

  EXPECT_EQ(accepted().clients.clients, 10U);
  EXPECT_EQ(accepted().clients.bytes, 2'000'000U);
}

TEST_F(ExampleOptionsTest, NoClientsAtAllIsWrongUsage) {
  add({"--clients-max", "0"});

  EXPECT_EQ(refused().code, 2);
}

TEST_F(ExampleOptionsTest, EitherJoinsOrBeginsWithMembers) {
  add({"--join", "--member", "2=b:2"});

  EXPECT_EQ(refused().code, 2);
  EXPECT_EQ(refused().text, "--join and --member exclude each other");
}

TEST_F(ExampleOptionsTest, OnlyAProgramThatPrintsHasTheFlag) {
  add({"--print"});
  std::vector<const char*> argv = {"buoyant-kv"};
  for (const std::string& argument : arguments_) {
    argv.push_back(argument.c_str());
  }

  const auto parsed =
      parse_options({"buoyant-kv", "", false}, static_cast<int>(argv.size()), argv.data());

  EXPECT_TRUE(std::holds_alternative<Exit>(parsed));
}

TEST_F(ExampleOptionsTest, HelpIsNoError) {
  arguments_ = {"--help"};

  EXPECT_EQ(refused().code, 0);
  EXPECT_NE(refused().text.find("--member"), std::string::npos);
}

TEST_F(ExampleOptionsTest, AMissingFlagIsNamed) {
  arguments_ = {"--id", "2"};

  EXPECT_EQ(refused().code, 2);
  EXPECT_NE(refused().text.find("--cluster"), std::string::npos);
}

TEST_F(ExampleOptionsTest, AnUnknownFlagIsWrongUsage) {
  add({"--colour"});

  EXPECT_EQ(refused().code, 2);
}

TEST_F(ExampleOptionsTest, IdZeroIsWrongUsage) {
  arguments_[1] = "0";

  EXPECT_EQ(refused().code, 2);
}

TEST_F(ExampleOptionsTest, AMemberIsAnIdAndAnAddress) {
  add({"--member", "127.0.0.1:7001"});

  EXPECT_EQ(refused().code, 2);
  EXPECT_EQ(refused().text, "--member: not ID=HOST:PORT: 127.0.0.1:7001");
}

TEST_F(ExampleOptionsTest, AServerThatIsNoMemberIsWrongUsage) {
  add({"--member", "1=a:1", "--member", "3=c:3"});

  EXPECT_EQ(refused().code, 2);
  EXPECT_EQ(refused().text, "--member: this server is not in the list");
}

TEST_F(ExampleOptionsTest, AMemberTwiceIsWrongUsage) {
  add({"--member", "2=a:1", "--member", "2=b:2"});

  EXPECT_EQ(refused().code, 2);
}

TEST_F(ExampleOptionsTest, ActionsAreForThePortOfMetrics) {
  add({"--metrics", "a:1", "--admin"});

  EXPECT_TRUE(accepted().admin);
  EXPECT_FALSE(accepted().admin_beyond_loopback);
}

TEST_F(ExampleOptionsTest, ActionsNeedAPort) {
  add({"--admin"});

  EXPECT_EQ(refused().text, "--admin is about the port of --metrics");
}

TEST_F(ExampleOptionsTest, TlsIsThreeFiles) {
  add({"--tls-cert", "a.pem", "--tls-key", "b.pem", "--tls-ca", "c.pem"});

  EXPECT_EQ(accepted().tls_certificates, "a.pem");
  EXPECT_EQ(accepted().tls_key, "b.pem");
  EXPECT_EQ(accepted().tls_authorities, "c.pem");
}

/// Some of three files.
class ExampleTlsOptionsTest : public ExampleOptionsTest,
                              public testing::WithParamInterface<std::vector<std::string>> {};

TEST_P(ExampleTlsOptionsTest, AllThreeFilesOrNone) {
  add(GetParam());

  EXPECT_EQ(refused().code, 2);
  EXPECT_EQ(refused().text, "--tls-cert, --tls-key and --tls-ca go together");
}

INSTANTIATE_TEST_SUITE_P(Flags, ExampleTlsOptionsTest,
                         testing::Values(std::vector<std::string>{"--tls-cert", "f"},
                                         std::vector<std::string>{"--tls-key", "f"},
                                         std::vector<std::string>{"--tls-ca", "f"},
                                         std::vector<std::string>{"--tls-cert", "f", "--tls-ca",
                                                                  "f"}));

}  // namespace example::options_test
