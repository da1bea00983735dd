// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/model/hello.h"
#include "tests/adapters/flatbuffers/samples.h"

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace buoyant::flatbuf::samples {

constexpr std::uint64_t kLargest = std::numeric_limits<std::uint64_t>::max();

void add_usual_handshakes(std::vector<Sample>& samples) {
  const Identity usual{.cluster = "demo",
                       .server = ServerId(1),
                       .incarnation = 0x1122334455667788,
                       .start_counter = 4,
                       .start_id = 0x99aabbccddeeff00};
  const Identity maximal{.cluster = std::string(kClusterBytesMax, 'c'),
                         .server = ServerId(kLargest),
                         .incarnation = kLargest,
                         .start_counter = kLargest,
                         .start_id = kLargest};
  samples.push_back({.name = "hello",
                     .value = Hello{.version_min = 1,
                                    .version_max = 1,
                                    .identity = usual,
                                    .expected = ServerId(2),
                                    .configuration_index = Index(9),
                                    .bootstrap = 0xfeedf00d}});
  samples.push_back({.name = "hello_for_snapshots",
                     .value = Hello{.version_min = 1,
                                    .version_max = 1,
                                    .identity = usual,
                                    .expected = ServerId(2),
                                    .configuration_index = Index(9),
                                    .bootstrap = 0xfeedf00d,
                                    .purpose = LinkPurpose::kSnapshots}});
  samples.push_back({.name = "hello_maximal",
                     .value = Hello{.version_min = 65535,
                                    .version_max = 65535,
                                    .identity = maximal,
                                    .expected = ServerId(kLargest),
                                    .configuration_index = Index(kNumberMax),
                                    .bootstrap = kLargest}});
  samples.push_back({.name = "hello_reply",
                     .value = HelloReply{.refusal = Refusal::kNone,
                                         .version = 1,
                                         .identity = usual,
                                         .configuration_index = Index(8),
                                         .bootstrap = 0xfeedf00d}});
  samples.push_back({.name = "hello_reply_refused",
                     .value = HelloReply{.refusal = Refusal::kCopiedTwice,
                                         .version = 0,
                                         .identity = maximal,
                                         .configuration_index = Index(kNumberMax),
                                         .bootstrap = kLargest}});
}

/// One of every refusal, and a hello that tells of one.
void add_refusals(std::vector<Sample>& samples) {
  const Identity identity{.cluster = "demo",
                          .server = ServerId(3),
                          .incarnation = 0x0102030405060708,
                          .start_counter = 1,
                          .start_id = 2};
  for (unsigned value = 1; value <= static_cast<unsigned>(Refusal::kTooMany); ++value) {
    samples.push_back({.name = "hello_reply_refusal_" + std::to_string(value),
                       .value = HelloReply{.refusal = static_cast<Refusal>(value),
                                           .version = 1,
                                           .identity = identity,
                                           .configuration_index = Index(8),
                                           .bootstrap = 0xfeedf00d}});
  }
  samples.push_back({.name = "hello_full",
                     .value = Hello{.version_min = 1,
                                    .version_max = 3,
                                    .identity = identity,
                                    .expected = ServerId(2),
                                    .configuration_index = Index(9),
                                    .bootstrap = 0xfeedf00d,
                                    .purpose = LinkPurpose::kSnapshots,
                                    .refusal = Refusal::kOlderCopy}});
  samples.push_back({.name = "hello_least",
                     .value = Hello{.version_min = 1,
                                    .version_max = 1,
                                    .identity = {.cluster = "c", .server = ServerId(1)},
                                    .expected = ServerId(2)}});
}

void add_handshakes(std::vector<Sample>& samples) {
  add_usual_handshakes(samples);
  add_refusals(samples);
}

}  // namespace buoyant::flatbuf::samples
