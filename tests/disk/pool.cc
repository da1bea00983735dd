// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/disk/pool.h"

#include "buoyant/base/assert.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <poll.h>
#include <string_view>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace buoyant::disk {

namespace pool {

/// A report on its way through a pipe: this, then the texts.
struct Head {
  CutFigures figures;
  std::uint64_t failed = 0;
  std::uint64_t seed = 0;
  std::uint64_t image = 0;
  std::uint64_t text_bytes = 0;
  std::uint64_t record_bytes = 0;
};

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(fd, bytes.data(), bytes.size());
    if (count <= 0) {
      return false;
    }
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

bool read_all(int fd, char* target, std::size_t size) {
  while (size > 0) {
    const ssize_t count = ::read(fd, target, size);
    if (count == 0 || (count < 0 && errno != EINTR)) {
      return false;
    }
    if (count > 0) {
      target += count;
      size -= static_cast<std::size_t>(count);
    }
  }
  return true;
}

bool send(int fd, const CutReport& report) {
  Head head;
  head.figures = report.figures;
  std::string texts;
  if (report.failure) {
    head.failed = 1;
    head.seed = report.failure->seed;
    head.image = report.failure->image;
    head.text_bytes = report.failure->text.size();
    head.record_bytes = report.failure->record.size();
    texts = report.failure->text + report.failure->record;
  }
  std::string bytes(sizeof head, '\0');
  std::memcpy(bytes.data(), &head, sizeof head);
  return write_all(fd, bytes + texts);
}

/// False: the process has ended.
bool receive(int fd, CutReport& report) {
  Head head;
  if (!read_all(fd, reinterpret_cast<char*>(&head), sizeof head)) {
    return false;
  }
  report.figures = head.figures;
  if (head.failed != 0) {
    CutFailure failure{.seed = head.seed,
                       .image = head.image,
                       .text = std::string(head.text_bytes, '\0'),
                       .record = std::string(head.record_bytes, '\0')};
    if (!read_all(fd, failure.text.data(), failure.text.size()) ||
        !read_all(fd, failure.record.data(), failure.record.size())) {
      return false;
    }
    report.failure = std::move(failure);
  }
  return true;
}

struct Worker {
  pid_t pid = 0;
  int pipe = -1;
};

Worker start(const PoolOptions& pool, const CutOptions& options, unsigned number) {
  std::array<int, 2> pipe{};
  BUOYANT_ASSERT(::pipe2(pipe.data(), O_CLOEXEC) == 0);
  const pid_t pid = ::fork();
  BUOYANT_ASSERT(pid >= 0);
  if (pid == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    CutOptions own = options;
    own.scratch = pool.scratch + "/" + std::to_string(number);
    std::filesystem::create_directory(own.scratch);
    for (std::uint64_t seed = pool.first + number;; seed += pool.jobs) {
      if (!send(pipe[1], cut_power(own, seed))) {
        ::_exit(0);
      }
    }
  }
  ::close(pipe[1]);
  return {.pid = pid, .pipe = pipe[0]};
}

}  // namespace pool

void run_pool(const PoolOptions& pool, const CutOptions& options,
              const std::function<bool(const CutReport& report)>& on_report) {
  std::vector<pool::Worker> workers;
  std::vector<pollfd> wanted;
  for (unsigned number = 0; number < pool.jobs; ++number) {
    workers.push_back(pool::start(pool, options, number));
    wanted.push_back({.fd = workers.back().pipe, .events = POLLIN, .revents = 0});
  }
  bool goes_on = true;
  while (goes_on) {
    BUOYANT_ASSERT(::poll(wanted.data(), wanted.size(), -1) > 0 || errno == EINTR);
    for (std::size_t at = 0; at < wanted.size() && goes_on; ++at) {
      if (wanted[at].revents == 0) {
        continue;
      }
      CutReport report;
      if (!pool::receive(wanted[at].fd, report)) {
        report.failure = CutFailure{.text = "a process of the rig has ended"};
        static_cast<void>(on_report(report));
        goes_on = false;
      } else {
        goes_on = on_report(report);
      }
    }
  }
  for (const pool::Worker& worker : workers) {
    ::kill(worker.pid, SIGKILL);
    ::waitpid(worker.pid, nullptr, 0);
    ::close(worker.pipe);
  }
}

}  // namespace buoyant::disk
