// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// How the core's values read in failing assertions; see print.h.
#pragma once

#include "buoyant/core/raft.h"
#include "buoyant/core/ready.h"
#include "tests/support/print.h"

#include <ostream>
#include <variant>

namespace buoyant::core {

inline std::ostream& operator<<(std::ostream& out, Role role) {
  return out << role_name(role);
}

inline std::ostream& operator<<(std::ostream& out, Cause cause) {
  return out << cause_name(cause);
}

inline std::ostream& operator<<(std::ostream& out, ProgressState state) {
  return out << progress_name(state);
}

inline std::ostream& operator<<(std::ostream& out, StepKind kind) {
  return out << step_name(kind);
}

inline std::ostream& operator<<(std::ostream& out, const Standing& standing) {
  return out << "{" << standing.role << " of " << standing.term << ", leader " << standing.leader
             << ", " << standing.cause << "}";
}

inline std::ostream& operator<<(std::ostream& out, const CreatedEntry& entry) {
  out << "{" << entry.index << " of " << entry.term;
  if (entry.configuration) {
    out << ", configuration " << *entry.configuration;
  }
  return out << "}";
}

inline std::ostream& operator<<(std::ostream& out, const Write& write) {
  out << "Write{" << write.id;
  if (write.hard_state) {
    out << ", " << *write.hard_state;
  }
  if (write.truncate_from) {
    out << ", truncate from " << *write.truncate_from;
  }
  out << ", append " << write.append << " ";
  print_list(out, write.runs);
  out << ", created ";
  print_list(out, write.created);
  return out << (write.after_no_space ? ", after no space}" : "}");
}

inline std::ostream& operator<<(std::ostream& out, const Envelope& envelope) {
  out << "to " << envelope.to << " after " << envelope.after << ": ";
  std::visit([&out](const auto& message) { out << message; }, envelope.message);
  return out;
}

inline std::ostream& operator<<(std::ostream& out, const Replicate& replicate) {
  return out << "Replicate{to " << replicate.to << ", " << replicate.term << ", prev "
             << replicate.prev << ", through " << replicate.through << ", commit "
             << replicate.commit << ", " << replicate.round << (replicate.probe ? ", probe}" : "}");
}

inline std::ostream& operator<<(std::ostream& out, const ReadGrant& grant) {
  return out << "{reads " << grant.first << ".." << grant.last << " at " << grant.index << "}";
}

inline std::ostream& operator<<(std::ostream& out, const ChangeOutcome& outcome) {
  out << "change " << outcome.number;
  return outcome.index.is_set() ? out << " done at " << outcome.index
                                : out << ": " << errc_name(outcome.refusal);
}

}  // namespace buoyant::core
