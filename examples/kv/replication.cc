// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/kv/replication.h"

#include "buoyant/base/assert.h"
#include "examples/kv/resp_writer.h"

#include <utility>
#include <variant>

namespace kv {

namespace {

using buoyant::Errc;

/// So often a change is tried when others are always faster.
constexpr int kAttemptsMax = 10;

/// Named by exception: what is not the matter of this attempt alone is an ERR.
const char* kind_of(Errc code) {
  // A server that does not catch up does not vote, but what made it a learner stays.
  if (code == Errc::kOutcomeUnknown || code == Errc::kNotCaughtUp) {
    return "UNKNOWN";
  }
  if (code == Errc::kNoLeader || code == Errc::kNotLeader) {
    return "NOLEADER";
  }
  if (code == Errc::kBusy || code == Errc::kChangeInProgress || code == Errc::kSuperseded ||
      code == Errc::kNotReady || code == Errc::kStaleConfiguration) {
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

// Members. The commands are idempotent, so one that asks for what there is already goes to the
// leader all the same: only it knows whether that is committed, and whether another is under way.

void Replication::change(Edit edit, Answer answer) {
  begin(std::make_shared<Change>(Change{std::move(edit), std::move(answer)}));
}

/// A read first, so that the members that are known here are not older than the command.
void Replication::begin(std::shared_ptr<Change> change) {
  change->attempts += 1;
  read(ReadMode::kLinearizable, [this, change](std::optional<std::string> error) {
    if (error) {
      change->answer(*std::move(error));
    } else {
      attempt(change);
    }
  });
}

void Replication::attempt(const std::shared_ptr<Change>& change) {
  const buoyant::NodeStatus status = node_.status();
  Target target = change->edit(status.configuration.members);
  if (auto* const error = std::get_if<std::string>(&target)) {
    change->answer(std::move(*error));
    return;
  }
  const auto accepted = node_.change_membership(
      std::get<Members>(std::move(target)), status.configuration_index,
      [this, change](const buoyant::Result<buoyant::Index>& outcome) { finish(change, outcome); });
  if (!accepted) {
    finish(change, buoyant::fail(accepted.error()));
  }
}

void Replication::finish(const std::shared_ptr<Change>& change,
                         const buoyant::Result<buoyant::Index>& outcome) {
  if (outcome) {
    change->answer(std::string(resp::kOk));
  } else if (outcome.error().code() == Errc::kStaleConfiguration &&
             change->attempts < kAttemptsMax) {
    begin(change);
  } else if (outcome.error().code() == Errc::kOutcomeUnknown) {
    look(change, error(outcome.error()));
  } else {
    change->answer(error(outcome.error()));
  }
}

/// The leader is gone, but what it was asked for may have been done. It is not asked for again:
/// somebody may have asked for the opposite since.
void Replication::look(const std::shared_ptr<Change>& change, std::string unknown) {
  read(ReadMode::kLinearizable,
       [this, change, unknown = std::move(unknown)](const std::optional<std::string>& error) {
         const buoyant::NodeStatus status = node_.status();
         const Target target = change->edit(status.configuration.members);
         const auto* const wanted = std::get_if<Members>(&target);
         const bool is_done = !error && wanted != nullptr && status.configuration_index.is_set() &&
                              *wanted == status.configuration.members &&
                              !status.configuration.is_joint() &&
                              status.configuration_committed == status.configuration_index;
         change->answer(is_done ? std::string(resp::kOk) : unknown);
       });
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
