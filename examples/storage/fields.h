// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The model's values as bytes, field after field: numbers of 8 bytes, texts with their length.
#pragma once

#include "buoyant/base/little_endian.h"
#include "buoyant/port/storage.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace file_storage {

/// Which fields a value has, for both directions.
template <class Archive, class Value>
void visit(Archive& archive, Value& value) {
  using Plain = std::remove_const_t<Value>;
  if constexpr (std::is_same_v<Plain, buoyant::HardState>) {
    archive(value.term, value.voted_for);
  } else if constexpr (std::is_same_v<Plain, buoyant::LogPosition>) {
    archive(value.term, value.index);
  } else if constexpr (std::is_same_v<Plain, buoyant::Identity>) {
    archive(value.cluster, value.server, value.incarnation, value.start_counter, value.start_id);
  } else if constexpr (std::is_same_v<Plain, buoyant::PeerIdentity>) {
    archive(value.server, value.incarnation, value.start_counter, value.start_id, value.since);
  } else if constexpr (std::is_same_v<Plain, buoyant::Entry>) {
    archive(value.term, value.kind, value.payload);
  } else if constexpr (std::is_same_v<Plain, buoyant::Member>) {
    archive(value.id, value.address, value.role);
  } else if constexpr (std::is_same_v<Plain, buoyant::Configuration>) {
    archive(value.members, value.outgoing);
  } else if constexpr (std::is_same_v<Plain, buoyant::SnapshotId>) {
    archive(value.position, value.creator, value.sequence, value.checksum);
  } else if constexpr (std::is_same_v<Plain, buoyant::SnapshotMetadata>) {
    archive(value.id, value.configuration, value.configuration_index, value.bytes);
  } else if constexpr (std::is_same_v<Plain, buoyant::port::StorageWrite>) {
    archive(value.hard_state, value.truncate_from, value.snapshot, value.compact_through,
            value.first, value.entries, value.peers);
  } else {
    archive(value.identity, value.hard_state, value.snapshot, value.base, value.entries,
            value.bootstrap, value.peers);
  }
}

/// Writes values into bytes, or reads them from bytes. Of bytes that end too early the rest of
/// the values is empty, and is_whole() is false.
template <bool kReads>
class Archive {
 public:
  explicit Archive(std::string_view bytes = {}) : rest_(bytes) {}

  template <class... Values>
  void operator()(Values&... values) {
    (one(values), ...);
  }

  std::string take() { return std::move(written_); }

  [[nodiscard]] bool is_whole() const { return !failed_ && rest_.empty(); }

 private:
  template <class Value>
  void one(Value& value) {
    if constexpr (std::is_integral_v<Value> || std::is_enum_v<Value>) {
      const std::uint64_t read = number(static_cast<std::uint64_t>(value));
      assign(value, [&] { return static_cast<Value>(read); });
    } else if constexpr (requires { value.is_set(); }) {
      const std::uint64_t read = number(value.value());
      assign(value, [&] { return Value(read); });
    } else if constexpr (requires { value.pinned_bytes(); }) {
      const std::string_view read = text(value.text());
      assign(value, [&] { return Value::copy_of(read); });
    } else if constexpr (requires { value.c_str(); }) {
      const std::string_view read = text(value);
      assign(value, [&] { return Value(read); });
    } else if constexpr (requires { value.has_value(); }) {
      const bool has_value = number(value.has_value() ? 1 : 0) != 0;
      assign(value, [&] { return has_value ? Value(std::in_place) : std::nullopt; });
      if (has_value) {
        one(*value);
      }
    } else if constexpr (requires { value.size(); }) {
      list(value);
    } else {
      visit(*this, value);
    }
  }

  template <class List>
  void list(List& values) {
    std::uint64_t count = number(values.size());
    if constexpr (kReads) {
      for (; count > 0 && !failed_; --count) {
        one(values.emplace_back());
      }
    } else {
      for (const auto& value : values) {
        one(value);
      }
    }
  }

  /// Only what is read is assigned to: when writing, values are const.
  template <class Value, class Make>
  static void assign(Value& value, const Make& make) {
    if constexpr (kReads) {
      value = make();
    }
  }

  std::uint64_t number(std::uint64_t value) {
    std::array<std::byte, 8> bytes{};
    if constexpr (kReads) {
      const std::string_view read = part(bytes.size());
      return read.empty() ? 0 : buoyant::load_le64(buoyant::view_of(read).data());
    }
    buoyant::store_le64(bytes.data(), value);
    written_ += buoyant::text_of(bytes);
    return value;
  }

  std::string_view text(std::string_view value) {
    const std::uint64_t size = number(value.size());
    if constexpr (kReads) {
      return part(size);
    }
    written_ += value;
    return value;
  }

  std::string_view part(std::uint64_t size) {
    failed_ = failed_ || size > rest_.size();
    const std::string_view taken = failed_ ? std::string_view() : rest_.substr(0, size);
    rest_.remove_prefix(taken.size());
    return taken;
  }

  std::string written_;
  std::string_view rest_;
  bool failed_ = false;
};

template <class... Values>
std::string encode(const Values&... values) {
  Archive<false> archive;
  archive(values...);
  return archive.take();
}

/// Nothing: these bytes are not what they should be.
template <class Value>
std::optional<Value> decode(std::string_view bytes) {
  Archive<true> archive(bytes);
  Value value;
  archive(value);
  return archive.is_whole() ? std::optional(std::move(value)) : std::nullopt;
}

}  // namespace file_storage
