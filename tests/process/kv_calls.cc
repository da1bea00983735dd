// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/process/kv_calls.h"

#include <cstdlib>
#include <sstream>

namespace buoyant::process {

static std::vector<std::string> words_of(const Bytes& command) {
  std::istringstream stream{std::string(command.text())};
  std::vector<std::string> words;
  for (std::string word; stream >> word;) {
    words.push_back(word);
  }
  return words;
}

/// An empty state is a key that is missing: no value is empty.
static std::string apply_to_key(std::string& state, const std::vector<std::string>& words) {
  const std::string& verb = words.front();
  if (verb == "GET") {
    return state.empty() ? "$-1" : "$" + state;
  }
  if (verb == "SET") {
    state = words.at(2);
    return "+OK";
  }
  if (verb == "APPEND") {
    state += words.at(2);
    return ":" + std::to_string(state.size());
  }
  if (verb == "INCR") {
    state = std::to_string(std::strtoull(state.c_str(), nullptr, 10) + 1);
    return ":" + state;
  }
  if (verb == "CAS") {
    const bool is_equal = !state.empty() && state == words.at(2);
    state = is_equal ? words.at(3) : state;
    return is_equal ? ":1" : ":0";
  }
  std::abort();
}

simulation::Specification kv_specification() {
  simulation::Specification specification;
  specification.key_of = [](const Bytes& command) { return words_of(command).at(1); };
  specification.apply = [](std::string& state, const Bytes& command) {
    return Bytes::copy_of(apply_to_key(state, words_of(command)));
  };
  return specification;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    text += (text.empty() ? "" : " ") + word;
  }
  return text;
}

bool is_read(const std::vector<std::string>& words) {
  return words.front() == "GET";
}

KvCalls::KvCalls(Options options, std::uint64_t seed)
    : options_(options), random_(seed), slots_(options.keys) {}

std::string KvCalls::key_of(std::size_t slot, std::uint64_t generation) {
  constexpr const char* kKinds = "rlc";
  return kKinds[slot % 3] + std::to_string(slot) + "." + std::to_string(generation);
}

std::uint64_t KvCalls::draw(std::uint64_t end) {
  return std::uniform_int_distribution<std::uint64_t>(0, end - 1)(random_);
}

std::string KvCalls::new_value() {
  std::string value = "v" + std::to_string(++values_) + ".";
  if (value.size() < options_.value_bytes) {
    value.append(options_.value_bytes - value.size(), 'x');
  }
  return value;
}

std::vector<std::string> KvCalls::register_call(const std::string& key, Slot& slot) {
  const std::string expected = slot.last_value;
  slot.last_value = new_value();
  if (draw(2) == 0 && !expected.empty()) {
    return {"CAS", key, expected, slot.last_value};
  }
  return {"SET", key, slot.last_value};
}

std::vector<std::string> KvCalls::next() {
  const std::size_t at = draw(slots_.size());
  Slot& slot = slots_[at];
  if (slot.calls++ == options_.calls_per_key) {
    slot = {slot.generation + 1, 1, {}};
  }
  const std::string key = key_of(at, slot.generation);
  if (draw(4) == 0) {
    return {"GET", key};
  }
  switch (key.front()) {
    case 'r':
      return register_call(key, slot);
    case 'l':
      return {"APPEND", key, std::to_string(++values_) + ";"};
    default:
      return {"INCR", key};
  }
}

std::vector<std::string> KvCalls::keys() const {
  std::vector<std::string> keys;
  for (std::size_t at = 0; at < slots_.size(); ++at) {
    for (std::uint64_t generation = 0; generation <= slots_[at].generation; ++generation) {
      keys.push_back(key_of(at, generation));
    }
  }
  return keys;
}

}  // namespace buoyant::process
