// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "bench/floor/processes.h"

#include "bench/floor/expect.h"

#include <arpa/inet.h>
#include <csignal>
#include <cstdio>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace buoyant::bench {

namespace {

void set_nodelay(int fd) {
  const int one = 1;
  expect(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one)) == 0, "TCP_NODELAY");
}

}  // namespace

Children::~Children() {
  for (const pid_t pid : pids_) {
    kill(pid, SIGKILL);
  }
  wait();
}

void Children::fork_to(const std::function<void()>& run) {
  std::fflush(nullptr);
  const pid_t pid = fork();
  expect(pid >= 0, "fork");
  if (pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    run();
    _exit(0);
  }
  pids_.push_back(pid);
}

void Children::wait() {
  for (const pid_t pid : pids_) {
    waitpid(pid, nullptr, 0);
  }
  pids_.clear();
}

std::pair<int, int> loopback_connection() {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  expect(bind(listener, generic, size) == 0 && listen(listener, 1) == 0 &&
             getsockname(listener, generic, &size) == 0,
         "floor_bench: listen");
  const int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  expect(connect(client, generic, size) == 0, "floor_bench: connect");
  const int server = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
  expect(server >= 0, "floor_bench: accept");
  close(listener);
  set_nodelay(client);
  set_nodelay(server);
  return {client, server};
}

}  // namespace buoyant::bench
