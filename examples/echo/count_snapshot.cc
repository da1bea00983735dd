// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/echo/count_snapshot.h"

#include "buoyant/base/checksum.h"
#include "buoyant/base/little_endian.h"

#include <array>
#include <string_view>

namespace echo {

namespace {

constexpr std::string_view kMagic = "buoyecho";
constexpr std::size_t kBytes = kMagic.size() + 2 * sizeof(std::uint64_t);

void add_number(std::string& bytes, std::uint64_t number) {
  std::array<std::byte, sizeof number> some{};
  buoyant::store_le64(some.data(), number);
  bytes += buoyant::text_of(some);
}

std::string snapshot_of(std::uint64_t lines) {
  std::string bytes(kMagic);
  add_number(bytes, lines);
  add_number(bytes, buoyant::checksum(buoyant::view_of(bytes)));
  return bytes;
}

}  // namespace

CountSource::CountSource(std::uint64_t lines) : bytes_(snapshot_of(lines)) {}

buoyant::Result<buoyant::Bytes> CountSource::read(std::size_t bytes_max) noexcept {
  const std::string_view part = std::string_view(bytes_).substr(read_, bytes_max);
  read_ += part.size();
  return buoyant::Bytes::copy_of(part);
}

buoyant::Result<void> CountTarget::write(buoyant::ByteView chunk) noexcept {
  if (chunk.size() > kBytes - bytes_.size()) {
    return buoyant::fail(buoyant::Errc::kMalformed, "echo snapshot");
  }
  bytes_ += buoyant::text_of(chunk);
  return {};
}

buoyant::Result<void> CountTarget::finish() noexcept {
  if (bytes_.size() != kBytes) {
    return buoyant::fail(buoyant::Errc::kMalformed, "echo snapshot");
  }
  const std::uint64_t lines = buoyant::load_le64(buoyant::view_of(bytes_).data() + kMagic.size());
  if (snapshot_of(lines) != bytes_) {
    return buoyant::fail(buoyant::Errc::kMalformed, "echo snapshot");
  }
  lines_ = lines;
  return {};
}

}  // namespace echo
