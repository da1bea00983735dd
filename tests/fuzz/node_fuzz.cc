// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// A live node among peers that say anything that is legal, and much that is not. Raft promises
// nothing where members lie, so its five properties are not looked at: the node must not assert,
// must bound its work and its memory, and must say nothing that its peers would refuse.
//
// Input: a script; each step begins with its kind.

#include "buoyant/base/assert.h"
#include "node/sender.h"
#include "tests/fuzz/arrive.h"
#include "tests/fuzz/hostile.h"
#include "tests/fuzz/victim.h"

namespace buoyant::fuzz {

class Story {
 public:
  explicit Story(Input& input) : input_(input), victim_(input.flag()) {}

  void run() {
    while (!input_.empty()) {
      const std::uint8_t kind = input_.byte();
      step(kind % 16);
      // Several steps may meet in one turn.
      if (kind < 192) {
        victim_.run_for(Duration(0));
      }
    }
    victim_.run_for(std::chrono::seconds(3));
  }

 private:
  ServerId peer() { return ServerId(2 + input_.below(3)); }

  void step(std::uint8_t kind) {
    switch (kind) {
      case 0:
        raw_frame();
        break;
      case 1:
        elapse();
        break;
      case 2:
        connect();
        break;
      case 3:
        hello();
        break;
      case 4:
        call_of_user();
        break;
      case 5:
      case 6:
        grant_vote();
        break;
      case 7:
        acknowledge();
        break;
      case 8:
        trouble();
        break;
      default:
        hostile_message();
        break;
    }
  }

  void hostile_message() {
    const ServerId from = peer();
    const NodeStatus status = victim_.node().status();
    if (const std::optional<Frame> frame = hostile_frame(input_, status, codec_)) {
      deliver(from, *frame);
    }
  }

  void deliver(ServerId from, const Frame& frame) {
    ReceivedFrame received = arrive(frame);
    const auto decoded = codec_.decode(received);
    BUOYANT_ASSERT(decoded.has_value());
    victim_.deliver(from, node::channel_of(decoded->message), std::move(received));
  }

  void raw_frame() {
    const auto channel = static_cast<port::Channel>(input_.below(4));
    ReceivedFrame frame;
    frame.header.type = static_cast<FrameType>(input_.below(20));
    frame.meta = Bytes::copy_of(input_.bytes(input_.byte()));
    frame.payload = Bytes::copy_of(input_.bytes(input_.below(16)));
    victim_.deliver(peer(), channel, std::move(frame));
  }

  void elapse() {
    constexpr std::array<int, 8> kMilliseconds = {1, 5, 50, 100, 500, 1000, 2000, 6000};
    victim_.run_for(std::chrono::milliseconds(kMilliseconds[input_.below(8)]));
  }

  void connect() {
    const std::uint8_t choice = input_.byte();
    const bool up = choice % 4 != 0;
    if (choice < 128) {
      victim_.ear().connect(peer(), up);
    } else {
      victim_.ear().connect_snapshots(peer(), up);
    }
  }

  void hello() {
    const ServerId from(input_.below(6));
    Hello hello{.identity = {.cluster = "cluster",
                             .server = from,
                             .incarnation = input_.below(4),
                             .start_counter = input_.near(1),
                             .start_id = input_.below(4)},
                .expected = ServerId(1),
                .configuration_index = Index(input_.near(1)),
                .bootstrap = input_.below(2),
                .purpose = static_cast<LinkPurpose>(input_.below(2)),
                .refusal = static_cast<Refusal>(input_.below(16))};
    if (!from.is_set()) {
      return;
    }
    if (input_.flag()) {
      victim_.ear().events().on_hello(port::ConnectionId(++connections_), hello);
      return;
    }
    const HelloReply reply{.refusal = static_cast<Refusal>(input_.below(16)),
                           .identity = hello.identity,
                           .configuration_index = hello.configuration_index,
                           .bootstrap = hello.bootstrap};
    if (reply.refusal == Refusal::kNone) {
      (void)victim_.ear().events().on_hello_reply(from, reply);
    } else {
      victim_.ear().events().on_refused(from, reply);
    }
  }

  void call_of_user() {
    Node& node = victim_.node();
    switch (input_.below(6)) {
      case 0:
        (void)node.propose(Bytes::copy_of(input_.bytes(input_.below(16))),
                           [](const Result<Applied>&) {});
        break;
      case 1:
        (void)node.read(ReadMode::kLinearizable, [](const Result<Index>&) {});
        break;
      case 2:
        (void)node.read(ReadMode::kLease, [](const Result<Index>&) {});
        break;
      case 3:
        (void)node.transfer(ServerId(input_.below(5)), [](const Result<ServerId>&) {});
        break;
      case 4:
        (void)node.change_membership(hostile_members(input_), node.status().configuration_index,
                                     [](const Result<Index>&) {});
        break;
      default:
        (void)node.take_snapshot([](const Result<SnapshotMetadata>&) {});
        break;
    }
  }

  /// As an honest server would: so that the node gets to lead.
  void grant_vote() {
    const auto found = victim_.ear().newest.find(FrameType::kRequestVote);
    if (found == victim_.ear().newest.end()) {
      elapse();
      return;
    }
    const auto& request = std::get<RequestVote>(found->second);
    const RequestVoteReply reply{.term = request.term,
                                 .granted = true,
                                 .pre_vote = request.pre_vote,
                                 .campaign = request.campaign};
    deliver(peer(), codec_.encode(GroupId(), reply));
    victim_.run_for(std::chrono::milliseconds(2));
  }

  /// As an honest follower would.
  void acknowledge() {
    const NodeStatus status = victim_.node().status();
    const auto heartbeat = victim_.ear().newest.find(FrameType::kHeartbeat);
    const Round round = heartbeat == victim_.ear().newest.end()
                            ? Round()
                            : std::get<Heartbeat>(heartbeat->second).round;
    const ServerId from = peer();
    const Term term = std::max(status.standing.term, Term(1));
    deliver(from, codec_.encode(GroupId(), AppendEntriesReply{.term = term,
                                                              .accepted = true,
                                                              .match = status.last.index,
                                                              .rejected = {},
                                                              .hint = {},
                                                              .round = round}));
    deliver(from, codec_.encode(
                      GroupId(),
                      HeartbeatReply{.term = term, .round = round, .received = status.last.index}));
  }

  void trouble() {
    switch (input_.below(6)) {
      case 0:
        victim_.restart();
        break;
      case 1:
        victim_.ear().is_full = !victim_.ear().is_full;
        break;
      case 2:
        victim_.disk().hold_writes();
        break;
      case 3:
        victim_.disk().release_writes();
        break;
      case 4:
        victim_.disk().fail_next_write(port::WriteOutcome::kNoSpace);
        break;
      default:
        victim_.disk().fail_next_read(Error(Errc::kBusy, "busy"));
        break;
    }
  }

  Input& input_;
  Victim victim_;
  flatbuf::FlatbuffersCodec codec_;
  std::uint64_t connections_ = 0;
};

}  // namespace buoyant::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  buoyant::fuzz::Input input(data, size);
  buoyant::fuzz::Story story(input);
  story.run();
  return 0;
}
