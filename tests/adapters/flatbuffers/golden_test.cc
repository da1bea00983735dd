// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// golden/ has every message as version 1 sends it. A difference means that servers of two
// releases would not understand each other. No file is written again; BUOYANT_REWRITE=1 makes
// those that are missing.

#include "adapters/flatbuffers/codec.h"
#include "buoyant/base/checksum.h"
#include "tests/adapters/flatbuffers/golden_files.h"
#include "tests/adapters/flatbuffers/samples.h"
#include "tests/adapters/flatbuffers/wire.h"
#include "tests/support/print.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace buoyant::flatbuf::golden_test {

void expect_golden(const std::string& name, ByteView bytes) {
  if (!std::filesystem::exists(golden::path_of(name)) &&
      std::getenv("BUOYANT_REWRITE") != nullptr) {
    std::ofstream(golden::path_of(name)) << golden::hex_of(bytes);
  }
  EXPECT_EQ(golden::text_of(name), golden::hex_of(bytes)) << name;
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
  const auto stream = golden::bytes_of(GetParam().name);
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

  EXPECT_EQ(checksum(payload.view()), checksum(golden::bytes_of("configuration")));
}

TEST_F(GoldenConfigurationTest, BytesOfVersionOneDecodeToTheirConfiguration) {
  const auto payload = golden::bytes_of("configuration_joint");

  EXPECT_EQ(codec_.decode_configuration(payload), samples::joint());
}

}  // namespace buoyant::flatbuf::golden_test
