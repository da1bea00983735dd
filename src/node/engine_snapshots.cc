// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Snapshots (§5): taken here, sent, received, installed, and their files.

#include "buoyant/base/assert.h"
#include "node/engine.h"

#include <algorithm>
#include <utility>

namespace buoyant::node {

namespace {

/// Calls of take_snapshot that wait. At the bound: kBusy.
constexpr std::size_t kSnapshotCallsMax = 64;

}  // namespace

Result<void> Engine::take_snapshot(SnapshotDone done) {
  if (stage_ != Stage::kRunning) {
    return fail(Errc::kStopped);
  }
  if (raft_->fault_reason() != nullptr) {
    return fail(Errc::kFaulted, raft_->fault_reason());
  }
  if (ports_.snapshots == nullptr || !captures_) {
    return fail(Errc::kNotReady, "there is no store, or the state machine gives no snapshots");
  }
  const SnapshotMetadata& newest = raft_->snapshot();
  const bool is_covered = applier_.applied() <= newest.id.position.index;
  if (is_covered && !newest.id.position.index.is_set()) {
    return fail(Errc::kNotReady, "nothing was applied");
  }
  if (snapshot_calls_.size() >= kSnapshotCallsMax) {
    return fail(Errc::kBusy, "calls of take_snapshot");
  }
  if (is_covered && !naming_.is_set()) {
    callbacks_.add([done = std::move(done), newest] {
      if (done) {
        done(newest);
      }
    });
  } else {
    snapshot_calls_.push_back(std::move(done));
    if (!compaction_.is_under_way() && !is_covered) {
      compaction_.want();
    }
  }
  wake();
  return {};
}

core::Raft* Engine::snapshot_raft() noexcept {
  return core_listens() ? raft_.get() : nullptr;
}

void Engine::on_snapshot_trouble(ServerId peer, const char* what, Error error) noexcept {
  add_event(
      [peer, what, error](Observer& observer) { observer.on_trouble(peer, what, error.message()); },
      true);
}

void Engine::on_snapshot_received(bool replaces_log) noexcept {
  if (!replaces_log) {
    files_are_loose_ = true;
    wake();
    return;
  }
  // What was cached and what is to be applied is of a log that is no more.
  applier_.hold();
  cache_.clear();
}

void Engine::on_snapshot_fault(const char* why, Error error) noexcept {
  if (is_live()) {
    fault_error_ = error;
    raft_->fault(now(), why);
    wake();
  }
}

void Engine::accept_snapshot(ServerId peer, Receiver::Outcome& outcome) {
  if (outcome.snapshot) {
    snapshot_in_.receive(peer, *outcome.snapshot, std::move(outcome.payloads.front()));
  }
  if (outcome.snapshot_reply) {
    raft_->snapshot_answered(now(), peer, *outcome.snapshot_reply);
    snapshot_out_.on_answer(peer, *outcome.snapshot_reply);
  }
}

void Engine::carry_out_snapshots(const core::Ready& ready) {
  if (ready.write.snapshot) {
    naming_ = persister_.storage_id(ready.write.id);
  }
  note_named();
  snapshot_in_.release(persister_.of_core(persister_.completed()));
  if (ready.install) {
    installation_.want(*ready.install);
  }
  for (const ServerId to : ready.snapshots) {
    snapshot_out_.want(to);
  }
}

void Engine::note_named() {
  if (naming_.is_set() && naming_ <= persister_.completed()) {
    naming_ = {};
    files_are_loose_ = true;
    end_snapshot_calls(raft_->snapshot());
  }
  files_are_loose_ = snapshot_out_.take_ended() || files_are_loose_;
  if (files_are_loose_ && !naming_.is_set()) {
    files_are_loose_ = false;
    retain_files();
  }
}

void Engine::step_between_batches() {
  applier_.finish();
  if (snapshot_out_.take_damage()) {
    compaction_.want();
  }
  if (!applier_.is_between_batches() || !is_live()) {
    return;
  }
  if (installation_.is_pending()) {
    const Instant before = now();
    const std::optional<SnapshotMetadata> installed = installation_.step(ports_.state_machine);
    turn_clock_.add_user_time(now() - before);
    if (installed && is_live()) {
      adopt_installed(*installed);
    }
  }
  if (is_capture_due()) {
    capture_snapshot();
  }
}

bool Engine::is_capture_due() const noexcept {
  const Index applied = applier_.applied();
  const Index snapshot = raft_->snapshot().id.position.index;
  return ports_.snapshots != nullptr && ports_.state_machine != nullptr && captures_ &&
         applier_.is_between_batches() && !installation_.is_pending() && !naming_.is_set() &&
         compaction_.is_due(clock_, applied, snapshot) && raft_->term_at(applied).has_value();
}

void Engine::adopt_installed(const SnapshotMetadata& snapshot) {
  const Index index = snapshot.id.position.index;
  applier_.resume_at(index);
  if (installation_.is_pending() || index < raft_->snapshot().id.position.index) {
    // A later one is on its way, and the log before it is gone.
    applier_.hold();
  }
  proposals_.passed_over(index);
  compaction_.on_installed();
  snapshots_installed_ += 1;
  trace_.add(clock_, {.kind = core::StepKind::kSnapshotInstalled,
                      .term = raft_->standing().term,
                      .peer = snapshot.id.creator,
                      .index = index});
  files_are_loose_ = true;
  wake();
}

void Engine::capture_snapshot() {
  const Index applied = applier_.applied();
  const std::optional<Term> term = raft_->term_at(applied);
  const ConfigurationAt configuration = raft_->configuration_at(applied);
  BUOYANT_ASSERT(term.has_value());
  const Instant before = now();
  std::unique_ptr<SnapshotSource> source = ports_.state_machine->capture();
  turn_clock_.add_user_time(now() - before);
  if (source == nullptr) {
    captures_ = false;
    end_snapshot_calls(fail(Errc::kNotReady, "the state machine gives no snapshots"));
    return;
  }
  SnapshotMetadata metadata;
  metadata.id.position = {.term = *term, .index = applied};
  metadata.id.creator = options_.id;
  // S17: as it is at this very position, whatever the log holds behind it.
  metadata.configuration = configuration.configuration;
  metadata.configuration_index = configuration.index;
  compaction_.begin(metadata.id.position, raft_->snapshot().id.position.index);
  ports_.snapshots->create(
      std::move(metadata), std::move(source),
      [this](Result<SnapshotMetadata> created) { on_snapshot_created(std::move(created)); });
}

void Engine::on_snapshot_created(Result<SnapshotMetadata> created) {
  if (!is_live()) {
    return;
  }
  const Context context(*this);
  wake();
  if (!created) {
    compaction_.failed(now(), created.error());
    on_snapshot_trouble({}, "a snapshot could not be taken", created.error());
    end_snapshot_calls(fail(created.error()));
    return;
  }
  compaction_.succeeded();
  std::optional<Index> wanted = snapshot_out_.earliest();
  if (const std::optional<Index> behind = raft_->wanted_behind_snapshots()) {
    wanted = wanted ? std::min(*wanted, *behind) : behind;
  }
  const Index through = compaction_.compact_through(created->id.position.index, wanted);
  if (!raft_->snapshot_taken(now(), *created, through)) {
    end_snapshot_calls(fail(Errc::kSuperseded, "a snapshot of the leader was faster"));
    files_are_loose_ = true;
  }
}

void Engine::end_snapshot_calls(const Result<SnapshotMetadata>& result) {
  for (SnapshotDone& done : std::exchange(snapshot_calls_, {})) {
    if (done) {
      callbacks_.add([done = std::move(done), result] { done(result); });
    }
  }
}

void Engine::retain_files() {
  const SnapshotId& newest = raft_->snapshot().id;
  if (ports_.snapshots == nullptr || !newest.position.index.is_set()) {
    return;
  }
  std::vector<SnapshotId> ids = installation_.files();
  const std::vector<SnapshotId> sending = snapshot_out_.files();
  ids.insert(ids.end(), sending.begin(), sending.end());
  ids.push_back(newest);
  ports_.snapshots->retain_only(std::move(ids));
}

Instant Engine::snapshot_deadline() const noexcept {
  Instant deadline = snapshot_out_.deadline();
  for (const Instant retry : {installation_.retry_at(), compaction_.retry_at()}) {
    // What has its time already waits for something else.
    deadline = retry > clock_ ? std::min(deadline, retry) : deadline;
  }
  return deadline;
}

}  // namespace buoyant::node
