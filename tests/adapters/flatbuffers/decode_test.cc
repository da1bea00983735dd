// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// Frames that are refused for their form. Which values are refused: validate_test.cc.

#include "adapters/flatbuffers/codec.h"
#include "rpc_generated.h"
#include "tests/adapters/flatbuffers/wire.h"
#include "tests/support/print.h"

#include <cstring>

namespace buoyant::flatbuf::decode_test {

class DecodeTest : public testing::Test {
 protected:
  /// Why `frame` is refused; "" when it is not.
  std::string refusal(const ReceivedFrame& frame) {
    const auto decoded = codec_.decode(frame);
    return decoded ? "" : decoded.error().context();
  }

  /// A heartbeat as it comes in.
  ReceivedFrame heartbeat() {
    return wire_test::receive(codec_.encode(GroupId(), Heartbeat{Term(3), Index(4), Round(5)}));
  }

  FlatbuffersCodec codec_;
};

TEST_F(DecodeTest, ATypeOfALaterVersionIsUnsupported) {
  ReceivedFrame frame = heartbeat();
  frame.header.type = static_cast<FrameType>(200);

  const auto decoded = codec_.decode(frame);

  ASSERT_FALSE(decoded);
  EXPECT_EQ(decoded.error().code(), Errc::kUnsupportedVersion);
}

TEST_F(DecodeTest, TypeZeroIsUnsupported) {
  ReceivedFrame frame = heartbeat();
  frame.header.type = static_cast<FrameType>(0);

  const auto decoded = codec_.decode(frame);

  ASSERT_FALSE(decoded);
  EXPECT_EQ(decoded.error().code(), Errc::kUnsupportedVersion);
}

TEST_F(DecodeTest, ASecondHelloIsRefused) {
  ReceivedFrame frame = heartbeat();
  frame.header.type = FrameType::kHello;

  EXPECT_EQ(refusal(frame), "a second handshake");
}

TEST_F(DecodeTest, ASecondHelloReplyIsRefused) {
  ReceivedFrame frame = heartbeat();
  frame.header.type = FrameType::kHelloReply;

  EXPECT_EQ(refusal(frame), "a second handshake");
}

TEST_F(DecodeTest, RefusalsAreMalformed) {
  const auto decoded = codec_.decode(wire_test::received(FrameType::kHeartbeat, {}));

  ASSERT_FALSE(decoded);
  EXPECT_EQ(decoded.error().code(), Errc::kMalformed);
}

TEST_F(DecodeTest, AnEmptyMetaIsRefused) {
  EXPECT_EQ(refusal(wire_test::received(FrameType::kTimeoutNow, {})),
            "not the table of its frame type");
}

TEST_F(DecodeTest, AMetaThatIsCutOffIsRefused) {
  ReceivedFrame frame = heartbeat();
  frame.meta = Bytes::copy_of(frame.meta.view().first(frame.meta.size() - 8));

  EXPECT_EQ(refusal(frame), "not the table of its frame type");
}

TEST_F(DecodeTest, ARootOutsideOfTheMetaIsRefused) {
  const std::vector<std::byte> meta(64, std::byte{0xff});

  EXPECT_EQ(refusal(wire_test::received(FrameType::kHeartbeat, meta)),
            "not the table of its frame type");
}

TEST_F(DecodeTest, AMisalignedTableIsRefused) {
  std::vector<std::byte> meta(65);
  const ReceivedFrame good = heartbeat();
  std::memcpy(meta.data() + 1, good.meta.data(), good.meta.size());
  meta[0] = static_cast<std::byte>(std::to_integer<unsigned>(good.meta.data()[0]) + 1);

  EXPECT_EQ(refusal(wire_test::received(FrameType::kHeartbeat, meta)),
            "not the table of its frame type");
}

TEST_F(DecodeTest, AMetaAtAnOddAddressDecodesAsWell) {
  const ReceivedFrame good = heartbeat();
  Buffer buffer(good.meta.size() + 1);
  std::memcpy(buffer.data() + 1, good.meta.data(), good.meta.size());
  ReceivedFrame frame = good;
  frame.meta = buffer.share(1, good.meta.size());

  const auto decoded = codec_.decode(frame);

  ASSERT_TRUE(decoded) << decoded.error();
  EXPECT_EQ(decoded->message, PeerMessage(Heartbeat{Term(3), Index(4), Round(5)}));
}

TEST_F(DecodeTest, APayloadWhereNoneBelongsIsRefused) {
  ReceivedFrame frame = heartbeat();
  frame.payload = Bytes::copy_of("x");

  EXPECT_EQ(refusal(frame), "a payload where none belongs");
}

TEST_F(DecodeTest, AValueOutOfItsRulesIsRefused) {
  const auto frame = wire_test::received_table(FrameType::kTimeoutNow, [](auto& fields) {
    return wire::CreateTimeoutNow(fields, kNumberMax + 1);
  });

  EXPECT_EQ(refusal(frame), "term out of range");
}

TEST_F(DecodeTest, ABooleanOfTwoIsRefused) {
  const auto frame = wire_test::received_table(FrameType::kRequestVoteReply, [](auto& fields) {
    wire::RequestVoteReplyBuilder table(fields);
    table.add_term(1);
    fields.template AddElement<std::uint8_t>(wire::RequestVoteReply::VT_GRANTED, 2, 0);
    return table.Finish();
  });

  EXPECT_EQ(refusal(frame), "neither true nor false");
}

TEST_F(DecodeTest, FieldsOfALaterVersionAreIgnored) {
  const auto frame = wire_test::received_table(FrameType::kTimeoutNow, [](auto& fields) {
    const auto start = fields.StartTable();
    fields.template AddElement<std::uint64_t>(wire::TimeoutNow::VT_TERM, 6, 0);
    fields.template AddElement<std::uint64_t>(wire::TimeoutNow::VT_TERM + 2, 1234, 0);
    return flatbuffers::Offset<wire::TimeoutNow>(fields.EndTable(start));
  });

  const auto decoded = codec_.decode(frame);

  ASSERT_TRUE(decoded) << decoded.error();
  EXPECT_EQ(decoded->message, PeerMessage(TimeoutNow{Term(6)}));
}

TEST_F(DecodeTest, ReservedFieldsAreIgnored) {
  const auto frame = wire_test::received_table(FrameType::kAppendEntriesReply, [](auto& fields) {
    const auto snapshot = wire::CreateSnapshotId(fields, 1, 2, 3, 4, 5);
    return wire::CreateAppendEntriesReply(fields, 3, true, 9, 0, 0, 0, 7, 150, 1, snapshot);
  });

  const auto decoded = codec_.decode(frame);

  ASSERT_TRUE(decoded) << decoded.error();
  EXPECT_EQ(decoded->message, PeerMessage(AppendEntriesReply{.term = Term(3),
                                                             .accepted = true,
                                                             .match = Index(9),
                                                             .round = Round(7),
                                                             .lease_promise_ms = 150,
                                                             .space = SpaceState::kLow}));
}

TEST_F(DecodeTest, ATableOfAnotherTypeIsTakenForWhatItsHeaderSays) {
  ReceivedFrame frame = heartbeat();
  frame.header.type = FrameType::kTimeoutNow;

  const auto decoded = codec_.decode(frame);

  ASSERT_TRUE(decoded) << decoded.error();
  EXPECT_EQ(decoded->message, PeerMessage(TimeoutNow{Term(3)}));
}

TEST_F(DecodeTest, ForwardResultsAtAnOddAlignmentAreRead) {
  // The verifier of FlatBuffers does not see that elements of 8 bytes lie at a multiple of 4 only.
  std::vector<std::byte> meta(72);
  const std::uint32_t root = 12;
  std::memcpy(meta.data(), &root, 4);
  const std::uint16_t vtable[3] = {6, 8, 4};
  std::memcpy(meta.data() + 4, vtable, sizeof(vtable));
  const std::int32_t to_vtable = 8;
  std::memcpy(meta.data() + 12, &to_vtable, 4);
  const std::uint32_t to_results = 8;
  std::memcpy(meta.data() + 16, &to_results, 4);
  const std::uint32_t count = 1;
  std::memcpy(meta.data() + 24, &count, 4);
  const std::uint64_t fields[5] = {17, 3, 5, 60, 0};
  std::memcpy(meta.data() + 28, fields, sizeof(fields));

  const auto decoded = codec_.decode(wire_test::received(FrameType::kForwardReply, meta));

  ASSERT_TRUE(decoded) << decoded.error();
  EXPECT_EQ(decoded->message, PeerMessage(ForwardReply{{{.first_sequence = 17,
                                                         .count = 3,
                                                         .first = {Term(5), Index(60)},
                                                         .refusal = Errc::kNotLeader}}}));
}

}  // namespace buoyant::flatbuf::decode_test
