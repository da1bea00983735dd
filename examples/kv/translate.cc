// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/kv/translate.h"

#include "buoyant/base/assert.h"
#include "examples/kv/command_table.h"
#include "examples/kv/limits.h"
#include "examples/kv/resp_writer.h"

#include <algorithm>
#include <array>

namespace kv {

namespace {

using Words = std::vector<std::string_view>;
using Translation = std::variant<Operation, std::string>;

struct Plain {
  std::string_view name;
  Code code;
};

/// Those whose words are the arguments.
constexpr std::array kPlain = {
    Plain{"GET", Code::kGet},       Plain{"GETSET", Code::kGetSet},
    Plain{"APPEND", Code::kAppend}, Plain{"STRLEN", Code::kLength},
    Plain{"DEL", Code::kDelete},    Plain{"EXISTS", Code::kExists},
    Plain{"MGET", Code::kGetMany},  Plain{"INCRBY", Code::kIncrementBy},
    Plain{"DBSIZE", Code::kCount},  Plain{"CAS", Code::kCompareAndSet},
};

Translation set(const Words& words) {
  Operation operation{Code::kSet, {words[1], words[2]}};
  if (words.size() == 4 && equals_ignoring_case(words[3], "NX")) {
    operation.code = Code::kSetIfMissing;
  } else if (words.size() == 4 && equals_ignoring_case(words[3], "XX")) {
    operation.code = Code::kSetIfThere;
  } else if (words.size() > 3) {
    return resp::error("ERR syntax error: only NX or XX may follow the value");
  }
  return operation;
}

Translation translate(const Words& words) {
  const std::string name = upper(words[0]);
  if (name == "SET") {
    return set(words);
  }
  if (name == "INCR" || name == "DECR") {
    return Operation{Code::kIncrementBy, {words[1], name == "INCR" ? "1" : "-1"}};
  }
  const Words arguments(words.begin() + 1, words.end());
  if (name == "MSET") {
    return arguments.size() % 2 == 0
               ? Translation(Operation{Code::kSetMany, arguments})
               : Translation(resp::error("ERR wrong number of arguments for 'mset' command"));
  }
  const auto* const plain = std::find_if(kPlain.begin(), kPlain.end(),
                                         [&](const Plain& one) { return one.name == name; });
  BUOYANT_ASSERT(plain != kPlain.end());
  return Operation{plain->code, arguments};
}

/// Read here, as no read of a key that cannot exist is worth a round.
bool has_large_key(const Operation& operation) {
  return !operation.arguments.empty() && operation.arguments.front().size() > kKeyBytesMax;
}

}  // namespace

Translation to_operation(const Words& words) {
  Translation translation = translate(words);
  const auto* const operation = std::get_if<Operation>(&translation);
  return operation != nullptr && has_large_key(*operation) ? resp::error(kKeyTooLarge)
                                                           : translation;
}

}  // namespace kv
