// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The parts of encoding that several files share.
#pragma once

#include "buoyant/model/snapshot.h"
#include "codec_1/rpc_generated.h"

namespace buoyant::flatbuf_1 {

inline flatbuffers::Offset<wire_1::SnapshotId> create_snapshot_id(
    flatbuffers::FlatBufferBuilder& fields, const SnapshotId& id) {
  return wire_1::CreateSnapshotId(fields, id.position.term.value(), id.position.index.value(),
                                  id.creator.value(), id.sequence, id.checksum);
}

}  // namespace buoyant::flatbuf_1
