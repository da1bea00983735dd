// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/state_machine/key_value.h"

#include "examples/state_machine/snapshot.h"

#include <utility>

namespace key_value {

void KeyValue::apply(std::vector<buoyant::Command> commands, buoyant::ApplyDone done) noexcept {
  std::vector<buoyant::Bytes> replies;
  replies.reserve(commands.size());
  for (const buoyant::Command& command : commands) {
    replies.push_back(buoyant::Bytes::copy_of(execute(command.payload.text())));
  }
  done(std::move(replies));
}

std::unique_ptr<buoyant::SnapshotSource> KeyValue::capture() noexcept {
  return std::make_unique<MapSource>(map_);
}

std::unique_ptr<buoyant::SnapshotTarget> KeyValue::install() noexcept {
  return std::make_unique<MapTarget>(map_);
}

std::string_view KeyValue::get(std::string_view key) const {
  const auto found = map_.find(key);
  return found == map_.end() ? std::string_view() : found->second;
}

std::string KeyValue::execute(std::string_view command) {
  const std::string_view verb = command.substr(0, 4);
  const std::string_view rest = command.substr(verb.size());
  const std::string_view key = rest.substr(0, rest.find(' '));
  if (verb == "set " && key.size() < rest.size()) {
    return replace(key, rest.substr(key.size() + 1));
  }
  return verb == "del " && key.size() == rest.size() ? replace(key, {}) : "?";
}

/// An empty value is no value.
std::string KeyValue::replace(std::string_view key, std::string_view value) {
  auto found = map_.find(key);
  std::string before = found == map_.end() ? std::string() : found->second;
  if (!value.empty()) {
    map_.insert_or_assign(std::string(key), std::string(value));
  } else if (found != map_.end()) {
    map_.erase(found);
  }
  return before;
}

}  // namespace key_value
