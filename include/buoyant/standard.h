// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A node with the usual parts: libuv for the loop and the network, LMDB for the log, files for
/// snapshots, FlatBuffers for the wire.
#pragma once

#include "buoyant/base/export.h"
#include "buoyant/base/result.h"
#include "buoyant/model/ids.h"
#include "buoyant/node.h"
#include "buoyant/node_options.h"
#include "buoyant/port/observer.h"
#include "buoyant/port/state_machine.h"
#include "buoyant/port/stream_security.h"
#include "buoyant/port/tls_files.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>

struct uv_loop_s;

namespace buoyant {

/// Mutual TLS between the servers of a cluster, for StandardOptions::tls. The certificate names
/// its server with the one URI buoyant://CLUSTER/ID and is for serverAuth and clientAuth; see
/// docs/SECURITY.md. What it gives is for one server, and may be kept, for certificates that were
/// renewed: read_renewal() reads the files again, adopt() makes that count. Everything is checked
/// when it is read. It may block as long as reading three small files takes.
/// Errors: kInvalidOptions (a file, or this build has no TLS), kWrongCluster, kWrongIdentity (the
/// certificate is for somebody else); the context says which file, and what about it.
BUOYANT_EXPORT Result<std::shared_ptr<port::StreamSecurity>> open_tls(TlsFiles files,
                                                                      std::string cluster,
                                                                      std::uint64_t id);

struct StandardOptions {
  /// This server's id, for ever; above zero.
  std::uint64_t id = 0;
  /// The same on all servers of the cluster; others are refused.
  std::string cluster;
  /// "HOST:PORT" to listen on for peers. Beyond loopback it needs `tls` or `insecure_plaintext`.
  std::string listen;
  /// Data directory; made if missing, its parent must exist. The log is in it, and the snapshots
  /// are in its folder `snapshots`.
  std::string data;

  /// What peers are told to dial; empty: as `listen`.
  std::string advertise = {};
  /// Addresses to dial instead of those in the configuration (proxies, NAT).
  std::map<ServerId, std::string> dial = {};
  /// From open_tls. With it no peer is dialled or taken in the clear; null: all are.
  std::shared_ptr<port::StreamSecurity> tls = {};
  /// Allows peers in the clear on addresses that others can reach.
  bool insecure_plaintext = false;
  /// The log's file never grows beyond this; at the bound proposals end as kStorageFull.
  /// NodeOptions::snapshot_bytes and snapshot_tail_bytes are at most an eighth of it.
  std::uint64_t map_bytes_max = std::uint64_t{1} << 40U;
  /// How fast the log is read and checked from its beginning to its end, again and again, beside
  /// the work: StorageStatus::scrub. 0: it is not.
  std::uint64_t scrub_bytes_per_second = 0;
  /// The log is written around the page cache, and small writes are given to the kernel by the
  /// loop's thread, without waiting, where file system, kernel and container allow it (O_DIRECT,
  /// io_uring). False: through the page cache, by a thread.
  bool direct_io = true;
  /// How much of the log's newest part stays in the page cache as it grows; what is older is read
  /// from the disk when a follower needs it. UINT64_MAX: all, as long as the system likes.
  std::uint64_t page_cache_bytes = std::uint64_t{64} << 20U;
  /// Timeouts and bounds. `id`, `cluster` and `address` are taken from above.
  NodeOptions node = {};
};

/// Opens the data directory, binds the peer port and starts a node on the loop. The only call
/// that may block: it reads and flushes the disk, and looks up the name in `listen`.
/// After an error what had been opened is still closing: run the loop until it is empty.
/// The loop, the state machine and the observer (optional) are borrowed until the close
/// callback.
/// Errors: kInvalidOptions (the context names the option), kAddressInUse, kTransportFailed,
/// kDirectoryInUse, kStorageFailed, kStorageFull, kStorageCorrupt, kUnsupportedVersion,
/// kWrongCluster, kWrongIdentity.
BUOYANT_EXPORT Result<std::unique_ptr<Node>> open_standard_node(uv_loop_s& loop,
                                                                StandardOptions options,
                                                                StateMachine& state_machine,
                                                                Observer* observer = nullptr);

}  // namespace buoyant
