// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/inspect/dump.h"

#include "adapters/lmdb/whole_log.h"
#include "tools/common/describe.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>
#include <vector>

namespace buoyant::inspect_tool {

namespace {

/// Of payloads and entries that are copied out of one view; less when a view does not hold.
constexpr std::uint64_t kPartBytes = std::uint64_t{4} << 20U;
constexpr std::uint64_t kEntryBytes = 64;

const char* text_of(EntryKind kind) {
  switch (kind) {
    case EntryKind::kNoop:
      return "noop";
    case EntryKind::kCommand:
      return "command";
    case EntryKind::kConfiguration:
      break;
  }
  return "configuration";
}

std::string hex_of(ByteView bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(2 * bytes.size());
  for (const std::byte byte : bytes) {
    const auto value = std::to_integer<unsigned>(byte);
    text += kDigits[value >> 4U];
    text += kDigits[value & 0xfU];
  }
  return text;
}

/// What is not printable ASCII, and the backslash, as \xNN.
std::string escaped(ByteView bytes) {
  std::string text;
  for (const std::byte byte : bytes) {
    const auto value = std::to_integer<unsigned char>(byte);
    if (value >= 0x20 && value < 0x7f && value != '\\') {
      text += static_cast<char>(value);
    } else {
      std::array<char, 5> code{};
      std::snprintf(code.data(), code.size(), "\\x%02x", value);
      text += code.data();
    }
  }
  return text;
}

std::string shown(const DumpOptions& options, const Entry& entry) {
  switch (options.payload) {
    case Payload::kText:
      return escaped(entry.payload.view());
    case Payload::kHex:
      return hex_of(entry.payload.view());
    case Payload::kNone:
      break;
  }
  return {};
}

struct Part {
  lmdb::GroupState state;
  std::vector<std::pair<Index, Entry>> entries;
  /// The first indices of records that fail their checks.
  std::vector<Index> damaged;
  /// Pages of the tree are damaged: entries may be missing.
  bool lacks_pages = false;
  /// Where it was to begin.
  Index from;
  /// Where the next part begins.
  Index next;
};

/// Fills a part until it is full.
class Filling {
 public:
  Filling(Part& part, Index last, std::uint64_t bytes_max)
      : part_(part), last_(last), bytes_max_(bytes_max) {}

  void add(Index index, const Entry& entry) {
    part_.entries.emplace_back(index, entry);
    bytes_ += kEntryBytes + entry.payload.size();
    part_.next = index.next();
  }

  [[nodiscard]] bool wants(Index index) const { return index >= part_.next && index <= last_; }

  [[nodiscard]] bool is_full() const { return bytes_ >= bytes_max_; }

  /// False: no more.
  bool take(const lmdb::StoredRecord& record) {
    if (record.first > last_) {
      return false;
    }
    if (!record.view) {
      part_.damaged.push_back(record.first);
      return true;
    }
    const lmdb::RecordView& view = *record.view;
    for (std::uint32_t at = 0; at < view.count() && !is_full(); ++at) {
      if (wants(view.first() + at)) {
        const ByteView before = view.payloads(at);
        add(view.first() + at,
            {.term = view.term(at),
             .kind = view.kind(at),
             .payload = Bytes::copy_of(view.payloads(at + 1).subspan(before.size()))});
      }
    }
    return !is_full();
  }

