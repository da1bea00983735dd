// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// Frames that no codec wrote: random ones, and good ones with a few bytes changed. None may be
// read out of bounds (the sanitizers watch), none may take memory out of proportion, and what is
// accepted must survive encoding. Frames are made of fixed seeds.

#include "adapters/flatbuffers/codec.h"
#include "tests/adapters/flatbuffers/counting_new.h"
#include "tests/adapters/flatbuffers/samples.h"
#include "tests/adapters/flatbuffers/wire.h"
#include "tests/support/print.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <random>
#include <string>
#include <vector>

namespace buoyant::flatbuf::mutation_test {

/// What an empty frame may cost.
constexpr std::size_t kFixedBytes = 256;

/// What became of many frames.
struct Tally {
  std::size_t accepted = 0;
  std::size_t refused = 0;
  /// The first frame that broke a promise; "" when none did.
  std::string broken;
};

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}

  /// In [0, bound).
  std::size_t below(std::size_t bound) { return static_cast<std::size_t>(engine_() % bound); }

  std::byte byte() { return static_cast<std::byte>(engine_()); }

 private:
  std::mt19937_64 engine_;
};

/// Changes a few bytes, or the length, or copies a part over another.
void mutate(std::vector<std::byte>& bytes, Random& random) {
  constexpr std::array<std::uint32_t, 8> kEdges = {0,           1,          4,          0x7fffffff,
                                                   0x80000000U, 0xffffffff, 0xfffffffe, 0x40000000};
  const std::size_t steps = 1 + random.below(3);
  for (std::size_t i = 0; i < steps && !bytes.empty(); ++i) {
    std::byte* at = bytes.data() + random.below(bytes.size());
    const std::size_t left = bytes.size() - static_cast<std::size_t>(at - bytes.data());
    switch (random.below(6)) {
      case 0:
        *at = random.byte();
        break;
      case 1:
        *at ^= static_cast<std::byte>(1U << random.below(8));
        break;
      case 2:
        // Small numbers: offsets, lengths and counts that are nearly right.
        *at = static_cast<std::byte>(std::to_integer<unsigned>(*at) + random.below(9) - 4);
        break;
      case 3:
        std::memcpy(at, &kEdges[random.below(kEdges.size())], std::min<std::size_t>(left, 4));
        break;
      case 4:
        std::memmove(at, bytes.data() + random.below(bytes.size() - left + 1),
                     1 + random.below(std::min<std::size_t>(left, 16)));
        break;
      default:
        bytes.resize(random.below(4) == 0 ? random.below(bytes.size() + 9) : bytes.size());
        break;
    }
  }
}

/// Decodes a frame and checks every promise about it.
void try_frame(port::Codec& codec, const ReceivedFrame& frame, Tally& tally) {
  const std::size_t before = counting_new::allocated_bytes();
  const auto decoded = samples::decode(codec, frame);
  const std::size_t taken = counting_new::allocated_bytes() - before;

  const std::size_t size = frame.meta.size() + frame.payload.size();
  if (taken > kFixedBytes + kDecodeAmplification * size && tally.broken.empty()) {
    tally.broken = testing::PrintToString(frame.header) + " took " + std::to_string(taken);
  }
  if (!decoded) {
    ++tally.refused;
    return;
  }
  ++tally.accepted;
  const ReceivedFrame again = wire_test::receive(samples::encode(codec, *decoded));
  const std::string difference = samples::compare(codec, again, *decoded);
  if (!difference.empty() && tally.broken.empty()) {
    tally.broken = testing::PrintToString(frame.header) + " came back as " + difference;
  }
}

std::vector<std::byte> to_vector(const Bytes& bytes) {
  return {bytes.view().begin(), bytes.view().end()};
}

class MutationTest : public testing::TestWithParam<samples::Sample> {
 protected:
  FlatbuffersCodec codec_;
};

std::vector<samples::Sample> all_samples() {
  FlatbuffersCodec codec;
  return samples::all(codec);
}

std::string name_of(const testing::TestParamInfo<samples::Sample>& info) {
  return info.param.name;
}

INSTANTIATE_TEST_SUITE_P(Every, MutationTest, testing::ValuesIn(all_samples()), name_of);

Tally try_mutations(port::Codec& codec, const samples::Sample& sample, std::size_t count,
                    std::uint64_t seed) {
  const ReceivedFrame good = wire_test::receive(samples::encode(codec, sample));
  Random random(seed);
  Tally tally;
  for (std::size_t i = 0; i < count; ++i) {
    std::vector<std::byte> meta = to_vector(good.meta);
    mutate(meta, random);
    std::vector<std::byte> payload = to_vector(good.payload);
    if (random.below(4) == 0) {
      mutate(payload, random);
    }
    const Bytes text = Bytes::copy_of(payload);
    try_frame(codec, wire_test::received(good.header.type, meta, text.text()), tally);
  }
  return tally;
}

TEST_P(MutationTest, MutatedFramesKeepEveryPromise) {
  const Tally tally = try_mutations(codec_, GetParam(), 1500, 1);

  EXPECT_EQ(tally.broken, "");
  EXPECT_GT(tally.accepted, 0U);
  EXPECT_GT(tally.refused, 0U);
}

Tally try_random(port::Codec& codec, std::size_t count, std::uint64_t seed) {
  Random random(seed);
  Tally tally;
  for (std::size_t i = 0; i < count; ++i) {
    std::vector<std::byte> meta(random.below(200));
    for (std::byte& byte : meta) {
      // Half of them small: offsets that lead somewhere.
      byte = random.below(2) == 0 ? static_cast<std::byte>(random.below(32)) : random.byte();
    }
    const std::string payload(random.below(64), 'p');
    const auto type = static_cast<FrameType>(random.below(14));
    try_frame(codec, wire_test::received(type, meta, payload), tally);
  }
  return tally;
}

class RandomFrameTest : public testing::Test {
 protected:
  FlatbuffersCodec codec_;
};

TEST_F(RandomFrameTest, RandomFramesKeepEveryPromise) {
  const Tally tally = try_random(codec_, 20000, 2);

  EXPECT_EQ(tally.broken, "");
  EXPECT_GT(tally.refused, 19000U);
}

std::string try_configurations(port::Codec& codec, const Configuration& configuration,
                               std::size_t count, std::uint64_t seed) {
  const std::vector<std::byte> good = to_vector(codec.encode_configuration(configuration));
  Random random(seed);
  for (std::size_t i = 0; i < count; ++i) {
    std::vector<std::byte> mutated = good;
    mutate(mutated, random);
    const auto decoded = codec.decode_configuration(mutated);
    if (decoded &&
        codec.decode_configuration(codec.encode_configuration(*decoded).view()) != decoded) {
      return testing::PrintToString(decoded);
    }
  }
  return "";
}

TEST_F(RandomFrameTest, AcceptedMutationsOfAConfigurationEncodeToAnEqualOne) {
  EXPECT_EQ(try_configurations(codec_, samples::joint(), 10000, 3), "");
}

}  // namespace buoyant::flatbuf::mutation_test
