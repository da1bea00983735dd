// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/flatbuffers/codec.h"
#include "rpc_generated.h"
#include "tests/adapters/flatbuffers/counting_new.h"
#include "tests/adapters/flatbuffers/samples.h"
#include "tests/adapters/flatbuffers/wire.h"
#include "tests/support/print.h"

#include <functional>
#include <limits>
#include <string>
#include <vector>

namespace buoyant::flatbuf::decode_entries_test {

constexpr std::uint64_t kHuge = std::numeric_limits<std::uint64_t>::max();

/// The parts of an AppendEntries table; by default two commands of 1 and 2 bytes.
struct Parts {
  std::uint64_t term = 5;
  std::vector<wire::TermRun> runs = {{5, 2}};
  std::vector<std::uint32_t> lengths = {1, 2};
  std::vector<wire::EntryKindAt> kinds;
  std::string payload = "abb";
};

class DecodeEntriesTest : public testing::Test {
 protected:
  ReceivedFrame frame() {
    return wire_test::received_table(
        FrameType::kAppendEntries,
        [this](auto& fields) {
          const auto runs = fields.CreateVectorOfStructs(parts_.runs);
          const auto lengths = fields.CreateVector(parts_.lengths);
          const auto kinds = fields.CreateVectorOfStructs(parts_.kinds);
          return wire::CreateAppendEntries(fields, parts_.term, 0, 0, 0, 0, runs, lengths, kinds);
        },
        parts_.payload);
  }

  /// Why the frame of `parts_` is refused; "" when it is not.
  std::string refusal() {
    const auto decoded = codec_.decode(frame());
    return decoded ? "" : decoded.error().context();
  }

