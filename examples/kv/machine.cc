// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/kv/machine.h"

#include "examples/kv/execute.h"
#include "examples/kv/operation.h"
#include "examples/kv/resp_writer.h"

#include <optional>
#include <string>
#include <utility>

namespace kv {

void KvMachine::apply(std::vector<buoyant::Command> commands, buoyant::ApplyDone done) noexcept {
  std::vector<buoyant::Bytes> replies;
  replies.reserve(commands.size());
  for (const buoyant::Command& command : commands) {
    const std::optional<Operation> operation = decode(command.payload.text());
    replies.push_back(buoyant::Bytes::copy_of(operation ? execute(*operation, contents_->map)
                                                        : resp::error("ERR this is no operation")));
  }
  done(std::move(replies));
}

std::unique_ptr<buoyant::SnapshotSource> KvMachine::capture() noexcept {
  return std::make_unique<MapSource>(contents_->map.freeze());
}

std::unique_ptr<buoyant::SnapshotTarget> KvMachine::install() noexcept {
  return std::make_unique<MapTarget>(contents_);
}

void KvMachine::Contents::replace(Map other) {
  discard(std::exchange(map, std::move(other)));
}

}  // namespace kv
