// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/lmdb/log_reader.h"

#include "adapters/lmdb/log_tables.h"
#include "adapters/lmdb/native_error.h"

#include <algorithm>
#include <cstring>

namespace buoyant::lmdb {

namespace {

/// Takes entries out of records until the range or the byte limit ends.
class Collector {
 public:
  Collector(Index first, Index last, std::size_t bytes_max)
      : next_(first), last_(last), bytes_max_(bytes_max) {}

  [[nodiscard]] bool done() const { return full_ || next_ > last_; }

  [[nodiscard]] Index next() const { return next_; }

  /// Requires: the record has next().
  void take(const RecordView& record) {
    const auto begin = static_cast<std::uint32_t>(next_ - record.first());
    std::uint32_t end = begin;
    std::size_t bytes = 0;
    while (end < record.count() && record.first() + end <= last_) {
      const std::size_t size = record.payload_bytes(end);
      const bool is_first = entries_.empty() && end == begin;
      if (!is_first && bytes_ + bytes + size > bytes_max_) {
        full_ = true;
        break;
      }
      bytes += size;
      end += 1;
    }
    copy(record, begin, end, bytes);
  }

  [[nodiscard]] std::vector<Entry> take_entries() { return std::move(entries_); }

 private:
  /// The payloads of a record share one block.
  void copy(const RecordView& record, std::uint32_t begin, std::uint32_t end, std::size_t bytes) {
    Bytes payloads =
        Bytes::copy_of(record.payloads(end).subspan(record.payloads(begin).size(), bytes));
    std::size_t offset = 0;
    for (std::uint32_t at = begin; at < end; ++at) {
      const std::size_t size = record.payload_bytes(at);
      entries_.push_back({.term = record.term(at),
                          .kind = record.kind(at),
                          .payload = payloads.slice(offset, size)});
      offset += size;
    }
    bytes_ += bytes;
    next_ = next_ + (end - begin);
  }

  Index next_;
  Index last_;
  std::size_t bytes_max_;
  std::size_t bytes_ = 0;
  bool full_ = false;
  std::vector<Entry> entries_;
};

Result<std::vector<Entry>> read_tables(Environment& environment, GroupId group, Index first,
                                       Index last, std::size_t bytes_max) {
  tl::expected<Transaction, int> txn = environment.begin_read();
  if (!txn) {
    return fail(native_error(txn.error(), "begin to read the log"));
  }
  LogTables tables(*txn, group);
  GroupState state;
  if (const int rc = tables.read_state(state); rc != 0) {
    return fail(native_error(rc, "read the log's state"));
  }
  if (first <= state.base.index) {
    return fail(Errc::kCompacted, "read the log");
  }
  if (first > state.last || last < first) {
    return fail(Errc::kNotReady, "read the log");
  }
  Collector collector(first, std::min(last, state.last), bytes_max);
  Cursor cursor(*txn, txn->tables().log);
  int rc = cursor.seek_back(group, first);
  while (rc == 0) {
    const std::optional<RecordView> record =
        RecordView::parse(group, cursor.index(), cursor.data());
    if (!record || collector.next() < record->first() || collector.next() > record->last()) {
      return fail(Errc::kStorageCorrupt, "read a record of the log", MDB_CORRUPTED);
    }
    collector.take(*record);
    if (collector.done()) {
      environment.read_ahead_of(cursor.data());
      return collector.take_entries();
    }
    rc = cursor.move(group, MDB_NEXT);
  }
  return fail(native_error(rc, "find a record of the log"));
}

/// As many of `more` as there is room for behind `entries`.
void append_within(std::size_t bytes_max, std::vector<Entry>& entries, std::vector<Entry>& more) {
  std::size_t bytes = 0;
  for (const Entry& entry : entries) {
    bytes += entry.payload.size();
  }
  for (Entry& entry : more) {
    bytes += entry.payload.size();
    if (bytes > bytes_max) {
      break;
    }
    entries.push_back(std::move(entry));
  }
}

}  // namespace

Result<std::vector<Entry>> read_entries(Environment& environment, const LogTail& tail,
                                        GroupId group, Index first, Index last,
                                        std::size_t bytes_max) {
  // First the tail: what lay before it then is in the tables, whatever is taken over meanwhile.
  TailPart part = tail.read(first, last, bytes_max);
  if (first > part.last || last < first) {
    return fail(Errc::kNotReady, "read the log");
  }
  if (first >= part.begin) {
    return std::move(part.entries);
  }
  Result<std::vector<Entry>> entries =
      read_tables(environment, group, first, std::min(last, part.begin.previous()), bytes_max);
  if (entries && first + entries->size() == part.begin) {
    append_within(bytes_max, *entries, part.entries);
  }
  return entries;
}

}  // namespace buoyant::lmdb
