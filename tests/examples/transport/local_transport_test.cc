// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/transport/local_transport.h"

#include "buoyant/conformance/transport_conformance.h"
#include "tests/adapters/uv/loop_fixture.h"
#include "tests/support/hello_codec.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <string>

namespace local_transport::local_transport_test {

namespace conformance = buoyant::conformance;

/// Sockets in a directory of its own, on a loop that must be empty in the end.
class Harness {
 public:
  Harness() {
    std::string pattern = std::filesystem::temp_directory_path() / "buoyant_XXXXXX";
    directory_ = ::mkdtemp(pattern.data());
  }

  Harness(const Harness&) = delete;
  Harness& operator=(const Harness&) = delete;

  ~Harness() { std::filesystem::remove_all(directory_); }

  std::unique_ptr<buoyant::port::Transport> open(buoyant::ServerId id,
                                                 const conformance::TransportLimits& limits) {
    return reopen(id, limits, path(std::to_string(++opened_)));
  }

  std::unique_ptr<buoyant::port::Transport> reopen(buoyant::ServerId,
                                                   const conformance::TransportLimits& limits,
                                                   const std::string& address) {
    auto transport = LocalTransport::open(*loop_, {.path = address,
                                                   .codec = &codec_,
                                                   .frame_bytes_max = limits.frame_bytes_max,
                                                   .queue_bytes_max = limits.queue_bytes_max,
                                                   .redial_delay = std::chrono::milliseconds(2)});
    EXPECT_TRUE(transport) << transport.error().context();
    return std::move(*transport);
  }

  std::string address_of(buoyant::port::Transport& transport) {
    return static_cast<LocalTransport&>(transport).path();
  }

  bool run_until(const std::function<bool()>& condition) { return loop_.run_until(condition); }

  void run_some() { loop_.spin(20); }

  [[nodiscard]] std::string path(const std::string& name) const { return directory_ + "/" + name; }

  uv_loop_t& loop() { return *loop_; }

 private:
  std::string directory_;
  buoyant::tests::HelloCodec codec_;
  int opened_ = 0;
  buoyant::uv::tests::TestLoop loop_;
};

class LocalTransportTest : public conformance::TransportFixture<Harness> {};

TEST_F(LocalTransportTest, ASocketThatAKilledServerLeftIsTakenOver) {
  std::ofstream(harness_.path("stale")) << "in the way";
  Server one(harness_, 1);
  Server two(harness_, 2, {}, harness_.path("stale"));

  connect(one, two);

  EXPECT_TRUE(one.link(2).connected);
}

TEST_F(LocalTransportTest, APathThatCannotBeBoundIsAnError) {
  const auto transport =
      LocalTransport::open(harness_.loop(), {.path = harness_.path("no/such/directory")});

  ASSERT_FALSE(transport);
  EXPECT_EQ(transport.error().code(), buoyant::Errc::kTransportFailed);
}

TEST_F(LocalTransportTest, ServerCanDialItself) {
  Server one(harness_, 1);
  connect(one, one);

  one.request(1, "to myself");
  one.flush();

  EXPECT_TRUE(one.wait_for("request 1 to myself"));
}

TEST_F(LocalTransportTest, AStrangerThatSaysNoHelloIsSentAway) {
  Server one(harness_, 1);
  uv_pipe_t stranger{};
  uv_pipe_init(&harness_.loop(), &stranger, 0);
  uv_connect_t connecting{};
  uv_pipe_connect(&connecting, &stranger, one.address.c_str(), [](uv_connect_t* request, int) {
    static char nonsense[] = "GET / HTTP/1.1\r\nHost: is longer than the header of a frame\r\n\r\n";
    const uv_buf_t buffer = uv_buf_init(nonsense, sizeof(nonsense));
    uv_try_write(request->handle, &buffer, 1);
  });

  EXPECT_TRUE(one.wait_for("trouble 0 malformed frame"));
  uv_close(reinterpret_cast<uv_handle_t*>(&stranger), nullptr);
  harness_.run_some();
}

}  // namespace local_transport::local_transport_test

BUOYANT_INSTANTIATE_TRANSPORT_CONFORMANCE(Local, local_transport::local_transport_test::Harness);
