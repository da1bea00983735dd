// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// What the present codec writes is read by the codec of the release before, as it was then
// (tests/frozen), and the other way round.

#include "adapters/flatbuffers/codec.h"
#include "tests/adapters/flatbuffers/samples.h"
#include "tests/adapters/flatbuffers/wire.h"
#include "tests/frozen/releases.h"
#include "tests/support/print.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace buoyant::flatbuf::previous_codec_test {

std::vector<samples::Sample> all_samples() {
  FlatbuffersCodec codec;
  return samples::all(codec);
}

std::string name_of(const testing::TestParamInfo<samples::Sample>& info) {
  return info.param.name;
}

class PreviousCodecTest : public testing::TestWithParam<samples::Sample> {
 protected:
  FlatbuffersCodec present_;
  std::unique_ptr<port::Codec> previous_ = frozen::previous_release()->make_codec();
};

INSTANTIATE_TEST_SUITE_P(Every, PreviousCodecTest, testing::ValuesIn(all_samples()), name_of);

TEST_P(PreviousCodecTest, ReadsWhatThisOneWrites) {
  const ReceivedFrame frame = wire_test::receive(samples::encode(present_, GetParam()));

  EXPECT_EQ(samples::compare(*previous_, frame, GetParam()), "");
}

TEST_P(PreviousCodecTest, IsReadByThisOne) {
  const ReceivedFrame frame = wire_test::receive(samples::encode(*previous_, GetParam()));

  EXPECT_EQ(samples::compare(present_, frame, GetParam()), "");
}

TEST(PreviousConfigurationTest, HasTheSameBytesForEver) {
  FlatbuffersCodec present;
  const std::unique_ptr<port::Codec> previous = frozen::previous_release()->make_codec();

  EXPECT_EQ(previous->encode_configuration(samples::joint()),
            present.encode_configuration(samples::joint()));
}

}  // namespace buoyant::flatbuf::previous_codec_test
