// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/process/hostile_peers.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace buoyant::process {

static constexpr int kStepMs = 5;
static constexpr auto kByteEvery = std::chrono::seconds(1);
static constexpr auto kDialAgainAfter = std::chrono::milliseconds(20);
static constexpr std::uint32_t kFirstHost = 0x7f000101;  // 127.0.1.1

static sockaddr_in address_of(std::uint32_t host, std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(host);
  return address;
}

HostilePeers::HostilePeers(HostileOptions options)
    : options_(std::move(options)), random_(options_.seed) {
  for (std::size_t number = 0; number < options_.connections; ++number) {
    Stranger stranger;
    stranger.hostility = kHostilities.at(number % kHostilities.size());
    // The silent ones all come from one host, and are too many for it.
    const bool is_silent = stranger.hostility == Hostility::kSilent;
    stranger.host =
        kFirstHost + static_cast<std::uint32_t>(is_silent ? 0 : number % options_.hosts);
    stranger.port = options_.ports[number % options_.ports.size()];
    strangers_.push_back(std::move(stranger));
  }
  thread_ = std::thread([this] { run(); });
}

HostilePeers::~HostilePeers() {
  is_stopping_ = true;
  thread_.join();
  for (Stranger& stranger : strangers_) {
    close(stranger, {});
  }
}

void HostilePeers::run() {
  while (!is_stopping_) {
    const Clock::time_point now = Clock::now();
    const std::chrono::duration<double> passed = now - std::exchange(dials_counted_, now);
    const auto dials_per_second = static_cast<double>(options_.dials_per_second);
    // What was not used up is not saved for later, but for what one step may have missed.
    dials_left_ = std::min(dials_left_ + passed.count() * dials_per_second, dials_per_second / 10);
    std::vector<pollfd> entries;
    // Nobody is always first when there are not dials for all.
    std::shuffle(strangers_.begin(), strangers_.end(), random_);
    for (Stranger& stranger : strangers_) {
      step(stranger);
      if (stranger.socket >= 0) {
        entries.push_back({stranger.socket, POLLIN, 0});
      }
    }
    ::poll(entries.data(), entries.size(), kStepMs);
  }
}

void HostilePeers::step(Stranger& stranger) {
  if (stranger.socket < 0) {
    if (Clock::now() >= stranger.next_at && dials_left_ >= 1) {
      dial(stranger);
    }
    return;
  }
  if (stranger.hostility == Hostility::kFlood) {
    close(stranger, {});
    return;
  }
  send_some(stranger);
  if (is_ended(stranger)) {
    ended_.at(static_cast<std::size_t>(stranger.hostility)) += 1;
    close(stranger, kDialAgainAfter);
  }
}

void HostilePeers::dial(Stranger& stranger) {
  dials_left_ -= 1;
  stranger.socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  const int on = 1;
  // Or each connection would take a port of its own, whomever it goes to.
  ::setsockopt(stranger.socket, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  const sockaddr_in from = address_of(stranger.host, 0);
  const sockaddr_in to = address_of(INADDR_LOOPBACK, stranger.port);
  const bool is_bound =
      ::bind(stranger.socket, reinterpret_cast<const sockaddr*>(&from), sizeof from) == 0;
  if (!is_bound ||
      (::connect(stranger.socket, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0 &&
       errno != EINPROGRESS)) {
    close(stranger, kDialAgainAfter);
    return;
  }
  dialled_.at(static_cast<std::size_t>(stranger.hostility)) += 1;
  stranger.unsent = stranger.hostility == Hostility::kFirstFlight
                        ? options_.first_flight
                        : hostile_bytes(stranger.hostility, random_);
  stranger.next_at = Clock::now();
}

void HostilePeers::send_some(Stranger& stranger) {
  const bool is_slow = stranger.hostility == Hostility::kHalfFrame;
  if (stranger.unsent.empty() || (is_slow && Clock::now() < stranger.next_at)) {
    return;
  }
  const ssize_t count = ::send(stranger.socket, stranger.unsent.data(),
                               is_slow ? 1 : stranger.unsent.size(), MSG_NOSIGNAL);
  if (count > 0) {
    stranger.unsent.erase(0, static_cast<std::size_t>(count));
    stranger.next_at = within(kByteEvery);
    bytes_sent_ += static_cast<std::uint64_t>(count);
  }
}

bool HostilePeers::is_ended(const Stranger& stranger) const {
  std::array<char, 4096> ignored{};
  while (true) {
    const ssize_t count = ::recv(stranger.socket, ignored.data(), ignored.size(), 0);
    if (count <= 0) {
      return count == 0 || (errno != EAGAIN && errno != EINTR && errno != ENOTCONN);
    }
  }
}

/// Every second time without a farewell.
void HostilePeers::close(Stranger& stranger, Clock::duration pause) {
  if (stranger.socket >= 0) {
    const linger at_once{static_cast<int>(random_() % 2), 0};
    ::setsockopt(stranger.socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    ::close(std::exchange(stranger.socket, -1));
  }
  stranger.unsent.clear();
  stranger.next_at = within(pause);
}

}  // namespace buoyant::process
