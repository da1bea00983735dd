// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/disk/child.h"

#include "buoyant/base/assert.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <string_view>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace buoyant::disk {

namespace child {

[[noreturn]] void run(int pipe, unsigned seconds_max, const std::function<std::string()>& work) {
  const rlimit no_core{};
  ::setrlimit(RLIMIT_CORE, &no_core);
  // What LMDB and our assertions say of a damaged file is expected here.
  if (std::getenv("BUOYANT_DISK_VERBOSE") == nullptr) {
    const int null = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
    ::dup2(null, STDERR_FILENO);
  }
  ::alarm(seconds_max);
  const std::string text = work();
  std::string_view rest = text;
  while (!rest.empty()) {
    const ssize_t count = ::write(pipe, rest.data(), rest.size());
    if (count <= 0) {
      break;
    }
    rest.remove_prefix(static_cast<std::size_t>(count));
  }
  // Threads may still end, and nothing of the parent's is ours to tidy up.
  ::_exit(0);
}

/// Forks; what the child writes into its end of a pipe is the text.
ChildEnd fork_and_wait(const std::function<void(int pipe)>& in_child) {
  std::array<int, 2> pipe{};
  BUOYANT_ASSERT(::pipe2(pipe.data(), O_CLOEXEC) == 0);
  const pid_t pid = ::fork();
  BUOYANT_ASSERT(pid >= 0);
  if (pid == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    in_child(pipe[1]);
  }
  ::close(pipe[1]);
  ChildEnd end;
  std::array<char, 4096> part{};
  for (;;) {
    const ssize_t count = ::read(pipe[0], part.data(), part.size());
    if (count > 0) {
      end.text.append(part.data(), static_cast<std::size_t>(count));
    } else if (count == 0 || errno != EINTR) {
      break;
    }
  }
  ::close(pipe[0]);
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  end.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  end.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return end;
}

}  // namespace child

ChildEnd run_child(unsigned seconds_max, const std::function<std::string()>& work) {
  return child::fork_and_wait([&](int pipe) { child::run(pipe, seconds_max, work); });
}

ChildEnd run_program(const std::vector<std::string>& argv,
                     const std::map<std::string, std::string>& environment) {
  std::vector<char*> arguments;
  for (const std::string& argument : argv) {
    arguments.push_back(const_cast<char*>(argument.c_str()));
  }
  arguments.push_back(nullptr);
  return child::fork_and_wait([&](int pipe) {
    for (const auto& [name, value] : environment) {
      ::setenv(name.c_str(), value.c_str(), 1);
    }
    ::dup2(pipe, STDERR_FILENO);
    ::execv(arguments.front(), arguments.data());
    constexpr int kNotFound = 127;
    ::_exit(kNotFound);
  });
}

std::string signal_name(int signal) {
  const char* const name = ::sigabbrev_np(signal);
  return "SIG" + std::string(name == nullptr ? "?" : name);
}

}  // namespace buoyant::disk
