// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// Frames as earlier releases sent them (golden/*.hex) and what they say (golden/*.json): each is
// decoded by the present codec. Nothing there is written again; BUOYANT_REWRITE=1 makes what is
// missing (tests/golden/README.md).

#include "adapters/flatbuffers/codec.h"
#include "buoyant/base/little_endian.h"
#include "tests/adapters/flatbuffers/frame_json.h"
#include "tests/adapters/flatbuffers/golden_files.h"
#include "tests/adapters/flatbuffers/samples.h"
#include "tests/adapters/flatbuffers/wire.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

namespace buoyant::flatbuf::capture_test {

using Json = nlohmann::ordered_json;

bool is_frame(const std::string& name) {
  return !name.starts_with("configuration");
}

std::vector<std::string> all_captures() {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(golden::folder())) {
    if (entry.path().extension() == ".hex") {
      names.insert(entry.path().stem().string());
    }
  }
  return {names.begin(), names.end()};
}

Json expected_of(const std::string& name, const Json& actual) {
  const std::string path = golden::folder() + name + ".json";
  if (!std::filesystem::exists(path) && std::getenv("BUOYANT_REWRITE") != nullptr) {
    std::ofstream(path) << actual.dump(1) << '\n';
  }
  std::ifstream file(path);
  return Json::parse(file, nullptr, false);
}

ReceivedFrame frame_of(const std::string& name) {
  return wire_test::receive(golden::bytes_of(name));
}

/// The same table with two more fields, as a later schema would have them: a longer list of fields
/// behind the buffer, and the table says that it is there.
std::vector<std::byte> with_later_fields(ByteView meta) {
  std::vector<std::byte> bytes(meta.begin(), meta.end());
  const std::size_t table = load_le32(bytes.data());
  const std::size_t fields =
      table - static_cast<std::size_t>(static_cast<std::int32_t>(load_le32(&bytes[table])));
  const std::size_t length = std::to_integer<std::size_t>(bytes[fields]);
  std::vector<std::byte> longer(bytes.begin() + static_cast<std::ptrdiff_t>(fields),
                                bytes.begin() + static_cast<std::ptrdiff_t>(fields + length));
  // Absent are the fields up to here: a list ends with the last one that is not at its default.
  constexpr std::size_t kBeyondAllPresent = 4 + 2 * 30;
  longer.resize(kBeyondAllPresent);
  // Both lie where the table's first field does.
  longer.insert(longer.end(), {std::byte{4}, std::byte{0}, std::byte{4}, std::byte{0}});
  longer[0] = static_cast<std::byte>(longer.size());
  bytes.resize(padded(bytes.size()));
  store_le32(&bytes[table], static_cast<std::uint32_t>(table - bytes.size()));
  bytes.insert(bytes.end(), longer.begin(), longer.end());
  return bytes;
}

class CaptureTest : public testing::TestWithParam<std::string> {
 protected:
  FlatbuffersCodec codec_;
};

std::string name_of(const testing::TestParamInfo<std::string>& info) {
  return info.param;
}

INSTANTIATE_TEST_SUITE_P(Every, CaptureTest, testing::ValuesIn(all_captures()), name_of);

TEST_P(CaptureTest, SaysWhatItSaid) {
  const auto bytes = golden::bytes_of(GetParam());
  const auto configuration = codec_.decode_configuration(bytes);

  const Json actual = is_frame(GetParam()) ? describe(codec_, wire_test::receive(bytes))
                      : configuration      ? describe(*configuration)
                                           : Json(configuration.error().name());

  EXPECT_EQ(expected_of(GetParam(), actual), actual);
}

TEST_P(CaptureTest, IsEncodedToTheSameBytes) {
  const auto bytes = golden::bytes_of(GetParam());
  if (!is_frame(GetParam())) {
    const Bytes again = codec_.encode_configuration(*codec_.decode_configuration(bytes));
    EXPECT_EQ(golden::hex_of(again.view()), golden::hex_of(bytes));
    return;
  }

  const auto decoded = samples::decode(codec_, wire_test::receive(bytes));

  ASSERT_TRUE(decoded.has_value()) << decoded.error().context();
  EXPECT_EQ(wire_test::flatten(samples::encode(codec_, *decoded)), bytes);
}

TEST_P(CaptureTest, WithFieldsOfALaterReleaseSaysTheSame) {
  const auto bytes = golden::bytes_of(GetParam());
  if (!is_frame(GetParam())) {
    const auto decoded = codec_.decode_configuration(with_later_fields(bytes));
    EXPECT_EQ(decoded.value_or(Configuration()), *codec_.decode_configuration(bytes));
    return;
  }
  const ReceivedFrame frame = wire_test::receive(bytes);

  const ReceivedFrame later = wire_test::received(
      frame.header.type, with_later_fields(frame.meta.view()), frame.payload.text());

  EXPECT_EQ(describe(codec_, later), describe(codec_, frame));
}

TEST(CapturesTest, HaveEveryTypeOfFrame) {
  FlatbuffersCodec codec;
  std::set<unsigned> known{1, 2};
  for (unsigned type = 3; type < 256; ++type) {
    const auto decoded = codec.decode(wire_test::received(static_cast<FrameType>(type), {}));
    if (!decoded && decoded.error().code() != Errc::kUnsupportedVersion) {
      known.insert(type);
    }
  }

  std::set<unsigned> captured;
  for (const std::string& name : all_captures()) {
    if (is_frame(name)) {
      captured.insert(static_cast<unsigned>(frame_of(name).header.type));
    }
  }

  EXPECT_EQ(captured, known);
}

TEST(CapturesTest, HaveEveryRefusal) {
  FlatbuffersCodec codec;
  const std::string later = refusal_message(static_cast<Refusal>(255));
  std::set<Refusal> known;
  for (unsigned value = 0; value < 255; ++value) {
    if (refusal_message(static_cast<Refusal>(value)) != later) {
      known.insert(static_cast<Refusal>(value));
    }
  }

  std::set<Refusal> captured;
  for (const std::string& name : all_captures()) {
    if (name.starts_with("hello_reply")) {
      captured.insert(codec.decode_hello_reply(frame_of(name)).value_or(HelloReply()).refusal);
    }
  }

  EXPECT_EQ(captured, known);
}

TEST(CapturesTest, AFrameOfALaterTypeIsRefusedWithItsReason) {
  FlatbuffersCodec codec;
  const ReceivedFrame known = frame_of("heartbeat");

  const auto decoded =
      codec.decode(wire_test::received(static_cast<FrameType>(200), known.meta.view()));

  ASSERT_FALSE(decoded.has_value());
  EXPECT_EQ(decoded.error().code(), Errc::kUnsupportedVersion);
  EXPECT_STREQ(decoded.error().context(), "a frame type of a later version");
}

TEST(CapturesTest, AFrameOfALaterVersionOfTheHeaderIsRefusedWithItsReason) {
  std::vector<std::byte> bytes = golden::bytes_of("heartbeat");
  FrameHeader header = frame_of("heartbeat").header;
  header.version = 2;
  encode_frame_header(header, std::span(bytes).first(kFrameHeaderBytes));

  const auto decoded = decode_frame_header(
      std::span<const std::byte, kFrameHeaderBytes>(bytes.data(), kFrameHeaderBytes));

  ASSERT_FALSE(decoded.has_value());
  EXPECT_EQ(decoded.error().code(), Errc::kUnsupportedVersion);
}

}  // namespace buoyant::flatbuf::capture_test
