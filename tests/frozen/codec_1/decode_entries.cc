// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// What follows a table as raw bytes. Everything is counted before anything is allocated: a frame
// cannot ask for more memory than in proportion to its own size (W2, W10).

#include "codec_1/rpc_generated.h"
#include "tests/frozen/codec_1/decode.h"
#include "tests/frozen/codec_1/meta_view.h"
#include "tests/frozen/codec_1/validate.h"

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace buoyant::flatbuf_1 {

namespace {

using Lengths = flatbuffers::Vector<std::uint32_t>;

/// True when the payloads are exactly the bytes after the table.
bool lengths_match(const Lengths* lengths, std::size_t payload_bytes) noexcept {
  std::size_t left = payload_bytes;
  for (std::size_t i = 0; i < size_of(lengths); ++i) {
    const std::size_t length = element(lengths, i);
    if (length > left) {
      return false;
    }
    left -= length;
  }
  return left == 0;
}

/// Gives out the payloads, one after the other, as slices of the receive buffer.
class PayloadCursor {
 public:
  PayloadCursor(const Lengths* lengths, const Bytes& payload)
      : lengths_(lengths), payload_(payload) {}

  Bytes next() {
    const std::size_t length = element(lengths_, position_);
    Bytes slice = payload_.slice(offset_, length);
    ++position_;
    offset_ += length;
    return slice;
  }

 private:
  const Lengths* lengths_;
  const Bytes& payload_;
  std::size_t position_ = 0;
  std::size_t offset_ = 0;
};

/// Everything of the message that its table says; the entries are counted in runs only.
/// Errors: kMalformed.
Result<AppendEntries> read_append(const Root<wire_1::AppendEntries>& table) {
  AppendEntries message{
      .term = Term(table->term()),
      .prev = {.term = Term(table->prev_term()), .index = Index(table->prev_index())},
      .commit = Index(table->commit()),
      .round = Round(table->round()),
      .runs = {},
      .configurations = {}};
  const auto* runs = table->runs();
  message.runs.reserve(size_of(runs));
  std::uint64_t left = size_of(table->lengths());
  for (std::size_t i = 0; i < size_of(runs); ++i) {
    const wire_1::TermRun run = element(runs, i);
    if (run.count() > left) {
      return fail(Errc::kMalformed, "more terms than entries");
    }
    left -= run.count();
    message.runs.push_back({.term = Term(run.term()), .count = run.count()});
  }
  if (left != 0) {
    return fail(Errc::kMalformed, "more entries than terms");
  }
  if (Defect defect = defect_of(message)) {
    return fail(Errc::kMalformed, defect);
  }
  return message;
}

/// Checks the list of kinds; gives the number of configurations among the entries.
/// Errors: kMalformed, kUnsupportedVersion.
Result<std::size_t> check_kinds(const Root<wire_1::AppendEntries>& table) {
  const auto* kinds = table->kinds();
  const std::size_t entries = size_of(table->lengths());
  std::size_t configurations = 0;
  std::size_t next_offset = 0;
  for (std::size_t i = 0; i < size_of(kinds); ++i) {
    const wire_1::EntryKindAt at = element(kinds, i);
    if (at.offset() < next_offset || at.offset() >= entries) {
      return fail(Errc::kMalformed, "kinds out of order or out of range");
    }
    next_offset = std::size_t{at.offset()} + 1;
    switch (static_cast<EntryKind>(at.kind())) {
      case EntryKind::kNoop:
        if (element(table->lengths(), at.offset()) != 0) {
          return fail(Errc::kMalformed, "a no-op with a payload");
        }
        break;
      case EntryKind::kCommand:
        return fail(Errc::kMalformed, "a command among the other kinds");
      case EntryKind::kConfiguration:
        ++configurations;
        break;
      default:
        return fail(Errc::kUnsupportedVersion, "a kind of entry of a later version");
    }
  }
  return configurations;
}

/// Requires: everything but the configurations was checked.
void read_entries(const Root<wire_1::AppendEntries>& table, const AppendEntries& message,
                  const Bytes& payload, std::vector<Entry>& entries) {
  entries.reserve(size_of(table->lengths()));
  PayloadCursor payloads(table->lengths(), payload);
  for (const TermRun& run : message.runs) {
    for (std::uint64_t i = 0; i < run.count; ++i) {
      entries.push_back(
          {.term = run.term, .kind = EntryKind::kCommand, .payload = payloads.next()});
    }
  }
  for (std::size_t i = 0; i < size_of(table->kinds()); ++i) {
    const wire_1::EntryKindAt at = element(table->kinds(), i);
    entries[at.offset()].kind = static_cast<EntryKind>(at.kind());
  }
}

/// Decodes the configurations among the entries. Errors: kMalformed, kUnsupportedVersion.
Result<void> read_configurations(const Root<wire_1::AppendEntries>& table,
                                 const std::vector<Entry>& entries, AppendEntries& message) {
  for (std::size_t i = 0; i < size_of(table->kinds()); ++i) {
    const std::uint32_t offset = element(table->kinds(), i).offset();
    if (entries[offset].kind != EntryKind::kConfiguration) {
      continue;
    }
    auto configuration = read_configuration(entries[offset].payload.view());
    if (!configuration) {
      const Error error = configuration.error();
      const bool later = error.code() == Errc::kUnsupportedVersion;
      return fail(later ? Errc::kUnsupportedVersion : Errc::kMalformed, error.context());
    }
    message.configurations.push_back(
        {.index = message.prev.index + offset + 1, .configuration = std::move(*configuration)});
  }
  const Defect defect = defect_of(message);
  return defect == nullptr ? Result<void>() : fail(Errc::kMalformed, defect);
}

}  // namespace

Result<port::Decoded> decode_append(ByteView meta, const Bytes& payload) {
  const auto table = Root<wire_1::AppendEntries>::verified(meta, 1);
  if (!table) {
    return fail(Errc::kMalformed, "not the table of its frame type");
  }
  if (!lengths_match(table->lengths(), payload.size())) {
    return fail(Errc::kMalformed, "payloads and their lengths differ");
  }
  auto message = read_append(table);
  if (!message) {
    return fail(message.error());
  }
  const auto configurations = check_kinds(table);
  if (!configurations) {
    return fail(configurations.error());
  }
  port::Decoded decoded;
  read_entries(table, *message, payload, decoded.entries);
  message->configurations.reserve(*configurations);
  if (auto read = read_configurations(table, decoded.entries, *message); !read) {
    return fail(read.error());
  }
  decoded.message = std::move(*message);
  return decoded;
}

Result<port::Decoded> decode_forward(ByteView meta, const Bytes& payload) {
  const auto table = Root<wire_1::Forward>::verified(meta, 1);
  if (!table) {
    return fail(Errc::kMalformed, "not the table of its frame type");
  }
  const auto* lengths = table->lengths();
  if (!lengths_match(lengths, payload.size())) {
    return fail(Errc::kMalformed, "payloads and their lengths differ");
  }
  const Forward message{.first_sequence = table->first_sequence()};
  if (Defect defect = defect_of(message)) {
    return fail(Errc::kMalformed, defect);
  }
  // Each is answered under its own number.
  if (size_of(lengths) > kNumberMax - message.first_sequence + 1) {
    return fail(Errc::kMalformed, "sequence out of range");
  }
  port::Decoded decoded;
  decoded.message = message;
  decoded.payloads.reserve(size_of(lengths));
  PayloadCursor payloads(lengths, payload);
  for (std::size_t i = 0; i < size_of(lengths); ++i) {
    decoded.payloads.push_back(payloads.next());
  }
  return decoded;
}

}  // namespace buoyant::flatbuf_1
