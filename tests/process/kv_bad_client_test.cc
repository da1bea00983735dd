// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Clients of buoyant-kv that take no answers, never end their requests, announce what is too
/// long, or are too many: others are served, and the server stays small.

#include "tests/process/kv_cluster_fixture.h"
#include "tests/support/process/figures.h"
#include "tests/support/process/stream_socket.h"

#include <algorithm>
#include <iostream>
#include <optional>
#include <string>
#include <sys/resource.h>
#include <utility>
#include <vector>

namespace buoyant::process {

class KvBadClientTest : public KvClusterFixture {
 protected:
  static constexpr std::uint64_t kMebibyte = 1 << 20;
  static constexpr std::size_t kLongBytes = 1'000'000;

  void SetUp() override {
    cluster_.start_voters();
    ASSERT_EQ(cluster_.wait_leader(soon()), 1U);
    ASSERT_EQ(server_.ask_shown({"SET", "long", std::string(kLongBytes, 'v')}, soon()), "+OK");
    good_.emplace(server_.client_port());
    expect_served();
    rss_before_ = figures_of(server_.process().pid())->rss_bytes;
  }

  void TearDown() override {
    EXPECT_EQ(good_->ask({"PING"}, soon()).value_or(RespValue{}).text, "PONG");
    expect_served();
    EXPECT_TRUE(cluster_.stop_all(within(seconds(5))));
  }

  /// Both who was there before and who comes now.
  void expect_served() {
    const std::string written = std::to_string(++writes_);
    const auto reply = good_->ask({"SET", "good", written}, soon());
    ASSERT_TRUE(reply);
    EXPECT_EQ(shown(*reply), "+OK");
    EXPECT_EQ(server_.ask_shown({"GET", "good"}, soon()), "$" + written);
  }

  /// Those who come now, after a while.
  void expect_served_again() {
    EXPECT_TRUE(wait_until(
        soon(), [&] { return server_.ask_shown({"PING"}, within(seconds(1))) == "+PONG"; }));
  }

  std::vector<StreamSocket> connect(std::size_t count) const {
    std::vector<StreamSocket> sockets;
    for (std::size_t socket = 0; socket < count; ++socket) {
      sockets.emplace_back(server_.client_port());
    }
    return sockets;
  }

  /// Sends to all, and reads nothing.
  static void send_for(std::vector<StreamSocket>& sockets, Clock::duration duration) {
    const Deadline end = within(duration);
    while (Clock::now() < end) {
      for (StreamSocket& socket : sockets) {
        socket.send_only();
      }
      rest(milliseconds(5));
    }
  }

  void expect_growth_below(std::uint64_t mebibytes) {
    const std::uint64_t now = figures_of(server_.process().pid())->rss_bytes;
    EXPECT_LT((now - std::min(now, rss_before_)) / kMebibyte, mebibytes);
    std::cout << (now - std::min(now, rss_before_)) / kMebibyte << " MiB more\n";
  }

  KvCluster cluster_{cluster_options(1)};
  KvServer& server_ = cluster_.server(1);
  /// Was there before those who are not.
  std::optional<RespClient> good_;
  std::uint64_t writes_ = 0;
  std::uint64_t rss_before_ = 0;
};

TEST_F(KvBadClientTest, ReadersThatTakeNoAnswersCostWhatIsTheirs) {
  constexpr std::size_t kReaders = 8;
  auto readers = connect(kReaders);
  for (StreamSocket& reader : readers) {
    for (int read = 0; read < 4000; ++read) {
      reader.send("GET long\r\n");
    }
  }
  send_for(readers, seconds(1));
  expect_served();

  // An answer or two of a megabyte beyond the bound, and their copies on the way.
  expect_growth_below(kReaders * 10);
}

TEST_F(KvBadClientTest, AFloodOfWritesWithoutReadingStopsAtTheBounds) {
  auto writers = connect(8);
  for (StreamSocket& writer : writers) {
    for (int write = 0; write < 20'000; ++write) {
      writer.send("SET flood 0123456789\r\n");
    }
  }
  send_for(writers, seconds(1));

  expect_served();
  expect_growth_below(96);
}

TEST_F(KvBadClientTest, HalfRequestsAndHugeLengthsCostWhatCame) {
  auto halves = connect(200);
  for (std::size_t half = 0; half < halves.size(); ++half) {
    halves[half].send(half % 2 == 0 ? "*65536\r\n$2000000\r\nx"
                                    : "*2\r\n$3\r\nGET\r\n$1000000\r\n");
  }
  auto huge = connect(4);
  huge[0].send("*2147483647\r\n");
  huge[1].send("*2\r\n$3\r\nGET\r\n$9223372036854775807\r\n");
  huge[2].send("*2\r\n$3\r\nGET\r\n$-5\r\n");
  huge[3].send("*1\r\n*1\r\n*1\r\n");
  send_for(halves, milliseconds(200));

  for (StreamSocket& socket : huge) {
    EXPECT_TRUE(wait_until(soon(), [&] {
      socket.pump();
      return !socket.is_open();
    }));
    EXPECT_TRUE(socket.received().starts_with("-ERR Protocol error")) << socket.received();
  }
  expect_served();
  expect_growth_below(32);
}

TEST_F(KvBadClientTest, TenThousandConnectionsAreAsManyAsThereMayBe) {
  rlimit files{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &files), 0);
  files.rlim_cur = files.rlim_max;
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &files), 0);
  constexpr rlim_t kMine = 100;
  expect_served();
  auto many = connect(std::min<rlim_t>(10'000, files.rlim_cur - kMine));
  std::size_t told = 0;
  std::uint64_t descriptors = 0;
  wait_until(within(seconds(10)), [&] {
    told = 0;
    for (StreamSocket& socket : many) {
      socket.pump();
      told += socket.received() == "-ERR max number of clients reached\r\n" ? 1U : 0U;
    }
    descriptors = std::max(descriptors, figures_of(server_.process().pid())->descriptors);
    return told > 200;
  });
  std::cout << many.size() << " connections, " << told << " told, at most " << descriptors
            << " descriptors\n";

  EXPECT_EQ(good_->ask({"PING"}, soon()).value_or(RespValue{}).text, "PONG");
  EXPECT_TRUE(told > 0 || many.size() < 2000);
  // Clients, those who are being told that they are too many, and files.
  EXPECT_LT(descriptors, 1024U + 64U + 64U);
  expect_growth_below(48);
  many.clear();
  expect_served_again();
}

TEST_F(KvBadClientTest, WithoutDescriptorsThoseWhoAreThereAreServed) {
  expect_served();
  const std::uint64_t open = figures_of(server_.process().pid())->descriptors;
  const rlimit files{open + 20, open + 20};
  ASSERT_EQ(prlimit(server_.process().pid(), RLIMIT_NOFILE, &files, nullptr), 0);
  std::vector<StreamSocket> kept;
  std::size_t ended = 0;
  for (int round = 0; round < 5; ++round) {
    // Fewer than the system lets wait: it leaves those beyond in the dark.
    for (StreamSocket& socket : connect(100)) {
      kept.push_back(std::move(socket));
    }
    EXPECT_TRUE(wait_until(soon(), [&] {
      ended = 0;
      for (StreamSocket& socket : kept) {
        socket.pump();
        ended += socket.is_open() ? 0U : 1U;
      }
      return ended + 40 >= kept.size();
    })) << ended;
    EXPECT_EQ(shown(good_->ask({"SET", "meanwhile", "1"}, soon()).value_or(RespValue{})), "+OK");
  }

  kept.clear();
  expect_served_again();
}

}  // namespace buoyant::process
