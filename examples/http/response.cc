// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/http/response.h"

#include <nlohmann/json.hpp>

#include <array>
#include <ctime>

namespace http {

namespace {

using buoyant::Errc;

constexpr const char* kRetryAfterSeconds = "1";

Response error_response(int status, std::string_view name, std::string_view message,
                        std::string_view applied) {
  const nlohmann::ordered_json json = {{"error", name}, {"message", message}, {"applied", applied}};
  return {status, json.dump() + "\n", "application/json", {}};
}

int status_of(Errc code) {
  if (code == Errc::kOutcomeUnknown) {
    return HTTP_STATUS_GATEWAY_TIMEOUT;
  }
  if (code == Errc::kStorageFull) {
    return HTTP_STATUS_INSUFFICIENT_STORAGE;
  }
  if (code == Errc::kTooLarge) {
    return HTTP_STATUS_PAYLOAD_TOO_LARGE;
  }
  // All that another attempt, here or elsewhere, may do better.
  const bool passes = code == Errc::kNoLeader || code == Errc::kNotLeader || code == Errc::kBusy ||
                      code == Errc::kSuperseded || code == Errc::kNotReady ||
                      code == Errc::kStopped || code == Errc::kFaulted;
  return passes ? HTTP_STATUS_SERVICE_UNAVAILABLE : HTTP_STATUS_INTERNAL_SERVER_ERROR;
}

const char* reason(int status) {
  return http_status_str(static_cast<http_status>(status));
}

std::string date() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  std::array<char, 32> text{};
  // The process has the C locale: no setlocale().
  const std::size_t bytes =
      std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return {text.data(), bytes};
}

}  // namespace

Response refusal(int status, std::string_view message) {
  return error_response(status, reason(status), message, "no");
}

Response failure(const buoyant::Error& error) {
  std::string message = error.message();
  if (*error.context() != '\0') {
    message += std::string(": ") + error.context();
  }
  const bool is_unknown = error.outcome() == buoyant::Outcome::kUnknown;
  if (is_unknown) {
    message += "; it may be applied, now or later";
  }
  const int status = status_of(error.code());
  Response response = error_response(status, error.name(), message, is_unknown ? "unknown" : "no");
  if (status == HTTP_STATUS_SERVICE_UNAVAILABLE || status == HTTP_STATUS_INSUFFICIENT_STORAGE) {
    response.headers.emplace_back("Retry-After", kRetryAfterSeconds);
  }
  return response;
}

std::string to_text(const Response& response, bool has_body, bool is_last) {
  std::string text = "HTTP/1.1 " + std::to_string(response.status) + " " + reason(response.status);
  const auto add = [&text](std::string_view name, std::string_view value) {
    text.append("\r\n").append(name).append(": ").append(value);
  };
  add("Date", date());
  // An answer without a body says so by its status.
  if (response.status != HTTP_STATUS_NO_CONTENT) {
    add("Content-Type", response.type);
    add("Content-Length", std::to_string(response.body.size()));
  }
  add("X-Content-Type-Options", "nosniff");
  add("Cache-Control", "no-store");
  for (const auto& [name, value] : response.headers) {
    add(name, value);
  }
  add("Connection", is_last ? "close" : "keep-alive");
  text.append("\r\n\r\n");
  return has_body && response.status != HTTP_STATUS_NO_CONTENT ? text.append(response.body) : text;
}

}  // namespace http
