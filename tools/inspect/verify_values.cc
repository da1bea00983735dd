// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/lmdb/log_changes.h"
#include "adapters/lmdb/whole_log.h"
#include "tools/inspect/verify_log.h"

#include <algorithm>
#include <string>
#include <utility>

namespace buoyant::inspect_tool {

namespace {

/// What one view said.
struct Values {
  Report report;
  std::optional<lmdb::GroupState> state;
  std::optional<SnapshotMetadata> snapshot;
  std::vector<TermRun> runs;

  void wrong(std::string what, std::optional<std::uint64_t> index = std::nullopt) {
    report.add({.part = "values", .what = std::move(what), .index = index});
  }

  /// The value, if it is good.
  template <class T>
  std::optional<T> take(Result<T> value, std::uint64_t count = 1) {
    if (!value) {
      wrong(std::string(value.error().context()) + ": it fails its checks");
      return std::nullopt;
    }
    report.values += count;
    return std::move(*value);
  }
};

Term term_at(const Values& values, Index index) {
  Index end = values.state->base.index;
  if (index == end) {
    return values.state->base.term;
  }
  for (const TermRun& run : values.runs) {
    end = end + run.count;
    if (index <= end) {
      return run.term;
    }
  }
  return {};
}

void check_identity(Values& values, lmdb::LogImage& image) {
  const std::optional<Identity> identity = values.take(image.identity());
  if (identity && (!identity->server.is_set() || identity->cluster.empty() ||
                   identity->cluster.size() > kClusterBytesMax)) {
    values.wrong("the identity names no server or no cluster");
  }
}

void check_snapshot(Values& values) {
  const SnapshotMetadata& snapshot = *values.snapshot;
  const LogPosition position = snapshot.id.position;
  const Index base = values.state->base.index;
  if (position.index < base) {
    values.wrong("the log begins behind its snapshot", position.index.value());
  } else if (position.index > values.state->last) {
    values.wrong("the log ends before its snapshot", position.index.value());
  } else if (position.index.is_set() && term_at(values, position.index) != position.term &&
             !values.runs.empty()) {
    values.wrong("the snapshot is of another term than the log", position.index.value());
  }
  if (position.index.is_set() && !snapshot.configuration.empty() &&
      !validate(snapshot.configuration)) {
    values.wrong("the snapshot's members are not valid");
  }
}

void check_configurations(Values& values, lmdb::LogImage& image, port::Codec& codec) {
  const auto configurations = values.take(image.configurations(*values.state), 0);
  for (const port::StoredConfiguration& stored :
       configurations.value_or(std::vector<port::StoredConfiguration>())) {
    values.report.values += 1;
    if (!codec.decode_configuration(stored.payload.view())) {
      values.wrong("a configuration does not decode", stored.index.value());
    }
  }
}

void check_transaction(Values& values, lmdb::LogImage& image, const lmdb::FileHeader& view) {
  const std::optional<std::uint64_t> transaction = values.take(image.transaction(), 0);
  if (transaction && *transaction != view.transaction) {
    values.wrong("the meta page has another commit's number");
  }
}

void check_journal(Values& values, lmdb::LogImage& image) {
  const std::optional<lmdb::JournalContents> journal =
      values.take(lmdb::read_live_journal(image), 0);
  if (!journal || !values.state) {
    return;
  }
  values.report.values += journal->batches;
  if (journal->is_damaged) {
    values.report.add({.part = "journal", .what = "a damaged batch before a whole one"});
  }
  lmdb::GroupState state = *values.state;
  for (const port::StorageWrite& write : journal->writes) {
    if (!lmdb::can_follow(state, write)) {
      values.report.add({.part = "journal", .what = "it does not continue the log"});
      return;
    }
    lmdb::follow(state, write);
  }
}

Values check(lmdb::LogImage& image, const lmdb::FileHeader& view, port::Codec& codec) {
  Values values;
  check_transaction(values, image, view);
  check_identity(values, image);
  values.state = values.take(image.state());
  values.snapshot = values.take(image.snapshot());
  static_cast<void>(values.take(image.peers()));
  if (values.state) {
    values.runs = values.take(image.runs(*values.state), 0).value_or(std::vector<TermRun>());
    values.report.values += values.runs.size();
    check_configurations(values, image, codec);
    if (!values.runs.empty() && values.state->hard_state.term < values.runs.back().term) {
      values.wrong("the term is behind that of the last entry");
    }
  }
  if (values.state && values.snapshot) {
    check_snapshot(values);
  }
  check_journal(values, image);
  values.report.add("values", image.damages());
  return values;
}

}  // namespace

Result<void> verify_values(const lmdb::PageFile& file, port::Codec& codec, Report& report) {
  const Result<Values> values =
      lmdb::read_view<Values>(file, [&](const lmdb::FileHeader& view, int) {
        lmdb::LogImage image(file, view, GroupId(0));
        return Result<Values>(check(image, view, codec));
      });
  if (!values) {
    return fail(values.error());
  }
  report.damages.insert(values->report.damages.begin(), values->report.damages.end());
  report.values += values->report.values;
  return {};
}

}  // namespace buoyant::inspect_tool
