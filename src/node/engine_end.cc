// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// How a node ends: faulted, closed, or destroyed.

#include "node/engine.h"

#include <utility>

namespace buoyant::node {

void Engine::announce_fault() {
  const char* why = raft_->fault_reason();
  if (why == nullptr || fault_announced_ || stage_ != Stage::kRunning) {
    return;
  }
  fault_announced_ = true;
  const core::Ready last = raft_->take_ready();
  for (const core::Step& step : last.steps) {
    trace_.add(clock_, step);
  }
  if (last.standing) {
    adopt_standing(*last.standing);
  }
  for (const WaitingHello& each : std::exchange(waiting_hellos_, {})) {
    ports_.transport->admit(each.connection, Refusal::kNotReady);
  }
  sender_.clear();
  forward_answers_.clear();
  read_answers_.clear();
  control_answers_.clear();
  replicator_.reset();
  snapshot_in_.clear();
  snapshot_out_.reset();
  applier_.stop();
  fail_open_calls(why);
  add_event([why, error = fault_error_](Observer& observer) { observer.on_fault(why, error); },
            false);
}

void Engine::fail_open_calls(const char* why) {
  proposals_.fail_all(why);
  forwarder_.fail_all(why);
  fail_changes(why);
  reads_.fail_all(Error(stage_ == Stage::kRunning ? Errc::kFaulted : Errc::kStopped, why));
  control_requests_.fail_all(why);
  transfers_.fail_all(why);
  for (BootstrapDone& done : bootstrap_.take_waiters()) {
    callbacks_.add([done = std::move(done), why] { done(fail(Errc::kOutcomeUnknown, why)); });
  }
  end_snapshot_calls(fail(Errc::kOutcomeUnknown, why));
}

void Engine::close(CloseDone done) {
  if (stage_ == Stage::kClosed && self_ == nullptr) {
    // There is no loop handle left to call back from.
    if (done) {
      done();
    }
    return;
  }
  close_done_.push_back(std::move(done));
  begin_close();
}

void Engine::abandon() {
  ports_.state_machine = nullptr;
  ports_.observer = nullptr;
  events_.clear();
  begin_close();
}

void Engine::begin_close() {
  if (stage_ != Stage::kRunning) {
    return;
  }
  stage_ = Stage::kDraining;
  self_ = shared_from_this();
  sender_.clear();
  forward_answers_.clear();
  snapshot_in_.clear();
  read_answers_.clear();
  applier_.stop();
  control_answers_.clear();
  fail_open_calls("the node closes");
  // The callbacks run from turns, and then the ports close.
  wake();
}

void Engine::close_ports() {
  stage_ = Stage::kClosing;
  // Each may still use the next one: storage and transport call back through the loop.
  ports_.transport->close([this] {
    close_snapshots([this] {
      ports_.storage->close([this] { ports_.loop->close([this] { on_ports_closed(); }); });
    });
  });
}

void Engine::close_snapshots(std::function<void()> done) {
  if (ports_.snapshots == nullptr) {
    done();
    return;
  }
  ports_.snapshots->close(std::move(done));
}

void Engine::on_ports_closed() {
  stage_ = Stage::kClosed;
  // The last reference may go with a callback below, or with this one.
  const std::shared_ptr<Engine> alive = shared_from_this();
  ports_.transport.reset();
  ports_.snapshots.reset();
  ports_.storage.reset();
  ports_.loop.reset();
  while (!close_done_.empty()) {
    for (CloseDone& done : std::exchange(close_done_, {})) {
      if (done) {
        done();
      }
    }
  }
  self_.reset();
}

}  // namespace buoyant::node
