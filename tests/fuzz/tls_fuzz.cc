// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// The TLS handshake, both sides: what one says reaches the other changed, cut, twice or not at all,
// with anything in between. No session opens to anybody but the server that it is meant for, and
// what waits in it stays within its bounds.
//
// Input: a script; each step begins with its kind.

#include "tests/adapters/tls/support.h"
#include "tests/fuzz/input.h"

namespace buoyant::fuzz {

namespace tls = buoyant::tls;

/// Made once: certificates take longer than thousands of handshakes of nonsense.
struct World {
  tls::support::Cluster cluster;
  tls::TlsContext one = cluster.context(1);
  tls::TlsContext two = cluster.context(2);
};

const World& world() {
  static const World made;
  return made;
}

/// A session, and whether its stream has ended.
class Side {
 public:
  explicit Side(std::unique_ptr<tls::TlsSession> session, ServerId other)
      : session_(std::move(session)), other_(other) {}

  [[nodiscard]] tls::TlsSession& session() { return *session_; }

  /// How much of it was taken.
  std::size_t feed(std::span<const std::byte> bytes) {
    return has_ended_ ? 0 : session_->feed(bytes);
  }

  void end() {
    if (!std::exchange(has_ended_, true)) {
      session_->feed_end();
    }
  }

  void check() {
    (void)tls::support::read_all(*session_);
    BUOYANT_ASSERT(session_->output().size() <= tls::kSendBytesMax);
    if (session_->state() == tls::TlsSession::State::kOpen) {
      BUOYANT_ASSERT(session_->peer() == other_);
    }
    const bool failed = session_->state() == tls::TlsSession::State::kFailed;
    BUOYANT_ASSERT(failed == session_->refusal().has_value());
  }

 private:
  std::unique_ptr<tls::TlsSession> session_;
  ServerId other_;
  bool has_ended_ = false;
};

class Story {
 public:
  explicit Story(Input& input) : input_(input) {}

  void run() {
    while (!input_.empty()) {
      const std::uint8_t kind = input_.byte();
      if (kind < 128) {
        step(dialler_, dialled_, kind);
      } else {
        step(dialled_, dialler_, kind);
      }
      check();
    }
    dialler_.end();
    dialled_.end();
    check();
  }

 private:
  void step(Side& source, Side& target, std::uint8_t kind) {
    switch (kind % 8) {
      case 0:
        // Anything.
        (void)target.feed(input_.bytes(input_.byte()));
        break;
      case 1:
        // A byte of what it says is another one.
        carry(source, target, kAllBytes, true);
        break;
      case 2:
        carry(source, target, 1 + input_.byte(), false);
        break;
      case 3:
        // Lost.
        source.session().consume(source.session().output().size());
        break;
      case 4:
        (void)source.session().write(input_.bytes(input_.byte()));
        break;
      case 5:
        source.session().close();
        break;
      case 6:
        source.end();
        break;
      default:
        carry(source, target, kAllBytes, false);
        break;
    }
  }

  void carry(Side& source, Side& target, std::size_t bytes_max, bool changed) {
    const std::span<const std::byte> output = source.session().output();
    const std::size_t count = std::min(bytes_max, output.size());
    std::vector<std::byte> part(output.begin(),
                                output.begin() + static_cast<std::ptrdiff_t>(count));
    if (changed && !part.empty()) {
      const std::size_t at = (input_.byte() + std::size_t{256} * input_.byte()) % part.size();
      part[at] ^= static_cast<std::byte>(input_.byte());
    }
    source.session().consume(target.feed(part));
  }

  void check() {
    dialler_.check();
    dialled_.check();
  }

  static constexpr std::size_t kAllBytes = std::size_t{1} << 20U;

  Input& input_;
  Side dialler_{tls::TlsSession::dial(world().one, ServerId(2)), ServerId(2)};
  Side dialled_{tls::TlsSession::accept(world().two), ServerId(1)};
};

}  // namespace buoyant::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  buoyant::fuzz::Input input(data, std::min<std::size_t>(size, 2048));
  buoyant::fuzz::Story story(input);
  story.run();
  return 0;
}
