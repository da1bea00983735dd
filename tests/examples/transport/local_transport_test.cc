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
#include <utility>
#include <vector>

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
    auto transport =
        LocalTransport::open(*loop_, {.path = address,
                                      .codec = &codec_,
                                      .frame_bytes_max = limits.frame_bytes_max,
                                      .queue_bytes_max = limits.queue_bytes_max,
                                      .snapshot_queue_bytes_max = limits.snapshot_queue_bytes_max,
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

/// Connects and says what no transport would.
class Stranger {
 public:
  Stranger(Harness& harness, const std::string& path, std::string bytes)
      : harness_(harness), bytes_(std::move(bytes)) {
    uv_pipe_init(&harness_.loop(), &pipe_, 0);
    pipe_.data = this;
    uv_pipe_connect(&connect_, &pipe_, path.c_str(), [](uv_connect_t* request, int) {
      auto& self = *static_cast<Stranger*>(request->handle->data);
      const uv_buf_t buffer =
          uv_buf_init(self.bytes_.data(), static_cast<unsigned>(self.bytes_.size()));
      uv_try_write(request->handle, &buffer, 1);
    });
  }

  Stranger(const Stranger&) = delete;
  Stranger& operator=(const Stranger&) = delete;

  ~Stranger() {
    uv_close(reinterpret_cast<uv_handle_t*>(&pipe_), nullptr);
    harness_.run_some();
  }

 private:
  Harness& harness_;
  std::string bytes_;
  uv_pipe_t pipe_{};
  uv_connect_t connect_{};
};

class LocalTransportTest : public conformance::TransportFixture<Harness> {
 protected:
  static std::string hello_bytes(std::uint64_t from) {
    buoyant::Hello hello;
    hello.identity = {.cluster = "test", .server = buoyant::ServerId(from)};
    std::string bytes;
    for (const buoyant::Bytes& piece : buoyant::tests::HelloCodec().encode_hello(hello).pieces) {
      bytes += piece.text();
    }
    return bytes;
  }
};

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

  const Stranger stranger(harness_, one.address,
                          "GET / HTTP/1.1\r\nHost: longer than the header of a frame\r\n\r\n");

  EXPECT_TRUE(one.wait_for("trouble 0 malformed frame"));
}

TEST_F(LocalTransportTest, NothingIsReadBehindAHelloBeforeItsAdmission) {
  Server one(harness_, 1);
  one.events.admits_at_once = false;

  const Stranger stranger(harness_, one.address, hello_bytes(9) + hello_bytes(9));
  ASSERT_TRUE(one.wait_for("hello 9"));
  harness_.run_some();
  EXPECT_EQ(one.events.log, std::vector<std::string>{"hello 9"});
  one.call([&] { one.transport->admit(one.events.connections[0], buoyant::Refusal::kNone); });

  EXPECT_TRUE(harness_.run_until([&] { return one.events.count_starting("request 9") == 1; }));
}

}  // namespace local_transport::local_transport_test

BUOYANT_INSTANTIATE_TRANSPORT_CONFORMANCE(Local, local_transport::local_transport_test::Harness);
