// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/process/fake_kv.h"

#include "tests/support/process/loopback.h"

#include <arpa/inet.h>
#include <array>
#include <cstdlib>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace buoyant::process {

static bool is_every(std::uint64_t every, std::uint64_t count) {
  return every != 0 && count % every == 0;
}

static std::string bulk(const std::map<std::string, std::string>& values, const std::string& key) {
  const auto at = values.find(key);
  return at == values.end()
             ? "$-1\r\n"
             : "$" + std::to_string(at->second.size()) + "\r\n" + at->second + "\r\n";
}

FakeKv::FakeKv(FakeKvFaults faults) : faults_(faults), port_(free_ports(1).front()) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port_);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  constexpr int kBacklog = 64;
  if (::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(listener_, kBacklog) != 0) {
    std::abort();
  }
  thread_ = std::thread([this] { run(); });
}

FakeKv::~FakeKv() {
  is_stopping_ = true;
  thread_.join();
  for (const Connection& connection : connections_) {
    ::close(connection.socket);
  }
  ::close(listener_);
}

void FakeKv::run() {
  while (!is_stopping_) {
    std::vector<pollfd> entries = {{listener_, POLLIN, 0}};
    for (const Connection& connection : connections_) {
      entries.push_back({connection.socket, POLLIN, 0});
    }
    constexpr int kMilliseconds = 10;
    ::poll(entries.data(), entries.size(), kMilliseconds);
    const int accepted = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (accepted >= 0) {
      connections_.push_back({accepted, {}, {}});
    }
    for (auto at = connections_.begin(); at != connections_.end();) {
      if (serve(*at)) {
        ++at;
        continue;
      }
      ::close(at->socket);
      at = connections_.erase(at);
    }
  }
}

/// False: it is over.
bool FakeKv::serve(Connection& connection) {
  std::array<char, 65536> buffer{};
  const ssize_t count = ::recv(connection.socket, buffer.data(), buffer.size(), 0);
  if (count == 0) {
    return false;
  }
  if (count > 0) {
    connection.received.append(buffer.data(), static_cast<std::size_t>(count));
  }
  while (const auto request = connection.reader.take(connection.received)) {
    std::vector<std::string> words;
    for (const RespValue& item : request->items) {
      words.push_back(item.text);
    }
    const std::string reply = answer(words);
    if (reply.empty()) {
      return false;
    }
    ::send(connection.socket, reply.data(), reply.size(), MSG_NOSIGNAL);
  }
  return true;
}

std::string FakeKv::answer(const std::vector<std::string>& words) {
  if (words[0] == "READMODE") {
    return "+OK\r\n";
  }
  if (words[0] == "SESSION.OPEN") {
    sessions_[sessions_.size() + 1] = {0, ""};
    return ":" + std::to_string(sessions_.size()) + "\r\n";
  }
  if (words[0] == "SESSION.DO") {
    return answer_in_session(words);
  }
  if (words[0] == "GET") {
    return bulk(faults_.reads_are_old ? values_before_ : values_, words[1]);
  }
  return answer_write(words);
}

std::string FakeKv::answer_in_session(const std::vector<std::string>& words) {
  const auto at = sessions_.find(std::strtoull(words[1].c_str(), nullptr, 10));
  const std::uint64_t sequence = std::strtoull(words[2].c_str(), nullptr, 10);
  if (at == sessions_.end() || sequence < at->second.first) {
    return "-ERR no such session or call\r\n";
  }
  if (sequence == at->second.first && !faults_.applies_again) {
    return at->second.second;
  }
  const std::vector<std::string> inner(words.begin() + 3, words.end());
  ++writes_;
  if (is_every(faults_.refuse_every, writes_)) {
    return "-BUSY\r\n";
  }
  at->second = {sequence, apply(inner)};
  return is_every(faults_.lose_reply_every, writes_) ? "" : at->second.second;
}

std::string FakeKv::answer_write(const std::vector<std::string>& words) {
  ++writes_;
  if (is_every(faults_.apply_refused_every, writes_)) {
    apply(words);
    return "-NOLEADER\r\n";
  }
  if (is_every(faults_.refuse_every, writes_)) {
    return "-BUSY\r\n";
  }
  if (is_every(faults_.forget_every, writes_)) {
    const auto values = values_;
    const std::string reply = apply(words);
    values_ = values;
    return reply;
  }
  const std::string reply = apply(words);
  return is_every(faults_.lose_reply_every, writes_) ? "" : reply;
}

std::string FakeKv::apply(const std::vector<std::string>& words) {
  values_before_ = values_;
  std::string& value = values_[words[1]];
  if (words[0] == "SET") {
    value = words[2];
    return "+OK\r\n";
  }
  if (words[0] == "APPEND") {
    value += words[2];
    return ":" + std::to_string(value.size()) + "\r\n";
  }
  if (words[0] == "INCR") {
    value = std::to_string(std::strtoull(value.c_str(), nullptr, 10) + 1);
    return ":" + value + "\r\n";
  }
  const bool is_equal = words[0] == "CAS" && value == words[2];
  if (is_equal) {
    value = words[3];
  }
  if (value.empty()) {
    values_.erase(words[1]);
  }
  return is_equal ? ":1\r\n" : ":0\r\n";
}

}  // namespace buoyant::process
