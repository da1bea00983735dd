// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// One of every message, and the edges of each: what golden files are written of and what the
/// mutation tests start from. Their values are fixed: the golden files of a release are decoded
/// by every later one.
#pragma once

#include "buoyant/model/frame.h"
#include "buoyant/port/codec.h"

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace buoyant::flatbuf::samples {

/// AppendEntries or Forward and what travels beside it, or any other message.
struct PeerSample {
  PeerMessage message;
  std::vector<Entry> entries;
  std::vector<Bytes> payloads;

  friend bool operator==(const PeerSample&, const PeerSample&) = default;
};

struct Sample {
  /// Also the name of the golden file.
  std::string name;
  std::variant<PeerSample, Hello, HelloReply> value;
};

/// Every sample, in a fixed order.
std::vector<Sample> all(port::Codec& codec);

/// Those of the handshake among them.
void add_handshakes(std::vector<Sample>& samples);

/// The frame of a sample.
Frame encode(port::Codec& codec, const Sample& sample);

/// "" when `frame` decodes to the sample; otherwise what came out.
std::string compare(port::Codec& codec, const ReceivedFrame& frame, const Sample& sample);

/// What `frame` decodes to, without a name. Errors: the codec's.
Result<Sample> decode(port::Codec& codec, const ReceivedFrame& frame);

/// A voter with an address that follows from its id.
Member voter(std::uint64_t id);

/// The configuration of the servers 1, 2 and 3.
Configuration three_voters();

/// On the way from three_voters() to the servers 2 to 5, of which 5 is a learner.
Configuration joint();

/// What the runs and configurations of AppendEntries with these entries must be.
AppendEntries completed(AppendEntries message, const std::vector<Entry>& entries,
                        port::Codec& codec);

}  // namespace buoyant::flatbuf::samples