 private:
  Part& part_;
  Index last_;
  std::uint64_t bytes_max_;
  std::uint64_t bytes_ = 0;
};

/// The entries from `from` (not set: from the first one) on, as many as fit into one part.
Result<Part> read_part(lmdb::LogImage& image, Index from, Index to, std::uint64_t bytes_max) {
  const Result<lmdb::WholeLog> whole = lmdb::read_whole_log(image);
  if (!whole) {
    return fail(whole.error());
  }
  const lmdb::GroupState& state = whole->facts.state;
  from = from.is_set() ? from : state.base.index.next();
  Part part{.state = state, .entries = {}, .damaged = {}, .from = from, .next = from};
  const Index last = std::min(to, state.last);
  if (from <= state.base.index || from > last) {
    return part;
  }
  // The tables may have more than the log, or other entries, where the journal begins.
  const Index tables_last = std::min(last, whole->journal_begin.previous());
  Filling tables(part, tables_last, bytes_max);
  if (from <= tables_last) {
    image.records(from, [&](const lmdb::StoredRecord& record) { return tables.take(record); });
  }
  if (!tables.is_full()) {
    part.next = std::max(part.next, whole->journal_begin);
    Filling journal(part, last, bytes_max);
    for (std::size_t at = 0; at < whole->journal_entries.size() && !journal.is_full(); ++at) {
      if (journal.wants(whole->journal_begin + at)) {
        journal.add(whole->journal_begin + at, whole->journal_entries[at]);
      }
    }
    part.next = journal.is_full() ? part.next : last.next();
  }
  part.lacks_pages = !image.damages().empty();
  return part;
}

}  // namespace

std::string line_of(const DumpOptions& options, Index index, const Entry& entry,
                    port::Codec& codec) {
  const bool is_configuration = entry.kind == EntryKind::kConfiguration;
  const Result<Configuration> configuration =
      is_configuration ? codec.decode_configuration(entry.payload.view()) : Configuration();
  if (options.json) {
    tools::Json json = {{"index", index.value()},
                        {"term", entry.term.value()},
                        {"kind", text_of(entry.kind)},
                        {"bytes", entry.payload.size()}};
    if (options.payload != Payload::kNone) {
      json["payload"] = shown(options, entry);
    }
    if (is_configuration && configuration) {
      json["members"] = tools::json_of(configuration->members);
      json["outgoing"] = tools::json_of(configuration->outgoing);
    }
    return tools::dumped_in_line(json);
  }
  std::string line = std::to_string(index.value()) + " " + std::to_string(entry.term.value()) +
                     " " + text_of(entry.kind) + " " + std::to_string(entry.payload.size());
  const bool is_decoded = is_configuration && configuration && options.payload == Payload::kText;
  const std::string payload = is_decoded ? tools::text_of(*configuration) : shown(options, entry);
  return line + (payload.empty() ? "" : " " + payload) + "\n";
}

Result<bool> dump(const DumpOptions& options, port::Codec& codec, const OnLines& on_lines,
                  const OnLines& on_damage) {
  const Result<lmdb::PageFile> file = lmdb::PageFile::open(options.directory);
  if (!file) {
    return fail(file.error());
  }
  bool damaged = false;
  for (Index next = options.from;;) {
    const Result<Part> part =
        lmdb::read_view<Part>(*file, [&](const lmdb::FileHeader& view, int tries) {
          lmdb::LogImage image(*file, view, GroupId(0));
          return read_part(image, next, options.to, kPartBytes >> std::min(tries, 16));
        });
    if (!part) {
      return fail(part.error());
    }
    if (part->from <= part->state.base.index) {
      return fail(Errc::kCompacted, next == options.from
                                        ? "the first of these entries"
                                        : "the next of these entries, while they were dumped");
    }
    if (part->from > part->state.last && options.from.is_set() && next == options.from) {
      return fail(Errc::kNotReady, "the log ends before these entries");
    }
    damaged = damaged || part->lacks_pages;
    for (const Index index : part->damaged) {
      damaged = true;
      on_damage("the record at entry " + std::to_string(index.value()) + " fails its checks");
    }
    std::string lines;
    for (const auto& [index, entry] : part->entries) {
      lines += line_of(options, index, entry, codec);
    }
    on_lines(lines);
    next = part->next;
    if (next > options.to || next > part->state.last) {
      return damaged;
    }
  }
}

}  // namespace buoyant::inspect_tool
