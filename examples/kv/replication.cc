// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/kv/replication.h"

#include "buoyant/base/assert.h"
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
  if (code == Errc::kBusy || code == Errc::kChangeInProgress || code == Errc::kSuperseded ||
      code == Errc::kNotReady) {
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

void Replication::read(ReadMode mode, std::function<void(std::optional<std::string>)> done) {
  BUOYANT_ASSERT(mode != ReadMode::kStale);
  auto on_read = [this, done](const buoyant::Result<buoyant::Index>& outcome) {
    done(outcome ? std::nullopt : std::optional(error(outcome.error())));
  };
  const auto accepted = node_.read(
      mode == ReadMode::kLease ? buoyant::ReadMode::kLease : buoyant::ReadMode::kLinearizable,
      std::move(on_read));
  if (!accepted) {
    done(error(accepted.error()));
  }
}

void Replication::take_snapshot(Answer answer) {
  auto done = [this, answer](const buoyant::Result<buoyant::SnapshotMetadata>& outcome) {
    answer(outcome ? std::string(resp::kOk) : error(outcome.error()));
  };
  const auto accepted = node_.take_snapshot(std::move(done));
  if (!accepted) {
    answer(error(accepted.error()));
  }
}

void Replication::transfer(buoyant::ServerId to, Answer answer) {
  auto done = [this, answer](const buoyant::Result<buoyant::ServerId>& outcome) {
    answer(outcome ? std::string(resp::kOk) : error(outcome.error()));
  };
  const auto accepted = node_.transfer(to, std::move(done));
  if (!accepted) {
    answer(error(accepted.error()));
  }
}

}  // namespace kv
