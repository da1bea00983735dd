// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What a survivor's storage holds in the tests of buoyant-recover: server 1 of three, in term 7.
#pragma once

#include "adapters/flatbuffers/codec.h"
#include "buoyant/port/storage.h"
#include "tests/support/print.h"

#include <string>
#include <utility>
#include <vector>

namespace buoyant::recover_tool::testing_support {

inline Member voter(std::uint64_t id) {
  return {.id = ServerId(id), .address = "host:" + std::to_string(id)};
}

inline Configuration of(std::vector<Member> members) {
  return {.members = std::move(members), .outgoing = {}};
}

inline Bytes encoded(const Configuration& configuration) {
  flatbuf::FlatbuffersCodec codec;
  return codec.encode_configuration(configuration);
}

/// Entries 1 to 10, the last three of term 5.
inline port::StoredState survivor() {
  port::StoredState stored;
  stored.identity = {.cluster = "lost", .server = ServerId(1), .incarnation = 9};
  stored.hard_state = {.term = Term(7), .voted_for = ServerId(2)};
  stored.runs = {{.term = Term(1), .count = 7}, {.term = Term(5), .count = 3}};
  stored.configurations = {
      {.index = Index(1), .payload = encoded(of({voter(1), voter(2), voter(3)}))}};
  return stored;
}

/// The same with its first eight entries in a snapshot.
inline port::StoredState survivor_with_snapshot() {
  port::StoredState stored = survivor();
  stored.snapshot.id.position = {.term = Term(5), .index = Index(8)};
  stored.snapshot.configuration = of({voter(1), voter(2), voter(3)});
  stored.snapshot.configuration_index = Index(1);
  stored.base = {.term = Term(1), .index = Index(6)};
  stored.runs = {{.term = Term(1), .count = 1}, {.term = Term(5), .count = 3}};
  stored.configurations.clear();
  return stored;
}

}  // namespace buoyant::recover_tool::testing_support
