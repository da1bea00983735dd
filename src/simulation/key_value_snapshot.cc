// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "simulation/key_value_snapshot.h"

#include "buoyant/base/little_endian.h"

#include <array>
#include <cstdint>

namespace buoyant::simulation {

namespace {

void put_number(std::string& bytes, std::uint64_t number) {
  std::array<std::byte, sizeof(number)> raw{};
  store_le64(raw.data(), number);
  bytes += text_of(raw);
}

void put_text(std::string& bytes, std::string_view text) {
  put_number(bytes, text.size());
  bytes += text;
}

/// Takes fields off the front; after the end it gives nothing and is not ok.
class Reader {
 public:
  explicit Reader(std::string_view rest) : rest_(rest) {}

  std::string_view take(std::uint64_t size) {
    ok_ = ok_ && size <= rest_.size();
    const std::string_view taken = ok_ ? rest_.substr(0, size) : std::string_view();
    rest_.remove_prefix(taken.size());
    return taken;
  }

  std::uint64_t number() {
    const std::string_view taken = take(sizeof(std::uint64_t));
    return taken.empty() ? 0 : load_le64(view_of(taken).data());
  }

  std::string text() { return std::string(take(number())); }

  [[nodiscard]] bool ok() const { return ok_; }

  [[nodiscard]] bool complete() const { return ok_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace

std::string encode_state(const KeyValueState& state) {
  std::string bytes;
  put_number(bytes, state.registers.size());
  for (const auto& [key, value] : state.registers) {
    put_text(bytes, key);
    put_text(bytes, value);
  }
  put_number(bytes, state.lists.size());
  for (const auto& [key, values] : state.lists) {
    put_text(bytes, key);
    put_number(bytes, values.size());
    for (const std::uint64_t value : values) {
      put_number(bytes, value);
    }
  }
  return bytes;
}

std::optional<KeyValueState> decode_state(std::string_view bytes) {
  Reader in(bytes);
  KeyValueState state;
  for (std::uint64_t left = in.number(); left > 0 && in.ok(); --left) {
    std::string key = in.text();
    state.registers[std::move(key)] = in.text();
  }
  for (std::uint64_t left = in.number(); left > 0 && in.ok(); --left) {
    ListValues& list = state.lists[in.text()];
    for (std::uint64_t values = in.number(); values > 0 && in.ok(); --values) {
      list.push_back(in.number());
    }
  }
  return in.complete() ? std::optional(std::move(state)) : std::nullopt;
}

Result<Bytes> KeyValueSource::read(std::size_t bytes_max) noexcept {
  const std::string_view part = std::string_view(bytes_).substr(read_, bytes_max);
  read_ += part.size();
  return Bytes::copy_of(part);
}

Result<void> KeyValueTarget::write(ByteView chunk) noexcept {
  bytes_ += text_of(chunk);
  return {};
}

Result<void> KeyValueTarget::finish() noexcept {
  std::optional<KeyValueState> state = decode_state(bytes_);
  if (!state) {
    return fail(Errc::kMalformed, "key-value snapshot");
  }
  state_ = std::move(*state);
  return {};
}

}  // namespace buoyant::simulation
