// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/sim/messages.h"

#include <map>
#include <string_view>
#include <tuple>

namespace buoyant::sim_tool {

namespace {

using simulation::TraceEvent;

/// Sender, receiver, checksum.
using Key = std::tuple<std::uint64_t, std::uint64_t, std::uint64_t>;

/// Equal frames from one server to another.
struct Equals {
  /// Sent, and not received yet.
  std::deque<std::size_t> under_way;
  /// The last one that was sent, and that was received.
  std::optional<std::size_t> sent;
  std::optional<std::size_t> received;
  /// The last one that was sent arrives again, or late, even when it is lost first.
  bool comes_later = false;
};

class Matcher {
 public:
  explicit Matcher(std::size_t events) : fates_(events) {}

  void take(std::size_t at, const TraceEvent& event) {
    const std::string_view what = event.what;
    if (what == "send") {
      send(at, equals_[{event.server.value(), event.numbers.at(0), event.numbers.at(1)}]);
    } else if (what == "receive") {
      receive(at, equals_[{event.numbers.at(0), event.server.value(), event.numbers.at(1)}]);
    } else if (what == "repeat" || what == "delay") {
      equals_[{event.server.value(), event.numbers.at(0), event.numbers.at(1)}].comes_later = true;
    } else if (what == "lose") {
      lose(equals_[{event.server.value(), event.numbers.at(0), event.numbers.at(1)}]);
    }
  }

  std::vector<Fate> take_fates() { return std::move(fates_); }

 private:
  static void send(std::size_t at, Equals& equals) {
    equals.under_way.push_back(at);
    equals.sent = at;
    equals.comes_later = false;
  }

  void lose(Equals& equals) {
    // It may have been sent before the first event.
    if (!equals.sent) {
      return;
    }
    fates_[*equals.sent].is_lost_or_again = true;
    if (!equals.comes_later && !equals.under_way.empty()) {
      equals.under_way.pop_back();
    }
  }

  void receive(std::size_t at, Equals& equals) {
    if (equals.under_way.empty()) {
      fates_[at] = {.other = equals.received, .is_lost_or_again = equals.received.has_value()};
      return;
    }
    const std::size_t sent = equals.under_way.front();
    equals.under_way.pop_front();
    equals.received = sent;
    fates_[at].other = sent;
    fates_[sent].other = at;
  }

  std::map<Key, Equals> equals_;
  std::vector<Fate> fates_;
};

}  // namespace

std::vector<Fate> match_messages(const std::deque<TraceEvent>& events) {
  Matcher matcher(events.size());
  for (std::size_t at = 0; at < events.size(); ++at) {
    matcher.take(at, events[at]);
  }
  return matcher.take_fates();
}

}  // namespace buoyant::sim_tool
