// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// What a disk may give back behind a checksum that fits: the values of the store, its records, the
// batches of the journal, the head of a snapshot file. Each is read within its bounds; what is
// accepted is encoded to the same.
//
// Input: which of them, the bytes. Checksums are the harness's.

#include "adapters/files/head.h"
#include "adapters/lmdb/journal_batch.h"
#include "adapters/lmdb/journal_sector.h"
#include "adapters/lmdb/record.h"
#include "adapters/lmdb/state_values.h"
#include "buoyant/base/assert.h"
#include "buoyant/base/checksum.h"
#include "tests/fuzz/input.h"

namespace buoyant::fuzz {

constexpr GroupId kGroup{};
/// Where a record has its checksum, see record.h.
constexpr std::size_t kRecordChecksumAt = 32;

template <class Value>
void try_value(const std::optional<Value>& value, ByteView content) {
  if (value) {
    const lmdb::ContentWriter again = lmdb::encode(*value);
    BUOYANT_ASSERT(
        std::equal(again.view().begin(), again.view().end(), content.begin(), content.end()));
  }
}

void try_record(Index first, ByteView bytes) {
  std::vector<std::byte> record(bytes.begin(), bytes.end());
  if (record.size() >= lmdb::kRecordHeadBytes) {
    const lmdb::Key key(kGroup, first);
    const ByteView view(record);
    const std::uint64_t head = checksum(view.first(kRecordChecksumAt), checksum(key.view()));
    store_le64(record.data() + kRecordChecksumAt,
               checksum(view.subspan(lmdb::kRecordHeadBytes), head));
  }
  (void)lmdb::count_of_record(first, record);
  const auto parsed = lmdb::RecordView::parse(kGroup, first, record);
  if (!parsed) {
    return;
  }
  BUOYANT_ASSERT(parsed->count() > 0);
  std::size_t payloads = 0;
  for (std::uint32_t at = 0; at < parsed->count(); ++at) {
    payloads += parsed->payload_bytes(at);
    (void)parsed->term(at);
    (void)parsed->kind(at);
  }
  BUOYANT_ASSERT(parsed->payloads(parsed->count()).size() == payloads);
  BUOYANT_ASSERT(payloads <= record.size());
  const std::vector<std::byte> head = parsed->head(kGroup, (parsed->count() + 1) / 2);
  BUOYANT_ASSERT(lmdb::RecordView::parse(kGroup, first, head).has_value());
}

void try_batch(ByteView bytes) {
  const Bytes batch = Bytes::copy_of(bytes);
  if (batch.size() >= sizeof(std::uint64_t)) {
    (void)lmdb::size_of_batch(batch.view());
  }
  const auto writes = lmdb::decode_batch(batch, kGroup);
  if (!writes) {
    return;
  }
  std::vector<std::byte> again;
  lmdb::encode_batch(kGroup, *writes, again);
  BUOYANT_ASSERT(again.size() == lmdb::batch_bytes(*writes));
  BUOYANT_ASSERT(lmdb::decode_batch(Bytes::copy_of(again), kGroup).has_value());
}

void try_head(ByteView bytes) {
  // "BUOYSNAP", the version, the length, the rest, its checksum.
  constexpr std::size_t kBefore = 16;
  std::vector<std::byte> head;
  const ByteView magic = view_of("BUOYSNAP");
  head.insert(head.end(), magic.begin(), magic.end());
  head.resize(kBefore);
  store_le32(head.data() + 8, files::kFormatVersion);
  store_le32(head.data() + 12, static_cast<std::uint32_t>(kBefore + bytes.size() + 8));
  head.insert(head.end(), bytes.begin(), bytes.end());
  const std::uint64_t sum = checksum(head);
  head.resize(head.size() + 8);
  store_le64(head.data() + head.size() - 8, sum);
  const auto decoded = files::decode_head(head);
  if (decoded) {
    BUOYANT_ASSERT(decoded->bytes == head.size());
    BUOYANT_ASSERT(files::encode_head(decoded->metadata) == head);
  }
}

void try_stored(Input& input) {
  const std::size_t choice = input.below(8);
  const Index first(choice == 4 ? input.near(1) : 0);
  const ByteView bytes = input.rest();
  switch (choice) {
    case 0:
      try_value(lmdb::decode_identity(bytes), bytes);
      break;
    case 1:
      try_value(lmdb::decode_group_state(bytes), bytes);
      break;
    case 2:
      try_value(lmdb::decode_snapshot(bytes), bytes);
      break;
    case 3:
      try_value(lmdb::decode_peers(bytes), bytes);
      break;
    case 4:
      try_record(first, bytes);
      break;
    case 5:
      try_batch(bytes);
      break;
    case 6:
      try_head(bytes);
      break;
    default:
      (void)lmdb::decode_transaction(bytes);
      (void)lmdb::decode_format_version(bytes);
      (void)lmdb::unseal(lmdb::identity_key(), bytes);
      break;
  }
}

}  // namespace buoyant::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  buoyant::fuzz::Input input(data, size);
  buoyant::fuzz::try_stored(input);
  return 0;
}
