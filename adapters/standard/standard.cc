// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/standard.h"

#include "adapters/files/snapshot_store.h"
#include "adapters/flatbuffers/codec.h"
#include "adapters/lmdb/storage.h"
#include "adapters/standard/event_loop_with_poster.h"
#include "adapters/standard/redirected_transport.h"
#include "adapters/uv/async_poster.h"
#include "adapters/uv/transport.h"

#include <uv.h>

#include <algorithm>
#include <memory>
#include <utility>

namespace buoyant {

namespace {

lmdb::LmdbOptions storage_options(const StandardOptions& options) {
  lmdb::LmdbOptions storage;
  storage.directory = options.data;
  storage.cluster = options.cluster;
  storage.server = ServerId(options.id);
  storage.map_bytes_max = options.map_bytes_max;
  storage.scrub_bytes_per_second = options.scrub_bytes_per_second;
  storage.direct_io = options.direct_io;
  storage.page_cache_bytes = options.page_cache_bytes;
  return storage;
}

files::FilesOptions snapshot_options(const StandardOptions& options) {
  files::FilesOptions snapshots;
  snapshots.directory = options.data + "/snapshots";
  return snapshots;
}

uv::TransportOptions transport_options(const StandardOptions& options, port::Codec& codec,
                                       std::shared_ptr<port::LoopPoster> poster) {
  uv::TransportOptions transport;
  transport.listen = options.listen;
  transport.insecure_plaintext = options.insecure_plaintext;
  transport.security = options.tls;
  transport.codec = &codec;
  transport.poster = std::move(poster);
  transport.frame_bytes_max = frame_bytes_max(options.node);
  transport.receive_bytes_per_turn = options.node.receive_bytes_per_turn;
  return transport;
}

/// Everything that can fail is opened before anything is started; what was opened closes by
/// itself when a later part fails. The loop comes first, so that it is destroyed last.
Result<NodePorts> open_ports(uv_loop_t& loop, const StandardOptions& options) {
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
  ports.storage = std::move(*storage);
  // Inside the data directory, which is locked and on a disk that was looked at by now.
  auto snapshots = files::FilesSnapshotStore::open(snapshot_options(options), *poster);
  if (!snapshots) {
    return fail(snapshots.error());
  }
  ports.snapshots = std::move(*snapshots);
  ports.codec = std::make_unique<flatbuf::FlatbuffersCodec>();
  auto transport = uv::UvTransport::open(loop, transport_options(options, *ports.codec, *poster));
  if (!transport) {
    return fail(transport.error());
  }
  ports.transport =
      std::make_unique<standard::RedirectedTransport>(std::move(*transport), options.dial);
  return ports;
}

/// What the node is told besides what the user chose.
Result<NodeOptions> node_options(const StandardOptions& options) {
  NodeOptions node = options.node;
  node.id = ServerId(options.id);
  node.cluster = options.cluster;
  node.address = options.advertise;
  // What comes between two snapshots, and the tail that stays behind the newest, fit into the
  // log's file, with pages that wait for their use: else it would be full for good.
  constexpr std::uint64_t kLogParts = 8;
  const std::uint64_t part = std::max<std::uint64_t>(options.map_bytes_max / kLogParts, 1);
  node.snapshot_tail_bytes = std::min(node.snapshot_tail_bytes, part);
  node.snapshot_bytes = std::min(node.snapshot_bytes, part);
  if (node.seed == 0) {
    const int status = uv_random(nullptr, nullptr, &node.seed, sizeof node.seed, 0, nullptr);
    if (status != 0) {
      return fail(Errc::kInvalidOptions, "no randomness for the seed", status);
    }
  }
  return node;
}

}  // namespace

Result<std::unique_ptr<Node>> open_standard_node(uv_loop_s& loop, StandardOptions options,
                                                 StateMachine& state_machine, Observer* observer) {
  const auto node = node_options(options);
  if (!node) {
    return fail(node.error());
  }
  if (const auto valid = validate(*node); !valid) {
    return fail(valid.error());
  }
  auto ports = open_ports(loop, options);
  if (!ports) {
    return fail(ports.error());
  }
  ports->state_machine = &state_machine;
  ports->observer = observer;
  return Node::open(*node, std::move(*ports));
}

}  // namespace buoyant
