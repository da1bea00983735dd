// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/http/route.h"

#include "examples/http/limits.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string_view>

namespace http {

namespace {

constexpr std::string_view kValues = "/kv/";
constexpr std::string_view kGroup = "/group/";

struct Place {
  std::string_view path;
  http_method method;
  Action action;
};

/// A path that ends with a slash and is more than that stands for all below it.
constexpr std::array kPlaces = {
    Place{"/", HTTP_GET, Action::kPage},
    Place{"/status", HTTP_GET, Action::kStatus},
    Place{"/metrics", HTTP_GET, Action::kMetrics},
    Place{"/groups", HTTP_GET, Action::kGroups},
    Place{"/counter", HTTP_GET, Action::kGetCounter},
    Place{"/counter/increment", HTTP_POST, Action::kIncrement},
    Place{kValues, HTTP_GET, Action::kGetValue},
    Place{kValues, HTTP_PUT, Action::kPutValue},
    Place{kValues, HTTP_DELETE, Action::kDeleteValue},
};

bool is_at(const Place& place, std::string_view path) {
  return place.path == kValues ? path.starts_with(kValues) : path == place.path;
}

/// The action, or the answer: there is no such place, or no such method.
std::variant<Action, Response> action_at(std::string_view path, http_method method) {
  // HEAD is GET without the body of its answer.
  const http_method wanted = method == HTTP_HEAD ? HTTP_GET : method;
  std::string allowed;
  for (const Place& place : kPlaces) {
    if (!is_at(place, path)) {
      continue;
    }
    if (place.method == wanted) {
      return place.action;
    }
    allowed += (allowed.empty() ? "" : ", ") + std::string(http_method_str(place.method));
    allowed += place.method == HTTP_GET ? ", HEAD" : "";
  }
  if (allowed.empty()) {
    return refusal(HTTP_STATUS_NOT_FOUND,
                   "there is /, /status, /metrics, /groups, /counter and /kv/KEY, "
                   "and of other groups /group/NUMBER/...");
  }
  Response response = refusal(HTTP_STATUS_METHOD_NOT_ALLOWED, "not with this method: " + allowed);
  response.headers.emplace_back("Allow", allowed);
  return response;
}

/// Nothing: a percent sign that two hexadecimal digits do not follow.
std::optional<std::string> decode_percent(std::string_view text) {
  std::string decoded;
  while (!text.empty()) {
    if (text.front() != '%') {
      decoded += text.front();
      text.remove_prefix(1);
      continue;
    }
    constexpr int kHexadecimal = 16;
    unsigned byte = 0;
    const char* const digits = text.data() + 1;
    if (text.size() < 3 ||
        std::from_chars(digits, digits + 2, byte, kHexadecimal).ptr != digits + 2) {
      return std::nullopt;
    }
    decoded += static_cast<char>(byte);
    text.remove_prefix(3);
  }
  return decoded;
}

/// "7", with its quotes, as answers have it in ETag.
std::optional<std::uint64_t> version_of(std::string_view tag) {
  if (tag.size() < 3 || tag.front() != '"' || tag.back() != '"') {
    return std::nullopt;
  }
  std::uint64_t version = 0;
  const char* const end = tag.data() + tag.size() - 1;
  const auto [stop, error] = std::from_chars(tag.data() + 1, end, version);
  return error == std::errc() && stop == end ? std::optional(version) : std::nullopt;
}

/// Nothing: what is asked for is not done here.
std::optional<Condition> condition_of(const Request& request) {
  const std::string* const match = request.header("if-match");
  const std::string* const none = request.header("if-none-match");
  if (match == nullptr && none == nullptr) {
    return Condition{};
  }
  if (match == nullptr || none == nullptr) {
    if (none != nullptr) {
      return *none == "*" ? std::optional(Condition{Condition::Kind::kMissing}) : std::nullopt;
    }
    if (*match == "*") {
      return Condition{Condition::Kind::kThere};
    }
    if (const auto version = version_of(*match)) {
      return Condition{Condition::Kind::kVersion, *version};
    }
  }
  return std::nullopt;
}

/// A browser says for whom it writes. Programs do not, and are not meant.
bool is_of_another_site(const Request& request) {
  const std::string* const origin = request.header("origin");
  const std::string* const host = request.header("host");
  return origin != nullptr && (host == nullptr || *origin != "http://" + *host);
}

/// Takes "/group/NUMBER" from the front of a path, if it is there; the first group has none.
std::size_t take_group(std::string_view& path) {
  if (!path.starts_with(kGroup)) {
    return 1;
  }
  std::size_t group = 0;
  const char* const end = path.data() + path.size();
  const auto [stop, error] = std::from_chars(path.data() + kGroup.size(), end, group);
  if (error == std::errc() && group > 0 && stop != end && *stop == '/') {
    path.remove_prefix(static_cast<std::size_t>(stop - path.data()));
    return group;
  }
  return 1;
}

}  // namespace

std::variant<Route, Response> route(const Request& request) {
  const std::string_view target = request.target;
  std::string_view path = target.substr(0, target.find('?'));
  const std::string_view query = target.substr(std::min(path.size() + 1, target.size()));
  const std::size_t group = take_group(path);
  auto action = action_at(path, request.method);
  if (auto* const response = std::get_if<Response>(&action)) {
    return std::move(*response);
  }
  Route route{std::get<Action>(action), {}, {}, query == "stale", group};
  const bool writes = route.action == Action::kPutValue || route.action == Action::kDeleteValue ||
                      route.action == Action::kIncrement;
  if (!query.empty() && (writes || !route.is_stale)) {
    return refusal(HTTP_STATUS_BAD_REQUEST, "the only parameter is ?stale, of reads");
  }
  if (writes && is_of_another_site(request)) {
    return refusal(HTTP_STATUS_FORBIDDEN, "not for pages of other sites");
  }
  if (path.starts_with(kValues)) {
    std::optional<std::string> key = decode_percent(path.substr(kValues.size()));
    if (!key || key->empty() || key->size() > kKeyBytesMax) {
      return refusal(HTTP_STATUS_BAD_REQUEST, "a key has 1 to 512 bytes, others as %XX");
    }
    route.key = *std::move(key);
  }
  if (writes) {
    const std::optional<Condition> condition = condition_of(request);
    if (!condition || (route.action == Action::kIncrement && *condition != Condition{})) {
      return refusal(HTTP_STATUS_BAD_REQUEST,
                     "the conditions are If-None-Match: * and If-Match: * or \"VERSION\", of keys");
    }
    route.condition = *condition;
  }
  return route;
}

}  // namespace http
