// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// The handshake: hellos and replies of anybody, decoded and judged by one server. What is accepted
// encodes to an equal value, and what a server remembers of its callers stays bounded.
//
// Input: hellos, one after the other. Each is a choice (reply or not, whose id), a length, the
// meta.

#include "adapters/flatbuffers/codec.h"
#include "buoyant/base/assert.h"
#include "node/links.h"
#include "tests/adapters/flatbuffers/counting_new.h"
#include "tests/adapters/flatbuffers/wire.h"
#include "tests/fuzz/input.h"

namespace buoyant::fuzz {

/// What an empty frame may cost.
constexpr std::size_t kFixedBytes = 256;
/// The cluster of the seeds, see tests/adapters/flatbuffers/samples.cc.
constexpr const char* kCluster = "demo";

class Door {
 public:
  Door() {
    links_.set_committed({.index = Index(5),
                          .configuration = {.members = {{.id = ServerId(1), .address = "a:1"},
                                                        {.id = ServerId(2), .address = "b:1"}},
                                            .outgoing = {}}});
    links_.set_configuration_index(Index(5));
  }

  void knock(Input& input) {
    const bool is_reply = input.flag();
    const ServerId dialled(1 + input.below(4));
    const ByteView meta = input.bytes(input.byte());
    if (is_reply) {
      answer(dialled, meta);
    } else {
      call(meta);
    }
  }

 private:
  template <class Decode>
  auto decode(FrameType type, ByteView meta, Decode decode) {
    const ReceivedFrame frame = flatbuf::wire_test::received(type, meta);
    const std::size_t before = flatbuf::counting_new::allocated_bytes();
    auto decoded = decode(frame);
    const std::size_t taken = flatbuf::counting_new::allocated_bytes() - before;
    BUOYANT_ASSERT(taken <= kFixedBytes + flatbuf::kDecodeAmplification * meta.size());
    return decoded;
  }

  void call(ByteView meta) {
    const auto of_frame = [this](const ReceivedFrame& frame) { return codec_.decode_hello(frame); };
    const auto hello = decode(FrameType::kHello, meta, of_frame);
    if (!hello) {
      return;
    }
    const Frame again = codec_.encode_hello(*hello);
    BUOYANT_ASSERT(of_frame(flatbuf::wire_test::receive(again)) == hello);
    (void)links_.note_refused_by(*hello);
    const Refusal refusal = links_.on_hello(*hello);
    (void)links_.is_news(hello->identity.server, refusal);
    say(hello->identity.server, refusal);
  }

  void answer(ServerId dialled, ByteView meta) {
    const auto of_frame = [this](const ReceivedFrame& frame) {
      return codec_.decode_hello_reply(frame);
    };
    const auto reply = decode(FrameType::kHelloReply, meta, of_frame);
    if (!reply) {
      return;
    }
    const Frame again = codec_.encode_hello_reply(*reply);
    BUOYANT_ASSERT(of_frame(flatbuf::wire_test::receive(again)) == reply);
    (void)links_.is_removed_by(dialled, *reply);
    const Refusal refusal = links_.on_hello_reply(dialled, *reply);
    (void)links_.is_news(dialled, refusal);
    say(dialled, refusal);
  }

  /// Whatever came in, what goes out is legal.
  void say(ServerId peer, Refusal refusal) {
    links_.set_answer(refusal);
    (void)codec_.encode_hello(links_.make_hello(peer));
    links_.set_answer(Refusal::kNone);
    BUOYANT_ASSERT(refused_message(refusal)[0] != '\0');
    if (links_.peers().is_write_due()) {
      BUOYANT_ASSERT(links_.peers().begin_write().size() <= node::PeerTable::kPeersMax);
      links_.peers().end_write();
    }
  }

  flatbuf::FlatbuffersCodec codec_;
  node::Links links_{{.cluster = kCluster, .server = ServerId(1), .incarnation = 11}, {}};
};

}  // namespace buoyant::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  buoyant::fuzz::Input input(data, size);
  buoyant::fuzz::Door door;
  while (!input.empty()) {
    door.knock(input);
  }
  return 0;
}
