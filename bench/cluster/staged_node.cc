// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "bench/cluster/staged_node.h"

#include "adapters/flatbuffers/codec.h"
#include "adapters/lmdb/storage.h"
#include "adapters/standard/event_loop_with_poster.h"
#include "adapters/uv/async_poster.h"
#include "adapters/uv/transport.h"

#include <utility>

namespace buoyant::bench {

namespace {

/// Passes everything on, and notes when.
class StagedStorage final : public port::Storage, private port::StorageEvents {
 public:
  StagedStorage(std::unique_ptr<port::Storage> storage, StageClock& stages)
      : storage_(std::move(storage)), stages_(stages) {}

  [[nodiscard]] port::StoredState take_stored_state() noexcept override {
    return storage_->take_stored_state();
  }

  void start(port::StorageEvents& events) noexcept override {
    events_ = &events;
    storage_->start(*this);
  }

  void write(port::StorageWrite write) noexcept override {
    if (!write.entries.empty()) {
      stages_.on_submitted(write.id, write.first + (write.entries.size() - 1),
                           std::chrono::steady_clock::now());
    }
    storage_->write(std::move(write));
  }

  void read(Index first, Index last, std::size_t bytes_max, port::ReadDone done) noexcept override {
    storage_->read(first, last, bytes_max, std::move(done));
  }

  [[nodiscard]] port::StorageStatus status() const noexcept override { return storage_->status(); }

  void close(std::function<void()> done) noexcept override { storage_->close(std::move(done)); }

 private:
  void on_written(WriteId through, port::WriteOutcome outcome, Error error) noexcept override {
    stages_.on_durable(through, std::chrono::steady_clock::now());
    events_->on_written(through, outcome, error);
  }

  std::unique_ptr<port::Storage> storage_;
  StageClock& stages_;
  port::StorageEvents* events_ = nullptr;
};

lmdb::LmdbOptions storage_options(const StandardOptions& options) {
  lmdb::LmdbOptions storage;
  storage.directory = options.data;
  storage.cluster = options.cluster;
  storage.server = ServerId(options.id);
  storage.scrub_bytes_per_second = options.scrub_bytes_per_second;
  storage.page_cache_bytes = options.page_cache_bytes;
  return storage;
}

uv::TransportOptions transport_options(const StandardOptions& options, port::Codec& codec,
                                       std::shared_ptr<port::LoopPoster> poster) {
  uv::TransportOptions transport;
  transport.listen = options.listen;
  transport.codec = &codec;
  transport.poster = std::move(poster);
  transport.security = options.tls;
  transport.frame_bytes_max = frame_bytes_max(options.node);
  transport.receive_bytes_per_turn = options.node.receive_bytes_per_turn;
  return transport;
}

}  // namespace

Result<std::unique_ptr<Node>> open_staged_node(uv_loop_t& loop, const StandardOptions& options,
                                               StateMachine& state_machine, Observer* observer,
                                               StageClock& stages) {
  NodePorts ports;
  auto poster = uv::AsyncPoster::open(loop);
  if (!poster) {
    return fail(poster.error());
  }
  ports.loop = std::make_unique<standard::EventLoopWithPoster>(loop, *poster);
  auto storage = lmdb::LmdbStorage::open(storage_options(options), *poster);
  if (!storage) {
    return fail(storage.error());
  }
  ports.storage = std::make_unique<StagedStorage>(std::move(*storage), stages);
  ports.codec = std::make_unique<flatbuf::FlatbuffersCodec>();
  auto transport = uv::UvTransport::open(loop, transport_options(options, *ports.codec, *poster));
  if (!transport) {
    return fail(transport.error());
  }
  ports.transport = std::move(*transport);
  ports.state_machine = &state_machine;
  ports.observer = observer;
  NodeOptions node = options.node;
  node.id = ServerId(options.id);
  node.cluster = options.cluster;
  node.address = options.listen;
  // Ids differ, and nothing but election timeouts follows from it.
  node.seed = options.id;
  return Node::open(std::move(node), std::move(ports));
}

}  // namespace buoyant::bench
