// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Chaos: the faults of a plan that strike from time to time, each on a stream of its own.
/// (What goes on all the time - delay, loss, slow clocks - is in the parts that it concerns.)
#pragma once

#include "simulation/draw.h"
#include "simulation/server.h"

#include <array>
#include <functional>
#include <memory>
#include <vector>

namespace buoyant::simulation {

/// "12 ms"
[[nodiscard]] inline std::string in_ms(Duration time) {
  return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(time).count()) +
         " ms";
}

/// "for 12 ms"
[[nodiscard]] inline std::string for_so_long(Duration time) {
  return "for " + in_ms(time);
}

/// Owned by the run. Servers and network outlive it.
class Chaos {
 public:
  Chaos(ServerWorld& world, std::vector<std::unique_ptr<Server>>& servers);

  /// From now on, until the context is not faulty any more.
  void start();

  /// Ends all faults: blocked links, disks, pauses, and servers that are down.
  void heal();

  /// At most so many servers may be lost for good.
  [[nodiscard]] std::size_t minority() const noexcept { return (servers_.size() - 1) / 2; }

 private:
  using Strike = void (Chaos::*)(Random& random);

  void repeat(Fault fault, Duration mean, Strike strike);
  void schedule(Fault fault, Duration mean, Strike strike);

  void crash_one(Random& random);
  void crash_all(Random& random);
  void set_trap(Random& random);
  void restart_one(Random& random);
  void pause_one(Random& random);
  void reset_one(Random& random);
  void half_open_one(Random& random);
  void clog_one(Random& random);
  void partition(Random& random);
  void deafen_one(Random& random);
  void slow_disk(Random& random);
  void stick_disk(Random& random);
  void fill_disk(Random& random);
  void fail_write(Random& random);
  void fail_read(Random& random);
  void corrupt_record(Random& random);
  void change_membership(Random& random);

  /// Some change of these.
  [[nodiscard]] std::vector<Member> draw_members(Random& random, std::vector<Member> members);
  void hand_over(Random& random);
  void run_low(Random& random);
  void strand_leader(Random& random);

  [[nodiscard]] Server& any(Random& random);
  /// The place of a server that leads; `other`: none does.
  [[nodiscard]] std::size_t leader_or(std::size_t other) const;
  void block_for(const std::vector<std::pair<ServerId, ServerId>>& links, Duration time);
  [[nodiscard]] Duration draw_pause(Random& random) const;

  ServerWorld& world_;
  Context& context_;
  std::vector<std::unique_ptr<Server>>& servers_;
  std::vector<Random> streams_;
};

}  // namespace buoyant::simulation
