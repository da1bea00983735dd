// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/kv/operation.h"

#include "buoyant/base/bytes.h"
#include "buoyant/base/little_endian.h"

#include <array>

namespace kv {

namespace {

constexpr std::size_t kLengthBytes = 4;

bool has_right_count(const Operation& operation) {
  const std::size_t count = operation.arguments.size();
  switch (operation.code) {
    case Code::kSet:
    case Code::kSetIfMissing:
    case Code::kSetIfThere:
    case Code::kGetSet:
    case Code::kAppend:
    case Code::kIncrementBy:
      return count == 2;
    case Code::kCompareAndSet:
      return count == 3;
    case Code::kSetMany:
      return count > 0 && count % 2 == 0;
    case Code::kDelete:
    case Code::kExists:
    case Code::kGetMany:
      return count > 0;
    case Code::kGet:
    case Code::kLength:
      return count == 1;
    case Code::kCount:
      return count == 0;
  }
  return false;
}

}  // namespace

void encode(const Operation& operation, std::string& bytes) {
  bytes += static_cast<char>(operation.code);
  for (const std::string_view argument : operation.arguments) {
    std::array<std::byte, kLengthBytes> length{};
    buoyant::store_le32(length.data(), static_cast<std::uint32_t>(argument.size()));
    bytes.append(buoyant::text_of(length)).append(argument);
  }
}

std::optional<Operation> decode(std::string_view bytes) {
  if (bytes.empty()) {
    return std::nullopt;
  }
  Operation operation{static_cast<Code>(bytes.front()), {}};
  for (bytes.remove_prefix(1); !bytes.empty();) {
    if (bytes.size() < kLengthBytes) {
      return std::nullopt;
    }
    const std::size_t length = buoyant::load_le32(buoyant::view_of(bytes).data());
    bytes.remove_prefix(kLengthBytes);
    if (length > bytes.size()) {
      return std::nullopt;
    }
    operation.arguments.push_back(bytes.substr(0, length));
    bytes.remove_prefix(length);
  }
  return has_right_count(operation) ? std::optional(std::move(operation)) : std::nullopt;
}

}  // namespace kv
