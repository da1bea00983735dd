// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// codec_bench: from values to frames and back, with all checksums and checks.

#include "adapters/flatbuffers/codec.h"
#include "bench/micro/frames.h"

#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>
#include <vector>

namespace buoyant::bench {

namespace {

constexpr GroupId kGroup;

struct Range {
  AppendEntries message;
  std::vector<Entry> entries;
};

/// `count` commands of `payload` bytes each, with blocks of their own, as proposals have them.
Range make_range(std::int64_t count, std::int64_t payload) {
  Range range;
  range.message = {.term = Term(7),
                   .prev = {.term = Term(7), .index = Index(1000)},
                   .commit = Index(1000),
                   .round = Round(5)};
  for (std::int64_t i = 0; i < count; ++i) {
    const auto letter = static_cast<char>('a' + i % 26);
    range.entries.push_back(
        {Term(7), EntryKind::kCommand,
         Bytes::copy_of(std::string(static_cast<std::size_t>(payload), letter))});
  }
  range.message.runs = {{Term(7), static_cast<std::uint64_t>(count)}};
  return range;
}

void count_entries(benchmark::State& state) {
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.SetBytesProcessed(state.iterations() * state.range(0) * state.range(1));
}

void encode_append(benchmark::State& state) {
  flatbuf::FlatbuffersCodec codec;
  const Range range = make_range(state.range(0), state.range(1));
  while (state.KeepRunning()) {
    benchmark::DoNotOptimize(codec.encode_append(kGroup, range.message, range.entries));
  }
  count_entries(state);
}

/// As from a socket: bytes are copied into the reader's buffer, cut, checked and decoded.
void receive_append(benchmark::State& state) {
  flatbuf::FlatbuffersCodec codec;
  const Range range = make_range(state.range(0), state.range(1));
  const std::string bytes = bytes_of(codec.encode_append(kGroup, range.message, range.entries));
  FrameReader reader(kFrameBytesHardMax);
  while (state.KeepRunning()) {
    const Result<port::Decoded> decoded = codec.decode(receive(reader, bytes));
    if (!decoded || decoded->entries.size() != range.entries.size()) {
      state.SkipWithError("a frame was refused");
      break;
    }
  }
  count_entries(state);
}

/// Only the part after the checksum: verification, validation, entries.
void decode_append(benchmark::State& state) {
  flatbuf::FlatbuffersCodec codec;
  const Range range = make_range(state.range(0), state.range(1));
  FrameReader reader(kFrameBytesHardMax);
  const ReceivedFrame frame =
      receive(reader, bytes_of(codec.encode_append(kGroup, range.message, range.entries)));
  while (state.KeepRunning()) {
    const Result<port::Decoded> decoded = codec.decode(frame);
    if (!decoded || decoded->entries.size() != range.entries.size()) {
      state.SkipWithError("a frame was refused");
      break;
    }
  }
  count_entries(state);
}

/// A frame whose meta says something that no correct server sends: how soon it is refused.
void refuse_append(benchmark::State& state) {
  flatbuf::FlatbuffersCodec codec;
  const Range range = make_range(state.range(0), state.range(1));
  FrameReader reader(kFrameBytesHardMax);
  ReceivedFrame frame =
      receive(reader, bytes_of(codec.encode_append(kGroup, range.message, range.entries)));
  // The last payload is missing.
  frame.payload = frame.payload.slice(0, frame.payload.size() - 1);
  frame.header.payload_bytes -= 1;
  while (state.KeepRunning()) {
    if (codec.decode(frame).has_value()) {
      state.SkipWithError("a frame with a payload that is cut short was accepted");
      break;
    }
  }
  state.SetItemsProcessed(state.iterations());
}

void acknowledge(benchmark::State& state) {
  flatbuf::FlatbuffersCodec codec;
  FrameReader reader(kFrameBytesHardMax);
  const PeerMessage message = AppendEntriesReply{
      .term = Term(7), .accepted = true, .match = Index(1234), .round = Round(5)};
  while (state.KeepRunning()) {
    const auto decoded = codec.decode(receive(reader, bytes_of(codec.encode(kGroup, message))));
    if (!decoded || decoded->message != message) {
      state.SkipWithError("an acknowledgement changed on its way");
      break;
    }
  }
  state.SetItemsProcessed(state.iterations());
}

void hello(benchmark::State& state) {
  flatbuf::FlatbuffersCodec codec;
  FrameReader reader(kHelloBytesMax);
  Hello said;
  said.identity = {.cluster = "codec_bench",
                   .server = ServerId(1),
                   .incarnation = 77,
                   .start_counter = 3,
                   .start_id = 4};
  said.expected = ServerId(2);
  said.configuration_index = Index(1);
  said.bootstrap = 99;
  while (state.KeepRunning()) {
    const Result<Hello> heard =
        codec.decode_hello(receive(reader, bytes_of(codec.encode_hello(said))));
    if (!heard || *heard != said) {
      state.SkipWithError("a hello changed on its way");
      break;
    }
  }
  state.SetItemsProcessed(state.iterations());
}

void sizes(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgNames({"entries", "payload"})
      ->Args({1, 64})
      ->Args({1, 256})
      ->Args({64, 256})
      ->Args({512, 256})
      ->Args({64, 4096})
      ->Args({1, 262144});
}

BENCHMARK(encode_append)->Apply(sizes);
BENCHMARK(receive_append)->Apply(sizes);
BENCHMARK(decode_append)->Apply(sizes);
BENCHMARK(refuse_append)->ArgNames({"entries", "payload"})->Args({64, 256});
BENCHMARK(acknowledge);
BENCHMARK(hello);

}  // namespace

}  // namespace buoyant::bench

BENCHMARK_MAIN();
