// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/files/head.h"

#include "buoyant/base/checksum.h"
#include "buoyant/base/little_endian.h"

#include <string>
#include <string_view>
#include <utility>

namespace buoyant::files {

namespace {

constexpr std::string_view kMagic = "BUOYSNAP";
constexpr std::size_t kVersionAt = 8;
constexpr std::size_t kBytesAt = 12;
constexpr std::size_t kFieldsAt = 16;
constexpr std::size_t kNumberBytes = 8;

void put_text(std::vector<std::byte>& out, ByteView text) {
  out.insert(out.end(), text.begin(), text.end());
}

void put_number(std::vector<std::byte>& out, std::uint64_t number) {
  out.resize(out.size() + kNumberBytes);
  store_le64(out.data() + out.size() - kNumberBytes, number);
}

void put_members(std::vector<std::byte>& out, const std::vector<Member>& members) {
  put_number(out, members.size());
  for (const Member& member : members) {
    put_number(out, member.id.value());
    put_number(out, static_cast<std::uint64_t>(member.role));
    put_number(out, member.address.size());
    put_text(out, view_of(member.address));
  }
}

/// Takes fields off the front; after the end it gives zeros and is not ok.
class Reader {
 public:
  explicit Reader(ByteView rest) : rest_(rest) {}

  ByteView take(std::uint64_t size) {
    ok_ = ok_ && size <= rest_.size();
    const ByteView taken = ok_ ? rest_.first(size) : ByteView();
    rest_ = rest_.subspan(taken.size());
    return taken;
  }

  std::uint64_t number() {
    const ByteView taken = take(kNumberBytes);
    return taken.empty() ? 0 : load_le64(taken.data());
  }

  std::vector<Member> members() {
    std::vector<Member> members;
    const std::uint64_t count = number();
    ok_ = ok_ && count <= kMembersMax;
    for (std::uint64_t i = 0; ok_ && i < count; ++i) {
      Member& member = members.emplace_back();
      member.id = ServerId(number());
      const std::uint64_t role = number();
      ok_ = ok_ && role <= static_cast<std::uint64_t>(MemberRole::kLearner);
      member.role = static_cast<MemberRole>(role);
      member.address = std::string(text_of(take(number())));
    }
    return members;
  }

  [[nodiscard]] bool complete() const { return ok_ && rest_.empty(); }

 private:
  ByteView rest_;
  bool ok_ = true;
};

}  // namespace

std::vector<std::byte> encode_head(const SnapshotMetadata& metadata) {
  std::vector<std::byte> head;
  put_text(head, view_of(kMagic));
  head.resize(kFieldsAt);
  for (const std::uint64_t number :
       {metadata.id.position.term.value(), metadata.id.position.index.value(),
        metadata.id.creator.value(), metadata.id.sequence, metadata.id.checksum,
        metadata.configuration_index.value(), metadata.bytes}) {
    put_number(head, number);
  }
  put_members(head, metadata.configuration.members);
  put_members(head, metadata.configuration.outgoing);
  store_le32(head.data() + kVersionAt, kFormatVersion);
  store_le32(head.data() + kBytesAt, static_cast<std::uint32_t>(head.size() + kNumberBytes));
  put_number(head, checksum(head));
  return head;
}

Result<Head> decode_head(ByteView bytes) {
  if (bytes.size() < kFieldsAt || text_of(bytes.first(kMagic.size())) != kMagic) {
    return fail(Errc::kStorageCorrupt, "not a snapshot file");
  }
  // Before anything else of it is looked at: another version may have another layout.
  if (load_le32(bytes.data() + kVersionAt) != kFormatVersion) {
    return fail(Errc::kUnsupportedVersion, "a snapshot file of another version");
  }
  const std::size_t size = load_le32(bytes.data() + kBytesAt);
  if (size < kFieldsAt + kNumberBytes || size > bytes.size()) {
    return fail(Errc::kStorageCorrupt, "the head of a snapshot file is cut off");
  }
  const ByteView covered = bytes.first(size - kNumberBytes);
  if (load_le64(bytes.data() + covered.size()) != checksum(covered)) {
    return fail(Errc::kStorageCorrupt, "the head of a snapshot file");
  }
  Reader in(covered.subspan(kFieldsAt));
  Head head{.metadata = {}, .bytes = size};
  SnapshotMetadata& metadata = head.metadata;
  metadata.id.position.term = Term(in.number());
  metadata.id.position.index = Index(in.number());
  metadata.id.creator = ServerId(in.number());
  metadata.id.sequence = in.number();
  metadata.id.checksum = in.number();
  metadata.configuration_index = Index(in.number());
  metadata.bytes = in.number();
  metadata.configuration.members = in.members();
  metadata.configuration.outgoing = in.members();
  if (!in.complete() || metadata.bytes > kNumberMax) {
    return fail(Errc::kStorageCorrupt, "the fields of a snapshot file");
  }
  return head;
}

Result<Head> read_head(const File& file) {
  std::vector<std::byte> bytes(kHeadBytesMax);
  std::size_t count = 0;
  if (const int code = file.read_at(0, bytes, count); code != 0) {
    return fail(file_error(code, "read the head of a snapshot file"));
  }
  return decode_head(ByteView(bytes).first(count));
}

}  // namespace buoyant::files
