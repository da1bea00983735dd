// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/process/flush_log.h"

#include "adapters/flatbuffers/codec.h"
#include "adapters/lmdb/journal_sector.h"
#include "buoyant/base/little_endian.h"
#include "buoyant/model/frame.h"

#include <algorithm>
#include <cstring>
#include <fstream>

namespace buoyant::process {

using flush_shim::Call;

static bool is_write(const FlushRecord& record) {
  return record.header.call == Call::kWrite || record.header.call == Call::kDurableWrite;
}

/// LMDB keeps its two meta pages, which say what counts, at the beginning of the file.
static bool is_meta(const FlushRecord& record) {
  constexpr std::uint64_t kMetaBytes = 2 * 4096;
  return is_write(record) && record.header.offset < kMetaBytes;
}

/// Blocks of the journal count when they are flushed; no meta page refers to them. Whatever LMDB
/// writes begins with the number of its page.
static bool is_batch(const FlushRecord& record) {
  constexpr std::uint64_t kPageBytes = 4096;
  const ByteView content = view_of(record.content);
  return is_write(record) && !is_meta(record) && content.size() >= lmdb::kSectorBytes &&
         load_le64(content.data()) != record.header.offset / kPageBytes;
}

FlushLog::FlushLog(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  FlushRecord record;
  while (file.read(reinterpret_cast<char*>(&record.header), sizeof record.header)) {
    record.content.resize(record.header.bytes);
    if (!file.read(record.content.data(), record.header.bytes)) {
      break;
    }
    const bool is_socket =
        record.header.call == Call::kSend || record.header.call == Call::kReceive;
    if (is_socket) {
      is_peer_.emplace(record.header.inode, record.content.starts_with("BUOY"));
    }
    records_.push_back(record);
  }
  std::sort(records_.begin(), records_.end(), [](const auto& left, const auto& right) {
    return left.header.begin < right.header.begin;
  });
}

std::optional<Tick> FlushLog::flushed_after(Tick from, std::uint64_t inode) const {
  for (const FlushRecord& record : records_) {
    if (record.header.call == Call::kFlush && record.header.begin > from &&
        record.header.inode == inode) {
      return record.header.end;
    }
  }
  return std::nullopt;
}

std::optional<Tick> FlushLog::durable(const FlushRecord& write) const {
  return write.header.call == Call::kDurableWrite
             ? write.header.end
             : flushed_after(write.header.end, write.header.inode);
}

std::optional<Tick> FlushLog::batch_after(Tick from) const {
  for (const FlushRecord& record : records_) {
    if (is_batch(record) && record.header.begin > from) {
      return durable(record);
    }
  }
  return std::nullopt;
}

std::optional<Tick> FlushLog::commit_after(Tick from) const {
  const std::optional<Tick> transaction = transaction_after(from);
  const std::optional<Tick> batch = batch_after(from);
  return transaction && batch ? std::min(transaction, batch) : (batch ? batch : transaction);
}

std::optional<Tick> FlushLog::transaction_after(Tick from) const {
  for (const FlushRecord& meta : records_) {
    if (!is_meta(meta)) {
      continue;
    }
    const auto flushed = flushed_after(from, meta.header.inode);
    if (!flushed || *flushed > meta.header.begin) {
      continue;
    }
    if (const auto committed = durable(meta)) {
      return committed;
    }
  }
  return std::nullopt;
}

std::optional<Tick> FlushLog::durable_at(std::string_view text) const {
  for (const FlushRecord& record : records_) {
    if (is_write(record) && record.content.find(text) != std::string::npos) {
      return is_batch(record) ? durable(record) : transaction_after(record.header.end);
    }
  }
  return std::nullopt;
}

bool FlushLog::has_written(std::string_view text) const {
  return std::any_of(records_.begin(), records_.end(), [text](const FlushRecord& record) {
    return is_write(record) && record.content.find(text) != std::string::npos;
  });
}

std::optional<Tick> FlushLog::answered_at(const std::string& line) const {
  std::map<std::uint64_t, std::string> streams;
  for (const FlushRecord& record : records_) {
    if (record.header.call != Call::kSend || is_peer_.at(record.header.inode)) {
      continue;
    }
    std::string& stream = streams[record.header.inode];
    stream += record.content;
    if (stream.find(line + "\n") != std::string::npos) {
      return record.header.begin;
    }
    stream.erase(0, stream.rfind('\n') + 1);
  }
  return std::nullopt;
}

std::vector<SeenFrame> FlushLog::frames() const {
  flatbuf::FlatbuffersCodec codec;
  std::map<std::pair<std::uint64_t, Call>, FrameReader> readers;
  std::vector<SeenFrame> frames;
  for (const FlushRecord& record : records_) {
    const bool is_sent = record.header.call == Call::kSend;
    if ((!is_sent && record.header.call != Call::kReceive) || !is_peer_.at(record.header.inode)) {
      continue;
    }
    FrameReader& reader =
        readers.try_emplace({record.header.inode, record.header.call}, kFrameBytesHardMax)
            .first->second;
    std::string_view rest = record.content;
    while (!rest.empty()) {
      const auto room = reader.writable();
      const std::size_t count = std::min(room.size(), rest.size());
      std::memcpy(room.data(), rest.data(), count);
      reader.commit(count);
      rest.remove_prefix(count);
      for (auto frame = reader.next(); frame && *frame; frame = reader.next()) {
        SeenFrame seen{is_sent, is_sent ? record.header.begin : record.header.end,
                       record.header.inode, std::nullopt};
        if (auto decoded = codec.decode(**frame)) {
          seen.message = std::move(decoded->message);
        }
        frames.push_back(std::move(seen));
      }
    }
  }
  std::sort(frames.begin(), frames.end(),
            [](const auto& left, const auto& right) { return left.at < right.at; });
  return frames;
}

}  // namespace buoyant::process
