// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/base/assert.h"
#include "codec_1/entry_generated.h"
#include "tests/frozen/codec_1/codec.h"
#include "tests/frozen/codec_1/decode.h"
#include "tests/frozen/codec_1/meta_builder.h"
#include "tests/frozen/codec_1/meta_view.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace buoyant::flatbuf_1 {

namespace {

using WireMembers = flatbuffers::Vector<flatbuffers::Offset<wire_1::Member>>;

flatbuffers::Offset<WireMembers> create_members(flatbuffers::FlatBufferBuilder& fields,
                                                const std::vector<Member>& members) {
  if (members.empty()) {
    return {};
  }
  std::vector<flatbuffers::Offset<wire_1::Member>> offsets;
  offsets.reserve(members.size());
  for (const Member& member : members) {
    const auto address = fields.CreateString(member.address);
    offsets.push_back(wire_1::CreateMember(fields, member.id.value(), address,
                                           static_cast<std::uint8_t>(member.role)));
  }
  return fields.CreateVector(offsets);
}

/// What a member takes in a payload besides the bytes of its address: the offset of its table, the
/// table with its id and the offset of its address, the address's length.
constexpr std::size_t kMemberBytesMin = 4 + (4 + 8 + 4) + 4;

/// Reads one list. `left` are the bytes that members may still take: both lists can point at one,
/// and several members at one table or string, so their sum is not bounded by the payload (W10).
/// Errors: kMalformed, kUnsupportedVersion.
Result<std::vector<Member>> read_members(const WireMembers* table, std::size_t& left) {
  std::vector<Member> members;
  if (size_of(table) > kMembersMax) {
    return fail(Errc::kMalformed, "too many members");
  }
  if (size_of(table) * kMemberBytesMin > left) {
    return fail(Errc::kMalformed, "members share what they are made of");
  }
  left -= size_of(table) * kMemberBytesMin;
  members.reserve(size_of(table));
  for (std::size_t i = 0; i < size_of(table); ++i) {
    const wire_1::Member* member = table->Get(static_cast<flatbuffers::uoffset_t>(i));
    const flatbuffers::String* address = member->address();
    if (address->size() > left) {
      return fail(Errc::kMalformed, "members share what they are made of");
    }
    left -= address->size();
    const auto role = static_cast<MemberRole>(member->role());
    if (role != MemberRole::kVoter && role != MemberRole::kLearner) {
      return fail(Errc::kUnsupportedVersion, "a role of a later version");
    }
    members.push_back({.id = ServerId(member->id()),
                       .address = std::string(address->c_str(), address->size()),
                       .role = role});
  }
  return members;
}

}  // namespace

Result<Configuration> read_configuration(ByteView payload) {
  if (payload.size() > kConfigurationBytesMax) {
    return fail(Errc::kMalformed, "a configuration that is too large");
  }
  const AlignedView aligned(payload);
  const auto table = Root<wire_1::Configuration>::verified(aligned.view(), 1 + 2 * kMembersMax);
  if (!table) {
    return fail(Errc::kMalformed, "not a configuration");
  }
  std::size_t left = payload.size();
  auto members = read_members(table->members(), left);
  if (!members) {
    return fail(members.error());
  }
  auto outgoing = read_members(table->outgoing(), left);
  if (!outgoing) {
    return fail(outgoing.error());
  }
  Configuration configuration{.members = std::move(*members), .outgoing = std::move(*outgoing)};
  if (auto valid = validate(configuration); !valid) {
    return fail(valid.error());
  }
  return configuration;
}

Bytes FlatbuffersCodec::encode_configuration(const Configuration& configuration) noexcept {
  BUOYANT_ASSERT(validate(configuration).has_value());
  flatbuffers::FlatBufferBuilder& fields = builder_->begin();
  const auto members = create_members(fields, configuration.members);
  const auto outgoing = create_members(fields, configuration.outgoing);
  const ByteView payload = builder_->finish(wire_1::CreateConfiguration(fields, members, outgoing));
  BUOYANT_ASSERT(payload.size() <= kConfigurationBytesMax);
  return Bytes::copy_of(payload);
}

Result<Configuration> FlatbuffersCodec::decode_configuration(ByteView payload) noexcept {
  return read_configuration(payload);
}

}  // namespace buoyant::flatbuf_1
