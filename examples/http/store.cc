// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/http/store.h"

#include "buoyant/base/bytes.h"
#include "buoyant/base/little_endian.h"

#include <array>
#include <cstddef>
#include <string>

namespace http {

namespace {

constexpr std::size_t kVersionBytes = 8;

/// No key of a client is empty.
constexpr std::string_view kCounterKey;

std::string stored(std::uint64_t number, std::string_view value) {
  std::string bytes(kVersionBytes, '\0');
  buoyant::store_le64(reinterpret_cast<std::byte*>(bytes.data()), number);
  return bytes.append(value);
}

std::uint64_t number_of(const kv::Entry& entry) {
  return buoyant::load_le64(buoyant::view_of(entry.value()).data());
}

/// `version` 0: there is none.
bool holds(const Condition& condition, std::uint64_t version) {
  switch (condition.kind) {
    case Condition::Kind::kNone:
      return true;
    case Condition::Kind::kMissing:
      return version == 0;
    case Condition::Kind::kThere:
      return version != 0;
    case Condition::Kind::kVersion:
      return version == condition.version;
  }
  return false;
}

}  // namespace

void Store::apply(std::vector<buoyant::Command> commands, buoyant::ApplyDone done) noexcept {
  std::vector<buoyant::Bytes> replies;
  replies.reserve(commands.size());
  for (const buoyant::Command& command : commands) {
    const std::optional<Command> decoded = decode_command(command.payload.text());
    const Reply reply = decoded ? execute(*decoded, command.index.value()) : Reply{};
    replies.push_back(buoyant::Bytes::copy_of(encode(reply)));
  }
  done(std::move(replies));
}

Reply Store::execute(const Command& command, std::uint64_t index) {
  kv::Map& map = contents_->map;
  if (command.code == Code::kIncrement) {
    const std::uint64_t count = counter() + 1;
    map.set(kCounterKey, stored(count, {}));
    return {Outcome::kCounted, count};
  }
  if (command.key.empty()) {
    return {Outcome::kNonsense};
  }
  const kv::Entry* const entry = map.find(command.key);
  const std::uint64_t version = entry == nullptr ? 0 : number_of(*entry);
  if (!holds(command.condition, version)) {
    return {Outcome::kConditionFailed, version};
  }
  if (command.code == Code::kPut) {
    map.set(command.key, stored(index, command.value));
    return {version == 0 ? Outcome::kCreated : Outcome::kReplaced, index};
  }
  return {map.erase(command.key) ? Outcome::kDeleted : Outcome::kMissing};
}

std::unique_ptr<buoyant::SnapshotSource> Store::capture() noexcept {
  return std::make_unique<kv::MapSource>(contents_->map.freeze());
}

std::unique_ptr<buoyant::SnapshotTarget> Store::install() noexcept {
  return std::make_unique<kv::MapTarget>(contents_);
}

std::optional<Store::Value> Store::find(std::string_view key) const {
  const kv::Entry* const entry = contents_->map.find(key);
  if (entry == nullptr) {
    return std::nullopt;
  }
  return Value{number_of(*entry), entry->value().substr(kVersionBytes)};
}

std::uint64_t Store::counter() const {
  const kv::Entry* const entry = contents_->map.find(kCounterKey);
  return entry == nullptr ? 0 : number_of(*entry);
}

std::uint64_t Store::size() const {
  const bool has_counter = contents_->map.find(kCounterKey) != nullptr;
  return contents_->map.size() - (has_counter ? 1 : 0);
}

}  // namespace http
