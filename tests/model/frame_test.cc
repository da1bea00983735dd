// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// How frames are built, and their header. How a stream is cut: frame_reader_test.cc.

#include "buoyant/model/frame.h"

#include "buoyant/base/checksum.h"
#include "tests/support/print.h"

#include <array>
#include <cstring>
#include <string>
#include <vector>

namespace buoyant::frame_test {

using HeaderBytes = std::array<std::byte, kFrameHeaderBytes>;

FrameHeader header() {
  FrameHeader header;
  header.type = FrameType::kAppendEntries;
  header.group = GroupId(0x0102030405060708);
  header.meta_bytes = 13;
  header.payload_bytes = 70000;
  header.body_checksum = 0xdeadbeefcafef00d;
  return header;
}

HeaderBytes encoded(const FrameHeader& header) {
  HeaderBytes bytes{};
  encode_frame_header(header, bytes);
  return bytes;
}

/// The header with other bytes from `at` on and a checksum that fits.
HeaderBytes patched(std::size_t at, std::initializer_list<unsigned> values) {
  HeaderBytes bytes = encoded(header());
  for (const unsigned value : values) {
    bytes[at++] = static_cast<std::byte>(value);
  }
  const auto sum = static_cast<std::uint32_t>(checksum(ByteView(bytes).first(36)));
  std::memcpy(bytes.data() + 36, &sum, sizeof(sum));
  return bytes;
}

/// How many single-bit errors in a header are not found.
int bit_errors_missed() {
  int missed = 0;
  for (std::size_t bit = 0; bit < kFrameHeaderBytes * 8; ++bit) {
    HeaderBytes bytes = encoded(header());
    bytes[bit / 8] ^= static_cast<std::byte>(1U << bit % 8);
    missed += decode_frame_header(bytes).has_value() ? 1 : 0;
  }
  return missed;
}

std::string flatten(const Frame& frame) {
  std::string all;
  for (const Bytes& piece : frame.pieces) {
    all += piece.text();
  }
  return all;
}

TEST(FrameHeaderTest, ComesBack) {
  EXPECT_EQ(decode_frame_header(encoded(header())), header());
}

TEST(FrameHeaderTest, BeginsWithTheMagic) {
  const HeaderBytes bytes = encoded(header());

  EXPECT_EQ(text_of(ByteView(bytes).first(4)), "BUOY");
}

TEST(FrameHeaderTest, EverySingleBitErrorIsFound) {
  EXPECT_EQ(bit_errors_missed(), 0);
}

TEST(FrameHeaderTest, AnotherVersionIsUnsupported) {
  EXPECT_EQ(decode_frame_header(patched(4, {2})), fail(Errc::kUnsupportedVersion));
}

TEST(FrameHeaderTest, AnotherMagicIsMalformed) {
  EXPECT_EQ(decode_frame_header(patched(0, {'b'})), fail(Errc::kMalformed));
}

TEST(FrameHeaderTest, FlagsAreRefused) {
  EXPECT_EQ(decode_frame_header(patched(6, {1})), fail(Errc::kMalformed));
}

TEST(FrameHeaderTest, ReservedBytesAreRefused) {
  EXPECT_EQ(decode_frame_header(patched(32, {1})), fail(Errc::kMalformed));
}

TEST(FrameHeaderTest, BothPartsOfTheBodyArePadded) {
  FrameHeader value;
  value.meta_bytes = 13;
  value.payload_bytes = 1;

  EXPECT_EQ(value.body_bytes(), 16U + 8U);
}

TEST(FrameHeaderTest, TheLargestLengthsDoNotWrapAround) {
  FrameHeader value;
  value.meta_bytes = 0xffffffff;
  value.payload_bytes = 0xffffffff;

  EXPECT_EQ(value.body_bytes(), 2 * (std::size_t{1} << 32U));
}

TEST(FrameTest, WithoutAnythingIsItsHeader) {
  const Frame frame = make_frame(FrameType::kTimeoutNow, GroupId(), {}, {});

  EXPECT_EQ(frame.bytes(), kFrameHeaderBytes);
}

TEST(FrameTest, PaddingIsZero) {
  const std::vector<Bytes> payloads = {Bytes::copy_of("pay")};

  const Frame frame = make_frame(FrameType::kForward, GroupId(), view_of("meta."), payloads);

  EXPECT_EQ(flatten(frame).substr(kFrameHeaderBytes), std::string("meta.\0\0\0pay\0\0\0\0\0", 16));
}

TEST(FrameTest, SmallPayloadsAreCopiedIntoOnePiece) {
  const std::vector<Bytes> payloads(10, Bytes::copy_of("payload"));

  const Frame frame = make_frame(FrameType::kForward, GroupId(), view_of("meta"), payloads);

  EXPECT_EQ(frame.pieces.size(), 1U);
}

TEST(FrameTest, ALargePayloadIsAReference) {
  const std::vector<Bytes> payloads = {Bytes::copy_of("small"),
                                       Bytes::copy_of(std::string(kPayloadReferenceBytesMin, 'l')),
                                       Bytes::copy_of("after")};

  const Frame frame = make_frame(FrameType::kForward, GroupId(), view_of("meta"), payloads);

  ASSERT_EQ(frame.pieces.size(), 3U);
  EXPECT_EQ(frame.pieces[1].data(), payloads[1].data());
  EXPECT_EQ(frame.pieces[2].text(), std::string("after\0\0\0\0\0\0", 11));
}

TEST(FrameTest, LargePayloadsNextToEachOtherAreTwoReferences) {
  const std::vector<Bytes> payloads(2, Bytes::copy_of(std::string(4000, 'l')));

  const Frame frame = make_frame(FrameType::kForward, GroupId(), {}, payloads);

  EXPECT_EQ(frame.pieces.size(), 3U);
  EXPECT_EQ(frame.bytes(), kFrameHeaderBytes + 8000);
}

TEST(FrameTest, ReferencedPayloadsOutliveTheirOwner) {
  std::vector<Bytes> payloads = {Bytes::copy_of(std::string(5000, 'l'))};
  const Frame frame = make_frame(FrameType::kForward, GroupId(), {}, payloads);

  payloads.clear();

  EXPECT_EQ(frame.pieces[1].text(), std::string(5000, 'l'));
}

TEST(FrameTest, EntriesMakeTheSameFrameAsTheirPayloads) {
  const std::vector<Entry> entries = {
      {.term = Term(1), .kind = EntryKind::kCommand, .payload = Bytes::copy_of("one")},
      {.term = Term(2),
       .kind = EntryKind::kCommand,
       .payload = Bytes::copy_of(std::string(3000, 'l'))}};
  const std::vector<Bytes> payloads = {entries[0].payload, entries[1].payload};

  const Frame frame =
      make_entries_frame(FrameType::kAppendEntries, GroupId(3), view_of("m"), entries);

  EXPECT_EQ(flatten(frame),
            flatten(make_frame(FrameType::kAppendEntries, GroupId(3), view_of("m"), payloads)));
}

TEST(FrameDeathTest, ABodyOverTheHardLimitIsNotBuilt) {
  const std::vector<Bytes> payloads(65, Bytes::copy_of(std::string(1U << 20U, 'l')));

  EXPECT_DEATH((void)make_frame(FrameType::kForward, GroupId(), {}, payloads), "HardMax");
}

TEST(FrameDeathTest, AHeaderNeedsItsRoom) {
  std::array<std::byte, kFrameHeaderBytes - 1> small{};

  EXPECT_DEATH(encode_frame_header(header(), small), "target.size");
}

}  // namespace buoyant::frame_test
