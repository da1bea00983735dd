// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/model/frame.h"
#include "tests/support/print.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

namespace buoyant::frame_reader_test {

constexpr std::size_t kCap = std::size_t{1} << 20U;

std::string flatten(const Frame& frame) {
  std::string all;
  for (const Bytes& piece : frame.pieces) {
    all += piece.text();
  }
  return all;
}

/// A frame in the stream.
std::string framed(std::string_view meta, std::string_view payload) {
  const std::vector<Bytes> payloads = {Bytes::copy_of(payload)};
  return flatten(make_frame(FrameType::kForward, GroupId(5), view_of(meta), payloads));
}

/// Three frames: with both parts, empty, and with an odd length.
std::string three_frames() {
  return framed("meta of one", "payload") + framed("", "") + framed("m", std::string(301, 'p'));
}

std::vector<std::string> texts_of_three_frames() {
  return {"meta of one|payload", "|", "m|" + std::string(301, 'p')};
}

class FrameReaderTest : public testing::Test {
 protected:
  /// Gives `bytes` to the reader as one read each of at most `chunk` bytes.
  void feed(std::string_view bytes, std::size_t chunk = SIZE_MAX) {
    while (!bytes.empty()) {
      const std::span<std::byte> target = reader_.writable();
      ASSERT_FALSE(target.empty());
      const std::size_t count = std::min({bytes.size(), target.size(), chunk});
      std::memcpy(target.data(), bytes.data(), count);
      reader_.commit(count);
      bytes.remove_prefix(count);
      take();
    }
  }

  /// Takes all frames that are complete.
  void take() {
    auto next = reader_.next();
    for (; next && *next; next = reader_.next()) {
      frames_.push_back(**next);
    }
    error_ = next ? std::nullopt : std::optional<Error>(next.error());
  }

  /// Gives the same frame again and again and drops what comes; true when one lay at `place`.
  bool feed_until_at(const std::string& frame, const std::byte* place) {
    bool found = false;
    for (int i = 0; i < 300; ++i) {
      feed(frame);
      found = found || frames_.back().meta.data() == place;
      frames_.pop_back();
    }
    return found;
  }

  /// Where three frames can be cut into two reads so that they come out otherwise.
  std::vector<std::size_t> splits_that_differ() {
    const std::string stream = three_frames();
    std::vector<std::size_t> cuts;
    for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
      reader_ = FrameReader(kCap);
      frames_.clear();
      feed(stream.substr(0, cut));
      feed(stream.substr(cut));
      if (texts() != texts_of_three_frames()) {
        cuts.push_back(cut);
      }
    }
    return cuts;
  }

  [[nodiscard]] std::vector<std::string> texts() const {
    std::vector<std::string> all;
    for (const ReceivedFrame& frame : frames_) {
      all.push_back(std::string(frame.meta.text()) + "|" + std::string(frame.payload.text()));
    }
    return all;
  }

  FrameReader reader_{kCap};
  std::vector<ReceivedFrame> frames_;
  std::optional<Error> error_;
};

TEST_F(FrameReaderTest, NothingReadIsNoFrame) {
  const auto next = reader_.next();

  ASSERT_TRUE(next);
  EXPECT_FALSE(next->has_value());
}

TEST_F(FrameReaderTest, AFrameComesBack) {
  feed(framed("meta", "payload"));

  ASSERT_EQ(texts(), std::vector<std::string>{"meta|payload"});
  EXPECT_EQ(frames_[0].header.type, FrameType::kForward);
  EXPECT_EQ(frames_[0].header.group, GroupId(5));
}

TEST_F(FrameReaderTest, SeveralFramesInOneReadComeBack) {
  feed(three_frames());

  EXPECT_EQ(texts(), texts_of_three_frames());
}

TEST_F(FrameReaderTest, SingleBytesGiveTheSameFrames) {
  feed(three_frames(), 1);

  EXPECT_EQ(texts(), texts_of_three_frames());
}

TEST_F(FrameReaderTest, AnIncompleteFrameIsPending) {
  const std::string stream = framed("meta", "payload");

  feed(stream.substr(0, stream.size() - 1));

  EXPECT_TRUE(frames_.empty());
  EXPECT_EQ(reader_.pending_bytes(), stream.size() - 1);
}

TEST_F(FrameReaderTest, NothingIsPendingBehindAFrame) {
  feed(framed("meta", "payload"));

  EXPECT_EQ(reader_.pending_bytes(), 0U);
}

TEST_F(FrameReaderTest, MetasAreAligned) {
  feed(three_frames(), 7);

  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(frames_[0].meta.data()) % 8, 0U);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(frames_[2].meta.data()) % 8, 0U);
}

TEST_F(FrameReaderTest, BothPartsAreSlicesOfOneBuffer) {
  feed(framed("12345678", "payload"));

  EXPECT_EQ(frames_[0].payload.data(), frames_[0].meta.data() + 8);
}

TEST_F(FrameReaderTest, FramesStayAsTheyWereWhileOthersCome) {
  feed(framed("first", std::string(1000, 'a')));

  feed_until_at(framed("other", std::string(1000, 'b')), nullptr);

  EXPECT_EQ(texts(), std::vector<std::string>{"first|" + std::string(1000, 'a')});
}

