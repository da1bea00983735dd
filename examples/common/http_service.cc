// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/common/http_service.h"

#include "buoyant/report.h"
#include "examples/common/admin.h"
#include "examples/common/connection.h"

#include <algorithm>
#include <cctype>

namespace example {

namespace {

std::string response(std::string_view status, std::string_view type, std::string_view body) {
  std::string text = "HTTP/1.1 ";
  text.append(status).append("\r\nContent-Type: ").append(type);
  text.append("\r\nContent-Length: ").append(std::to_string(body.size()));
  return text.append("\r\nConnection: close\r\n\r\n").append(body);
}

std::string refusal(std::string_view status) {
  return response(status, "text/plain", std::string(status) + "\n");
}

/// A browser says for whom it posts; whoever it is, it is not the operator.
bool is_of_a_browser(std::string_view head) {
  const auto equal = [](unsigned char left, unsigned char right) {
    return std::tolower(left) == right;
  };
  const auto has = [&](std::string_view line) {
    return std::search(head.begin(), head.end(), line.begin(), line.end(), equal) != head.end();
  };
  return has("\norigin:") || has("\nsec-fetch-");
}

class HttpProtocol final : public Protocol {
 public:
  HttpProtocol(buoyant::Node& node, HttpService::Actions actions, Connection& connection)
      : node_(node), actions_(actions), connection_(connection) {}

  void append(std::string_view bytes) override { head_ += bytes; }

  [[nodiscard]] std::size_t pending_bytes() const override { return head_.size(); }

  [[nodiscard]] bool wants_bytes() const override { return !is_acting_; }

  /// The first request is the last one; what follows is not read.
  bool take() override {
    if (is_acting_) {
      return false;
    }
    const std::size_t end = std::min(head_.find("\r\n\r\n"), head_.find("\n\n"));
    if (end == std::string::npos) {
      if (head_.size() > HttpService::kHeadBytesMax) {
        connection_.refuse(refusal("431 Request Header Fields Too Large"));
      }
      return false;
    }
    const std::string_view first_line =
        std::string_view(head_).substr(0, head_.find_first_of("\r\n"));
    if (first_line.starts_with(kPost)) {
      act(first_line, std::string_view(head_).substr(0, end));
    } else {
      connection_.refuse(answer_http(first_line, node_));
    }
    return true;
  }

 private:
  static constexpr std::string_view kPost = "POST ";

  void act(std::string_view first_line, std::string_view head) {
    is_acting_ = true;
    const auto answer = [weak = connection_.weak_from_this(),
                         ticket = connection_.open(head_.size())](const AdminAnswer& said) {
      // The client may be gone.
      if (const auto connection = weak.lock()) {
        connection->answer(ticket, response(said.status, "application/json", said.body));
        connection->end();
      }
    };
    const std::string_view rest = first_line.substr(kPost.size());
    if (actions_ == HttpService::Actions::kRefused) {
      answer(refuse_action("403 Forbidden", "this server was started without --admin"));
    } else if (is_of_a_browser(head)) {
      answer(refuse_action("403 Forbidden", "not for browsers"));
    } else {
      run_action(node_, rest.substr(0, rest.find(' ')), answer);
    }
    head_.clear();
  }

  buoyant::Node& node_;
  const HttpService::Actions actions_;
  Connection& connection_;
  std::string head_;
  bool is_acting_ = false;
};

}  // namespace

std::string answer_http(std::string_view first_line, const buoyant::Node& node) {
  const std::size_t method_end = first_line.find(' ');
  if (method_end == std::string_view::npos) {
    return refusal("400 Bad Request");
  }
  if (first_line.substr(0, method_end) != "GET") {
    return refusal("405 Method Not Allowed");
  }
  const std::string_view rest = first_line.substr(method_end + 1);
  const std::string_view path = rest.substr(0, rest.find_first_of(" ?"));
  if (path == "/metrics") {
    return response("200 OK", "text/plain; version=0.0.4",
                    metrics_text(node.status(), node.latencies()));
  }
  if (path == "/status") {
    return response("200 OK", "application/json",
                    status_json(node.status(), node.latencies()) + "\n");
  }
  if (path == "/trace") {
    return response("200 OK", "application/x-ndjson", trace_json_lines(node.trace()));
  }
  return response("404 Not Found", "text/plain",
                  "404 Not Found: here are /metrics, /status and /trace\n");
}

std::unique_ptr<Protocol> HttpService::speak(Connection& connection) {
  return std::make_unique<HttpProtocol>(node_, actions_, connection);
}

std::string_view HttpService::too_many_clients() const {
  return "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
}

}  // namespace example
