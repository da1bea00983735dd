// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/adapters/flatbuffers/frame_json.h"

#include "buoyant/base/checksum.h"

#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

namespace buoyant::flatbuf {

namespace frame_json {

using Json = nlohmann::ordered_json;

/// Puts what is not zero, false or empty.
class Object {
 public:
  template <class Value>
  Object& put(const char* name, const Value& value) {
    if constexpr (std::is_enum_v<Value>) {
      return put(name, static_cast<std::uint64_t>(value));
    } else if constexpr (std::is_arithmetic_v<Value>) {
      if (value != Value{}) {
        json_[name] = value;
      }
    } else if constexpr (requires { value.value(); }) {
      return put(name, value.value());
    } else if (!value.empty()) {
      json_[name] = value;
    }
    return *this;
  }

  Object& put(const char* name, const LogPosition& at) {
    return put(name, Object().put("term", at.term).put("index", at.index).take());
  }

  [[nodiscard]] Json take() { return std::move(json_); }

 private:
  Json json_ = Json::object();
};

Json describe(const std::vector<Member>& members) {
  Json list = Json::array();
  for (const Member& member : members) {
    list.push_back(Object()
                       .put("id", member.id)
                       .put("address", member.address)
                       .put("role", member.role)
                       .take());
  }
  return list;
}

Json describe(const Configuration& value) {
  return Object()
      .put("members", describe(value.members))
      .put("outgoing", describe(value.outgoing))
      .take();
}

Json describe(const SnapshotId& id) {
  return Object()
      .put("position", id.position)
      .put("creator", id.creator)
      .put("sequence", id.sequence)
      .put("checksum", id.checksum)
      .take();
}

Json describe(const Bytes& payload) {
  return Object().put("bytes", payload.size()).put("checksum", checksum(payload.view())).take();
}

Json describe(const Identity& identity) {
  return Object()
      .put("cluster", identity.cluster)
      .put("server", identity.server)
      .put("incarnation", identity.incarnation)
      .put("start_counter", identity.start_counter)
      .put("start_id", identity.start_id)
      .take();
}

Json describe(const Hello& hello) {
  return Object()
      .put("version_min", hello.version_min)
      .put("version_max", hello.version_max)
      .put("identity", describe(hello.identity))
      .put("expected", hello.expected)
      .put("configuration_index", hello.configuration_index)
      .put("bootstrap", hello.bootstrap)
      .put("purpose", hello.purpose)
      .put("refusal", hello.refusal)
      .take();
}

Json describe(const HelloReply& reply) {
  return Object()
      .put("refusal", reply.refusal)
      .put("version", reply.version)
      .put("identity", describe(reply.identity))
      .put("configuration_index", reply.configuration_index)
      .put("bootstrap", reply.bootstrap)
      .take();
}

Json describe(const RequestVote& message) {
  return Object()
      .put("term", message.term)
      .put("last", message.last)
      .put("pre_vote", message.pre_vote)
      .put("transfer", message.transfer)
      .put("campaign", message.campaign)
      .take();
}

Json describe(const RequestVoteReply& message) {
  return Object()
      .put("term", message.term)
      .put("granted", message.granted)
      .put("pre_vote", message.pre_vote)
      .put("campaign", message.campaign)
      .take();
}

Json describe(const AppendEntries& message) {
  Json runs = Json::array();
  for (const TermRun& run : message.runs) {
    runs.push_back(Object().put("term", run.term).put("count", run.count).take());
  }
  Json configurations = Json::array();
  for (const ConfigurationAt& at : message.configurations) {
    configurations.push_back(
        Object().put("index", at.index).put("configuration", describe(at.configuration)).take());
  }
  return Object()
      .put("term", message.term)
      .put("prev", message.prev)
      .put("commit", message.commit)
      .put("round", message.round)
      .put("runs", runs)
      .put("configurations", configurations)
      .take();
}

Json describe(const AppendEntriesReply& message) {
  return Object()
      .put("term", message.term)
      .put("accepted", message.accepted)
      .put("match", message.match)
      .put("rejected", message.rejected)
      .put("hint", message.hint)
      .put("round", message.round)
      .put("lease_promise_ms", message.lease_promise_ms)
      .put("space", message.space)
      .take();
}

Json describe(const Heartbeat& message) {
  return Object()
      .put("term", message.term)
      .put("commit", message.commit)
      .put("round", message.round)
      .take();
}

Json describe(const HeartbeatReply& message) {
  return Object()
      .put("term", message.term)
      .put("round", message.round)
      .put("received", message.received)
      .put("lease_promise_ms", message.lease_promise_ms)
      .put("space", message.space)
      .put("preference", message.preference)
      .take();
}

Json describe(const TimeoutNow& message) {
  return Object().put("term", message.term).take();
}

Json describe(const Forward& message) {
  return Object().put("first_sequence", message.first_sequence).take();
}

Json describe(const ForwardReply& message) {
  Json results = Json::array();
  for (const ForwardResult& result : message.results) {
    results.push_back(Object()
                          .put("first_sequence", result.first_sequence)
                          .put("count", result.count)
                          .put("first", result.first)
                          .put("refusal", result.refusal)
                          .take());
  }
  return Object().put("results", results).take();
}

Json describe(const InstallSnapshot& message) {
  return Object()
      .put("term", message.term)
      .put("snapshot", describe(message.snapshot.id))
      .put("configuration", describe(message.snapshot.configuration))
      .put("configuration_index", message.snapshot.configuration_index)
      .put("bytes", message.snapshot.bytes)
      .put("offset", message.offset)
      .take();
}

Json describe(const InstallSnapshotReply& message) {
  return Object()
      .put("term", message.term)
      .put("snapshot", describe(message.snapshot))
      .put("progress", message.progress)
      .put("offset", message.offset)
      .take();
}

Json describe(const ReadRequest& message) {
  return Object().put("sequence", message.sequence).put("lease", message.lease).take();
}

Json describe(const ReadReply& message) {
  return Object()
      .put("sequence", message.sequence)
      .put("granted", message.granted)
      .put("index", message.index)
      .put("refusal", message.refusal)
      .take();
}

Json describe(const ControlRequest& message) {
  return Object()
      .put("sequence", message.sequence)
      .put("kind", message.kind)
      .put("target", message.target)
      .put("based_on", message.based_on)
      .put("members", describe(message.members))
      .take();
}

Json describe(const ControlReply& message) {
  return Object()
      .put("sequence", message.sequence)
      .put("done", message.done)
      .put("index", message.index)
      .put("refusal", message.refusal)
      .take();
}

Json describe(const port::Decoded& decoded) {
  Json entries = Json::array();
  for (const Entry& entry : decoded.entries) {
    entries.push_back(Object()
                          .put("term", entry.term)
                          .put("kind", entry.kind)
                          .put("payload", describe(entry.payload))
                          .take());
  }
  Json payloads = Json::array();
  for (const Bytes& payload : decoded.payloads) {
    payloads.push_back(describe(payload));
  }
  return Object()
      .put("message",
           std::visit([](const auto& message) { return describe(message); }, decoded.message))
      .put("entries", entries)
      .put("payloads", payloads)
      .take();
}

template <class Value>
Json describe(const Result<Value>& value) {
  return value ? describe(*value) : Json{{"error", value.error().name()}};
}

}  // namespace frame_json

nlohmann::ordered_json describe(port::Codec& codec, const ReceivedFrame& frame) {
  nlohmann::ordered_json json = frame.header.type == FrameType::kHello
                                    ? frame_json::describe(codec.decode_hello(frame))
                                : frame.header.type == FrameType::kHelloReply
                                    ? frame_json::describe(codec.decode_hello_reply(frame))
                                    : frame_json::describe(codec.decode(frame));
  json["frame_type"] = static_cast<unsigned>(frame.header.type);
  return json;
}

nlohmann::ordered_json describe(const Configuration& configuration) {
  return frame_json::describe(configuration);
}

}  // namespace buoyant::flatbuf
