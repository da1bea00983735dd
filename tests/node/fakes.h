// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Small ports for the parts of a node, when a whole one would be too much.
#pragma once

#include "adapters/flatbuffers/codec.h"
#include "buoyant/base/assert.h"
#include "buoyant/port/storage.h"
#include "buoyant/port/transport.h"
#include "node/log_view.h"

#include <cstring>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace buoyant::node::fakes {

/// The frame as its receiver sees it.
inline ReceivedFrame arrive(const Frame& frame) {
  FrameReader reader(kFrameBytesHardMax);
  std::optional<ReceivedFrame> whole;
  for (const Bytes& piece : frame.pieces) {
    std::size_t done = 0;
    while (done < piece.size()) {
      const std::span<std::byte> target = reader.writable();
      const std::size_t count = std::min(target.size(), piece.size() - done);
      std::memcpy(target.data(), piece.data() + done, count);
      reader.commit(count);
      done += count;
      auto received = reader.next();
      BUOYANT_ASSERT(received.has_value());
      whole = std::move(*received);
    }
  }
  BUOYANT_ASSERT(whole.has_value());
  return std::move(*whole);
}

/// Takes frames, or not.
class FakeTransport final : public port::Transport {
 public:
  struct Sent {
    ServerId to;
    port::Channel channel;
    Frame frame;
  };

  void start(port::TransportEvents& /*events*/) noexcept override {}

  void set_peers(std::vector<port::PeerAddress> /*peers*/) noexcept override {}

  void link_snapshots(ServerId peer, bool wanted) noexcept override {
    wanted ? (void)snapshot_links.insert(peer) : (void)snapshot_links.erase(peer);
  }

  void admit(port::ConnectionId /*connection*/, Refusal /*refusal*/) noexcept override {}

  port::SendResult send(ServerId peer, port::Channel channel,
                        const Frame& frame) noexcept override {
    const auto found = results.find(peer);
    const auto result = found == results.end() ? port::SendResult::kQueued : found->second;
    if (result == port::SendResult::kQueued && room > 0) {
      room -= 1;
      sent.push_back({.to = peer, .channel = channel, .frame = frame});
      return result;
    }
    return room == 0 ? port::SendResult::kQueueFull : result;
  }

  void flush() noexcept override {}

  [[nodiscard]] std::size_t queued_bytes(ServerId /*peer*/) const noexcept override { return 0; }

  [[nodiscard]] std::vector<port::PeerLinkStatus> status() const override { return {}; }

  void close(std::function<void()> done) noexcept override { done(); }

  /// What was sent, decoded, of the given type; in order.
  template <class Body>
  [[nodiscard]] std::vector<Body> messages() const {
    std::vector<Body> result;
    flatbuf::FlatbuffersCodec codec;
    for (const Sent& each : sent) {
      auto decoded = codec.decode(arrive(each.frame));
      BUOYANT_ASSERT(decoded.has_value());
      if (const auto* body = std::get_if<Body>(&decoded->message)) {
        result.push_back(*body);
      }
    }
    return result;
  }

  std::map<ServerId, port::SendResult> results;
  std::size_t room = 1'000'000;
  std::vector<Sent> sent;
  /// To whom a connection for snapshots is wanted.
  std::set<ServerId> snapshot_links;
};

/// Takes writes and reads, and answers reads when told to.
class FakeStorage final : public port::Storage {
 public:
  struct Read {
    Index first;
    Index last;
    std::size_t bytes_max = 0;
    port::ReadDone done;
  };

  [[nodiscard]] port::StoredState take_stored_state() noexcept override { return {}; }

  void start(port::StorageEvents& /*events*/) noexcept override {}

  void write(port::StorageWrite write) noexcept override { writes.push_back(std::move(write)); }

  void read(Index first, Index last, std::size_t bytes_max, port::ReadDone done) noexcept override {
    reads.push_back(
        {.first = first, .last = last, .bytes_max = bytes_max, .done = std::move(done)});
  }

  [[nodiscard]] port::StorageStatus status() const noexcept override { return {}; }

  void close(std::function<void()> done) noexcept override { done(); }

  /// Answers the oldest read.
  void answer(Result<std::vector<Entry>> result) {
    BUOYANT_ASSERT(!reads.empty());
    Read read = std::move(reads.front());
    reads.pop_front();
    read.done(std::move(result));
  }

  std::vector<port::StorageWrite> writes;
  std::deque<Read> reads;
};

/// A log of one term.
class FakeLog final : public LogView {
 public:
  [[nodiscard]] std::optional<Term> term_at(Index index) const noexcept override {
    const auto found = terms.find(index);
    return found == terms.end() ? Term(1) : found->second;
  }

  std::map<Index, Term> terms;
};

inline Entry command(std::uint64_t term, std::string_view text) {
  return {.term = Term(term), .kind = EntryKind::kCommand, .payload = Bytes::copy_of(text)};
}

constexpr LogPosition at(std::uint64_t term, std::uint64_t index) {
  return {.term = Term(term), .index = Index(index)};
}

}  // namespace buoyant::node::fakes
