// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "bench/floor/replicate.h"

#include "bench/floor/expect.h"
#include "bench/floor/flusher.h"
#include "bench/floor/journal.h"
#include "bench/floor/processes.h"
#include "bench/peers/timing.h"
#include "bench/support/histogram.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <poll.h>
#include <span>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace buoyant::bench {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kReadBytesMax = std::size_t{2} << 20U;

/// Until the leader hangs up: append, flush, answer how many bytes are durable.
void follow(int leader, const std::string& path) {
  Journal journal(path, kJournalBytes);
  std::vector<std::byte> buffer(kReadBytesMax);
  std::uint64_t durable = 0;
  // The leader waits for this one: the journal is there.
  expect(write(leader, &durable, sizeof(durable)) == sizeof(durable), "floor_bench: answer");
  for (;;) {
    const ssize_t count = read(leader, buffer.data(), buffer.size());
    if (count <= 0) {
      return;
    }
    journal.append(std::span(buffer).first(static_cast<std::size_t>(count)));
    journal.flush();
    durable += static_cast<std::uint64_t>(count);
    if (write(leader, &durable, sizeof(durable)) != sizeof(durable)) {
      return;
    }
  }
}

struct Follower {
  int fd = -1;
  std::uint64_t sent = 0;
  std::uint64_t durable = 0;
};

class Leader {
 public:
  Leader(std::vector<Follower> followers, const Work& work, const std::string& path)
      : followers_(std::move(followers)),
        work_(work),
        payload_(work.payload),
        sent_at_(work.outstanding),
        // A follower may lag by a few windows; then the loop waits for it.
        ring_(std::max<std::size_t>(work.outstanding * 8, 1024) * work.payload),
        flusher_(path, ring_) {
    for (std::size_t i = 0; i < payload_.size(); ++i) {
      payload_[i] = static_cast<std::byte>(i);
    }
  }

  Point run() {
    measure_at_ = Clock::now() + duration_of(work_.warmup_seconds);
    end_at_ = measure_at_ + duration_of(work_.seconds);
    while (!ended_) {
      if (fill_window()) {
        flusher_.offer(proposed_ * payload_.size());
      }
      for (Follower& follower : followers_) {
        send_to(follower);
      }
      wait();
      commit();
    }
    flusher_.stop();
    for (const Follower& follower : followers_) {
      close(follower.fd);
    }
    return point_;
  }

 private:
  /// True when there is something new.
  bool fill_window() {
    std::uint64_t kept = flusher_.durable();
    for (const Follower& follower : followers_) {
      kept = std::min(kept, follower.durable);
    }
    const std::uint64_t before = proposed_;
    const Clock::time_point now = Clock::now();
    while (proposed_ - committed_ < work_.outstanding &&
           (proposed_ + 1) * payload_.size() - kept <= ring_.size()) {
      std::memcpy(ring_.data() + (proposed_ * payload_.size()) % ring_.size(), payload_.data(),
                  payload_.size());
      sent_at_[proposed_ % sent_at_.size()] = now;
      ++proposed_;
    }
    return proposed_ != before;
  }

  void send_to(Follower& follower) {
    const std::uint64_t end = proposed_ * payload_.size();
    while (follower.sent < end) {
      const std::size_t offset = follower.sent % ring_.size();
      const std::size_t bytes = std::min<std::size_t>(end - follower.sent, ring_.size() - offset);
      const ssize_t count =
          send(follower.fd, ring_.data() + offset, bytes, MSG_NOSIGNAL | MSG_DONTWAIT);
      if (count < 0) {
        expect(errno == EAGAIN, "floor_bench: send");
        return;
      }
      follower.sent += static_cast<std::uint64_t>(count);
    }
  }

