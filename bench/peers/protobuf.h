// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// As much of Protocol Buffers as two messages of etcd need.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace buoyant::bench::protobuf {

/// Appends a field of bytes. Requires: number <= 15.
void put_bytes(std::string& message, unsigned number, std::string_view bytes);

/// The value of the last field with this number. Nothing: there is none of this kind, or the
/// message is damaged.
std::optional<std::uint64_t> find_number(std::string_view message, unsigned number);
std::optional<std::string_view> find_bytes(std::string_view message, unsigned number);

}  // namespace buoyant::bench::protobuf
