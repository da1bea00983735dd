// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/process/kv_filler.h"

#include <deque>
#include <poll.h>
#include <utility>

namespace buoyant::process {

static constexpr std::size_t kFillWindow = 32;
static constexpr int kFillStepMilliseconds = 5;

bool fill(std::uint16_t port, const std::string& prefix, std::uint64_t keys,
          std::size_t value_bytes, Deadline deadline) {
  std::deque<std::uint64_t> missing;
  for (std::uint64_t key = 0; key < keys; ++key) {
    missing.push_back(key);
  }
  RespClient client(port);
  std::deque<std::uint64_t> outstanding;
  while (!(missing.empty() && outstanding.empty()) && Clock::now() < deadline) {
    if (!client.is_open()) {
      missing.insert(missing.end(), outstanding.begin(), outstanding.end());
      outstanding.clear();
      pause_briefly();
      client = RespClient(port);
    }
    while (!missing.empty() && outstanding.size() < kFillWindow) {
      const std::uint64_t key = missing.front();
      missing.pop_front();
      outstanding.push_back(key);
      std::string value = std::to_string(key) + ".";
      value.resize(std::max(value.size(), value_bytes), 'f');
      client.send({"SET", prefix + std::to_string(key), value});
    }
    const auto reply = client.read(within(std::chrono::milliseconds(kFillStepMilliseconds)));
    if (!reply) {
      continue;
    }
    if (reply->is_error()) {
      missing.push_back(outstanding.front());
      pause_briefly();
    }
    outstanding.pop_front();
  }
  return missing.empty() && outstanding.empty();
}

Flood::Flood(std::uint16_t port, Options options) : port_(port), options_(options) {
  for (std::size_t at = 0; at < options_.connections; ++at) {
    connections_.push_back({RespClient(port_)});
  }
  thread_ = std::thread([this] { run(); });
}

Flood::~Flood() {
  is_stopping_ = true;
  thread_.join();
}

void Flood::run() {
  while (!is_stopping_) {
    std::vector<pollfd> entries;
    for (Connection& connection : connections_) {
      step(connection);
      entries.push_back(connection.client.poll_entry());
    }
    ::poll(entries.data(), entries.size(), kFillStepMilliseconds);
  }
}

bool Flood::is_due() const {
  const std::chrono::duration<double> passed = Clock::now() - begin_;
  return options_.per_second == 0 ||
         static_cast<double>(sent_) < passed.count() * static_cast<double>(options_.per_second);
}

void Flood::step(Connection& connection) {
  if (!connection.client.is_open()) {
    connection = {RespClient(port_)};
  }
  while (connection.outstanding < options_.window && is_due()) {
    std::string value = std::to_string(sent_) + ".";
    value.resize(std::max(value.size(), options_.value_bytes), 'f');
    connection.client.send({"SET", "flood" + std::to_string(sent_ % options_.keys), value});
    ++sent_;
    ++connection.outstanding;
  }
  connection.client.pump();
  while (const auto reply = connection.client.take()) {
    --connection.outstanding;
    ++(reply->is_error() ? refused_ : acknowledged_);
  }
}

}  // namespace buoyant::process
