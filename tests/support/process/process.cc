// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/support/process/process.h"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace buoyant::process {

static std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) {
    pointers.push_back(text.data());
  }
  pointers.push_back(nullptr);
  return pointers;
}

static std::vector<std::string> environment_with(const std::map<std::string, std::string>& added) {
  std::vector<std::string> all;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    if (added.count(text.substr(0, text.find('='))) == 0) {
      all.push_back(text);
    }
  }
  for (const auto& [name, value] : added) {
    all.push_back(name + "=" + value);
  }
  return all;
}

/// Between fork and exec: only what is safe there.
static void redirect(int target, const char* path) {
  constexpr mode_t kMode = 0644;
  const int file = ::open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, kMode);
  if (file >= 0) {
    ::dup2(file, target);
    ::close(file);
  }
}

Process::Process(const Command& command) {
  std::vector<std::string> arguments = command.argv;
  std::vector<std::string> environment = environment_with(command.environment);
  const std::vector<char*> argv = pointers_to(arguments);
  const std::vector<char*> envp = pointers_to(environment);
  const char* null_path = "/dev/null";
  const char* out = command.stdout_path.empty() ? null_path : command.stdout_path.c_str();
  const char* err = command.stderr_path.empty() ? null_path : command.stderr_path.c_str();
  const pid_t parent = ::getpid();
  sigset_t early{};
  sigset_t before{};
  ::sigemptyset(&early);
  ::sigaddset(&early, SIGUSR1);
  ::sigprocmask(SIG_BLOCK, &early, &before);
  pid_ = ::fork();
  if (pid_ != 0) {
    ::sigprocmask(SIG_SETMASK, &before, nullptr);
    if (pid_ < 0) {
      std::abort();
    }
    return;
  }
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) {
    ::_exit(127);  // The parent died before the call above.
  }
  // A group of its own: Ctrl-C at a terminal is for us to answer.
  ::setpgid(0, 0);
  std::signal(SIGUSR1, SIG_IGN);
  ::sigprocmask(SIG_SETMASK, &before, nullptr);
  redirect(STDIN_FILENO, null_path);
  redirect(STDOUT_FILENO, out);
  redirect(STDERR_FILENO, err);
  ::execve(argv[0], argv.data(), envp.data());
  ::_exit(127);
}

Process::Process(Process&& other) noexcept
    : pid_(std::exchange(other.pid_, 0)), ended_(other.ended_) {}

Process& Process::operator=(Process&& other) noexcept {
  if (this != &other) {
    kill();
    pid_ = std::exchange(other.pid_, 0);
    ended_ = other.ended_;
  }
  return *this;
}

Process::~Process() {
  kill();
}

bool Process::is_running() {
  reap(WNOHANG);
  return pid_ != 0;
}

void Process::signal(int number) {
  if (pid_ != 0) {
    ::kill(pid_, number);
  }
}

std::optional<Ended> Process::wait(Deadline deadline) {
  wait_until(deadline, [this] { return !is_running(); });
  return pid_ == 0 ? ended_ : std::nullopt;
}

void Process::kill() {
  if (pid_ != 0) {
    ::kill(pid_, SIGKILL);
    reap(0);
  }
}

void Process::reap(int options) {
  if (pid_ == 0) {
    return;
  }
  int status = 0;
  pid_t reaped = 0;
  do {
    reaped = ::waitpid(pid_, &status, options);
  } while (reaped < 0 && errno == EINTR);
  if (reaped == pid_) {
    pid_ = 0;
    ended_ = WIFEXITED(status) ? Ended{WEXITSTATUS(status), 0} : Ended{-1, WTERMSIG(status)};
  }
}

}  // namespace buoyant::process
