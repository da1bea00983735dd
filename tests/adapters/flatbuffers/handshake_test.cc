// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/flatbuffers/codec.h"
#include "rpc_generated.h"
#include "tests/adapters/flatbuffers/counting_new.h"
#include "tests/adapters/flatbuffers/wire.h"
#include "tests/support/print.h"

#include <string>

namespace buoyant::flatbuf::handshake_test {

Identity identity() {
  return {.cluster = "demo",
          .server = ServerId(1),
          .incarnation = 11,
          .start_counter = 12,
          .start_id = 13};
}

Hello hello() {
  return {.version_min = 1,
          .version_max = 2,
          .identity = identity(),
          .expected = ServerId(2),
          .configuration_index = Index(9),
          .bootstrap = 77};
}

HelloReply reply() {
  return {.refusal = Refusal::kNone,
          .version = 1,
          .identity = identity(),
          .configuration_index = Index(8),
          .bootstrap = 77};
}

class HandshakeTest : public testing::Test {
 protected:
  FlatbuffersCodec codec_;
};

TEST_F(HandshakeTest, AHelloComesBack) {
  EXPECT_EQ(codec_.decode_hello(wire_test::receive(codec_.encode_hello(hello()))), hello());
}

TEST_F(HandshakeTest, AReplyComesBack) {
  EXPECT_EQ(codec_.decode_hello_reply(wire_test::receive(codec_.encode_hello_reply(reply()))),
            reply());
}

TEST_F(HandshakeTest, ARefusalComesBackWithItsReason) {
  HelloReply refused = reply();
  refused.refusal = Refusal::kOlderCopy;

  EXPECT_EQ(codec_.decode_hello_reply(wire_test::receive(codec_.encode_hello_reply(refused))),
            refused);
}

TEST_F(HandshakeTest, ARefusalOfALaterVersionIsKept) {
  HelloReply refused = reply();
  refused.refusal = static_cast<Refusal>(200);

  EXPECT_EQ(codec_.decode_hello_reply(wire_test::receive(codec_.encode_hello_reply(refused))),
            refused);
}

TEST_F(HandshakeTest, AHelloSaysWhyItsReceiverWasRefused) {
  Hello refusing = hello();
  for (const Refusal refusal : {Refusal::kIncarnation, static_cast<Refusal>(200)}) {
    refusing.refusal = refusal;
    EXPECT_EQ(codec_.decode_hello(wire_test::receive(codec_.encode_hello(refusing))), refusing);
  }
}

TEST_F(HandshakeTest, AClusterIdMayContainAnyByte) {
  Hello odd = hello();
  odd.identity.cluster = std::string("a\0b\xff", 4);

  EXPECT_EQ(codec_.decode_hello(wire_test::receive(codec_.encode_hello(odd))), odd);
}

TEST_F(HandshakeTest, TheLargestHelloFitsTheCapBeforeTheHandshake) {
  Hello largest = hello();
  largest.identity.cluster.assign(kClusterBytesMax, 'c');

  const ReceivedFrame frame = wire_test::receive(codec_.encode_hello(largest));

  EXPECT_LE(frame.header.body_bytes(), kHelloBytesMax);
}

TEST_F(HandshakeTest, AHelloIsNoReply) {
  EXPECT_FALSE(codec_.decode_hello_reply(wire_test::receive(codec_.encode_hello(hello()))));
}

TEST_F(HandshakeTest, AReplyIsNoHello) {
  EXPECT_FALSE(codec_.decode_hello(wire_test::receive(codec_.encode_hello_reply(reply()))));
}

TEST_F(HandshakeTest, AHelloWithAPayloadIsRefused) {
  ReceivedFrame frame = wire_test::receive(codec_.encode_hello(hello()));
  frame.payload = Bytes::copy_of("x");

  EXPECT_FALSE(codec_.decode_hello(frame));
}

TEST_F(HandshakeTest, AHelloOfNobodyIsRefused) {
  const auto frame = wire_test::received_table(FrameType::kHello, [](auto& fields) {
    // The field is required, so the generated builder would not leave it out.
    const auto start = fields.StartTable();
    fields.template AddElement<std::uint16_t>(wire::Hello::VT_VERSION_MIN, 1, 0);
    return flatbuffers::Offset<wire::Hello>(fields.EndTable(start));
  });

  EXPECT_FALSE(codec_.decode_hello(frame));
}

TEST_F(HandshakeTest, AHelloOutOfItsRulesIsRefused) {
  const auto frame = wire_test::received_table(FrameType::kHello, [](auto& fields) {
    const auto sender = wire::CreateIdentity(fields, fields.CreateString("demo"), 0);
    return wire::CreateHello(fields, 1, 1, sender, 2);
  });

  const auto decoded = codec_.decode_hello(frame);

  ASSERT_FALSE(decoded);
  EXPECT_STREQ(decoded.error().context(), "no server id");
}

TEST_F(HandshakeTest, ATooLongClusterIdIsNotCopied) {
  const auto frame = wire_test::received_table(FrameType::kHello, [](auto& fields) {
    const auto cluster = fields.CreateString(std::string(1000000, 'c'));
    return wire::CreateHello(fields, 1, 1, wire::CreateIdentity(fields, cluster, 1), 2);
  });
  const std::size_t before = counting_new::allocated_bytes();

  EXPECT_FALSE(codec_.decode_hello(frame));

  EXPECT_LT(counting_new::allocated_bytes() - before, 1024U);
}

TEST_F(HandshakeTest, AReplyOutOfItsRulesIsRefused) {
  const auto frame = wire_test::received_table(FrameType::kHelloReply, [](auto& fields) {
    const auto sender = wire::CreateIdentity(fields, fields.CreateString("demo"), 1);
    return wire::CreateHelloReply(fields, 0, 0, sender);
  });

  const auto decoded = codec_.decode_hello_reply(frame);

  ASSERT_FALSE(decoded);
  EXPECT_STREQ(decoded.error().context(), "accepted without a version");
}

using HandshakeDeathTest = HandshakeTest;

TEST_F(HandshakeDeathTest, AHelloThatPeersWouldRefuseIsNotSent) {
  EXPECT_DEATH((void)codec_.encode_hello(Hello{}), "defect_of");
}

TEST_F(HandshakeDeathTest, AReplyThatPeersWouldRefuseIsNotSent) {
  EXPECT_DEATH((void)codec_.encode_hello_reply(HelloReply{}), "defect_of");
}

}  // namespace buoyant::flatbuf::handshake_test
