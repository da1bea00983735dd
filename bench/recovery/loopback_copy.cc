// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "bench/recovery/loopback_copy.h"

#include <algorithm>
#include <arpa/inet.h>
#include <chrono>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace buoyant::bench {

namespace {

constexpr std::size_t kChunkBytes = std::size_t{256} << 10U;

/// Closed at its end.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}

  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  ~Descriptor() {
    if (number_ >= 0) {
      ::close(number_);
    }
  }

  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

bool write_all(int file, const char* data, std::size_t size) {
  while (size > 0) {
    const ssize_t written = ::write(file, data, size);
    if (written <= 0) {
      return false;
    }
    data += written;
    size -= static_cast<std::size_t>(written);
  }
  return true;
}

bool make_file(const std::string& path, std::uint64_t bytes) {
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  const std::vector<char> chunk(kChunkBytes, 'p');
  for (std::uint64_t at = 0; at < bytes; at += chunk.size()) {
    if (!write_all(file.number(), chunk.data(),
                   static_cast<std::size_t>(std::min<std::uint64_t>(chunk.size(), bytes - at)))) {
      return false;
    }
  }
  return ::fdatasync(file.number()) == 0;
}

/// What one end reads goes to the other, until there is no more.
bool pump(int source, int target) {
  std::vector<char> chunk(kChunkBytes);
  for (;;) {
    const ssize_t count = ::read(source, chunk.data(), chunk.size());
    if (count <= 0) {
      return count == 0;
    }
    if (!write_all(target, chunk.data(), static_cast<std::size_t>(count))) {
      return false;
    }
  }
}

/// The process that sends: connects and sends the file.
[[noreturn]] void send_file(const std::string& path, const sockaddr_in& address) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const int out = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const bool is_well =
      ::connect(out, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0 &&
      pump(file, out);
  ::_exit(is_well ? 0 : 1);
}

bool receive_file(const std::string& path, int connection) {
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  return pump(connection, file.number()) && ::fdatasync(file.number()) == 0;
}

}  // namespace

double copy_over_loopback(const std::string& directory, std::uint64_t bytes) {
  const std::string source = directory + "/copy-source";
  const std::string target = directory + "/copy-target";
  const Descriptor listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (!make_file(source, bytes) || ::bind(listener.number(), generic, size) != 0 ||
      ::listen(listener.number(), 1) != 0 ||
      ::getsockname(listener.number(), generic, &size) != 0) {
    return 0;
  }
  const pid_t sender = ::fork();
  if (sender == 0) {
    send_file(source, address);
  }
  const Descriptor connection(::accept4(listener.number(), nullptr, nullptr, SOCK_CLOEXEC));
  const auto begin = std::chrono::steady_clock::now();
  const bool is_received = receive_file(target, connection.number());
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  int status = 1;
  ::waitpid(sender, &status, 0);
  ::unlink(source.c_str());
  ::unlink(target.c_str());
  return is_received && status == 0 ? static_cast<double>(bytes) / took.count() : 0;
}

}  // namespace buoyant::bench
