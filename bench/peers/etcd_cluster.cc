// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "bench/peers/etcd_cluster.h"

#include "bench/floor/expect.h"
#include "bench/peers/grpc.h"
#include "bench/peers/protobuf.h"
#include "tests/support/process/loopback.h"

#include <chrono>
#include <fcntl.h>
#include <poll.h>
#include <thread>
#include <unistd.h>

namespace buoyant::bench {

namespace {

std::string url(std::uint16_t port) {
  return "http://127.0.0.1:" + std::to_string(port);
}

void become(const std::vector<std::string>& command, const std::string& log) {
  std::vector<std::string> copies = command;
  std::vector<char*> argv;
  argv.reserve(copies.size() + 1);
  for (std::string& argument : copies) {
    argv.push_back(argument.data());
  }
  argv.push_back(nullptr);
  const int fd = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  dup2(fd, STDOUT_FILENO);
  dup2(fd, STDERR_FILENO);
  execvp(argv.front(), argv.data());
  _exit(127);
}

/// Asks for Maintenance.Status; nothing: no answer in time.
std::optional<std::string> status_of(std::uint16_t port) {
  const auto connection = GrpcConnection::open(port);
  std::optional<std::string> status;
  bool answered = false;
  if (!connection || !connection->call("/etcdserverpb.Maintenance/Status", "",
                                       [&](const std::optional<std::string>& answer) {
                                         answered = true;
                                         status = answer;
                                       })) {
    return std::nullopt;
  }
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(1);
  while (!answered && std::chrono::steady_clock::now() < until && connection->send()) {
    pollfd waiting = {.fd = connection->fd(), .events = POLLIN, .revents = 0};
    if (poll(&waiting, 1, 100) > 0 && !connection->receive()) {
      break;
    }
  }
  return status;
}

/// By what the server itself says: StatusResponse.leader is ResponseHeader.member_id.
bool is_leader(std::uint16_t port) {
  const auto status = status_of(port);
  if (!status) {
    return false;
  }
  const auto header = protobuf::find_bytes(*status, 1);
  const auto leader = protobuf::find_number(*status, 4);
  return header && leader && protobuf::find_number(*header, 2) == leader;
}

}  // namespace

EtcdCluster::EtcdCluster(const std::string& program, std::size_t servers,
                         const std::string& directory) {
  std::vector<std::uint16_t> peer_ports;
  std::string members;
  for (std::size_t i = 0; i < servers; ++i) {
    peer_ports.push_back(process::free_ports(1).front());
    ports_.push_back(process::free_ports(1).front());
    members.append(i == 0 ? "s" : ",s").append(std::to_string(i));
    members.append("=").append(url(peer_ports[i]));
  }
  for (std::size_t i = 0; i < servers; ++i) {
    const std::string name = "s" + std::to_string(i);
    const std::string data = std::string(directory).append("/").append(name);
    const std::vector<std::string> command = {program,
                                              "--name=" + name,
                                              "--data-dir=" + data,
                                              "--listen-peer-urls=" + url(peer_ports[i]),
                                              "--initial-advertise-peer-urls=" + url(peer_ports[i]),
                                              "--listen-client-urls=" + url(ports_[i]),
                                              "--advertise-client-urls=" + url(ports_[i]),
                                              "--initial-cluster=" + members,
                                              "--initial-cluster-state=new",
                                              "--logger=zap",
                                              "--log-level=error"};
    children_.fork_to([&] { become(command, data + ".log"); });
  }
}

std::optional<std::uint16_t> EtcdCluster::wait_for_leader(int seconds) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  while (std::chrono::steady_clock::now() < until) {
    for (const std::uint16_t port : ports_) {
      if (is_leader(port)) {
        return port;
      }
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return std::nullopt;
}

}  // namespace buoyant::bench
