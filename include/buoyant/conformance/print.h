// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// How the model's values read in failing assertions and transcripts. A test file that compares
/// such values includes this, so that all files of a test binary print them alike.
#pragma once

#include "buoyant/base/bytes.h"
#include "buoyant/base/error.h"
#include "buoyant/base/result.h"
#include "buoyant/base/time.h"
#include "buoyant/model/configuration.h"
#include "buoyant/model/entry.h"
#include "buoyant/model/frame.h"
#include "buoyant/model/hard_state.h"
#include "buoyant/model/hello.h"
#include "buoyant/model/ids.h"
#include "buoyant/model/message.h"
#include "buoyant/model/snapshot.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <ostream>
#include <string_view>
#include <type_traits>
#include <vector>

namespace buoyant {

// Numbers.

inline std::ostream& operator<<(std::ostream& out, Term term) {
  return out << "term " << term.value();
}

inline std::ostream& operator<<(std::ostream& out, Index index) {
  return out << "index " << index.value();
}

inline std::ostream& operator<<(std::ostream& out, ServerId id) {
  return out << "server " << id.value();
}

inline std::ostream& operator<<(std::ostream& out, WriteId id) {
  return out << "write " << id.value();
}

inline std::ostream& operator<<(std::ostream& out, GroupId id) {
  return out << "group " << id.value();
}

inline std::ostream& operator<<(std::ostream& out, Round round) {
  return out << "round " << round.value();
}

inline std::ostream& operator<<(std::ostream& out, const LogPosition& position) {
  return out << "(" << position.term << ", " << position.index << ")";
}

inline std::ostream& operator<<(std::ostream& out, Instant at) {
  if (at == Instant::never()) {
    return out << "never";
  }
  return out << "at " << at.since_start().count() << " ns";
}

// Bytes and errors.

/// The length and the first bytes; printable ones as they are.
inline std::ostream& operator<<(std::ostream& out, const Bytes& bytes) {
  constexpr std::size_t kShown = 24;
  constexpr std::string_view kDigits = "0123456789abcdef";
  out << bytes.size() << " bytes \"";
  for (const std::byte byte : bytes.view().first(std::min(bytes.size(), kShown))) {
    const auto value = std::to_integer<unsigned>(byte);
    if (value >= 0x20 && value < 0x7f) {
      out << static_cast<char>(value);
    } else {
      out << "\\x" << kDigits[value >> 4U] << kDigits[value & 15U];
    }
  }
  return out << (bytes.size() > kShown ? "...\"" : "\"");
}

inline std::ostream& operator<<(std::ostream& out, Errc code) {
  return out << errc_name(code);
}

inline std::ostream& operator<<(std::ostream& out, Outcome outcome) {
  constexpr std::string_view kNames[] = {"committed", "not committed", "unknown"};
  return out << kNames[static_cast<std::size_t>(outcome)];
}

inline std::ostream& operator<<(std::ostream& out, const Error& error) {
  out << error.name();
  if (*error.context() != '\0') {
    out << " (" << error.context() << ")";
  }
  if (error.native() != 0) {
    out << " native " << error.native();
  }
  return out;
}

template <class T>
std::ostream& operator<<(std::ostream& out, const Result<T>& result) {
  if (!result) {
    return out << "error " << result.error();
  }
  if constexpr (std::is_void_v<T>) {
    return out << "ok";
  } else {
    return out << testing::PrintToString(*result);
  }
}

/// The elements of a vector, as "[a, b]".
template <class T>
void print_list(std::ostream& out, const std::vector<T>& list) {
  const char* separator = "[";
  for (const T& element : list) {
    out << separator << element;
    separator = ", ";
  }
  out << (list.empty() ? "[]" : "]");
}

// The log and the members.

inline std::ostream& operator<<(std::ostream& out, MemberRole role) {
  switch (role) {
    case MemberRole::kVoter:
      return out << "voter";
    case MemberRole::kLearner:
      return out << "learner";
  }
  return out << "role " << static_cast<unsigned>(role);
}

inline std::ostream& operator<<(std::ostream& out, const Member& member) {
  return out << member.id << " " << member.role << " at " << member.address;
}

inline std::ostream& operator<<(std::ostream& out, const Configuration& configuration) {
  print_list(out, configuration.members);
  if (configuration.is_joint()) {
    out << " outgoing ";
    print_list(out, configuration.outgoing);
  }
  return out;
}

inline std::ostream& operator<<(std::ostream& out, EntryKind kind) {
  switch (kind) {
    case EntryKind::kNoop:
      return out << "noop";
    case EntryKind::kCommand:
      return out << "command";
    case EntryKind::kConfiguration:
      return out << "configuration";
  }
  return out << "kind " << static_cast<unsigned>(kind);
}

inline std::ostream& operator<<(std::ostream& out, const Entry& entry) {
  return out << "{" << entry.term << " " << entry.kind << " " << entry.payload << "}";
}

inline std::ostream& operator<<(std::ostream& out, const TermRun& run) {
  return out << run.count << " of " << run.term;
}

inline std::ostream& operator<<(std::ostream& out, const ConfigurationAt& at) {
  return out << at.index << ": " << at.configuration;
}

inline std::ostream& operator<<(std::ostream& out, const IndexRange& range) {
  return out << "[" << range.first.value() << ", " << range.last.value() << "]";
}

inline std::ostream& operator<<(std::ostream& out, const HardState& state) {
  return out << "{" << state.term << ", voted for " << state.voted_for << "}";
}

inline std::ostream& operator<<(std::ostream& out, const Identity& identity) {
  return out << "{cluster " << identity.cluster << ", " << identity.server << ", incarnation "
             << identity.incarnation << ", start " << identity.start_counter << " id "
             << identity.start_id << "}";
}

inline std::ostream& operator<<(std::ostream& out, const SnapshotId& id) {
  return out << "{" << id.position << " by " << id.creator << ", sequence " << id.sequence
             << ", checksum " << id.checksum << "}";
}

inline std::ostream& operator<<(std::ostream& out, const SnapshotMetadata& snapshot) {
  return out << "Snapshot{" << snapshot.id << ", " << snapshot.configuration << " from "
             << snapshot.configuration_index << ", " << snapshot.bytes << " bytes}";
}

// Messages.

inline std::ostream& operator<<(std::ostream& out, const RequestVote& message) {
  return out << "RequestVote{" << message.term << ", last " << message.last
             << (message.pre_vote ? ", pre-vote" : "") << (message.transfer ? ", transfer" : "")
             << ", campaign " << message.campaign << "}";
}

inline std::ostream& operator<<(std::ostream& out, const RequestVoteReply& message) {
  return out << "RequestVoteReply{" << message.term << (message.granted ? ", granted" : ", refused")
             << (message.pre_vote ? ", pre-vote" : "") << ", campaign " << message.campaign << "}";
}

inline std::ostream& operator<<(std::ostream& out, const AppendEntries& message) {
  out << "AppendEntries{" << message.term << ", prev " << message.prev << ", commit "
      << message.commit << ", " << message.round << ", runs ";
  print_list(out, message.runs);
  out << ", configurations ";
  print_list(out, message.configurations);
  return out << "}";
}

inline std::ostream& operator<<(std::ostream& out, const AppendEntriesReply& message) {
  return out << "AppendEntriesReply{" << message.term
             << (message.accepted ? ", accepted" : ", rejected") << ", match " << message.match
             << ", rejected " << message.rejected << ", hint " << message.hint << ", "
             << message.round << ", lease " << message.lease_promise_ms << " ms, space "
             << static_cast<unsigned>(message.space) << "}";
}

inline std::ostream& operator<<(std::ostream& out, const Heartbeat& message) {
  return out << "Heartbeat{" << message.term << ", commit " << message.commit << ", "
             << message.round << "}";
}

inline std::ostream& operator<<(std::ostream& out, const HeartbeatReply& message) {
  return out << "HeartbeatReply{" << message.term << ", " << message.round << ", received "
             << message.received << ", lease " << message.lease_promise_ms << " ms, space "
             << static_cast<unsigned>(message.space) << ", preference "
             << static_cast<unsigned>(message.preference) << "}";
}

inline std::ostream& operator<<(std::ostream& out, const TimeoutNow& message) {
  return out << "TimeoutNow{" << message.term << "}";
}

inline std::ostream& operator<<(std::ostream& out, const Forward& message) {
  return out << "Forward{from sequence " << message.first_sequence << "}";
}

inline std::ostream& operator<<(std::ostream& out, const ForwardResult& result) {
  return out << "{" << result.count << " from sequence " << result.first_sequence << ", first "
             << result.first << ", refusal " << result.refusal << "}";
}

inline std::ostream& operator<<(std::ostream& out, const ForwardReply& message) {
  out << "ForwardReply{";
  print_list(out, message.results);
  return out << "}";
}

inline std::ostream& operator<<(std::ostream& out, const InstallSnapshot& message) {
  return out << "InstallSnapshot{" << message.term << ", " << message.snapshot << ", from "
             << message.offset << "}";
}

inline std::ostream& operator<<(std::ostream& out, const InstallSnapshotReply& message) {
  return out << "InstallSnapshotReply{" << message.term << ", " << message.snapshot << ", progress "
             << static_cast<unsigned>(message.progress) << ", offset " << message.offset << "}";
}

inline std::ostream& operator<<(std::ostream& out, const ReadRequest& message) {
  return out << "ReadRequest{sequence " << message.sequence << (message.lease ? ", lease" : "")
             << "}";
}

inline std::ostream& operator<<(std::ostream& out, const ReadReply& message) {
  return out << "ReadReply{sequence " << message.sequence
             << (message.granted ? ", granted " : ", refused ") << message.index << ", refusal "
             << message.refusal << "}";
}

inline std::ostream& operator<<(std::ostream& out, const ControlRequest& message) {
  out << "ControlRequest{sequence " << message.sequence << ", kind "
      << static_cast<unsigned>(message.kind) << ", target " << message.target << ", based on "
      << message.based_on << ", members ";
  print_list(out, message.members);
  return out << "}";
}

inline std::ostream& operator<<(std::ostream& out, const ControlReply& message) {
  return out << "ControlReply{sequence " << message.sequence
             << (message.done ? ", done " : ", refused ") << message.index << ", refusal "
             << message.refusal << "}";
}

// Frames and the handshake.

inline std::ostream& operator<<(std::ostream& out, FrameType type) {
  return out << "frame type " << static_cast<unsigned>(type);
}

inline std::ostream& operator<<(std::ostream& out, const FrameHeader& header) {
  return out << "{version " << unsigned{header.version} << ", " << header.type << ", "
             << header.group << ", meta " << header.meta_bytes << ", payload "
             << header.payload_bytes << ", checksum " << header.body_checksum << "}";
}

inline std::ostream& operator<<(std::ostream& out, Refusal refusal) {
  return out << refusal_message(refusal);
}

inline std::ostream& operator<<(std::ostream& out, const Hello& hello) {
  return out << "Hello{versions " << hello.version_min << " to " << hello.version_max << ", "
             << hello.identity << ", expects " << hello.expected << ", configuration "
             << hello.configuration_index << ", bootstrap " << hello.bootstrap << ", purpose "
             << static_cast<unsigned>(hello.purpose) << ", receiver " << hello.refusal << "}";
}

inline std::ostream& operator<<(std::ostream& out, const HelloReply& reply) {
  return out << "HelloReply{" << reply.refusal << ", version " << reply.version << ", "
             << reply.identity << ", configuration " << reply.configuration_index << ", bootstrap "
             << reply.bootstrap << "}";
}

}  // namespace buoyant
