// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// The client port of the example server kv: RESP2 in pieces of any size. How the stream is cut
// makes no difference; what is a request for the map becomes an operation that survives its
// encoding; and the encoding of one that nobody wrote is refused or is one.
//
// Input: the size of the pieces, the stream.

#include "buoyant/base/assert.h"
#include "examples/kv/command_table.h"
#include "examples/kv/log_command.h"
#include "examples/kv/operation.h"
#include "examples/kv/resp_reader.h"
#include "examples/kv/translate.h"
#include "tests/fuzz/input.h"

#include <string>
#include <vector>

namespace buoyant::fuzz {

struct Requests {
  std::vector<std::vector<std::string>> words;
  std::string error;
};

Requests read_in(std::string_view stream, std::size_t piece) {
  kv::RespReader reader;
  Requests requests;
  while (!stream.empty() && reader.error().empty()) {
    reader.append(stream.substr(0, piece));
    stream.remove_prefix(std::min(piece, stream.size()));
    while (const kv::RespReader::Arguments* words = reader.front()) {
      BUOYANT_ASSERT(!words->empty());
      requests.words.emplace_back(words->begin(), words->end());
      reader.pop();
    }
  }
  requests.error = reader.error();
  return requests;
}

void execute(const std::vector<std::string>& request) {
  const std::vector<std::string_view> words(request.begin(), request.end());
  const kv::CommandSpec* command = kv::find_command(kv::upper(words.front()));
  if (command == nullptr || words.size() < command->words_min ||
      words.size() > command->words_max) {
    return;
  }
  if (command->kind == kv::CommandKind::kOperation) {
    const auto translated = kv::to_operation(words);
    if (const auto* operation = std::get_if<kv::Operation>(&translated)) {
      std::string bytes;
      kv::encode(*operation, bytes);
      BUOYANT_ASSERT(kv::decode(bytes) == *operation);
    }
  } else if (command->kind == kv::CommandKind::kSession) {
    (void)kv::session_command(words);
  }
}

void try_operation(std::string_view bytes) {
  const auto operation = kv::decode(bytes);
  if (operation) {
    std::string again;
    kv::encode(*operation, again);
    BUOYANT_ASSERT(kv::decode(again) == operation);
  }
}

void try_stream(Input& input) {
  const std::size_t piece = 1 + input.below(64);
  const std::string stream(text_of(input.rest()));
  const Requests cut = read_in(stream, piece);
  const Requests whole = read_in(stream, std::string::npos);
  BUOYANT_ASSERT(cut.words == whole.words);
  BUOYANT_ASSERT(cut.error == whole.error);
  for (const std::vector<std::string>& words : whole.words) {
    execute(words);
  }
  try_operation(stream);
}

}  // namespace buoyant::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  buoyant::fuzz::Input input(data, size);
  buoyant::fuzz::try_stream(input);
  return 0;
}
