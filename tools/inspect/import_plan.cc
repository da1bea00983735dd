// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/inspect/import_plan.h"

#include "buoyant/base/assert.h"
#include "tools/common/describe.h"

#include <algorithm>
#include <utility>

namespace buoyant::inspect_tool {

namespace {

using tools::text_of;
using tools::text_of_bytes;

/// Requires: base <= index <= last.
Term stored_term_at(const port::StoredState& stored, Index index) {
  Index end = stored.base.index;
  if (index == end) {
    return stored.base.term;
  }
  for (const TermRun& run : stored.runs) {
    end = end + run.count;
    if (index <= end) {
      return run.term;
    }
  }
  return {};
}

Result<ImportPlan::Kind> judge(const port::StoredState& stored, bool has_file, LogPosition last,
                               const SnapshotMetadata& snapshot) {
  const LogPosition position = snapshot.id.position;
  const LogPosition present = stored.snapshot.id.position;
  if (has_file && snapshot.id == stored.snapshot.id) {
    return ImportPlan::Kind::kNothing;
  }
  if (position.index < stored.base.index) {
    return fail(Errc::kCompacted, "it is older than the beginning of the log");
  }
  constexpr const char* kOtherHistory =
      "the log here has entries that cannot be before or beside this snapshot: another history";
  if (position.index > last.index) {
    // §3.6.3: who led in a later term had all that is in the snapshot.
    return last.index.is_set() && last.term > position.term
               ? fail(Errc::kWrongCluster, kOtherHistory)
               : Result<ImportPlan::Kind>(ImportPlan::Kind::kLogIsReplaced);
  }
  const Term term = stored_term_at(stored, position.index);
  if (term == position.term) {
    return has_file && position.index <= present.index
               ? fail(Errc::kCompacted, "it is not newer than the snapshot that is there")
               : Result<ImportPlan::Kind>(ImportPlan::Kind::kLogGoesOn);
  }
  const bool is_committed = position.index <= std::max(stored.base.index, present.index);
  return is_committed || term > position.term
             ? fail(Errc::kWrongCluster, kOtherHistory)
             : Result<ImportPlan::Kind>(ImportPlan::Kind::kLogIsReplaced);
}

const char* name_of(ImportPlan::Kind kind) {
  switch (kind) {
    case ImportPlan::Kind::kNothing:
      return "nothing";
    case ImportPlan::Kind::kLogGoesOn:
      return "log_goes_on";
    case ImportPlan::Kind::kLogIsReplaced:
      break;
  }
  return "log_is_replaced";
}

std::string range_of(const ImportPlan& plan) {
  return plan.last == plan.base ? "no entries behind " + text_of(plan.last)
                                : "from entry " + std::to_string(plan.base.index.next().value()) +
                                      " through " + text_of(plan.last);
}

std::string consequences(const ImportPlan& plan) {
  std::string text;
  if (plan.kind == ImportPlan::Kind::kLogGoesOn) {
    text =
        "The log has this entry: it stays as it is, and goes on behind the snapshot. Nothing is "
        "lost.\n";
  } else {
    text = "The snapshot replaces the log, which then begins behind it.\n";
    if (plan.dropped() > 0) {
      text += "- " + std::to_string(plan.dropped()) +
              " entries are dropped: they are in the snapshot, or were never committed;\n";
    }
  }
  if (plan.kind == ImportPlan::Kind::kLogIsReplaced) {
    text += "- a state machine that keeps its state by itself must not be ahead of the snapshot;\n";
  }
  if (plan.snapshot.id.position.term > plan.hard_state.term) {
    text += "- the term becomes " + std::to_string(plan.snapshot.id.position.term.value()) +
            ", without a vote;\n";
  }
  if (plan.is_stranger()) {
    text +=
        "- this server is no member there: it waits to be added, and the others must not know\n"
        "  its id under other data;\n";
  }
  return text;
}

}  // namespace

Result<ImportPlan> make_import_plan(const port::StoredState& stored, bool has_file,
                                    const Origin& origin, const SnapshotMetadata& snapshot) {
  if (origin.cluster != stored.identity.cluster) {
    return fail(Errc::kWrongCluster, "the snapshot is of another cluster");
  }
  if (origin.bootstrap != 0 && stored.bootstrap != 0 && origin.bootstrap != stored.bootstrap) {
    return fail(Errc::kWrongCluster, "the snapshot is of another cluster with the same name");
  }
  if (!snapshot.id.position.index.is_set() || !snapshot.id.position.term.is_set()) {
    return fail(Errc::kStorageCorrupt, "the snapshot covers nothing");
  }
  if (const Result<void> valid = validate(snapshot.configuration); !valid) {
    return fail(valid.error());
  }
  const LogPosition last{.term = stored.runs.empty() ? stored.base.term : stored.runs.back().term,
                         .index = stored.base.index + count_of(stored.runs)};
  const Result<ImportPlan::Kind> kind = judge(stored, has_file, last, snapshot);
  if (!kind) {
    return fail(kind.error());
  }
  return ImportPlan{.kind = *kind,
                    .identity = stored.identity,
                    .origin = origin,
                    .snapshot = snapshot,
                    .present = stored.snapshot,
                    .base = stored.base,
                    .last = last,
                    .hard_state = stored.hard_state};
}

port::StorageWrite write_of(const ImportPlan& plan) {
  BUOYANT_ASSERT(plan.kind != ImportPlan::Kind::kNothing);
  port::StorageWrite write;
  write.id = WriteId(1);
  write.snapshot = plan.snapshot;
  if (plan.kind == ImportPlan::Kind::kLogGoesOn) {
    // As if it was taken here; what the log has before it may stay.
    write.compact_through = plan.base.index;
  }
  if (const Term term = plan.snapshot.id.position.term; term > plan.hard_state.term) {
    write.hard_state = HardState{.term = term, .voted_for = {}};
  }
  return write;
}

std::string to_text(const ImportPlan& plan) {
  const LogPosition present = plan.present.id.position;
  std::string text =
      "server " + std::to_string(plan.identity.server.value()) + " of cluster \"" +
      plan.identity.cluster + "\", term " + std::to_string(plan.hard_state.term.value()) +
      "\nlog: " + range_of(plan) +
      "\nsnapshot now: " + (present.index.is_set() ? "through " + text_of(present) : "none") +
      "\nsnapshot to be: through " + text_of(plan.snapshot.id.position) + ", " +
      text_of_bytes(plan.snapshot.bytes) + ", made by server " +
      std::to_string(plan.snapshot.id.creator.value()) + ", exported from server " +
      std::to_string(plan.origin.server.value()) +
      "\nits members: " + text_of(plan.snapshot.configuration) + "\n\n";
  return text + (plan.kind == ImportPlan::Kind::kNothing
                     ? "This snapshot is there already: there is nothing to be done.\n"
                     : consequences(plan));
}

std::string to_json(const ImportPlan& plan, bool changed) {
  return tools::dumped({{"cluster", plan.identity.cluster},
                        {"server", plan.identity.server.value()},
                        {"term", plan.hard_state.term.value()},
                        {"first", plan.base.index.next().value()},
                        {"last", tools::json_of(plan.last)},
                        {"snapshot_now", tools::json_of(plan.present.id.position)},
                        {"snapshot_to_be", tools::json_of(plan.snapshot.id.position)},
                        {"bytes", plan.snapshot.bytes},
                        {"exported_from", plan.origin.server.value()},
                        {"members", tools::json_of(plan.snapshot.configuration.members)},
                        {"outgoing", tools::json_of(plan.snapshot.configuration.outgoing)},
                        {"is_member", !plan.is_stranger()},
                        {"consequence", name_of(plan.kind)},
                        {"dropped_entries", plan.dropped()},
                        {"changed", changed}});
}

}  // namespace buoyant::inspect_tool
