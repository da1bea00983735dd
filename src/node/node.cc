// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/node.h"

#include "node/engine.h"
#include "node/recovery.h"

#include <memory>
#include <utility>

namespace buoyant {

namespace node {

/// What the user holds: a handle on an engine, which it outlives or leaves behind.
class NodeHandle final : public Node {
 public:
  explicit NodeHandle(std::shared_ptr<Engine> engine) : engine_(std::move(engine)) {}

  NodeHandle(const NodeHandle&) = delete;
  NodeHandle& operator=(const NodeHandle&) = delete;

  ~NodeHandle() override { engine_->abandon(); }

  Result<void> bootstrap(std::vector<Member> members, BootstrapDone done) override {
    return engine_->bootstrap(std::move(members), std::move(done));
  }

  Result<void> propose(Bytes payload, ProposeDone done) override {
    return engine_->propose(std::move(payload), std::move(done));
  }

  Result<void> change_membership(std::vector<Member> members, Index based_on,
                                 ChangeDone done) override {
    return engine_->change_membership(std::move(members), based_on, std::move(done));
  }

  Result<void> read(ReadMode mode, ReadDone done) override {
    return engine_->read(mode, std::move(done));
  }

  [[nodiscard]] Staleness staleness() const override { return engine_->staleness(); }

  Result<void> transfer(ServerId to, TransferDone done) override {
    return engine_->transfer(to, std::move(done));
  }

  [[nodiscard]] NodeStatus status() const override { return engine_->status(); }

  [[nodiscard]] Latencies latencies() const override { return engine_->latencies(); }

  [[nodiscard]] std::vector<TraceStep> trace() const override { return engine_->trace(); }

  Result<void> take_snapshot(SnapshotDone done) override {
    return engine_->take_snapshot(std::move(done));
  }

  void close(CloseDone done) override { engine_->close(std::move(done)); }

 private:
  std::shared_ptr<Engine> engine_;
};

}  // namespace node

Result<std::unique_ptr<Node>> Node::open(NodeOptions options, NodePorts ports) {
  if (Result<void> valid = validate(options); !valid) {
    return fail(valid.error());
  }
  if (ports.loop == nullptr || ports.storage == nullptr || ports.transport == nullptr ||
      ports.codec == nullptr || ports.state_machine == nullptr) {
    return fail(Errc::kInvalidOptions, "a port is missing");
  }
  const port::StoredState stored = ports.storage->take_stored_state();
  Result<core::RestoredState> restored = node::restore(options, stored, *ports.codec);
  if (!restored) {
    return fail(restored.error());
  }
  restored->applied = ports.state_machine->applied();
  if (Result<void> fits = node::check_snapshot(*restored, restored->applied, ports.snapshots.get());
      !fits) {
    return fail(fits.error());
  }
  auto engine = std::make_shared<node::Engine>(std::move(options), std::move(ports), stored,
                                               std::move(*restored));
  engine->start();
  return std::make_unique<node::NodeHandle>(std::move(engine));
}

}  // namespace buoyant
