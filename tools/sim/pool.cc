// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/sim/pool.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace buoyant::sim_tool {

namespace {

using Clock = std::chrono::steady_clock;

/// Seeds that one child runs: few enough to hear of each soon, enough to hide the fork.
constexpr std::uint64_t kSeedsPerChild = 8;

std::string to_line(const SeedResult& result) {
  const simulation::Totals& totals = result.totals;
  return nlohmann::json({result.seed, result.hash, result.check, result.text, totals.events,
                         totals.simulated.count(), totals.frames, totals.writes, totals.elections,
                         totals.crashes, totals.committed, totals.refused, totals.unknown,
                         totals.undecided, totals.reads, totals.sessions, totals.repeats,
                         totals.expired})
             .dump() +
         "\n";
}

SeedResult from_line(const std::string& line) {
  const auto json = nlohmann::json::parse(line);
  SeedResult result{
      .seed = json[0], .hash = json[1], .totals = {}, .check = json[2], .text = json[3]};
  result.totals.seeds = 1;
  result.totals.events = json[4];
  result.totals.simulated = Duration(json[5].get<std::int64_t>());
  result.totals.frames = json[6];
  result.totals.writes = json[7];
  result.totals.elections = json[8];
  result.totals.crashes = json[9];
  result.totals.committed = json[10];
  result.totals.refused = json[11];
  result.totals.unknown = json[12];
  result.totals.undecided = json[13];
  result.totals.reads = json[14];
  result.totals.sessions = json[15];
  result.totals.repeats = json[16];
  result.totals.expired = json[17];
  return result;
}

void write_all(int file, const std::string& text) {
  std::size_t written = 0;
  while (written < text.size()) {
    const ssize_t count = ::write(file, text.data() + written, text.size() - written);
    if (count <= 0) {
      ::_exit(3);
    }
    written += static_cast<std::size_t>(count);
  }
}

/// Processor time that a child has used so far: a busy machine makes no seed a hanging one.
std::chrono::nanoseconds processor_time(pid_t process) {
  clockid_t clock{};
  timespec time{};
  if (::clock_getcpuclockid(process, &clock) != 0 || ::clock_gettime(clock, &time) != 0) {
    return std::chrono::nanoseconds(0);
  }
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

/// A child and the seeds that it still owes.
struct Child {
  pid_t process = 0;
  int pipe = -1;
  std::uint64_t next = 0;
  std::uint64_t end = 0;
  std::string input;
  /// When its seed of now began: on the wall, and of its own processor time.
  Clock::time_point since;
  std::chrono::nanoseconds used{0};

  [[nodiscard]] bool hangs(std::chrono::seconds seed_seconds_max) const {
    // Waiting without working is a hang too; the wall's limit leaves room for a starved machine.
    return processor_time(process) - used > seed_seconds_max ||
           Clock::now() - since > 20 * seed_seconds_max;
  }

  bool hung = false;
};

class Pool {
 public:
  Pool(const PoolOptions& options, const RunSeed& run, const OnSeed& on_seed)
      : options_(options), run_(run), on_seed_(on_seed), next_(options.first) {}

  std::uint64_t run() {
    while (true) {
      while (children_.size() < options_.jobs && may_begin()) {
        begin(next_, std::min(options_.first + options_.count, next_ + kSeedsPerChild));
        next_ = children_.back().end;
      }
      if (children_.empty()) {
        return handed_out_;
      }
      wait();
    }
  }

 private:
  [[nodiscard]] bool may_begin() const {
    const bool in_time =
        !options_.seconds || Clock::now() - begin_ < std::chrono::seconds(*options_.seconds);
    return !enough_ && in_time && next_ < options_.first + options_.count;
  }

  void begin(std::uint64_t first, std::uint64_t end) {
    int ends[2];
    if (::pipe(ends) != 0) {
      std::perror("buoyant-sim: pipe");
      std::exit(3);
    }
    std::fflush(nullptr);
    const pid_t process = ::fork();
    if (process < 0) {
      std::perror("buoyant-sim: fork");
      std::exit(3);
    }
    if (process == 0) {
      ::close(ends[0]);
      for (std::uint64_t seed = first; seed < end; ++seed) {
        write_all(ends[1], to_line(run_(seed)));
      }
      // Everything that a run made is gone with it, and checked then; a leak checker looks too.
      std::exit(0);
    }
    ::close(ends[1]);
    children_.push_back(
        {.process = process, .pipe = ends[0], .next = first, .end = end, .since = Clock::now()});
  }

  void wait() {
    std::vector<pollfd> polls;
    for (const Child& child : children_) {
      polls.push_back({.fd = child.pipe, .events = POLLIN, .revents = 0});
    }
    (void)::poll(polls.data(), polls.size(), 500);
    for (std::size_t i = 0; i < polls.size(); ++i) {
      Child& child = children_[i];
      if (polls[i].revents != 0) {
        read(child);
      } else if (!child.hung && child.hangs(std::chrono::seconds(options_.seed_seconds_max))) {
        child.hung = true;
        ::kill(child.process, SIGKILL);
      }
    }
    std::erase_if(children_, [](const Child& child) { return child.pipe < 0; });
    hand_out();
  }

  void read(Child& child) {
    char buffer[65536];
    const ssize_t count = ::read(child.pipe, buffer, sizeof buffer);
    if (count > 0) {
      child.input.append(buffer, static_cast<std::size_t>(count));
      std::size_t end = 0;
      while ((end = child.input.find('\n')) != std::string::npos) {
        add(from_line(child.input.substr(0, end)));
        child.input.erase(0, end + 1);
        child.next += 1;
        child.since = Clock::now();
        child.used = processor_time(child.process);
      }
      return;
    }
    ::close(child.pipe);
    child.pipe = -1;
    int status = 0;
    (void)::waitpid(child.process, &status, 0);
    const bool clean = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    if (child.next == child.end && clean) {
      return;
    }
    // It died in the middle of a seed; or, with all of them done, at its end: the last one's leak.
    const std::uint64_t seed = child.next == child.end ? child.end - 1 : child.next;
    SeedResult failure{
        .seed = seed, .hash = 0, .totals = {}, .check = "crash", .text = describe(child, status)};
    if (child.hung) {
      failure.check = "hang";
    } else if (WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT) {
      failure.check = "assert";
    }
    failure.totals.seeds = child.next == child.end ? 0 : 1;
    add(std::move(failure));
    if (seed + 1 < child.end) {
      rest_.emplace_back(seed + 1, child.end);
    }
  }

  static std::string describe(const Child& child, int status) {
    if (child.hung) {
      return "the seed takes too long";
    }
    return WIFSIGNALED(status) ? "the process ended by signal " + std::to_string(WTERMSIG(status))
                               : "the process ended with " + std::to_string(WEXITSTATUS(status));
  }

  void add(SeedResult result) { results_.insert_or_assign(result.seed, std::move(result)); }

  void hand_out() {
    for (const auto& [first, end] : std::exchange(rest_, {})) {
      begin(first, end);
    }
    while (!results_.empty() && results_.begin()->first == options_.first + handed_out_) {
      const SeedResult result = std::move(results_.begin()->second);
      results_.erase(results_.begin());
      ++handed_out_;
      if (!enough_ && !on_seed_(result)) {
        enough_ = true;
        stop();
        return;
      }
    }
  }

  void stop() {
    for (Child& child : children_) {
      ::kill(child.process, SIGKILL);
      ::close(child.pipe);
      (void)::waitpid(child.process, nullptr, 0);
    }
    children_.clear();
    results_.clear();
  }

  const PoolOptions& options_;
  const RunSeed& run_;
  const OnSeed& on_seed_;
  const Clock::time_point begin_ = Clock::now();
  std::uint64_t next_;
  std::uint64_t handed_out_ = 0;
  bool enough_ = false;
  std::vector<Child> children_;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> rest_;
  std::map<std::uint64_t, SeedResult> results_;
};

}  // namespace

std::uint64_t run_pool(const PoolOptions& options, const RunSeed& run, const OnSeed& on_seed) {
  return Pool(options, run, on_seed).run();
}

}  // namespace buoyant::sim_tool
