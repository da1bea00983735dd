// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/recover/explain.h"

#include "tests/tools/recover/stored.h"

#include <gtest/gtest.h>

namespace buoyant::recover_tool::explain_test {

using testing_support::encoded;
using testing_support::of;
using testing_support::survivor;
using testing_support::survivor_with_snapshot;
using testing_support::voter;

class RecoverExplainTest : public testing::Test {
 protected:
  Plan plan(std::vector<Member> voters) {
    auto made = make_plan(stored_, std::move(voters), codec_);
    EXPECT_TRUE(made);
    return made ? *made : Plan();
  }

  port::StoredState stored_ = survivor();
  flatbuf::FlatbuffersCodec codec_;
};

TEST_F(RecoverExplainTest, SaysWhatIsThereAndWhatFollows) {
  EXPECT_EQ(explain(plan({voter(1)})),
            R"(server 1 of cluster "lost", incarnation 0x0000000000000009
term 7, voted for 2
log: from entry 1 through entry 10 of term 5
snapshot: none
not known to be committed: 10 entries, 1 to 10
members since entry 1: 1=host:1, 2=host:2, 3=host:3
members to be: 1=host:1

Do this only if a majority of the present members is lost for ever; else start them and
change the membership. Do it on one server only: the one of those that are left whose last
entry has the greatest term and, among these, the greatest index. Here it is entry 10 of term 5.
These must never run again with the data that they have: 2=host:2, 3=host:3.
A server that starts empty waits to be added (--join). Told to begin with the first
list of members, it would begin the lost cluster anew, beside this one.

The members to be are put behind the log here, as entry 11 of term 8. Then
- entries that only others have are lost, also where clients were told that
  they are committed;
- entries here that were not committed become so, also where clients were told that
  they are not: at most 10;
- dropped are 2=host:2, 3=host:3;
- the cluster serves when 1 of its 1 new voters run.
)");
}

TEST_F(RecoverExplainTest, SaysWhatTheOthersMayStartWith) {
  const std::string text = explain(plan({voter(1), voter(2), voter(4)}));

  EXPECT_NE(text.find("what differs is overwritten"), std::string::npos);
  EXPECT_NE(text.find("must start empty: 4=host:4."), std::string::npos);
  EXPECT_NE(text.find("2 of its 3 new voters"), std::string::npos);
}

TEST_F(RecoverExplainTest, SaysWhatASnapshotHolds) {
  stored_ = survivor_with_snapshot();

  const std::string text = explain(plan({voter(1)}));

  EXPECT_NE(text.find("log: from entry 7 through entry 10 of term 5\n"
                      "snapshot: through entry 8 of term 5\n"
                      "not known to be committed: 2 entries, 9 to 10\n"),
            std::string::npos);
}

TEST_F(RecoverExplainTest, SaysThatThereIsNothingToBeDone) {
  const std::string text = explain(plan({voter(1), voter(2), voter(3)}));

  EXPECT_NE(text.find("there is nothing to be done"), std::string::npos);
  EXPECT_EQ(text.find("lost"), text.find("lost\", incarnation"));
}

TEST_F(RecoverExplainTest, SaysTheSameAsJson) {
  const std::string text = to_json(plan({voter(1)}), false);

  EXPECT_NE(text.find("\"last\": {\n    \"term\": 5,\n    \"index\": 10\n  }"), std::string::npos);
  EXPECT_NE(text.find("\"appended\": {\n    \"term\": 8,\n    \"index\": 11\n  }"),
            std::string::npos);
  EXPECT_NE(text.find("\"not_known_to_be_committed\": 10"), std::string::npos);
  EXPECT_NE(text.find("\"changed\": false"), std::string::npos);
}

TEST_F(RecoverExplainTest, JsonSaysThatThereIsNothingToBeDone) {
  const std::string text = to_json(plan({voter(1), voter(2), voter(3)}), false);

  EXPECT_NE(text.find("\"nothing_to_do\": true"), std::string::npos);
  EXPECT_EQ(text.find("appended"), std::string::npos);
}

}  // namespace buoyant::recover_tool::explain_test
