// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/tidy/rules.h"

#include <gtest/gtest.h>

namespace buoyant::tidy::layering_test {

std::size_t findings_in(const char* path, const char* text) {
  return check_layering(make_source(path, text)).size();
}

TEST(TidyLayeringTest, CoreMayIncludeModelAndItself) {
  EXPECT_EQ(findings_in("src/core/trail.cc",
                        "#include <vector>\n"
                        "#include \"buoyant/model/ids.h\"\n"
                        "#include \"core/trail.h\"\n"),
            0U);
}

TEST(TidyLayeringTest, CoreMayNotIncludePortsNodeOrAdapters) {
  EXPECT_EQ(findings_in("src/core/trail.cc",
                        "#include \"buoyant/port/storage.h\"\n"
                        "#include \"buoyant/node.h\"\n"
                        "#include \"node/sender.h\"\n"
                        "#include \"adapters/uv/address.h\"\n"),
            4U);
}

TEST(TidyLayeringTest, NothingBelowTheAdaptersIncludesTheSystem) {
  EXPECT_EQ(findings_in("src/node/node.cc", "#include <uv.h>\n#include <sys/types.h>\n"), 2U);
}

TEST(TidyLayeringTest, ReportsMayIncludeTheNodeAndTheirLibrary) {
  EXPECT_EQ(findings_in("src/report/metrics.cc",
                        "#include <nlohmann/json.hpp>\n"
                        "#include \"buoyant/node.h\"\n"
                        "#include \"report/exposition.h\"\n"),
            0U);
  EXPECT_EQ(
      findings_in("src/report/metrics.cc", "#include <uv.h>\n#include \"adapters/uv/address.h\"\n"),
      2U);
}

TEST(TidyLayeringTest, NothingBelowReportsIncludesThem) {
  EXPECT_EQ(findings_in("src/node/node.cc", "#include \"buoyant/report.h\"\n"), 1U);
  EXPECT_EQ(findings_in("adapters/uv/tcp.cc", "#include \"buoyant/report.h\"\n"), 1U);
  EXPECT_EQ(findings_in("src/simulation/world.cc", "#include \"buoyant/report.h\"\n"), 1U);
}

TEST(TidyLayeringTest, PortsMayNotIncludeTheCore) {
  EXPECT_EQ(findings_in("include/buoyant/port/codec.h", "#include \"buoyant/core/ready.h\"\n"), 1U);
}

TEST(TidyLayeringTest, AnAdapterMayIncludePortsItselfAndItsLibrary) {
  EXPECT_EQ(findings_in("adapters/uv/tcp.cc",
                        "#include <uv.h>\n"
                        "#include <sys/socket.h>\n"
                        "#include \"adapters/uv/address.h\"\n"
                        "#include \"buoyant/port/transport.h\"\n"),
            0U);
}

TEST(TidyLayeringTest, AnAdapterMayNotIncludeASibling) {
  EXPECT_EQ(findings_in("adapters/uv/tcp.cc", "#include \"adapters/lmdb/storage.h\"\n"), 1U);
}

TEST(TidyLayeringTest, AnAdapterMayNotIncludeCoreOrNode) {
  EXPECT_EQ(findings_in("adapters/uv/tcp.cc",
                        "#include \"buoyant/core/raft.h\"\n#include \"buoyant/status.h\"\n"),
            2U);
}

TEST(TidyLayeringTest, AnAdapterMayNotIncludeTheLibraryOfAnother) {
  EXPECT_EQ(findings_in("adapters/uv/tcp.cc",
                        "#include <lmdb.h>\n"
                        "#include \"flatbuffers/flatbuffers.h\"\n"
                        "#include <openssl/ssl.h>\n"),
            3U);
}

TEST(TidyLayeringTest, AdaptersMayShareWhatIsOfTheOperatingSystem) {
  EXPECT_EQ(findings_in("adapters/lmdb/a.cc", "#include \"adapters/posix/directory.h\"\n"), 0U);
  EXPECT_EQ(findings_in("adapters/posix/a.cc", "#include \"adapters/lmdb/storage.h\"\n"), 1U);
}

TEST(TidyLayeringTest, GeneratedHeadersBelongToTheCodec) {
  EXPECT_EQ(findings_in("adapters/flatbuffers/decode.cc", "#include \"rpc_generated.h\"\n"), 0U);
}

TEST(TidyLayeringTest, TheAssemblyMayIncludeEverythingButTests) {
  EXPECT_EQ(findings_in("adapters/standard/standard.cc",
                        "#include <uv.h>\n"
                        "#include \"adapters/lmdb/storage.h\"\n"
                        "#include \"buoyant/node.h\"\n"
                        "#include \"tests/support/fake.h\"\n"),
            1U);
}

TEST(TidyLayeringTest, HeadersForCIncludeThoseAndWhatCHas) {
  EXPECT_EQ(findings_in("include/buoyant/c/node.h",
                        "#include \"buoyant/c/error.h\"\n"
                        "#include <stddef.h>\n"),
            0U);
  EXPECT_EQ(findings_in("include/buoyant/c/node.h",
                        "#include \"buoyant/node.h\"\n"
                        "#include <string>\n"
                        "#include <uv.h>\n"),
            3U);
  EXPECT_EQ(findings_in("src/node/node.cc", "#include \"buoyant/c/error.h\"\n"), 1U);
  EXPECT_EQ(findings_in("adapters/c/node.cc", "#include \"buoyant/c/node.h\"\n"), 0U);
}

TEST(TidyLayeringTest, TheConformanceSuitesMayIncludePortsThemselvesAndGTest) {
  EXPECT_EQ(findings_in("include/buoyant/conformance/storage_conformance.h",
                        "#include <gtest/gtest.h>\n"
                        "#include <vector>\n"
                        "#include \"buoyant/conformance/print.h\"\n"
                        "#include \"buoyant/port/storage.h\"\n"),
            0U);
}

TEST(TidyLayeringTest, TheConformanceSuitesMayNotIncludeWhatAUserHasNot) {
  EXPECT_EQ(findings_in("include/buoyant/conformance/storage_conformance.h",
                        "#include \"tests/support/fake.h\"\n"
                        "#include \"buoyant/core/raft.h\"\n"
                        "#include \"adapters/lmdb/storage.h\"\n"
                        "#include <uv.h>\n"
                        "#include <benchmark/benchmark.h>\n"),
            5U);
}

TEST(TidyLayeringTest, NoProductCodeIncludesTheConformanceSuites) {
  const char* const text = "#include \"buoyant/conformance/print.h\"\n";

  EXPECT_EQ(findings_in("include/buoyant/port/storage.h", text), 1U);
  EXPECT_EQ(findings_in("src/node/node.cc", text), 1U);
  EXPECT_EQ(findings_in("src/simulation/simulation.cc", text), 1U);
  EXPECT_EQ(findings_in("adapters/memory/storage.cc", text), 1U);
  EXPECT_EQ(findings_in("adapters/standard/standard.cc", text), 1U);
  EXPECT_EQ(findings_in("examples/storage/file_storage_test.cc", text), 0U);
}

TEST(TidyLayeringTest, PathsBeginAtTheTop) {
  EXPECT_EQ(findings_in("src/node/node.cc", "#include \"../core/state.h\"\n"), 1U);
}

TEST(TidyLayeringTest, NamesFileAndLine) {
  const auto findings =
      check_layering(make_source("src/core/a.cc", "\n#include \"buoyant/node.h\"\n"));

  EXPECT_EQ(report(findings),
            "src/core/a.cc:2: include of buoyant/node.h: points to a higher layer\n");
}

TEST(TidyDeterminismTest, TheCoreHasNoClockNoFloatsAndNoUnorderedContainers) {
  const auto source = make_source("src/core/a.cc",
                                  "auto now = std::chrono::steady_clock::now();\n"
                                  "double share = 0.5;\n"
                                  "std::unordered_map<int, int> map;\n");

  EXPECT_EQ(check_determinism(source).size(), 3U);
}

TEST(TidyDeterminismTest, CommentsMaySpeakOfIt) {
  EXPECT_TRUE(check_determinism(make_source("src/core/a.cc", "// No double votes.\n")).empty());
}

TEST(TidyDeterminismTest, OtherLayersMayUseThreads) {
  EXPECT_TRUE(check_determinism(make_source("adapters/lmdb/a.cc", "std::mutex lock;\n")).empty());
}

}  // namespace buoyant::tidy::layering_test