TEST_F(FrameReaderTest, ABufferThatNobodyHoldsIsUsedAgain) {
  feed(framed("meta", std::string(1000, 'a')));
  const std::byte* first = frames_[0].meta.data();
  frames_.clear();

  EXPECT_TRUE(feed_until_at(framed("meta", std::string(1000, 'b')), first));
}

TEST_F(FrameReaderTest, ABufferThatSomebodyHoldsIsNotUsedAgain) {
  feed(framed("meta", std::string(1000, 'a')));
  const std::byte* first = frames_[0].meta.data();

  EXPECT_FALSE(feed_until_at(framed("meta", std::string(1000, 'b')), first));
}

TEST_F(FrameReaderTest, AFrameLargerThanTheBufferComesBack) {
  const std::string payload(700000, 'p');

  feed(framed("before", "") + framed("large", payload) + framed("after", ""), 50000);

  EXPECT_EQ(texts(), (std::vector<std::string>{"before|", "large|" + payload, "after|"}));
}

TEST_F(FrameReaderTest, AfterALargeFrameTheBufferIsSmallAgain) {
  feed(framed("large", std::string(700000, 'p')));
  frames_.clear();

  EXPECT_LT(reader_.writable().size(), 200000U);
}

TEST_F(FrameReaderTest, ABodyOfTheCapIsAccepted) {
  reader_.set_body_bytes_max(1000);

  feed(framed("", std::string(1000, 'p')));

  EXPECT_EQ(frames_.size(), 1U);
}

TEST_F(FrameReaderTest, ABodyOverTheCapIsRefusedBeforeItIsThere) {
  reader_.set_body_bytes_max(1000);

  feed(framed("", std::string(1001, 'p')).substr(0, kFrameHeaderBytes));

  EXPECT_EQ(error_, Error(Errc::kTooLarge));
}

TEST_F(FrameReaderTest, TheLargestLengthsAllocateNothing) {
  FrameHeader header;
  header.meta_bytes = 0xffffffff;
  header.payload_bytes = 0xffffffff;
  std::string bytes(kFrameHeaderBytes, '\0');
  encode_frame_header(header, std::as_writable_bytes(std::span(bytes)));

  feed(bytes);

  EXPECT_EQ(error_, Error(Errc::kTooLarge));
  EXPECT_LT(reader_.writable().size(), 200000U);
}

TEST_F(FrameReaderTest, TheCapMayGrowAfterTheHandshake) {
  reader_.set_body_bytes_max(8);
  feed(framed("", "12345678"));

  reader_.set_body_bytes_max(kCap);
  feed(framed("", "123456789"));

  EXPECT_EQ(frames_.size(), 2U);
}

TEST_F(FrameReaderTest, ABrokenHeaderIsMalformed) {
  std::string stream = framed("meta", "payload");
  stream[9] = '\1';

  feed(stream);

  EXPECT_EQ(error_, Error(Errc::kMalformed));
}

TEST_F(FrameReaderTest, ABrokenMetaIsMalformed) {
  std::string stream = framed("meta", "payload");
  stream[kFrameHeaderBytes] = 'M';

  feed(stream);

  EXPECT_EQ(error_, Error(Errc::kMalformed));
}

TEST_F(FrameReaderTest, BrokenPaddingIsMalformed) {
  std::string stream = framed("meta", "payload");
  stream.back() = '\1';

  feed(stream);

  EXPECT_EQ(error_, Error(Errc::kMalformed));
}

TEST_F(FrameReaderTest, FramesBeforeABrokenOneAreGivenOut) {
  std::string stream = framed("good", "") + framed("broken", "");
  stream.back() = '\1';

  feed(stream);

  EXPECT_EQ(texts(), std::vector<std::string>{"good|"});
  EXPECT_EQ(error_, Error(Errc::kMalformed));
}

TEST_F(FrameReaderTest, AfterAnErrorTheStreamIsLost) {
  std::string stream = framed("broken", "");
  stream.back() = '\1';
  feed(stream);

  feed(framed("good", ""));

  EXPECT_TRUE(frames_.empty());
  EXPECT_EQ(error_, Error(Errc::kMalformed));
}

TEST_F(FrameReaderTest, AGreetingOfAnotherProtocolIsMalformed) {
  feed("GET / HTTP/1.1\r\nHost: localhost:7001\r\n\r\n");

  EXPECT_EQ(error_, Error(Errc::kMalformed));
}

TEST_F(FrameReaderTest, EverySplitOfAStreamGivesTheSameFrames) {
  EXPECT_EQ(splits_that_differ(), std::vector<std::size_t>());
}

using FrameReaderDeathTest = FrameReaderTest;

TEST_F(FrameReaderDeathTest, MoreThanWasOfferedCannotBeCommitted) {
  const std::size_t offered = reader_.writable().size();

  EXPECT_DEATH(reader_.commit(offered + 1), "count <=");
}

TEST_F(FrameReaderDeathTest, ACapOverTheHardLimitIsRefused) {
  EXPECT_DEATH(reader_.set_body_bytes_max(kFrameBytesHardMax + 1), "HardMax");
}

}  // namespace buoyant::frame_reader_test
