// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// TransportEvents that write down what happens, and answer handshakes as told.
#pragma once

#include "buoyant/port/transport.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace buoyant::conformance {

/// A frame that carries a text.
inline Frame text_frame(std::string_view text) {
  return make_frame(FrameType::kHeartbeat, GroupId(), view_of(text), {});
}

inline std::string to_text(ServerId id) {
  return std::to_string(id.value());
}

inline const char* to_text(port::Channel channel) {
  switch (channel) {
    case port::Channel::kRequest:
      return "request";
    case port::Channel::kReply:
      return "reply";
    case port::Channel::kSnapshot:
      return "snapshot";
    case port::Channel::kSnapshotReply:
      return "snapshot_reply";
  }
  return "";
}

class TransportRecorder final : public port::TransportEvents {
 public:
  explicit TransportRecorder(ServerId id) { identity.server = id; }

  virtual ~TransportRecorder() = default;

  void on_hello(port::ConnectionId connection, const Hello& hello) noexcept override {
    hellos.push_back(hello);
    connections.push_back(connection);
    const bool snapshots = hello.purpose == LinkPurpose::kSnapshots;
    add((snapshots ? "snapshot_hello " : "hello ") + to_text(hello.identity.server));
    if (admits_at_once) {
      transport->admit(connection, answer);
    }
  }

  Hello make_hello(ServerId peer) noexcept override {
    Hello hello;
    hello.identity = identity;
    hello.expected = peer;
    hello.configuration_index = Index(identity.server.value() * 100);
    return hello;
  }

  Refusal on_hello_reply(ServerId peer, const HelloReply& reply) noexcept override {
    add("hello_reply " + to_text(peer) + " from " + to_text(reply.identity.server));
    replies.push_back(reply);
    return answer_to_reply;
  }

  void on_connected(ServerId peer) noexcept override { add("connected " + to_text(peer)); }

  void on_disconnected(ServerId peer) noexcept override { add("disconnected " + to_text(peer)); }

  void on_writable(ServerId peer) noexcept override { add("writable " + to_text(peer)); }

  void on_snapshot_connected(ServerId peer) noexcept override {
    add("snapshot_connected " + to_text(peer));
  }

  void on_snapshot_disconnected(ServerId peer) noexcept override {
    add("snapshot_disconnected " + to_text(peer));
  }

  void on_snapshot_writable(ServerId peer) noexcept override {
    add("snapshot_writable " + to_text(peer));
  }

  bool on_frame(ServerId peer, port::Channel channel, ReceivedFrame frame) noexcept override {
    const std::string text(frame.meta.text().substr(0, 40));
    add(std::string(to_text(channel)) + " " + to_text(peer) + " " + text);
    frames.push_back(std::move(frame));
    return accepts_frames && channel != refused;
  }

  void on_trouble(ServerId peer, const char* what, const std::string& detail) noexcept override {
    (void)detail;
    add("trouble " + to_text(peer) + " " + what);
  }

  [[nodiscard]] std::size_t count(std::string_view event) const {
    return static_cast<std::size_t>(std::count(log.begin(), log.end(), event));
  }

  [[nodiscard]] bool has(std::string_view event) const { return count(event) > 0; }

  /// How many events begin like this.
  [[nodiscard]] std::size_t count_starting(std::string_view start) const {
    return static_cast<std::size_t>(std::count_if(
        log.begin(), log.end(), [&](const std::string& line) { return line.starts_with(start); }));
  }

  /// The events that begin like this, in order.
  [[nodiscard]] std::vector<std::string> starting(std::string_view start) const {
    std::vector<std::string> found;
    std::copy_if(log.begin(), log.end(), std::back_inserter(found),
                 [&](const std::string& line) { return line.starts_with(start); });
    return found;
  }

  Identity identity{
      .cluster = "test", .server = {}, .incarnation = 7, .start_counter = 1, .start_id = 9};
  port::Transport* transport = nullptr;
  bool admits_at_once = true;
  Refusal answer = Refusal::kNone;
  Refusal answer_to_reply = Refusal::kNone;
  bool accepts_frames = true;
  /// Frames of this channel are not acceptable.
  std::optional<port::Channel> refused;
  /// A call into the transport is under way: an event now breaks the contract.
  bool inside_call = false;
  std::size_t events_inside_calls = 0;
  /// Called with each event.
  std::function<void(const std::string&)> on_each;
  std::vector<std::string> log;
  std::vector<Hello> hellos;
  std::vector<HelloReply> replies;
  std::vector<port::ConnectionId> connections;
  std::vector<ReceivedFrame> frames;

 private:
  void add(std::string event) {
    events_inside_calls += inside_call ? 1 : 0;
    log.push_back(std::move(event));
    if (on_each) {
      // A copy: it may replace or clear itself, and call into the transport.
      const auto call = on_each;
      const std::string last = log.back();
      call(last);
    }
  }
};

}  // namespace buoyant::conformance