  /// For an answer, for our own flush, or for room in a socket.
  void wait() {
    waiting_.assign(1, {.fd = flusher_.fd(), .events = POLLIN, .revents = 0});
    for (const Follower& follower : followers_) {
      const bool unsent = follower.sent < proposed_ * payload_.size();
      waiting_.push_back({.fd = follower.fd,
                          .events = static_cast<short>(unsent ? POLLIN | POLLOUT : POLLIN),
                          .revents = 0});
    }
    expect(poll(waiting_.data(), waiting_.size(), 10000) > 0, "floor_bench: nobody answers");
    if (waiting_.front().revents != 0) {
      flusher_.take_note();
    }
    for (std::size_t i = 0; i < followers_.size(); ++i) {
      if ((waiting_[i + 1].revents & (POLLIN | POLLHUP)) != 0) {
        read_answers(followers_[i]);
      }
    }
  }

  static void read_answers(Follower& follower) {
    std::uint64_t answers[16];
    const ssize_t count = recv(follower.fd, answers, sizeof(answers), 0);
    expect(count > 0 && static_cast<std::size_t>(count) % sizeof(answers[0]) == 0,
           "floor_bench: a follower ended");
    follower.durable = answers[static_cast<std::size_t>(count) / sizeof(answers[0]) - 1];
  }

  void commit() {
    durable_.assign(1, flusher_.durable());
    for (const Follower& follower : followers_) {
      durable_.push_back(follower.durable);
    }
    std::sort(durable_.begin(), durable_.end());
    // So many have at least this: a majority.
    const std::uint64_t committed = durable_[(durable_.size() - 1) / 2] / payload_.size();
    if (committed == committed_) {
      return;
    }
    const Clock::time_point now = Clock::now();
    if (now >= measure_at_ && !measuring_) {
      measuring_ = true;
      measure_at_ = now;
      cpu_before_ = process_cpu_seconds();
    }
    for (; committed_ < committed; ++committed_) {
      if (measuring_) {
        const Clock::duration took = now - sent_at_[committed_ % sent_at_.size()];
        histogram_.record(static_cast<std::uint64_t>(took.count()));
      }
    }
    if (now >= end_at_ && measuring_) {
      finish(now);
    }
  }

  void finish(Clock::time_point now) {
    ended_ = true;
    point_.servers = followers_.size() + 1;
    point_.payload = work_.payload;
    point_.outstanding = work_.outstanding;
    point_.committed = histogram_.total();
    point_.seconds = std::chrono::duration<double>(now - measure_at_).count();
    point_.proposals_per_second = static_cast<double>(point_.committed) / point_.seconds;
    point_.p50_us = histogram_.quantile_us(5000);
    point_.p99_us = histogram_.quantile_us(9900);
    point_.p999_us = histogram_.quantile_us(9990);
    point_.leader_cpu = (process_cpu_seconds() - cpu_before_) / point_.seconds;
  }

  std::vector<Follower> followers_;
  Work work_;
  std::vector<std::byte> payload_ = std::vector<std::byte>(work_.payload);
  std::vector<Clock::time_point> sent_at_;
  std::vector<std::byte> ring_;
  Flusher flusher_;
  std::vector<pollfd> waiting_;
  std::vector<std::uint64_t> durable_;
  std::uint64_t proposed_ = 0;
  std::uint64_t committed_ = 0;
  Histogram histogram_;
  Clock::time_point measure_at_;
  Clock::time_point end_at_;
  double cpu_before_ = 0;
  bool measuring_ = false;
  bool ended_ = false;
  Point point_;
};

}  // namespace

Point replicate(std::size_t servers, const Work& work, const std::string& directory) {
  Children children;
  std::vector<Follower> followers;
  for (std::size_t i = 1; i < servers; ++i) {
    const auto [ours, theirs] = loopback_connection();
    children.fork_to([&, ours = ours, theirs = theirs] {
      for (const Follower& earlier : followers) {
        close(earlier.fd);
      }
      close(ours);
      follow(theirs, directory + "/" + std::to_string(i));
    });
    close(theirs);
    followers.push_back({.fd = ours});
  }
  for (Follower& follower : followers) {
    expect(recv(follower.fd, &follower.durable, sizeof(follower.durable), MSG_WAITALL) > 0,
           "floor_bench: a follower did not start");
  }
  const Point point = Leader(std::move(followers), work, directory + "/0").run();
  children.wait();
  return point;
}

}  // namespace buoyant::bench
