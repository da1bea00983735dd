// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/kv/resp_reader.h"

#include "buoyant/base/random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace kv::resp_reader_test {

using Request = std::vector<std::string>;

struct Reading {
  std::vector<Request> requests;
  std::string error;

  friend bool operator==(const Reading&, const Reading&) = default;
};

Reading read(const std::string& bytes, std::size_t chunk_bytes) {
  RespReader reader;
  Reading reading;
  for (std::size_t at = 0; at < bytes.size(); at += chunk_bytes) {
    reader.append(std::string_view(bytes).substr(at, chunk_bytes));
    while (const auto* arguments = reader.front()) {
      reading.requests.emplace_back(arguments->begin(), arguments->end());
      reader.pop();
    }
  }
  reading.error = reader.error();
  return reading;
}

std::string encoded(const Request& request) {
  std::string bytes = "*" + std::to_string(request.size()) + "\r\n";
  for (const std::string& word : request) {
    bytes += "$" + std::to_string(word.size()) + "\r\n" + word + "\r\n";
  }
  return bytes;
}

class RespReaderTest : public testing::Test {
 protected:
  static Reading all(const std::string& bytes) {
    return read(bytes, std::max<std::size_t>(1, bytes.size()));
  }

  static std::string error_of(const std::string& bytes) { return all(bytes).error; }
};

TEST_F(RespReaderTest, CutsRequestsWhereverTheirPiecesEnd) {
  const std::vector<Request> requests = {
      {"SET", "key", std::string("a\r\n\0b", 5)}, {"GET", ""}, {"PING"}, {"MGET", "a", "b", "c"}};
  std::string bytes;
  for (const Request& request : requests) {
    bytes += encoded(request);
  }
  for (std::size_t chunk_bytes = 1; chunk_bytes <= bytes.size(); ++chunk_bytes) {
    EXPECT_EQ(read(bytes, chunk_bytes), (Reading{requests, ""})) << chunk_bytes;
  }
}

TEST_F(RespReaderTest, TakesLinesOfWords) {
  EXPECT_EQ(all("  SET  a\t1 \r\nGET a\n"), (Reading{{{"SET", "a", "1"}, {"GET", "a"}}, ""}));
}

TEST_F(RespReaderTest, PassesOverWhatSaysNothing) {
  EXPECT_EQ(all("\r\n \n*0\r\n*-1\r\nPING\r\n*1\r\n$4\r\nPING\r\n"),
            (Reading{{{"PING"}, {"PING"}}, ""}));
}

TEST_F(RespReaderTest, WaitsForTheRest) {
  EXPECT_EQ(all("*2\r\n$3\r\nGET\r\n$1\r\na"), (Reading{{}, ""}));
  EXPECT_EQ(all("GET a"), (Reading{{}, ""}));
}

TEST_F(RespReaderTest, AFrontThatWasNotRemovedStays) {
  RespReader reader;
  reader.append("GET a\r\nGET");
  ASSERT_NE(reader.front(), nullptr);

  reader.append(" b\r\n");

  ASSERT_NE(reader.front(), nullptr);
  EXPECT_EQ(reader.front()->at(1), "a");
  reader.pop();
  EXPECT_EQ(reader.front()->at(1), "b");
  reader.pop();
  EXPECT_EQ(reader.front(), nullptr);
  EXPECT_EQ(reader.pending_bytes(), 0U);
}

TEST_F(RespReaderTest, RefusesLengthsThatAreNone) {
  EXPECT_EQ(error_of("*x\r\n"), "ERR Protocol error: invalid multibulk length");
  EXPECT_EQ(error_of("*\r\n"), "ERR Protocol error: invalid multibulk length");
  EXPECT_EQ(error_of("*99999999999999999999\r\n"), "ERR Protocol error: invalid multibulk length");
  EXPECT_EQ(error_of("*65537\r\n"), "ERR Protocol error: invalid multibulk length");
  EXPECT_EQ(error_of("*1\r\n$x\r\n"), "ERR Protocol error: invalid bulk length");
  EXPECT_EQ(error_of("*1\r\n$-1\r\n"), "ERR Protocol error: invalid bulk length");
  EXPECT_EQ(error_of("*1\r\n$2097153\r\n"), "ERR Protocol error: invalid bulk length");
  EXPECT_EQ(error_of("*1\r\n$9223372036854775807\r\n"), "ERR Protocol error: invalid bulk length");
}

TEST_F(RespReaderTest, RefusesWhatIsNoBulkString) {
  EXPECT_EQ(error_of("*1\r\n:1\r\n"), "ERR Protocol error: expected '$', got ':'");
  EXPECT_EQ(error_of("*1\r\n$1\r\nabc"),
            "ERR Protocol error: a bulk string does not end where it should");
}

TEST_F(RespReaderTest, RefusesLinesThatDoNotEnd) {
  EXPECT_EQ(error_of(std::string(RespReader::kLineBytesMax, 'x')),
            "ERR Protocol error: too big line");
  EXPECT_EQ(error_of("*" + std::string(40, '0')), "ERR Protocol error: too big line");
  EXPECT_EQ(error_of("*1\r\n$" + std::string(40, '0')), "ERR Protocol error: too big line");
}

TEST_F(RespReaderTest, RefusesARequestThatIsLargerThanItsParts) {
  const std::string half(RespReader::kRequestBytesMax / 2, 'x');

  EXPECT_EQ(error_of(encoded({half, half})), "ERR Protocol error: invalid bulk length");
  EXPECT_EQ(error_of(encoded({half, "x"})), "");
}

TEST_F(RespReaderTest, AfterAnErrorNothingIsTaken) {
  EXPECT_EQ(all("*x\r\nPING\r\n").requests.size(), 0U);
}

TEST_F(RespReaderTest, TakesTheMostArguments) {
  const Request request(RespReader::kArgumentsMax, "");

  EXPECT_EQ(all(encoded(request)).requests, std::vector<Request>{request});
}

TEST_F(RespReaderTest, DamagedBytesAreReadTheSameInPiecesOfAnySize) {
  const std::string whole = encoded({"SET", "key", "value"}) + "PING x\r\n" +
                            encoded({"GET", "k"}) + encoded({"MSET", "a", "1", "b", "22"});
  buoyant::Random random(11);
  for (int round = 0; round < 20'000; ++round) {
    std::string damaged = whole;
    const std::uint64_t changes = 1 + random.below(4);
    for (std::uint64_t change = 0; change < changes; ++change) {
      const std::size_t at = random.below(damaged.size());
      const std::uint64_t kind = random.below(3);
      if (kind == 0) {
        damaged[at] = static_cast<char>(random.below(256));
      } else if (kind == 1) {
        damaged.erase(at, 1 + random.below(3));
      } else {
        damaged.insert(at, 1, "*$\r\n-0129"[random.below(9)]);
      }
    }
    const std::size_t chunk_bytes = 1 + random.below(9);
    ASSERT_EQ(read(damaged, chunk_bytes), all(damaged)) << damaged;
  }
}

}  // namespace kv::resp_reader_test
