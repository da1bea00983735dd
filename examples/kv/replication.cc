// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/kv/replication.h"

#include "examples/kv/resp_writer.h"

#include <utility>

namespace kv {

namespace {

using buoyant::Errc;

/// Named by exception: what is not the matter of this attempt alone is an ERR.
const char* kind_of(Errc code) {
  if (code == Errc::kOutcomeUnknown) {
    return "UNKNOWN";
  }
  if (code == Errc::kNoLeader || code == Errc::kNotLeader) {
    return "NOLEADER";
  }
  if (code == Errc::kBusy || code == Errc::kChangeInProgress || code == Errc::kSuperseded) {
    return "BUSY";
  }
  if (code == Errc::kStorageFull) {
    return "NOSPACE";
  }
  if (code == Errc::kTooLarge) {
    return "TOOLARGE";
  }
  return code == Errc::kFaulted ? "FAULTED" : "ERR";
}

}  // namespace

std::string error_reply(const buoyant::Error& error, const buoyant::NodeStatus& status) {
  if (error.code() == Errc::kNotLeader) {
    const buoyant::Member* const leader = status.configuration.find(status.standing.leader);
    if (leader != nullptr) {
      return resp::error("MOVED 0 " + leader->address);
    }
  }
  std::string text = std::string(kind_of(error.code())) + " " + error.message();
  if (*error.context() != '\0') {
    text += std::string(": ") + error.context();
  }
  return resp::error(text);
}

void Replication::write(const LogCommand& command, Answer answer) {
  auto done = [this, read_reply = command.read_reply,
               answer](const buoyant::Result<buoyant::Applied>& outcome) {
    answer(outcome ? read_reply(outcome->reply) : error(outcome.error()));
  };
  const auto accepted = node_.propose(buoyant::Bytes::copy_of(command.bytes), std::move(done));
  if (!accepted) {
    answer(error(accepted.error()));
  }
}

}  // namespace kv
