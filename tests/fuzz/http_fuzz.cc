// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// The client port of the example server http: HTTP/1.1 in pieces of any size. How the stream is cut
// makes no difference; what is a request has an answer or asks for something that survives its
// encoding; and the encoding of one that nobody wrote is refused or is one.
//
// Input: the size of the pieces, the stream.

#include "buoyant/base/assert.h"
#include "examples/http/command.h"
#include "examples/http/limits.h"
#include "examples/http/request_reader.h"
#include "examples/http/route.h"
#include "tests/fuzz/input.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace buoyant::fuzz {

struct HttpRequests {
  std::vector<http::Request> requests;
  std::optional<int> error;
};

HttpRequests read_requests(std::string_view stream, std::size_t piece) {
  http::RequestReader reader;
  HttpRequests read;
  while (!stream.empty() && !reader.error()) {
    reader.append(stream.substr(0, piece));
    stream.remove_prefix(std::min(piece, stream.size()));
    while (const http::Request* request = reader.front()) {
      BUOYANT_ASSERT(request->body.size() <= http::kValueBytesMax);
      read.requests.push_back(*request);
      reader.pop();
    }
    (void)reader.take_expectation();
  }
  read.error = reader.error();
  return read;
}

void try_route(const http::Request& request) {
  const auto routed = http::route(request);
  if (const auto* response = std::get_if<http::Response>(&routed)) {
    BUOYANT_ASSERT(response->status >= 400);
    return;
  }
  const auto& route = std::get<http::Route>(routed);
  const http::Command command{http::Code::kPut, route.condition, route.key, request.body};
  BUOYANT_ASSERT(http::decode_command(http::encode(command)) == command);
}

void try_command(std::string_view bytes) {
  if (const auto command = http::decode_command(bytes)) {
    BUOYANT_ASSERT(http::encode(*command) == bytes);
  }
  if (const auto reply = http::decode_reply(bytes)) {
    BUOYANT_ASSERT(http::encode(*reply) == bytes);
  }
}

void try_http(Input& input) {
  const std::size_t piece = 1 + input.below(64);
  const std::string stream(text_of(input.rest()));
  const HttpRequests cut = read_requests(stream, piece);
  const HttpRequests whole = read_requests(stream, std::string::npos);
  BUOYANT_ASSERT(cut.error == whole.error);
  BUOYANT_ASSERT(cut.requests.size() == whole.requests.size());
  for (std::size_t at = 0; at < whole.requests.size(); ++at) {
    BUOYANT_ASSERT(cut.requests[at].target == whole.requests[at].target);
    BUOYANT_ASSERT(cut.requests[at].headers == whole.requests[at].headers);
    BUOYANT_ASSERT(cut.requests[at].body == whole.requests[at].body);
    try_route(whole.requests[at]);
  }
  try_command(stream);
}

}  // namespace buoyant::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  buoyant::fuzz::Input input(data, size);
  buoyant::fuzz::try_http(input);
  return 0;
}
