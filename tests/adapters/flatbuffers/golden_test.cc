// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// golden/ has every message as version 1 sends it. A difference means that servers of two
// releases would not understand each other. BUOYANT_REWRITE=1 writes the files anew.

#include "adapters/flatbuffers/codec.h"
#include "buoyant/base/checksum.h"
#include "tests/adapters/flatbuffers/samples.h"
#include "tests/adapters/flatbuffers/wire.h"
#include "tests/support/print.h"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace buoyant::flatbuf::golden_test {

std::string path_of(const std::string& name) {
  return std::string(BUOYANT_SOURCE_DIR "/tests/adapters/flatbuffers/golden/") + name + ".hex";
}

/// Lines of 32 bytes, so that a difference can be seen in a review.
std::string hex_of(ByteView bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto value = std::to_integer<unsigned>(bytes[i]);
    text += kDigits[value >> 4U];
    text += kDigits[value & 15U];
    text += i % 32 == 31 || i + 1 == bytes.size() ? "\n" : "";
  }
  return text;
}

std::vector<std::byte> bytes_of_hex(const std::string& text) {
  std::vector<std::byte> bytes;
  std::string digits;
  for (const char c : text) {
    digits += c == '\n' ? "" : std::string(1, c);
    if (digits.size() == 2) {
      bytes.push_back(static_cast<std::byte>(std::stoi(digits, nullptr, 16)));
      digits.clear();
    }
  }
  return bytes;
}

std::string read_golden(const std::string& name) {
  std::ifstream file(path_of(name));
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void expect_golden(const std::string& name, ByteView bytes) {
  if (std::getenv("BUOYANT_REWRITE") != nullptr) {
    std::ofstream(path_of(name)) << hex_of(bytes);
  }
  EXPECT_EQ(read_golden(name), hex_of(bytes)) << name;
}

class GoldenTest : public testing::TestWithParam<samples::Sample> {
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

INSTANTIATE_TEST_SUITE_P(Every, GoldenTest, testing::ValuesIn(all_samples()), name_of);

TEST_P(GoldenTest, EncodesToTheBytesOfVersionOne) {
  const Frame frame = samples::encode(codec_, GetParam());

  expect_golden(GetParam().name, wire_test::flatten(frame));
}

TEST_P(GoldenTest, BytesOfVersionOneDecodeToTheirMessage) {
  const auto stream = bytes_of_hex(read_golden(GetParam().name));
  ASSERT_FALSE(stream.empty());

  const ReceivedFrame frame = wire_test::receive(stream);

  EXPECT_EQ(samples::compare(codec_, frame, GetParam()), "");
}

class GoldenConfigurationTest : public testing::Test {
 protected:
  FlatbuffersCodec codec_;
};

TEST_F(GoldenConfigurationTest, ThreeVotersHaveTheBytesOfVersionOne) {
  expect_golden("configuration", codec_.encode_configuration(samples::three_voters()).view());
}

TEST_F(GoldenConfigurationTest, JointConfigurationsHaveTheBytesOfVersionOne) {
  expect_golden("configuration_joint", codec_.encode_configuration(samples::joint()).view());
}

TEST_F(GoldenConfigurationTest, TheChecksumOfABootstrapNeverChanges) {
  const Bytes payload = codec_.encode_configuration(samples::three_voters());

  EXPECT_EQ(checksum(payload.view()), checksum(bytes_of_hex(read_golden("configuration"))));
}

TEST_F(GoldenConfigurationTest, BytesOfVersionOneDecodeToTheirConfiguration) {
  const auto payload = bytes_of_hex(read_golden("configuration_joint"));

  EXPECT_EQ(codec_.decode_configuration(payload), samples::joint());
}

}  // namespace buoyant::flatbuf::golden_test
