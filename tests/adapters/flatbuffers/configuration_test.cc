// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/flatbuffers/codec.h"
#include "entry_generated.h"
#include "tests/adapters/flatbuffers/samples.h"
#include "tests/adapters/flatbuffers/wire.h"
#include "tests/support/print.h"

#include <cstring>
#include <string>
#include <vector>

namespace buoyant::flatbuf::configuration_test {

using Offsets = std::vector<flatbuffers::Offset<wire::Member>>;

/// The payload of a configuration with the members that `create(builder)` returns.
template <class Create>
Bytes payload_with(Create create) {
  flatbuffers::FlatBufferBuilder fields;
  const Offsets members = create(fields);
  fields.Finish(wire::CreateConfiguration(fields, fields.CreateVector(members)));
  return wire_test::bytes_of(fields);
}

class ConfigurationCodecTest : public testing::Test {
 protected:
  Result<Configuration> round_trip(const Configuration& configuration) {
    return codec_.decode_configuration(codec_.encode_configuration(configuration).view());
  }

  FlatbuffersCodec codec_;
};

TEST_F(ConfigurationCodecTest, ASimpleConfigurationComesBack) {
  EXPECT_EQ(round_trip(samples::three_voters()), samples::three_voters());
}

TEST_F(ConfigurationCodecTest, AJointConfigurationComesBack) {
  EXPECT_EQ(round_trip(samples::joint()), samples::joint());
}

TEST_F(ConfigurationCodecTest, AnEmptyConfigurationComesBack) {
  EXPECT_EQ(round_trip(Configuration{}), Configuration{});
}

TEST_F(ConfigurationCodecTest, TheLargestConfigurationComesBack) {
  Configuration largest;
  for (std::uint64_t id = 1; id <= kMembersMax; ++id) {
    largest.members.push_back({.id = ServerId(~std::uint64_t{0} - kMembersMax + id),
                               .address = std::string(kAddressBytesMax, 'a'),
                               .role = MemberRole::kVoter});
  }
  largest.outgoing = largest.members;

  EXPECT_EQ(round_trip(largest), largest);
}

TEST_F(ConfigurationCodecTest, EqualConfigurationsHaveEqualBytes) {
  const Bytes first = codec_.encode_configuration(samples::three_voters());
  (void)codec_.encode_configuration(samples::joint());

  EXPECT_EQ(codec_.encode_configuration(samples::three_voters()), first);
}

TEST_F(ConfigurationCodecTest, APayloadAtAnOddAddressDecodesAsWell) {
  const Bytes payload = codec_.encode_configuration(samples::joint());
  std::vector<std::byte> shifted(payload.size() + 3);
  std::memcpy(shifted.data() + 3, payload.data(), payload.size());

  EXPECT_EQ(codec_.decode_configuration(ByteView(shifted).subspan(3)), samples::joint());
}

TEST_F(ConfigurationCodecTest, AnEmptyPayloadIsMalformed) {
  EXPECT_EQ(codec_.decode_configuration({}), fail(Errc::kMalformed));
}

TEST_F(ConfigurationCodecTest, ACutPayloadIsMalformed) {
  const Bytes payload = codec_.encode_configuration(samples::joint());

  EXPECT_EQ(codec_.decode_configuration(payload.view().first(payload.size() / 2)),
            fail(Errc::kMalformed));
}

TEST_F(ConfigurationCodecTest, APayloadOverTheLimitIsMalformed) {
  const std::vector<std::byte> large(kConfigurationBytesMax + 1);

  EXPECT_EQ(codec_.decode_configuration(large), fail(Errc::kMalformed));
}

TEST_F(ConfigurationCodecTest, AMemberWithoutAnAddressIsMalformed) {
  const Bytes payload = payload_with([](auto& fields) {
    const auto start = fields.StartTable();
    fields.template AddElement<std::uint64_t>(wire::Member::VT_ID, 1, 0);
    return Offsets{flatbuffers::Offset<wire::Member>(fields.EndTable(start))};
  });

  EXPECT_EQ(codec_.decode_configuration(payload.view()), fail(Errc::kMalformed));
}

TEST_F(ConfigurationCodecTest, MembersOutOfOrderAreInvalid) {
  const Bytes payload = payload_with([](auto& fields) {
    const auto second = wire::CreateMember(fields, 2, fields.CreateString("b:1"));
    const auto first = wire::CreateMember(fields, 1, fields.CreateString("a:1"));
    return Offsets{second, first};
  });

  EXPECT_EQ(codec_.decode_configuration(payload.view()), fail(Errc::kInvalidConfiguration));
}

TEST_F(ConfigurationCodecTest, TheSameMemberTwiceIsInvalid) {
  const Bytes payload = payload_with([](auto& fields) {
    const auto member = wire::CreateMember(fields, 2, fields.CreateString("b:1"));
    return Offsets{member, member};
  });

  EXPECT_EQ(codec_.decode_configuration(payload.view()), fail(Errc::kInvalidConfiguration));
}

TEST_F(ConfigurationCodecTest, LearnersAloneAreInvalid) {
  const Bytes payload = payload_with([](auto& fields) {
    return Offsets{wire::CreateMember(fields, 1, fields.CreateString("a:1"), 1)};
  });

  EXPECT_EQ(codec_.decode_configuration(payload.view()), fail(Errc::kInvalidConfiguration));
}

TEST_F(ConfigurationCodecTest, ARoleOfALaterVersionIsUnsupported) {
  const Bytes payload = payload_with([](auto& fields) {
    return Offsets{wire::CreateMember(fields, 1, fields.CreateString("a:1"), 2)};
  });

  EXPECT_EQ(codec_.decode_configuration(payload.view()), fail(Errc::kUnsupportedVersion));
}

TEST_F(ConfigurationCodecTest, TooManyMembersAreMalformed) {
  const Bytes payload = payload_with([](auto& fields) {
    Offsets members;
    for (std::uint64_t id = 1; id <= kMembersMax + 1; ++id) {
      members.push_back(wire::CreateMember(fields, id, fields.CreateString("a:1")));
    }
    return members;
  });

  EXPECT_EQ(codec_.decode_configuration(payload.view()), fail(Errc::kMalformed));
}

TEST_F(ConfigurationCodecTest, MembersThatShareOneLongAddressAreMalformed) {
  const Bytes payload = payload_with([](auto& fields) {
    const auto address = fields.CreateString(std::string(kAddressBytesMax, 'a'));
    Offsets members;
    for (std::uint64_t id = 1; id <= kMembersMax; ++id) {
      members.push_back(wire::CreateMember(fields, id, address));
    }
    return members;
  });

  EXPECT_EQ(codec_.decode_configuration(payload.view()), fail(Errc::kMalformed));
}

using ConfigurationCodecDeathTest = ConfigurationCodecTest;

TEST_F(ConfigurationCodecDeathTest, AnInvalidConfigurationIsNotEncoded) {
  Configuration unsorted = samples::three_voters();
  std::swap(unsorted.members[0], unsorted.members[1]);

  EXPECT_DEATH((void)codec_.encode_configuration(unsorted), "validate");
}

}  // namespace buoyant::flatbuf::configuration_test
