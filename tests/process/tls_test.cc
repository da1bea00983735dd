// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Three servers over TLS, and everybody who must not come in: each is refused in time, with a
/// reason of its own in the log, and the servers go on.

#include "adapters/flatbuffers/codec.h"
#include "tests/adapters/tls/raw_peer.h"
#include "tests/adapters/tls/support.h"
#include "tests/process/kv_cluster_fixture.h"
#include "tests/support/process/stream_socket.h"

#include <nlohmann/json.hpp>

#include <array>
#include <csignal>
#include <cstdint>
#include <fstream>
#include <functional>
#include <netinet/in.h>
#include <optional>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace buoyant::process {

using certs_tool::Pair;
using certs_tool::Request;
using std::chrono::hours;
using tls::support::RawOptions;
using tls::support::RawPeer;

/// Listens in the place of a server.
class Answerer {
 public:
  explicit Answerer(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    const int on = 1;
    ::setsockopt(socket_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
    EXPECT_EQ(::listen(socket_, 8), 0);
  }

  Answerer(const Answerer&) = delete;
  Answerer& operator=(const Answerer&) = delete;

  ~Answerer() { ::close(socket_); }

  /// Answers whoever dials, one after the other, until `is_done`.
  [[nodiscard]] bool answer_with(const Pair& certificate, Deadline deadline,
                                 const std::function<bool()>& is_done) const {
    return wait_until(deadline, [&] {
      pollfd entry{.fd = socket_, .events = POLLIN, .revents = 0};
      if (::poll(&entry, 1, 10) == 1) {
        const int dialler = ::accept(socket_, nullptr, nullptr);
        RawPeer own(RawPeer::Role::kIsDialled, {.pair = certificate});
        talk(dialler, own);
        ::close(dialler);
      }
      return is_done();
    });
  }

 private:
  /// Until the other side ends it.
  static void talk(int socket, RawPeer& own) {
    std::array<std::byte, 4096> buffer{};
    ssize_t count = 0;
    while ((count = ::recv(socket, buffer.data(), buffer.size(), 0)) > 0) {
      own.feed(ByteView(buffer).first(static_cast<std::size_t>(count)));
      const ByteView answer = own.output();
      if (::send(socket, answer.data(), answer.size(), MSG_NOSIGNAL) < 0) {
        return;
      }
      own.consume(answer.size());
    }
  }

  int socket_;
};

class TlsProcessTest : public KvClusterFixture {
 protected:
  static constexpr const char* kCluster = "test";

  void SetUp() override {
    for (const std::uint64_t id : ids_) {
      write_certificates(id);
      cluster_.server(id).set_launch({"--tls-cert", file(id, "cert"), "--tls-key", file(id, "key"),
                                      "--tls-ca", file(id, "ca")},
                                     {});
      cluster_.server(id).start();
    }
    ASSERT_TRUE(cluster_.wait_settled({1, 2, 3}, soon())) << described(cluster_);
  }

  void TearDown() override { EXPECT_TRUE(cluster_.stop_all(within(seconds(5)))); }

  std::string file(std::uint64_t id, const std::string& what) {
    return directory_ / (std::to_string(id) + "-" + what + ".pem");
  }

  Request request(std::uint64_t id, const std::string& cluster = kCluster) const {
    return certs_tool::server_request(cluster, id, certs_tool::valid_for_days(days_));
  }

  Pair pair(const Request& wanted) { return certs_tool::make_certificate(authority_, wanted); }

  void write_certificates(std::uint64_t id) {
    const Pair own = pair(request(id));
    const auto write = [](const std::string& path, const std::string& text) {
      std::ofstream(path, std::ios::trunc) << text;
    };
    write(file(id, "cert"), own.certificate);
    write(file(id, "key"), own.key);
    write(file(id, "ca"), authority_.certificate);
  }

  /// What somebody says of itself once it is in.
  static std::string hello_text(std::uint64_t id) {
    Hello hello;
    hello.identity = {.cluster = kCluster,
                      .server = ServerId(id),
                      .incarnation = 99,
                      .start_counter = 1,
                      .start_id = 7};
    hello.expected = ServerId(1);
    std::string text;
    for (const Bytes& piece : flatbuf::FlatbuffersCodec().encode_hello(hello).pieces) {
      text += piece.text();
    }
    return text;
  }

  /// Dials server 1 with this certificate, and says hello when it can. It must be refused within 3
  /// s, for this reason; the cluster goes on.
  void expect_refused(const std::optional<Pair>& certificate, const std::string& reason,
                      const std::string& hello = {}) {
    const Deadline in_time = within(seconds(3));
    StreamSocket socket(cluster_.server(1).options().peer_port);
    RawPeer stranger(RawPeer::Role::kDials, {.pair = certificate});
    bool has_greeted = false;
    const bool is_refused = wait_until(in_time, [&] {
      if (stranger.is_open() && !hello.empty() && !std::exchange(has_greeted, true)) {
        stranger.write(hello);
      }
      socket.send(text_of(stranger.output()));
      stranger.consume(stranger.output().size());
      socket.pump();
      stranger.feed(view_of(std::exchange(socket.received(), {})));
      return !socket.is_open();
    });

    EXPECT_TRUE(is_refused) << reason;
    EXPECT_TRUE(wait_until(
        in_time, [&] { return cluster_.server(1).log().find(reason) != std::string::npos; }))
        << reason << "\n"
        << cluster_.server(1).log();
    EXPECT_EQ(cluster_.ask_any({1, 2}, {"SET", "key", reason}, soon()), "");
  }

