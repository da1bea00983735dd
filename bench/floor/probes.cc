// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "bench/floor/probes.h"

#include "bench/floor/expect.h"
#include "bench/floor/journal.h"
#include "bench/floor/processes.h"
#include "bench/support/histogram.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <fcntl.h>
#include <functional>
#include <span>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

namespace buoyant::bench {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kEntryBytes = 256;
constexpr std::size_t kAnswerBytes = 16;
constexpr std::size_t kPageBytes = 4096;
constexpr std::size_t kProbeJournalBytes = std::size_t{16} << 20U;

/// Repeats `run` for `seconds`: how long each time took.
Histogram time_each(double seconds, const std::function<void()>& run) {
  Histogram histogram;
  Clock::time_point begin = Clock::now();
  const auto until =
      begin + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
  while (begin < until) {
    run();
    const Clock::time_point end = Clock::now();
    histogram.record(static_cast<std::uint64_t>((end - begin).count()));
    begin = end;
  }
  return histogram;
}

Histogram time_commits(const std::string& path, std::size_t entries, double seconds) {
  const std::vector<std::byte> bytes(entries * kEntryBytes, std::byte{0x5A});
  Journal journal(path, kProbeJournalBytes);
  return time_each(seconds, [&] {
    journal.append(bytes);
    journal.flush();
  });
}

/// One page at a time past the page cache; empty where that cannot be.
Histogram time_direct(const std::string& path, double seconds) {
  { const Journal made(path, kProbeJournalBytes); }
  const int fd = open(path.c_str(), O_WRONLY | O_DIRECT | O_CLOEXEC);
  alignas(kPageBytes) static std::array<std::byte, kPageBytes> page{};
  const iovec piece{.iov_base = page.data(), .iov_len = page.size()};
  off_t offset = 0;
  const auto write_page = [&] { return pwritev2(fd, &piece, 1, offset, RWF_DSYNC) == kPageBytes; };
  if (fd < 0 || !write_page()) {
    return {};
  }
  Histogram histogram = time_each(seconds, [&] {
    offset = (offset + off_t{kPageBytes}) % off_t{kProbeJournalBytes};
    expect(write_page(), "floor_bench: pwritev2");
  });
  close(fd);
  return histogram;
}

/// The middle of the p50 of `processes` that do this at the same time.
double p50_us_of(int processes, const std::function<Histogram(int)>& run) {
  int ends[2] = {-1, -1};
  expect(pipe(ends) == 0, "floor_bench: pipe");
  Children children;
  for (int i = 0; i < processes; ++i) {
    children.fork_to([&, i] {
      const double p50 = run(i).quantile_us(5000);
      [[maybe_unused]] const ssize_t written = write(ends[1], &p50, sizeof(p50));
    });
  }
  children.wait();
  std::vector<double> all(static_cast<std::size_t>(processes));
  for (double& p50 : all) {
    expect(read(ends[0], &p50, sizeof(p50)) == sizeof(p50), "floor_bench: a process ended");
  }
  close(ends[0]);
  close(ends[1]);
  std::sort(all.begin(), all.end());
  return all[all.size() / 2];
}

bool receive_all(int fd, std::span<std::byte> bytes) {
  return recv(fd, bytes.data(), bytes.size(), MSG_WAITALL) == static_cast<ssize_t>(bytes.size());
}

bool send_all(int fd, std::span<const std::byte> bytes) {
  return send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size());
}

double ping_pong_us(double seconds) {
  const auto [ours, theirs] = loopback_connection();
  Children children;
  children.fork_to([&, server = theirs, unused = ours] {
    close(unused);
    std::array<std::byte, kEntryBytes> request{};
    std::array<std::byte, kAnswerBytes> answer{};
    while (receive_all(server, request) && send_all(server, answer)) {
    }
  });
  close(theirs);
  const std::array<std::byte, kEntryBytes> request{};
  std::array<std::byte, kAnswerBytes> answer{};
  const Histogram histogram = time_each(seconds, [&, client = ours] {
    expect(send_all(client, request) && receive_all(client, answer), "floor_bench: round trip");
  });
  close(ours);
  children.wait();
  return histogram.quantile_us(5000);
}

}  // namespace

Probes probe(const std::string& directory, double seconds) {
  Probes probes;
  const auto flush = [&](int i) {
    return time_commits(directory + "/flush." + std::to_string(i), 1, seconds);
  };
  const auto direct = [&](int i) {
    return time_direct(directory + "/direct." + std::to_string(i), seconds);
  };
  probes.flush_1_us = p50_us_of(1, flush);
  probes.flush_3_us = p50_us_of(3, flush);
  probes.direct_1_us = p50_us_of(1, direct);
  probes.direct_3_us = p50_us_of(3, direct);
  probes.ping_pong_us = ping_pong_us(seconds);
  for (const std::size_t entries : {std::size_t{1}, std::size_t{64}, std::size_t{512}}) {
    const Histogram commits = time_commits(directory + "/journal", entries, seconds);
    probes.journal.push_back(
        {.entries = entries, .commits_per_second = static_cast<double>(commits.total()) / seconds});
  }
  return probes;
}

}  // namespace buoyant::bench
