// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/support/process/http_client.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>

namespace buoyant::process {

static std::string lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
  return text;
}

std::optional<HttpAnswer> take_http_answer(std::string& received) {
  constexpr std::string_view kVersion = "HTTP/1.1 ";
  const std::size_t head_end = received.find("\r\n\r\n");
  if (head_end == std::string::npos || !received.starts_with(kVersion)) {
    return std::nullopt;
  }
  HttpAnswer answer;
  answer.status = std::atoi(received.c_str() + kVersion.size());
  for (std::size_t at = received.find("\r\n") + 2; at < head_end;) {
    const std::size_t end = received.find("\r\n", at);
    const std::size_t colon = received.find(": ", at);
    if (colon < end) {
      answer.headers[lower_case(received.substr(at, colon - at))] =
          received.substr(colon + 2, end - colon - 2);
    }
    at = end + 2;
  }
  const std::size_t body = head_end + 4;
  const auto length = answer.headers.find("content-length");
  const std::size_t bytes =
      length == answer.headers.end() ? 0 : std::strtoull(length->second.c_str(), nullptr, 10);
  if (received.size() < body + bytes) {
    return std::nullopt;
  }
  answer.body = received.substr(body, bytes);
  received.erase(0, body + bytes);
  return answer;
}

std::optional<HttpAnswer> HttpClient::ask(std::string_view method, std::string_view target,
                                          Deadline deadline, std::string_view body,
                                          std::string_view headers) {
  std::string request(method);
  request.append(" ").append(target).append(" HTTP/1.1\r\nHost: test\r\n").append(headers);
  request.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n\r\n");
  socket_.send(request.append(body));
  while (true) {
    if (auto answer = take_http_answer(socket_.received())) {
      return answer;
    }
    if (!socket_.is_open() || Clock::now() >= deadline) {
      return std::nullopt;
    }
    socket_.pump_within(deadline);
  }
}

std::optional<HttpAnswer> http_ask(std::uint16_t port, std::string_view method,
                                   std::string_view target, Deadline deadline,
                                   std::string_view body) {
  while (Clock::now() < deadline) {
    StreamSocket probe(port);
    if (wait_until(deadline, [&] { return probe.is_connected() || !probe.is_open(); }) &&
        probe.is_connected()) {
      return HttpClient(port).ask(method, target, deadline, body);
    }
    pause_briefly();
  }
  return std::nullopt;
}

}  // namespace buoyant::process
