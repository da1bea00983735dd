// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/kv/execute.h"

#include "buoyant/base/assert.h"
#include "examples/kv/integer.h"
#include "examples/kv/limits.h"
#include "examples/kv/resp_writer.h"

#include <algorithm>
#include <optional>

namespace kv {

namespace {

using Arguments = std::vector<std::string_view>;

void add_value(std::string& reply, const Entry* entry) {
  if (entry == nullptr) {
    reply += resp::kNull;
  } else {
    resp::add_bulk(reply, entry->value());
  }
}

std::string value_of(const Map& map, std::string_view key) {
  std::string reply;
  add_value(reply, map.find(key));
  return reply;
}

// Those that read.

std::string get_many(const Map& map, const Arguments& keys) {
  std::string reply;
  resp::add_array(reply, keys.size());
  for (const std::string_view key : keys) {
    add_value(reply, map.find(key));
    if (reply.size() > kReplyBytesMax) {
      return resp::error(kReplyTooLarge);
    }
  }
  return reply;
}

std::string count_existing(const Map& map, const Arguments& keys) {
  return resp::integer(
      std::count_if(keys.begin(), keys.end(), [&](auto key) { return map.find(key) != nullptr; }));
}

std::string length(const Map& map, std::string_view key) {
  const Entry* const entry = map.find(key);
  return resp::integer(entry == nullptr ? 0 : static_cast<std::int64_t>(entry->value().size()));
}

// Those that write.

/// Why a pair cannot be stored; empty: it can.
std::string_view refuse_pair(std::string_view key, std::size_t value_bytes) {
  if (key.size() > kKeyBytesMax) {
    return kKeyTooLarge;
  }
  return value_bytes > kValueBytesMax ? kValueTooLarge : std::string_view();
}

std::string append(Map& map, std::string_view key, std::string_view more) {
  const Entry* const entry = map.find(key);
  std::string value(entry == nullptr ? std::string_view() : entry->value());
  if (const auto refusal = refuse_pair(key, value.size() + more.size()); !refusal.empty()) {
    return resp::error(refusal);
  }
  map.set(key, value.append(more));
  return resp::integer(static_cast<std::int64_t>(value.size()));
}

std::string delete_keys(Map& map, const Arguments& keys) {
  return resp::integer(
      std::count_if(keys.begin(), keys.end(), [&](auto key) { return map.erase(key); }));
}

std::string increment(Map& map, std::string_view key, std::string_view by) {
  const Entry* const entry = map.find(key);
  const auto before = parse_integer(entry == nullptr ? "0" : entry->value());
  const auto more = parse_integer(by);
  if (!before || !more) {
    return resp::error("ERR value is not an integer or out of range");
  }
  std::int64_t after = 0;
  if (__builtin_add_overflow(*before, *more, &after)) {
    return resp::error("ERR increment or decrement would overflow");
  }
  map.set(key, std::to_string(after));
  return resp::integer(after);
}

std::string set_many(Map& map, const Arguments& pairs) {
  for (std::size_t at = 0; at < pairs.size(); at += 2) {
    if (const auto refusal = refuse_pair(pairs[at], pairs[at + 1].size()); !refusal.empty()) {
      return resp::error(refusal);
    }
  }
  for (std::size_t at = 0; at < pairs.size(); at += 2) {
    map.set(pairs[at], pairs[at + 1]);
  }
  return std::string(resp::kOk);
}

std::string compare_and_set(Map& map, const Arguments& arguments) {
  const Entry* const entry = map.find(arguments[0]);
  if (entry == nullptr || entry->value() != arguments[1]) {
    return resp::integer(0);
  }
  map.set(arguments[0], arguments[2]);
  return resp::integer(1);
}

/// SET and its kin: a pair, and whether it may be there.
std::string set(Map& map, Code code, std::string_view key, std::string_view value) {
  const bool is_there = map.find(key) != nullptr;
  if (code == Code::kGetSet) {
    std::string before = value_of(map, key);
    map.set(key, value);
    return before;
  }
  if ((code == Code::kSetIfMissing && is_there) || (code == Code::kSetIfThere && !is_there)) {
    return std::string(resp::kNull);
  }
  map.set(key, value);
  return std::string(resp::kOk);
}

}  // namespace

std::string execute_read(const Operation& operation, const Map& map) {
  const Arguments& arguments = operation.arguments;
  switch (operation.code) {
    case Code::kGet:
      return value_of(map, arguments[0]);
    case Code::kLength:
      return length(map, arguments[0]);
    case Code::kExists:
      return count_existing(map, arguments);
    case Code::kGetMany:
      return get_many(map, arguments);
    case Code::kCount:
      return resp::integer(static_cast<std::int64_t>(map.size()));
    case Code::kSet:
    case Code::kSetIfMissing:
    case Code::kSetIfThere:
    case Code::kGetSet:
    case Code::kAppend:
    case Code::kDelete:
    case Code::kIncrementBy:
    case Code::kSetMany:
    case Code::kCompareAndSet:
      break;
  }
  BUOYANT_ASSERT(is_read(operation.code));
  return {};
}

std::string execute(const Operation& operation, Map& map) {
  if (is_read(operation.code)) {
    return execute_read(operation, map);
  }
  const Arguments& arguments = operation.arguments;
  if (operation.code == Code::kDelete) {
    return delete_keys(map, arguments);
  }
  if (operation.code == Code::kSetMany) {
    return set_many(map, arguments);
  }
  if (const auto refusal = refuse_pair(arguments[0], arguments.back().size()); !refusal.empty()) {
    return resp::error(refusal);
  }
  if (operation.code == Code::kAppend) {
    return append(map, arguments[0], arguments[1]);
  }
  if (operation.code == Code::kIncrementBy) {
    return increment(map, arguments[0], arguments[1]);
  }
  if (operation.code == Code::kCompareAndSet) {
    return compare_and_set(map, arguments);
  }
  return set(map, operation.code, arguments[0], arguments[1]);
}

}  // namespace kv