  /// How long the server's certificate is still good, by its status; 0: it does not say.
  std::int64_t seconds_left(std::uint64_t id) {
    const auto status = cluster_.server(id).status(soon());
    const auto json = nlohmann::json::parse(status ? status->json : "{}");
    return json.contains("tls") ? json["tls"].value("expires_in", std::int64_t{0}) : 0;
  }

  const std::vector<std::uint64_t> ids_{1, 2, 3};
  int days_ = 60;
  Pair authority_ = certs_tool::make_authority("authority", certs_tool::valid_for_days(60));
  KvCluster cluster_{cluster_options(3)};
};

TEST_F(TlsProcessTest, WhoShowsNoGoodCertificateIsRefusedWithAReason) {
  const auto now = std::chrono::system_clock::now();
  const auto with = [&](auto change) {
    Request wanted = request(2);
    change(wanted);
    return wanted;
  };
  const Pair other = certs_tool::make_authority("other", certs_tool::valid_for_days(9));

  expect_refused(std::nullopt, "it showed no certificate");
  expect_refused(certs_tool::make_self_signed(request(2)), "is signed by itself");
  expect_refused(pair(with([&](Request& r) {
                   r.validity = {now - hours(9), now - hours(1)};
                 })),
                 "has expired");
  expect_refused(pair(with([&](Request& r) {
                   r.validity = {now + hours(1), now + hours(9)};
                 })),
                 "is not valid yet");
  expect_refused(certs_tool::make_certificate(other, request(2)), "of no authority that we trust");
  expect_refused(pair(with([](Request& r) { r.uris = {"https://example.org/2"}; })),
                 "URI is not buoyant://CLUSTER/ID");
  expect_refused(pair(with([](Request& r) { r.usage = "clientAuth"; })),
                 "is not for both sides of a connection");
  expect_refused(pair(request(2, "another")), "is for another cluster");
}

TEST_F(TlsProcessTest, WhoIsDialledAndIsNoServerIsRefusedWithAReason) {
  // In the place of server 3 somebody answers whose certificate is for clients.
  cluster_.server(3).kill();
  Request client = request(3);
  client.usage = "clientAuth";
  {
    const Answerer stranger(cluster_.server(3).options().peer_port);

    EXPECT_TRUE(stranger.answer_with(pair(client), within(seconds(10)), [&] {
      return cluster_.server(1).log().find("is not for both sides of a connection") !=
             std::string::npos;
    })) << cluster_.server(1).log();
    EXPECT_EQ(cluster_.ask_any({1, 2}, {"SET", "key", "value"}, soon()), "");
  }
  cluster_.server(3).start();
  EXPECT_TRUE(cluster_.wait_settled(ids_, soon())) << described(cluster_);
}

TEST_F(TlsProcessTest, WhoShowsAGoodCertificateAndSaysSomethingElseIsRefusedWithAReason) {
  expect_refused(pair(request(2)), "its hello names another server than its certificate",
                 hello_text(3));
  expect_refused(pair(request(2)), refusal_message(Refusal::kIncarnation), hello_text(2));

  ASSERT_EQ(cluster_.ask_any({1, 2, 3}, {"RAFT.REMOVE", "3"}, soon()), "");
  expect_refused(pair(request(3)), refusal_message(Refusal::kRemoved), hello_text(3));
}

TEST_F(TlsProcessTest, CertificatesAreRenewedWithoutARestart) {
  constexpr std::int64_t kDay = 24 * 60 * 60;
  EXPECT_GT(seconds_left(2), 59 * kDay);
  EXPECT_LE(seconds_left(2), 60 * kDay);
  days_ = 80;
  authority_ = certs_tool::make_authority("next", certs_tool::valid_for_days(90));
  for (const std::uint64_t id : ids_) {
    write_certificates(id);
    cluster_.server(id).process().signal(SIGHUP);
  }
  for (const std::uint64_t id : ids_) {
    EXPECT_TRUE(wait_until(soon(), [&] {
      return cluster_.server(id).log().find("certificates were reloaded") != std::string::npos;
    })) << cluster_.server(id).log();
  }

  // Who starts anew meets the others with the new ones only.
  cluster_.server(3).kill();
  cluster_.server(3).start();

  EXPECT_TRUE(cluster_.wait_settled({1, 2, 3}, soon())) << described(cluster_);
  EXPECT_EQ(cluster_.ask_any({1, 2, 3}, {"SET", "key", "renewed"}, soon()), "");
  EXPECT_GT(seconds_left(2), 79 * kDay);
}

TEST_F(TlsProcessTest, CertificatesThatAreNoGoodStayUnused) {
  std::ofstream(file(1, "cert"), std::ios::trunc) << "nothing";
  cluster_.server(1).process().signal(SIGHUP);

  EXPECT_TRUE(wait_until(soon(), [&] {
    return cluster_.server(1).log().find("certificates stay as they were") != std::string::npos;
  }));
  cluster_.server(2).kill();
  cluster_.server(2).start();
  EXPECT_TRUE(cluster_.wait_settled({1, 2, 3}, soon())) << described(cluster_);
}

}  // namespace buoyant::process
