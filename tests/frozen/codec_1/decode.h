// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The parts of decoding that have a file of their own.
#pragma once

#include "buoyant/base/bytes.h"
#include "buoyant/base/result.h"
#include "buoyant/port/codec.h"
#include "codec_1/rpc_generated.h"

namespace buoyant::flatbuf_1 {

/// `meta` must be aligned. Errors: kMalformed, kUnsupportedVersion (an unknown kind of entry).
Result<port::Decoded> decode_append(ByteView meta, const Bytes& payload);

/// `meta` must be aligned. Errors: kMalformed.
Result<port::Decoded> decode_forward(ByteView meta, const Bytes& payload);

/// `meta` must be aligned. Errors: kMalformed, kUnsupportedVersion (an unknown role).
Result<port::Decoded> decode_snapshot(ByteView meta, const Bytes& payload);

/// `meta` must be aligned. Errors: kMalformed, kUnsupportedVersion (an unknown role).
Result<port::Decoded> decode_control(ByteView meta, const Bytes& payload);

/// Requires: `table` was verified.
SnapshotId read_snapshot_id(const wire_1::SnapshotId& table) noexcept;

/// At any alignment. Errors: kMalformed, kInvalidConfiguration, kUnsupportedVersion (an unknown
/// role).
Result<Configuration> read_configuration(ByteView payload);

}  // namespace buoyant::flatbuf_1
