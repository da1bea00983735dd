// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/disk/shim/log.h"

#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace buoyant::disk::shim {

Log& Log::instance() {
  // Never destroyed: threads may write beyond the end of main.
  static Log* const log = new Log;
  return *log;
}

Log::Log() {
  const char* const root = std::getenv(kRootVariable);
  const char* const path = std::getenv(kRecordVariable);
  struct stat status = {};
  if (root == nullptr || path == nullptr || ::stat(root, &status) != 0) {
    return;
  }
  root_ = root;
  file_ = static_cast<int>(
      ::syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  if (file_ < 0) {
    std::abort();
  }
  if (const char* const kill = std::getenv(kKillVariable)) {
    left_ = std::atol(kill);
  }
  if (const char* const action = std::getenv(kKillActionVariable)) {
    counted_ = std::atol(action);
  }
  record({.action = Action::kStart, .inode = status.st_ino});
}

void Log::begin(RecordHeader header) noexcept {
  header.thread = static_cast<std::uint64_t>(::syscall(SYS_gettid));
  action_ = header.action;
  pending_.assign(reinterpret_cast<const char*>(&header), sizeof header);
}

void Log::append(const void* data, std::size_t size) noexcept {
  pending_.append(static_cast<const char*>(data), size);
}

void Log::end() noexcept {
  if (file_ < 0) {
    return;
  }
  const KeepErrno keep;
  std::string_view rest = pending_;
  while (!rest.empty()) {
    const long count = ::syscall(SYS_write, file_, rest.data(), rest.size());
    if (count <= 0) {
      std::abort();  // A record that is missing would make a check pass.
    }
    rest.remove_prefix(static_cast<std::size_t>(count));
  }
  const bool counts = counted_ == 0 || static_cast<long>(action_) == counted_;
  if (counts && left_ > 0 && --left_ == 0) {
    ::syscall(SYS_kill, ::getpid(), SIGKILL);
    // Nothing more of this process, while the signal is on its way.
    for (;;) {
      ::syscall(SYS_pause);
    }
  }
}

void Log::record(const RecordHeader& header) noexcept {
  begin(header);
  end();
}

void Log::record_name(RecordHeader header, std::string_view name) noexcept {
  header.bytes = static_cast<std::uint32_t>(name.size());
  begin(header);
  append(name.data(), name.size());
  end();
}

}  // namespace buoyant::disk::shim
