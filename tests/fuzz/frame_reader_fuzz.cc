// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// A stream of frames in pieces of any size. How it is cut makes no difference, no frame is larger
// than the cap, and the frames that were given out keep their bytes.
//
// Input: the cap, then parts. A part is raw, or a frame whose checksums the harness computes, so
// that what lies behind them is reached. Each part ends with how the stream is cut there.

#include "buoyant/base/assert.h"
#include "buoyant/base/checksum.h"
#include "buoyant/model/frame.h"
#include "tests/fuzz/input.h"

#include <vector>

namespace buoyant::fuzz {

/// The largest piece that one read brings.
constexpr std::size_t kPieceBytesMax = 96;
/// What a reader takes from the heap for small frames.
constexpr std::size_t kReceiveBytes = std::size_t{128} << 10U;

struct Stream {
  std::vector<std::byte> bytes;
  /// The lengths of the pieces; used over and over.
  std::vector<std::size_t> pieces;
};

void add(std::vector<std::byte>& bytes, ByteView view) {
  bytes.insert(bytes.end(), view.begin(), view.end());
}

void add_frame(Input& input, std::vector<std::byte>& bytes) {
  FrameHeader header{.type = static_cast<FrameType>(input.byte()), .group = GroupId(input.byte())};
  std::vector<std::byte> body;
  const ByteView meta = input.bytes(input.byte());
  add(body, meta);
  body.resize(padded(body.size()));
  const ByteView payload = input.bytes(input.byte());
  add(body, payload);
  body.resize(padded(body.size()));
  header.meta_bytes = static_cast<std::uint32_t>(meta.size());
  header.payload_bytes = static_cast<std::uint32_t>(payload.size());
  if (input.below(8) == 7) {
    // Lengths that the stream does not hold to.
    header.meta_bytes = static_cast<std::uint32_t>(input.number());
    header.payload_bytes = static_cast<std::uint32_t>(input.number());
  }
  header.body_checksum = checksum(body);
  std::array<std::byte, kFrameHeaderBytes> head{};
  encode_frame_header(header, head);
  add(bytes, head);
  add(bytes, body);
}

Stream stream_of(Input& input) {
  Stream stream;
  while (!input.empty()) {
    if (input.flag()) {
      add_frame(input, stream.bytes);
    } else {
      add(stream.bytes, input.bytes(input.byte()));
    }
    stream.pieces.push_back(1 + input.byte() % kPieceBytesMax);
  }
  return stream;
}

/// What came out of a reader.
struct Outcome {
  std::vector<ReceivedFrame> frames;
  std::optional<Errc> error;
};

/// Takes all frames that are complete. False: the stream is lost.
bool take_frames(FrameReader& reader, std::size_t cap, Outcome& outcome) {
  while (true) {
    auto next = reader.next();
    if (!next) {
      outcome.error = next.error().code();
      return false;
    }
    if (!*next) {
      return true;
    }
    BUOYANT_ASSERT((*next)->header.body_bytes() <= cap);
    outcome.frames.push_back(std::move(**next));
  }
}

Outcome read_in(const Stream& stream, std::size_t cap, const std::vector<std::size_t>& pieces) {
  FrameReader reader(cap);
  Outcome outcome;
  std::size_t done = 0;
  for (std::size_t piece = 0; done < stream.bytes.size(); ++piece) {
    const std::span<std::byte> target = reader.writable();
    BUOYANT_ASSERT(!target.empty());
    // W1: whatever a header announces.
    BUOYANT_ASSERT(target.size() <= std::max(kReceiveBytes, cap + kFrameHeaderBytes));
    const std::size_t count =
        std::min({target.size(), stream.bytes.size() - done, pieces[piece % pieces.size()]});
    std::memcpy(target.data(), stream.bytes.data() + done, count);
    reader.commit(count);
    done += count;
    if (!take_frames(reader, cap, outcome)) {
      break;
    }
  }
  return outcome;
}

void try_stream(Input& input) {
  const std::size_t cap = std::size_t{1} << (3 + input.below(18));
  const Stream stream = stream_of(input);
  if (stream.pieces.empty()) {
    return;
  }
  const Outcome cut = read_in(stream, cap, stream.pieces);
  const Outcome whole = read_in(stream, cap, {stream.bytes.size()});
  BUOYANT_ASSERT(cut.error == whole.error);
  BUOYANT_ASSERT(cut.frames.size() == whole.frames.size());
  for (std::size_t i = 0; i < cut.frames.size(); ++i) {
    BUOYANT_ASSERT(cut.frames[i].header == whole.frames[i].header);
    BUOYANT_ASSERT(cut.frames[i].meta == whole.frames[i].meta);
    BUOYANT_ASSERT(cut.frames[i].payload == whole.frames[i].payload);
  }
}

}  // namespace buoyant::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  buoyant::fuzz::Input input(data, size);
  buoyant::fuzz::try_stream(input);
  return 0;
}