  FlatbuffersCodec codec_;
  Parts parts_;
};

TEST_F(DecodeEntriesTest, WellFormedEntriesAreAccepted) {
  const auto decoded = codec_.decode(frame());

  ASSERT_TRUE(decoded) << decoded.error();
  const std::vector<Entry> expected = {
      {.term = Term(5), .kind = EntryKind::kCommand, .payload = Bytes::copy_of("a")},
      {.term = Term(5), .kind = EntryKind::kCommand, .payload = Bytes::copy_of("bb")}};
  EXPECT_EQ(decoded->entries, expected);
}

TEST_F(DecodeEntriesTest, LengthsBelowThePayloadAreRefused) {
  parts_.payload = "abbc";

  EXPECT_EQ(refusal(), "payloads and their lengths differ");
}

TEST_F(DecodeEntriesTest, LengthsOverThePayloadAreRefused) {
  parts_.payload = "ab";

  EXPECT_EQ(refusal(), "payloads and their lengths differ");
}

TEST_F(DecodeEntriesTest, LengthsWhoseSumWrapsAroundAreRefused) {
  parts_.lengths = {0xffffffff, 4};

  EXPECT_EQ(refusal(), "payloads and their lengths differ");
}

TEST_F(DecodeEntriesTest, APayloadWithoutEntriesIsRefused) {
  parts_ = {.runs = {}, .lengths = {}, .kinds = {}, .payload = "abb"};

  EXPECT_EQ(refusal(), "payloads and their lengths differ");
}

TEST_F(DecodeEntriesTest, MoreTermsThanEntriesAreRefused) {
  parts_.runs = {{5, 3}};

  EXPECT_EQ(refusal(), "more terms than entries");
}

TEST_F(DecodeEntriesTest, CountsWhoseSumWrapsAroundAreRefused) {
  parts_.runs = {{4, kHuge}, {5, 3}};

  EXPECT_EQ(refusal(), "more terms than entries");
}

TEST_F(DecodeEntriesTest, MoreEntriesThanTermsAreRefused) {
  parts_.runs = {{5, 1}};

  EXPECT_EQ(refusal(), "more entries than terms");
}

TEST_F(DecodeEntriesTest, AnEmptyRunIsRefused) {
  parts_.runs = {{4, 0}, {5, 2}};

  EXPECT_EQ(refusal(), "a run of terms is empty or too long");
}

TEST_F(DecodeEntriesTest, TermsThatFallAreRefused) {
  parts_.runs = {{5, 1}, {4, 1}};

  EXPECT_EQ(refusal(), "terms of entries do not rise");
}

TEST_F(DecodeEntriesTest, AKindBehindTheLastEntryIsRefused) {
  parts_.kinds = {{2, 0}};

  EXPECT_EQ(refusal(), "kinds out of order or out of range");
}

TEST_F(DecodeEntriesTest, KindsOutOfOrderAreRefused) {
  parts_.lengths = {0, 0};
  parts_.payload = "";
  parts_.kinds = {{1, 0}, {0, 0}};

  EXPECT_EQ(refusal(), "kinds out of order or out of range");
}

TEST_F(DecodeEntriesTest, TwoKindsOfOneEntryAreRefused) {
  parts_.lengths = {0, 3};
  parts_.kinds = {{0, 0}, {0, 0}};

  EXPECT_EQ(refusal(), "kinds out of order or out of range");
}

TEST_F(DecodeEntriesTest, ACommandAmongTheOtherKindsIsRefused) {
  parts_.kinds = {{0, 1}};

  EXPECT_EQ(refusal(), "a command among the other kinds");
}

TEST_F(DecodeEntriesTest, ANoopWithAPayloadIsRefused) {
  parts_.kinds = {{0, 0}};

  EXPECT_EQ(refusal(), "a no-op with a payload");
}

TEST_F(DecodeEntriesTest, AKindOfALaterVersionIsUnsupported) {
  parts_.kinds = {{0, 3}};

  const auto decoded = codec_.decode(frame());

  ASSERT_FALSE(decoded);
  EXPECT_EQ(decoded.error().code(), Errc::kUnsupportedVersion);
}

TEST_F(DecodeEntriesTest, AConfigurationThatIsNoneIsRefused) {
  parts_.kinds = {{1, 2}};

  EXPECT_EQ(refusal(), "not a configuration");
}

TEST_F(DecodeEntriesTest, AnInvalidConfigurationIsMalformed) {
  Configuration learner = samples::three_voters();
  learner.members = {learner.members[0]};
  const Bytes valid = codec_.encode_configuration(learner);
  std::string invalid(valid.text());
  // The id of its only member, which is 1.
  invalid[invalid.find('\1', 24)] = '\0';
  parts_ = {.runs = {{5, 1}},
            .lengths = {static_cast<std::uint32_t>(invalid.size())},
            .kinds = {{0, 2}},
            .payload = invalid};

  const auto decoded = codec_.decode(frame());

  ASSERT_FALSE(decoded);
  EXPECT_EQ(decoded.error().code(), Errc::kMalformed);
}

TEST_F(DecodeEntriesTest, AConfigurationWithoutMembersIsRefused) {
  const Bytes empty = codec_.encode_configuration({});
  parts_ = {.runs = {{5, 1}},
            .lengths = {static_cast<std::uint32_t>(empty.size())},
            .kinds = {{0, 2}},
            .payload = std::string(empty.text())};

  EXPECT_EQ(refusal(), "a configuration without members");
}

TEST_F(DecodeEntriesTest, AbsentVectorsAreNoEntries) {
  const auto frame = wire_test::received_table(
      FrameType::kAppendEntries, [](auto& fields) { return wire::CreateAppendEntries(fields, 5); });

  const auto decoded = codec_.decode(frame);

  ASSERT_TRUE(decoded) << decoded.error();
  EXPECT_EQ(decoded->message, PeerMessage(AppendEntries{.term = Term(5)}));
}

TEST_F(DecodeEntriesTest, ARefusedFrameTakesNoMemoryForItsEntries) {
  parts_.lengths.assign(100000, 0);
  parts_.runs = {{5, 99999}};
  parts_.payload = "";
  const ReceivedFrame refused = frame();
  const std::size_t before = counting_new::allocated_bytes();

  EXPECT_FALSE(codec_.decode(refused));

  EXPECT_LT(counting_new::allocated_bytes() - before, 256U);
}

TEST_F(DecodeEntriesTest, EntriesWithoutPayloadsStayWithinTheBound) {
  parts_.lengths.assign(100000, 0);
  parts_.runs = {{5, 100000}};
  parts_.payload = "";
  const ReceivedFrame accepted = frame();
  const std::size_t before = counting_new::allocated_bytes();

  EXPECT_TRUE(codec_.decode(accepted));

  EXPECT_LE(counting_new::allocated_bytes() - before, kDecodeAmplification * accepted.meta.size());
}

TEST_F(DecodeEntriesTest, ForwardedLengthsMustMatchThePayload) {
  const auto frame = wire_test::received_table(
      FrameType::kForward,
      [](auto& fields) {
        const std::vector<std::uint32_t> lengths = {3, 3};
        return wire::CreateForward(fields, 1, fields.CreateVector(lengths));
      },
      "five.");

  const auto decoded = codec_.decode(frame);

  ASSERT_FALSE(decoded);
  EXPECT_STREQ(decoded.error().context(), "payloads and their lengths differ");
}

TEST_F(DecodeEntriesTest, AForwardedSequenceOutOfRangeIsRefused) {
  const auto frame = wire_test::received_table(
      FrameType::kForward, [](auto& fields) { return wire::CreateForward(fields, kHuge); });

  EXPECT_FALSE(codec_.decode(frame));
}

TEST_F(DecodeEntriesTest, ForwardedProposalsBeyondTheLastSequenceAreRefused) {
  const auto frame = wire_test::received_table(
      FrameType::kForward,
      [](auto& fields) {
        const std::vector<std::uint32_t> lengths = {1, 1};
        return wire::CreateForward(fields, kNumberMax - 1, fields.CreateVector(lengths));
      },
      "ab");
  EXPECT_TRUE(codec_.decode(frame));

  const auto beyond = wire_test::received_table(
      FrameType::kForward,
      [](auto& fields) {
        const std::vector<std::uint32_t> lengths = {1, 1};
        return wire::CreateForward(fields, kNumberMax, fields.CreateVector(lengths));
      },
      "ab");
  EXPECT_FALSE(codec_.decode(beyond));
}

TEST_F(DecodeEntriesTest, AForwardThatIsNoTableIsRefused) {
  EXPECT_FALSE(codec_.decode(wire_test::received(FrameType::kForward, {})));
}

}  // namespace buoyant::flatbuf::decode_entries_test
