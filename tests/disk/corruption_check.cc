// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What a damaged directory comes to when the real adapters open it.

#include "tests/disk/child.h"
#include "tests/disk/corruption.h"
#include "tests/disk/draw.h"
#include "tests/disk/store.h"

#include <algorithm>
#include <optional>
#include <set>
#include <sstream>

namespace buoyant::disk {

namespace corruption_check {

constexpr unsigned kSecondsMax = 60;
constexpr const char* kSame = "same";

std::string code_of(const char* stage, const Error& error) {
  // Ours, for parts that do not agree: nobody else would have noticed.
  if (error.code() == Errc::kFaulted) {
    return std::string("WRONG: ") + error.context();
  }
  return std::string(stage) + " " + error.name();
}

/// Empty: the log is that of the sample.
std::string check_log(Store& store, const LogState& expected) {
  const Result<LogState> log = store.read_log();
  if (!log) {
    return code_of("found", log.error());
  }
  return *log == expected ? std::string() : "WRONG: " + difference(expected, *log);
}

/// Empty: all files are there and whole.
std::string check_snapshots(Store& store, const Sample& sample) {
  const std::vector<SnapshotId> found = store.snapshots().found();
  const auto has = [](const std::vector<SnapshotId>& ids, const SnapshotId& id) {
    return std::find(ids.begin(), ids.end(), id) != ids.end();
  };
  std::string outcome;
  for (const SnapshotId& id : found) {
    if (!has(sample.snapshots, id)) {
      return "WRONG: a snapshot that nobody made";
    }
    if (const Result<void> checked = store.check_snapshot(id); !checked) {
      outcome = code_of("snapshot", checked.error());
    }
  }
  for (const SnapshotId& id : sample.snapshots) {
    if (outcome.empty() && !has(found, id)) {
      outcome = "snapshot not listed";
    }
  }
  return outcome;
}

/// Empty: it takes new writes, and all is there after them.
std::string check_writes(const std::string& root, std::unique_ptr<Store> store,
                         const LogState& before) {
  Random random(1);
  LogState expected = before;
  for (int at = 0; at < 6; ++at) {
    port::StorageWrite write = draw_write(random, expected, expected.snapshot.id.position.index);
    write.id = store->next_write();
    expected.apply(change_of(write));
    store->submit(std::move(write));
    if (const Result<void> written = store->wait_for_writes(); !written) {
      return code_of("later", written.error());
    }
  }
  store.reset();
  Result<std::unique_ptr<Store>> again = Store::open({.root = root});
  if (!again) {
    return code_of("later", again.error());
  }
  const std::string log = check_log(**again, expected);
  return log.starts_with("found") ? "later" + log.substr(5) : log;
}

std::string examine(const std::string& root, const Sample& sample) {
  Result<std::unique_ptr<Store>> store = Store::open({.root = root});
  if (!store) {
    return code_of("refused", store.error());
  }
  std::string outcome = check_log(**store, sample.log);
  if (!outcome.empty()) {
    return outcome;
  }
  const std::string snapshots = check_snapshots(**store, sample);
  outcome = check_writes(root, std::move(*store), sample.log);
  if (!outcome.empty()) {
    return outcome;
  }
  return snapshots.empty() ? kSame : snapshots;
}

}  // namespace corruption_check

std::string try_files(const std::string& root, const Files& files, const Sample& sample) {
  write_files(root, files);
  const ChildEnd end = run_child(corruption_check::kSecondsMax,
                                 [&] { return corruption_check::examine(root, sample); });
  return end.signal != 0 ? signal_name(end.signal) : end.text;
}

CorruptionResult try_corruption(const std::string& root, const Samples& samples, std::uint64_t seed,
                                std::uint64_t number) {
  Random random(seed * 1'000'003 + number);
  CorruptionResult result{
      .corruption = static_cast<Corruption>(number % kCorruptions), .outcome = {}, .what = {}};
  Files files = samples.own.files;
  result.what = corrupt(random, result.corruption, samples, files);
  result.outcome = try_files(root, files, samples.own);
  return result;
}

void CorruptionTable::add(const CorruptionResult& result) {
  const std::string outcome = result.is_wrong() ? "WRONG" : result.outcome;
  counts_.at(static_cast<std::size_t>(result.corruption))[outcome] += 1;
  wrong_ += result.is_wrong() ? 1U : 0U;
  signals_ += result.is_signal() ? 1U : 0U;
}

std::string CorruptionTable::text() const {
  std::set<std::string> outcomes = {corruption_check::kSame, "WRONG"};
  for (const auto& counts : counts_) {
    for (const auto& [outcome, count] : counts) {
      outcomes.insert(outcome);
    }
  }
  std::ostringstream text;
  text << "| corruption |";
  std::string rule = "|---|";
  for (const std::string& outcome : outcomes) {
    text << ' ' << outcome << " |";
    rule += "---|";
  }
  text << '\n' << rule << '\n';
  for (std::size_t kind = 0; kind < kCorruptions; ++kind) {
    text << "| " << corruption_name(static_cast<Corruption>(kind)) << " |";
    for (const std::string& outcome : outcomes) {
      const auto found = counts_.at(kind).find(outcome);
      text << ' ' << (found == counts_.at(kind).end() ? 0 : found->second) << " |";
    }
    text << '\n';
  }
  return text.str();
}

}  // namespace buoyant::disk
