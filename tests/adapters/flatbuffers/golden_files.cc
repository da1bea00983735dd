// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/adapters/flatbuffers/golden_files.h"

#include <fstream>
#include <iterator>
#include <string_view>

namespace buoyant::flatbuf::golden {

std::string folder() {
  return BUOYANT_SOURCE_DIR "/tests/adapters/flatbuffers/golden/";
}

std::string path_of(const std::string& name) {
  return folder() + name + ".hex";
}

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

std::string text_of(const std::string& name) {
  std::ifstream file(path_of(name));
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::vector<std::byte> bytes_of(const std::string& name) {
  std::vector<std::byte> bytes;
  std::string digits;
  for (const char c : text_of(name)) {
    digits += c == '\n' ? "" : std::string(1, c);
    if (digits.size() == 2) {
      bytes.push_back(static_cast<std::byte>(std::stoi(digits, nullptr, 16)));
      digits.clear();
    }
  }
  return bytes;
}

}  // namespace buoyant::flatbuf::golden
