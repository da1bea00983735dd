// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/uv/expiry_watch.h"

#include "tests/adapters/uv/transport_fixture.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>

namespace buoyant::uv::expiry_watch_test {

using std::chrono::hours;
using std::chrono::system_clock;
using tests::Node;

/// It expires after so long, and makes no streams: nobody dials.
class ExpiringSecurity final : public port::StreamSecurity {
 public:
  explicit ExpiringSecurity(hours left) : expires_at_(system_clock::now() + left) {}

  std::unique_ptr<port::SecureStream> dial(ServerId /*expected*/) override { return nullptr; }

  std::unique_ptr<port::SecureStream> accept() override { return nullptr; }

  [[nodiscard]] Result<std::unique_ptr<Renewal>> read_renewal() const override {
    return fail(Errc::kInvalidOptions, "there is none");
  }

  void adopt(std::unique_ptr<Renewal> /*renewal*/) override {}

  [[nodiscard]] system_clock::time_point expires_at() const noexcept override {
    return expires_at_;
  }

 private:
  system_clock::time_point expires_at_;
};

class ExpiryWatchTest : public tests::UvTransportFixture {
 protected:
  TransportOptions expiring_in(hours left) {
    TransportOptions options = harness_.options();
    options.security = std::make_shared<ExpiringSecurity>(left);
    return options;
  }
};

TEST_F(ExpiryWatchTest, TellsOfAnEndThatIsNear) {
  Node node(harness_, expiring_in(hours(24 * 29)));

  EXPECT_TRUE(node.wait_for("trouble 0 our certificate expires soon"));
}

TEST_F(ExpiryWatchTest, TellsOfAnEndThatIsPast) {
  Node node(harness_, expiring_in(hours(-1)));

  EXPECT_TRUE(node.wait_for("trouble 0 our certificate has expired"));
}

TEST_F(ExpiryWatchTest, SaysNothingOfAnEndThatIsFarAway) {
  Node node(harness_, expiring_in(hours(24 * 31)));

  harness_.run_some();

  EXPECT_EQ(node.events.count_starting("trouble"), 0U);
}

}  // namespace buoyant::uv::expiry_watch_test
