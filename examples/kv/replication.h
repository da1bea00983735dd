// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What buoyant-kv asks of the library, with the answers as clients get them.
///
/// Every call answers once: at once when it is refused, else from the loop.
#pragma once

#include "buoyant/node.h"
#include "examples/kv/log_command.h"
#include "examples/kv/members.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace kv {

enum class ReadMode : std::uint8_t { kLinearizable, kLease, kStale };

/// A whole answer in RESP2.
using Answer = std::function<void(std::string)>;

/// The set of members to come, from the one that there is.
using Edit = std::function<Target(Members)>;

/// "-UNKNOWN ..." when the outcome is unknown; every other error means: certainly not applied.
std::string error_reply(const buoyant::Error& error, const buoyant::NodeStatus& status);

/// Loop thread. The node must outlive it.
class Replication {
 public:
  explicit Replication(buoyant::Node& node) : node_(node) {}

  [[nodiscard]] buoyant::Node& node() const noexcept { return node_; }

  /// Replicates a command, and answers when it is applied here.
  void write(const LogCommand& command, Answer answer);

  /// `done` runs when what is applied here may be read, with nothing; or with an error in RESP2.
  /// Requires: the mode is not kStale, for which nothing is to be waited for.
  void read(ReadMode mode, std::function<void(std::optional<std::string>)> done);

  void take_snapshot(Answer answer);

  /// Changes who takes part to what `edit` makes of the members that there are. As others may
  /// change them at the same time, it may be asked more than once.
  void change(Edit edit, Answer answer);

  /// Hands leadership over; zero: to the best.
  void transfer(buoyant::ServerId to, Answer answer);

 private:
  struct Change {
    Edit edit;
    Answer answer;
    int attempts = 0;
  };

  void begin(std::shared_ptr<Change> change);
  void attempt(const std::shared_ptr<Change>& change);
  void look(const std::shared_ptr<Change>& change, std::string unknown);
  void finish(const std::shared_ptr<Change>& change,
              const buoyant::Result<buoyant::Index>& outcome);

  std::string error(const buoyant::Error& error) const {
    return error_reply(error, node_.status());
  }

  buoyant::Node& node_;
};

}  // namespace kv
