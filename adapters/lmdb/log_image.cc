// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/lmdb/log_image.h"

#include "buoyant/base/little_endian.h"

#include <algorithm>
#include <utility>

namespace buoyant::lmdb {

namespace {

/// The number of a key of this group.
std::optional<Index> index_of(GroupId group, const PageWalk& walk) {
  return Key::index_of(group, native(walk.key()));
}

template <class T>
Result<T> or_corrupt(std::optional<T> decoded, const char* context) {
  return decoded ? Result<T>(std::move(*decoded)) : fail(Errc::kStorageCorrupt, context);
}

}  // namespace

LogImage::LogImage(const PageFile& file, const FileHeader& view, GroupId group)
    : file_(file), view_(view), group_(group) {
  const auto find = [this](const char* name) {
    return find_table(file_, view_, name, damages_).value_or(TreeFigures());
  };
  tables_ = {.values = find("values"),
             .log = find("log"),
             .runs = find("runs"),
             .configurations = find("configurations")};
}

void LogImage::take_damages(const PageWalk& walk) {
  damages_.insert(damages_.end(), walk.damages().begin(), walk.damages().end());
}

Error LogImage::page_error(const char* context) const {
  const auto unread = std::find_if(damages_.begin(), damages_.end(),
                                   [](const PageDamage& damage) { return damage.code != 0; });
  return unread == damages_.end() ? Error(Errc::kStorageCorrupt, context)
                                  : Error(Errc::kStorageFailed, context, unread->code);
}

Result<std::optional<std::vector<std::byte>>> LogImage::value(ByteView key, const char* context) {
  if (tables_.values.root == kNoPage && !damages_.empty()) {
    return fail(page_error(context));
  }
  PageWalk walk(file_, view_, tables_.values.root);
  const bool found = walk.seek(key) && std::ranges::equal(walk.key(), key);
  const std::optional<ByteView> value = found ? walk.value() : std::nullopt;
  take_damages(walk);
  if (!walk.damages().empty()) {
    return fail(page_error(context));
  }
  if (!value) {
    return std::nullopt;
  }
  const std::optional<ByteView> content = unseal(key, *value);
  if (!content) {
    return fail(Errc::kStorageCorrupt, context);
  }
  return std::vector<std::byte>(content->begin(), content->end());
}

Result<Identity> LogImage::identity() {
  constexpr const char* kContext = "the identity";
  const auto content = value(identity_key(), kContext);
  if (!content) {
    return fail(content.error());
  }
  if (!*content) {
    return fail(Errc::kStorageCorrupt, "there is no identity");
  }
  const std::optional<std::uint64_t> version = decode_format_version(**content);
  if (version && *version != kFormatVersion) {
    return fail(Errc::kUnsupportedVersion, "the data directory's format");
  }
  return or_corrupt(decode_identity(**content), kContext);
}

Result<std::uint64_t> LogImage::transaction() {
  constexpr const char* kContext = "the number of the commit";
  const auto content = value(transaction_key(), kContext);
  if (!content) {
    return fail(content.error());
  }
  return *content ? or_corrupt(decode_transaction(**content), kContext)
                  : fail(Errc::kStorageCorrupt, "there is no number of the commit");
}

Result<GroupState> LogImage::state() {
  constexpr const char* kContext = "the state of the log";
  const auto content = value(group_state_key(group_).view(), kContext);
  if (!content) {
    return fail(content.error());
  }
  return *content ? or_corrupt(decode_group_state(**content), kContext)
                  : fail(Errc::kStorageCorrupt, "there is no state of the log");
}

Result<JournalMark> LogImage::journal_mark() {
  constexpr const char* kContext = "the mark of the journal";
  const auto content = value(journal_mark_key(group_).view(), kContext);
  if (!content) {
    return fail(content.error());
  }
  return *content ? or_corrupt(decode_mark(**content), kContext)
                  : fail(Errc::kStorageCorrupt, "there is no mark of the journal");
}

Result<JournalContents> LogImage::journal() {
  const Result<Identity> owner = identity();
  const Result<JournalMark> mark = journal_mark();
  if (!owner || !mark) {
    return fail(owner ? mark.error() : owner.error());
  }
  const Result<JournalPlace> place = find_journal(file_, view_, owner->incarnation);
  if (!place) {
    return fail(place.error());
  }
  Result<JournalContents> contents = read_journal(file_, *place, *mark, group_);
  if (contents && contents->is_damaged) {
    // Or the next commit is there, and its batches are written over those of this one.
    const Result<FileHeader> newest = file_.newest();
    contents->is_damaged = !newest || newest->transaction == view_.transaction;
  }
  return contents;
}

Result<SnapshotMetadata> LogImage::snapshot() {
  constexpr const char* kContext = "the snapshot's metadata";
  const auto content = value(snapshot_key(group_).view(), kContext);
  if (!content) {
    return fail(content.error());
  }
  return *content ? or_corrupt(decode_snapshot(**content), kContext) : SnapshotMetadata();
}

Result<std::vector<PeerIdentity>> LogImage::peers() {
  constexpr const char* kContext = "the identities of peers";
  const auto content = value(peers_key(group_).view(), kContext);
  if (!content) {
    return fail(content.error());
  }
  return *content ? or_corrupt(decode_peers(**content), kContext) : std::vector<PeerIdentity>();
}

Result<std::vector<TermRun>> LogImage::runs(const GroupState& state) {
  constexpr const char* kContext = "the terms of the log";
  const Index base = state.base.index;
  std::vector<TermRun> runs;
  if (state.last == base) {
    return runs;
  }
  // A run ends where the next one begins; the first may begin before the log.
  Index begin = base;
  Term term;
  PageWalk walk(file_, view_, tables_.runs.root);
  bool valid = true;
  for (bool found = walk.seek_back(Key(group_, base.next()).view()); found; found = walk.next()) {
    const std::optional<Index> index = index_of(group_, walk);
    if (!index || *index > state.last) {
      break;
    }
    const std::optional<ByteView> value = walk.value();
    const std::optional<ByteView> content = value ? unseal(walk.key(), *value) : std::nullopt;
    ContentReader in(content.value_or(ByteView()));
    const Term next(in.number());
    valid = valid && content && in.complete() && next >= term;
    if (*index > base.next()) {
      valid = valid && term.is_set();
      append_run(runs, term, index->previous() - begin);
      begin = index->previous();
    }
    term = next;
  }
  take_damages(walk);
  if (!walk.damages().empty()) {
    return fail(page_error(kContext));
  }
  append_run(runs, term, state.last - begin);
  return valid && term.is_set() ? Result<std::vector<TermRun>>(std::move(runs))
                                : fail(Errc::kStorageCorrupt, kContext);
}

Result<std::vector<port::StoredConfiguration>> LogImage::configurations(const GroupState& state) {
  constexpr const char* kContext = "the stored configurations";
  std::vector<port::StoredConfiguration> configurations;
  PageWalk walk(file_, view_, tables_.configurations.root);
  bool valid = true;
  for (bool found = walk.seek(Key(group_, state.base.index.next()).view()); found;
       found = walk.next()) {
    const std::optional<Index> index = index_of(group_, walk);
    if (!index) {
      break;
    }
    const std::optional<ByteView> value = walk.value();
    const std::optional<ByteView> content = value ? unseal(walk.key(), *value) : std::nullopt;
    valid = valid && content && *index <= state.last;
    configurations.push_back(
        {.index = *index, .payload = Bytes::copy_of(content.value_or(ByteView()))});
  }
  take_damages(walk);
  if (!walk.damages().empty()) {
    return fail(page_error(kContext));
  }
  return valid ? Result<std::vector<port::StoredConfiguration>>(std::move(configurations))
               : fail(Errc::kStorageCorrupt, kContext);
}

void LogImage::records(Index from, const OnRecord& on_record) {
  PageWalk walk(file_, view_, tables_.log.root);
  bool found = walk.seek_back(Key(group_, from).view()) && index_of(group_, walk).has_value();
  found = found || walk.seek(Key(group_, from).view());
  for (; found; found = walk.next()) {
    const std::optional<Index> first = index_of(group_, walk);
    if (!first) {
      break;
    }
    const std::uint64_t page = walk.value_page();
    const std::uint64_t bytes = walk.value_bytes();
    const std::optional<ByteView> value = walk.value();
    if (!on_record({.first = *first,
                    .page = page,
                    .bytes = bytes,
                    .view = value ? RecordView::parse(group_, *first, *value) : std::nullopt})) {
      break;
    }
  }
  take_damages(walk);
}

std::optional<std::uint64_t> LogImage::bytes_reusable() {
  // Each value begins with a count of pages.
  PageWalk walk(file_, view_, view_.free_tree.root, KeyOrder::kNumbers);
  std::uint64_t pages = 0;
  for (bool found = walk.first(); found; found = walk.next()) {
    const std::optional<ByteView> value = walk.value();
    pages += value && value->size() >= sizeof(pages) ? load_le64(value->data()) : 0;
  }
  take_damages(walk);
  return walk.damages().empty() ? std::optional(pages * view_.page_bytes) : std::nullopt;
}

Result<LogFacts> read_facts(LogImage& image) {
  Result<Identity> identity = image.identity();
  if (!identity) {
    return fail(identity.error());
  }
  const Result<GroupState> state = image.state();
  if (!state) {
    return fail(state.error());
  }
  Result<SnapshotMetadata> snapshot = image.snapshot();
  if (!snapshot) {
    return fail(snapshot.error());
  }
  Result<std::vector<PeerIdentity>> peers = image.peers();
  if (!peers) {
    return fail(peers.error());
  }
  Result<std::vector<TermRun>> runs = image.runs(*state);
  if (!runs) {
    return fail(runs.error());
  }
  Result<std::vector<port::StoredConfiguration>> configurations = image.configurations(*state);
  if (!configurations) {
    return fail(configurations.error());
  }
  return LogFacts{.identity = std::move(*identity),
                  .state = *state,
                  .snapshot = std::move(*snapshot),
                  .peers = std::move(*peers),
                  .runs = std::move(*runs),
                  .configurations = std::move(*configurations)};
}

}  // namespace buoyant::lmdb
