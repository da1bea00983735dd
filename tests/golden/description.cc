// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/golden/description.h"

#include "adapters/flatbuffers/codec.h"
#include "adapters/lmdb/log_image.h"
#include "adapters/lmdb/page_file.h"
#include "buoyant/base/checksum.h"
#include "buoyant/conformance/snapshot_store_fixture.h"

#include <array>
#include <cstdint>
#include <cstdio>
#include <filesystem>

namespace buoyant::golden {

std::string hex(std::uint64_t number) {
  std::array<char, 24> text{};
  std::snprintf(text.data(), text.size(), "0x%016llx", static_cast<unsigned long long>(number));
  return text.data();
}

Json position(const LogPosition& at) {
  return {{"term", at.term.value()}, {"index", at.index.value()}};
}

Json members(const std::vector<Member>& all) {
  Json list = Json::array();
  for (const Member& member : all) {
    list.push_back({{"id", member.id.value()},
                    {"address", member.address},
                    {"learner", member.role == MemberRole::kLearner}});
  }
  return list;
}

Json configuration(const Configuration& value) {
  return {{"members", members(value.members)}, {"outgoing", members(value.outgoing)}};
}

Json snapshot_id(const SnapshotId& id) {
  return {{"position", position(id.position)},
          {"creator", id.creator.value()},
          {"sequence", id.sequence},
          {"checksum", hex(id.checksum)}};
}

Json configurations(const port::StoredState& state) {
  flatbuf::FlatbuffersCodec codec;
  Json list = Json::array();
  for (const port::StoredConfiguration& stored : state.configurations) {
    const auto decoded = codec.decode_configuration(stored.payload.view());
    list.push_back({{"index", stored.index.value()},
                    {"value", decoded ? configuration(*decoded) : Json(decoded.error().name())}});
  }
  return list;
}

Json peers(const port::StoredState& state) {
  Json list = Json::array();
  for (const PeerIdentity& peer : state.peers) {
    list.push_back({{"server", peer.server.value()},
                    {"incarnation", hex(peer.incarnation)},
                    {"start_counter", peer.start_counter},
                    {"start_id", hex(peer.start_id)},
                    {"since", peer.since.value()}});
  }
  return list;
}

Json runs(const port::StoredState& state) {
  Json list = Json::array();
  for (const TermRun& run : state.runs) {
    list.push_back({{"term", run.term.value()}, {"count", run.count}});
  }
  return list;
}

Json entries(Stores& stores) {
  constexpr std::array<const char*, 3> kKinds = {"noop", "command", "configuration"};
  Index index = stores.state().base.index;
  Json list = Json::array();
  for (const Entry& entry : stores.read(index.next(), stores.last())) {
    index = index.next();
    list.push_back({{"index", index.value()},
                    {"term", entry.term.value()},
                    {"kind", kKinds.at(static_cast<std::size_t>(entry.kind))},
                    {"bytes", entry.payload.size()},
                    {"checksum", hex(entry_checksum(index, entry))}});
  }
  return list;
}

Json snapshot(const SnapshotMetadata& metadata) {
  return {{"id", snapshot_id(metadata.id)},
          {"configuration", configuration(metadata.configuration)},
          {"configuration_index", metadata.configuration_index.value()},
          {"bytes", metadata.bytes}};
}

Json files(Stores& stores) {
  Json list = Json::array();
  for (const SnapshotId& id : stores.files()) {
    const std::string text = stores.contents(id);
    list.push_back({{"id", snapshot_id(id)},
                    {"bytes", text.size()},
                    {"contents_checksum", hex(checksum(view_of(text)))}});
  }
  return list;
}

std::string half_received_text() {
  // Several chunks, and small in an archive.
  return std::string(300'000, 'h');
}

SnapshotMetadata half_received() {
  return conformance::foreign(9, 90, half_received_text());
}

Json describe(Stores& stores) {
  const port::StoredState& state = stores.state();
  const Result<std::uint64_t> half = stores.held(half_received());
  return {{"identity",
           {{"cluster", state.identity.cluster},
            {"server", state.identity.server.value()},
            {"incarnation", hex(state.identity.incarnation)},
            {"start_counter", state.identity.start_counter}}},
          {"hard_state",
           {{"term", state.hard_state.term.value()},
            {"voted_for", state.hard_state.voted_for.value()}}},
          {"bootstrap", hex(state.bootstrap)},
          {"base", position(state.base)},
          {"runs", runs(state)},
          {"configurations", configurations(state)},
          {"peers", peers(state)},
          {"snapshot", snapshot(state.snapshot)},
          {"entries", entries(stores)},
          {"snapshot_files", files(stores)},
          {"half_received_bytes", half ? Json(*half) : Json(half.error().name())}};
}

Json describe_closed(const std::string& directory) {
  const auto pages = lmdb::PageFile::open(directory);
  const auto journal = pages ? lmdb::read_view<lmdb::JournalContents>(
                                   *pages,
                                   [&](const lmdb::FileHeader& view, int) {
                                     lmdb::LogImage image(*pages, view, GroupId(0));
                                     return image.journal();
                                   })
                             : Result<lmdb::JournalContents>(fail(pages.error()));
  return {{"journal_batches", journal ? Json(journal->batches) : Json(journal.error().name())},
          {"poisoned", std::filesystem::exists(directory + "/POISON")}};
}

std::string difference(const Json& expected, const Json& actual, const std::string& path) {
  if (expected.is_object() && actual.is_object()) {
    std::string text;
    for (const auto& [key, value] : expected.items()) {
      text += actual.contains(key) ? difference(value, actual[key], path + "/" + key)
                                   : path + "/" + key + " is missing\n";
    }
    return text;
  }
  if (expected.is_array() && actual.is_array() && expected.size() == actual.size()) {
    std::string text;
    for (std::size_t i = 0; i < expected.size(); ++i) {
      text += difference(expected[i], actual[i], path + "/" + std::to_string(i));
    }
    return text;
  }
  return expected == actual
             ? ""
             : path + ": expected " + expected.dump() + ", is " + actual.dump() + "\n";
}

}  // namespace buoyant::golden
