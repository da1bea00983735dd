// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/process/hostile_bytes.h"

#include "adapters/flatbuffers/codec.h"
#include "buoyant/model/frame.h"

#include <array>
#include <cstddef>

namespace buoyant::process {

static constexpr std::size_t kGarbageBytesMax = 8192;
static constexpr std::uint32_t kHugeBytes = 0xfffffff0U;

static std::string random_bytes(std::mt19937_64& random) {
  std::string bytes(1 + random() % kGarbageBytesMax, '\0');
  for (char& byte : bytes) {
    byte = static_cast<char>(random());
  }
  return bytes;
}

static std::string text_of(const Frame& frame) {
  std::string text;
  for (const Bytes& piece : frame.pieces) {
    text += piece.text();
  }
  return text;
}

static std::string huge_header(std::mt19937_64& random) {
  FrameHeader header;
  header.type = random() % 2 == 0 ? FrameType::kHello : FrameType::kAppendEntries;
  header.meta_bytes = kHugeBytes;
  header.payload_bytes = static_cast<std::uint32_t>(random());
  std::array<std::byte, kFrameHeaderBytes> bytes{};
  encode_frame_header(header, bytes);
  return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

static std::string foreign_hello(std::mt19937_64& random) {
  Hello hello;
  hello.identity.cluster = "another";
  hello.identity.server = ServerId(1 + random() % 3);
  hello.identity.incarnation = random() | 1U;
  hello.identity.start_counter = 1;
  hello.identity.start_id = random() | 1U;
  hello.expected = ServerId(1 + random() % 3);
  return text_of(flatbuf::FlatbuffersCodec().encode_hello(hello));
}

/// They would depose every leader, were they heard.
static std::string usurping_frames() {
  flatbuf::FlatbuffersCodec codec;
  RequestVote request;
  request.term = Term(1'000'000);
  Heartbeat heartbeat;
  heartbeat.term = Term(1'000'000);
  return text_of(codec.encode(GroupId(1), PeerMessage(request))) +
         text_of(codec.encode(GroupId(1), PeerMessage(heartbeat)));
}

std::string hostile_bytes(Hostility hostility, std::mt19937_64& random) {
  switch (hostility) {
    case Hostility::kGarbage:
      return random_bytes(random);
    case Hostility::kHugeLength:
      return huge_header(random) + random_bytes(random);
    case Hostility::kHalfFrame:
      return foreign_hello(random);
    case Hostility::kForeign:
      return foreign_hello(random) + usurping_frames();
    case Hostility::kTlsGarbage:
      return std::string("\x16\x03\x01\x40\x00", 5) + random_bytes(random);
    case Hostility::kFirstFlight:
    case Hostility::kSilent:
    case Hostility::kFlood:
      break;
  }
  return {};
}

}  // namespace buoyant::process
