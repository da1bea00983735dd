// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// How buoyant-echo refuses to start because of how it was called: exit code 2 and one line.

#include "tests/process/echo_fixture.h"

#include <string>
#include <vector>

namespace buoyant::process {

class CommandLineTest : public EchoFixture {
 protected:
  /// Runs the program with these arguments; what it said is in `said_`.
  std::optional<Ended> run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), BUOYANT_ECHO_BINARY);
    Process process({arguments, {}, directory_ / "out", directory_ / "err"});
    const auto ended = process.wait(soon());
    said_ = contents_of(directory_ / "err");
    return ended;
  }

  /// Runs a server that would work, but for these flags.
  std::optional<Ended> run_with(const std::vector<std::string>& flags) {
    EchoServerOptions options = server_options();
    options.flags = flags;
    EchoServer server(options);
    const auto ended = run_to_its_end(server);
    said_ = server.log();
    return ended;
  }

  /// One line that has this text.
  [[nodiscard]] bool said_one_line_with(const std::string& text) const {
    return said_.find(text) != std::string::npos && said_.find('\n') == said_.size() - 1;
  }

  std::string said_;
};

TEST_F(CommandLineTest, WithoutFlagsItSaysWhichIsMissing) {
  EXPECT_EQ(run({}), (Ended{2, 0}));
  EXPECT_TRUE(said_one_line_with("--id")) << said_;
}

TEST_F(CommandLineTest, AnUnknownFlagIsNamed) {
  EXPECT_EQ(run_with({"--no-such-flag"}), (Ended{2, 0}));
  EXPECT_TRUE(said_one_line_with("--no-such-flag")) << said_;
}

TEST_F(CommandLineTest, AMemberThatIsNoneIsNamed) {
  EXPECT_EQ(run_with({"--member", "two=127.0.0.1:1"}), (Ended{2, 0}));
  EXPECT_TRUE(said_one_line_with("two=127.0.0.1:1")) << said_;
}

TEST_F(CommandLineTest, AnAddressThatIsNoneIsRefused) {
  EchoServerOptions options = server_options();
  options.flags = {"--advertise", "nonsense"};
  EchoServer server(options);

  EXPECT_EQ(run_to_its_end(server), (Ended{2, 0}));
  EXPECT_NE(server.log(), "");
}

TEST_F(CommandLineTest, AHeartbeatSlowerThanAnElectionIsRefused) {
  EXPECT_EQ(run_with({"--election-ms", "100", "--heartbeat-ms", "200"}), (Ended{2, 0}));
  EXPECT_NE(said_, "");
}

TEST_F(CommandLineTest, AnUnknownLogLevelIsRefused) {
  EXPECT_EQ(run_with({"--log-level", "loud"}), (Ended{2, 0}));
  EXPECT_TRUE(said_one_line_with("--log-level")) << said_;
}

TEST_F(CommandLineTest, HelpIsACleanStop) {
  EXPECT_EQ(run({"--help"}), (Ended{0, 0}));
  EXPECT_NE(contents_of(directory_ / "out").find("--cluster"), std::string::npos);
}

TEST_F(CommandLineTest, AnEmptyDirectoryNeedsMembers) {
  EchoServerOptions options = server_options();
  options.members.clear();
  EchoServer server(options);

  EXPECT_EQ(run_to_its_end(server), (Ended{2, 0}));
  EXPECT_NE(server.log().find("--member"), std::string::npos) << server.log();
}

TEST_F(CommandLineTest, BeyondLoopbackItNeedsToBeToldThatPlaintextIsWanted) {
  EchoServerOptions options = server_options();
  EchoServer server(options);
  std::vector<std::string> arguments = server.argv();
  for (std::string& argument : arguments) {
    if (argument == loopback(options.peer_port)) {
      argument = "0.0.0.0:" + std::to_string(options.peer_port);
    }
  }
  arguments.erase(arguments.begin());

  EXPECT_EQ(run(arguments), (Ended{2, 0}));
  EXPECT_NE(said_.find("plaintext"), std::string::npos) << said_;
}

TEST_F(CommandLineTest, TlsNeedsAllOfItsFiles) {
  EXPECT_EQ(run_with({"--tls-cert", "cert.pem"}), (Ended{2, 0}));
  EXPECT_TRUE(said_one_line_with("--tls-ca go together")) << said_;
}

TEST_F(CommandLineTest, TlsFilesThatCannotBeUsedAreComplainedOf) {
  EXPECT_EQ(run_with({"--tls-cert", "none.pem", "--tls-key", "none.pem", "--tls-ca", "none.pem"}),
            (Ended{2, 0}));
  EXPECT_TRUE(said_one_line_with(BUOYANT_TLS_COMPLAINT)) << said_;
}

}  // namespace buoyant::process
