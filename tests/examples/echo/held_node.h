// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A node that does nothing by itself: a test decides each outcome.
#pragma once

#include "buoyant/node.h"

#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace echo::testing_support {

class HeldNode final : public buoyant::Node {
 public:
  struct Proposal {
    std::string line;
    buoyant::ProposeDone done;
  };

  struct Read {
    buoyant::ReadMode mode;
    buoyant::ReadDone done;
  };

  struct Transfer {
    buoyant::ServerId to;
    buoyant::TransferDone done;
  };

  struct Change {
    std::vector<buoyant::Member> members;
    buoyant::Index based_on;
    buoyant::ChangeDone done;
  };

  buoyant::Result<void> bootstrap(std::vector<buoyant::Member> /*members*/,
                                  buoyant::BootstrapDone /*done*/) override {
    return {};
  }

  buoyant::Result<void> propose(buoyant::Bytes payload, buoyant::ProposeDone done) override {
    if (refusal) {
      return buoyant::fail(*refusal);
    }
    held.push_back({std::string(payload.text()), std::move(done)});
    return {};
  }

  buoyant::Result<void> read(buoyant::ReadMode mode, buoyant::ReadDone done) override {
    if (refusal) {
      return buoyant::fail(*refusal);
    }
    reads.push_back({mode, std::move(done)});
    return {};
  }

  [[nodiscard]] buoyant::Staleness staleness() const override {
    return {{}, buoyant::Duration::max()};
  }

  buoyant::Result<void> take_snapshot(buoyant::SnapshotDone done) override {
    if (refusal) {
      return buoyant::fail(*refusal);
    }
    snapshots.push_back(std::move(done));
    return {};
  }

  buoyant::Result<void> transfer(buoyant::ServerId to, buoyant::TransferDone done) override {
    if (refusal) {
      return buoyant::fail(*refusal);
    }
    transfers.push_back({to, std::move(done)});
    return {};
  }

  buoyant::Result<void> change_membership(std::vector<buoyant::Member> members,
                                          buoyant::Index based_on,
                                          buoyant::ChangeDone done) override {
    if (refusal) {
      return buoyant::fail(*refusal);
    }
    changes.push_back({std::move(members), based_on, std::move(done)});
    return {};
  }

  /// What the next calls of status() tell.
  buoyant::NodeStatus told;

  [[nodiscard]] buoyant::NodeStatus status() const override { return told; }

  [[nodiscard]] buoyant::Latencies latencies() const override { return {}; }

  /// What the next calls of trace() tell.
  std::vector<buoyant::TraceStep> steps;

  [[nodiscard]] std::vector<buoyant::TraceStep> trace() const override { return steps; }

  void close(buoyant::CloseDone done) override { done(); }

  /// Ends the proposal at this place as applied.
  void commit(std::size_t place = 0) {
    Proposal proposal = take(place);
    proposal.done(buoyant::Applied{{}, buoyant::Bytes::copy_of(proposal.line)});
  }

  void fail_one(buoyant::Error error) { take(0).done(buoyant::fail(error)); }

  /// Ends the oldest read.
  void end_read(buoyant::Result<buoyant::Index> outcome = buoyant::Index(1)) {
    Read read = std::move(reads.front());
    reads.pop_front();
    read.done(outcome);
  }

  /// Ends the oldest transfer.
  void end_transfer(buoyant::Result<buoyant::ServerId> outcome) {
    Transfer one = std::move(transfers.front());
    transfers.pop_front();
    one.done(outcome);
  }

  /// Ends the oldest change of members.
  void end_change(buoyant::Result<buoyant::Index> outcome) {
    Change one = std::move(changes.front());
    changes.pop_front();
    one.done(outcome);
  }

  std::deque<Proposal> held;
  std::deque<Read> reads;
  std::deque<Transfer> transfers;
  std::deque<Change> changes;
  std::deque<buoyant::SnapshotDone> snapshots;
  std::optional<buoyant::Error> refusal;

 private:
  Proposal take(std::size_t place) {
    Proposal proposal = std::move(held.at(place));
    held.erase(held.begin() + static_cast<std::ptrdiff_t>(place));
    return proposal;
  }
};

}  // namespace echo::testing_support
