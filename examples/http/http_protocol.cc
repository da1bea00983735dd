// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/http/http_protocol.h"

#include "buoyant/report.h"
#include "examples/http/status_page.h"

#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace http {

namespace {

std::string tag(std::uint64_t version) {
  return "\"" + std::to_string(version) + "\"";
}

/// Of what RequestReader refuses.
std::string_view why(int status) {
  switch (status) {
    case HTTP_STATUS_PAYLOAD_TOO_LARGE:
      return "a value has at most 262144 bytes";
    case HTTP_STATUS_REQUEST_HEADER_FIELDS_TOO_LARGE:
      return "the head of a request has at most 8192 bytes";
    case HTTP_STATUS_NOT_IMPLEMENTED:
      return "the method is none of HTTP";
    case HTTP_STATUS_HTTP_VERSION_NOT_SUPPORTED:
      return "the versions are 1.0 and 1.1";
    default:
      return "this is no request of HTTP/1.1";
  }
}

/// Of all groups; where there are several a label tells them apart.
std::string metrics_of(const std::vector<Shared>& groups) {
  std::vector<buoyant::NodeReport> reports;
  for (const Shared& group : groups) {
    reports.push_back(buoyant::report_of(group.node));
    if (groups.size() > 1) {
      reports.back().labels = {{"group", std::to_string(reports.size())}};
    }
  }
  return buoyant::metrics_text(reports);
}

/// What /status says of each of them, in their order.
std::string statuses_of(const std::vector<Shared>& groups) {
  std::string text = R"({"groups":[)";
  for (const Shared& group : groups) {
    text += &group == &groups.front() ? "" : ",";
    text += status_text(group.node, group.figures, group.timer, group.store);
  }
  return text + "]}\n";
}

/// What the state machine replied.
Response answer_to(const Reply& reply) {
  switch (reply.outcome) {
    case Outcome::kCreated:
      return {HTTP_STATUS_CREATED, "", "text/plain", {{"ETag", tag(reply.number)}}};
    case Outcome::kReplaced:
      return {HTTP_STATUS_OK, "", "text/plain", {{"ETag", tag(reply.number)}}};
    case Outcome::kDeleted:
      return {HTTP_STATUS_NO_CONTENT};
    case Outcome::kMissing:
      return refusal(HTTP_STATUS_NOT_FOUND, "there is no such key");
    case Outcome::kCounted:
      return {HTTP_STATUS_OK, std::to_string(reply.number) + "\n"};
    case Outcome::kConditionFailed: {
      Response response = refusal(HTTP_STATUS_PRECONDITION_FAILED, "the key is not as it was");
      if (reply.number != 0) {
        response.headers.emplace_back("ETag", tag(reply.number));
      }
      return response;
    }
    case Outcome::kNonsense:
      break;
  }
  return refusal(HTTP_STATUS_INTERNAL_SERVER_ERROR, "the state machine did not understand it");
}

}  // namespace

bool HttpProtocol::take() {
  if (phase_ == Phase::kAnswering) {
    return false;
  }
  if (const Request* const request = reader_.front()) {
    begin(*request);
    reader_.pop();
    return true;
  }
  if (const auto status = reader_.error()) {
    shared_->figures.answers[static_cast<std::size_t>(*status / 100)] += 1;
    connection_.refuse(to_text(refusal(*status, why(*status)), true, true));
    return false;
  }
  if (reader_.take_expectation()) {
    connection_.answer(connection_.open(0), "HTTP/1.1 100 Continue\r\n\r\n");
  }
  wait();
  return false;
}

/// For the next request, or for the rest of it. As a whole it has its time, however often a byte
/// of it comes.
void HttpProtocol::wait() {
  const Phase now = reader_.pending_bytes() > 0 ? Phase::kReceiving : Phase::kIdle;
  if (std::exchange(phase_, now) != now) {
    connection_.set_alarm(connection_.now_ms() + (now == Phase::kIdle
                                                      ? shared_->patience.idle_ms
                                                      : shared_->patience.request_ms));
  }
}

void HttpProtocol::on_alarm() {
  if (phase_ == Phase::kIdle) {
    connection_.end();
  } else if (phase_ == Phase::kReceiving && !connection_.has_ended()) {
    connection_.refuse(
        to_text(refusal(HTTP_STATUS_REQUEST_TIMEOUT, "the request did not end"), true, true));
  }
}

void HttpProtocol::begin(const Request& request) {
  phase_ = Phase::kAnswering;
  ticket_ = connection_.open(request.target.size() + request.body.size());
  began_ns_ = uv_hrtime();
  has_body_ = request.method != HTTP_HEAD;
  keeps_alive_ = request.keeps_alive;
  latencies_ = nullptr;
  auto routed = route(request);
  if (auto* const response = std::get_if<Response>(&routed)) {
    answer(std::move(*response));
  } else if (const std::size_t group = std::get<Route>(routed).group; group > groups_.size()) {
    answer(refusal(HTTP_STATUS_NOT_FOUND, "there is no such group: see /groups"));
  } else {
    shared_ = &groups_[group - 1];
    run(std::get<Route>(std::move(routed)), request.body);
  }
}

void HttpProtocol::run(Route route, std::string_view body) {
  switch (route.action) {
    case Action::kPutValue:
      return write({Code::kPut, route.condition, route.key, body});
    case Action::kDeleteValue:
      return write({Code::kDelete, route.condition, route.key, {}});
    case Action::kIncrement:
      return write({Code::kIncrement, {}, {}, {}});
    case Action::kGetValue:
    case Action::kGetCounter:
      return read(route);
    case Action::kPage:
    case Action::kStatus:
    case Action::kMetrics:
    case Action::kGroups:
      return answer(answer_here(route.action));
  }
}

void HttpProtocol::write(const Command& command) {
  latencies_ = &shared_->figures.writes;
  // The client may be gone when its command is decided.
  auto done = [this, weak = connection_.weak_from_this()](
                  const buoyant::Result<buoyant::Applied>& outcome) {
    if (const auto connection = weak.lock()) {
      answer(outcome ? answer_to(decode_reply(outcome->reply.text()).value_or(Reply{}))
                     : failure(outcome.error()));
    }
  };
  const auto accepted =
      shared_->node.propose(buoyant::Bytes::copy_of(encode(command)), std::move(done));
  if (!accepted) {
    answer(failure(accepted.error()));
  }
}

void HttpProtocol::read(const Route& route) {
  latencies_ = &shared_->figures.reads;
  if (route.is_stale) {
    answer(answer_read(route));
    return;
  }
  auto done = [this, weak = connection_.weak_from_this(),
               route](const buoyant::Result<buoyant::Index>& outcome) {
    if (const auto connection = weak.lock()) {
      answer(outcome ? answer_read(route) : failure(outcome.error()));
    }
  };
  const auto accepted = shared_->node.read(buoyant::ReadMode::kLinearizable, std::move(done));
  if (!accepted) {
    answer(failure(accepted.error()));
  }
}

Response HttpProtocol::answer_read(const Route& route) const {
  if (route.action == Action::kGetCounter) {
    return {HTTP_STATUS_OK, std::to_string(shared_->store.counter()) + "\n"};
  }
  const auto value = shared_->store.find(route.key);
  if (!value) {
    return refusal(HTTP_STATUS_NOT_FOUND, "there is no such key");
  }
  // Bytes that clients brought: no browser is to take them for a page of ours.
  return {HTTP_STATUS_OK,
          std::string(value->bytes),
          "application/octet-stream",
          {{"ETag", tag(value->version)}}};
}

Response HttpProtocol::answer_here(Action action) const {
  if (action == Action::kMetrics) {
    return {HTTP_STATUS_OK, metrics_of(groups_), "text/plain; version=0.0.4"};
  }
  if (action == Action::kGroups) {
    return {HTTP_STATUS_OK, statuses_of(groups_), "application/json"};
  }
  if (action == Action::kStatus) {
    return {HTTP_STATUS_OK,
            status_text(shared_->node, shared_->figures, shared_->timer, shared_->store),
            "application/json"};
  }
  return {HTTP_STATUS_OK,
          std::string(kStatusPage),
          "text/html; charset=utf-8",
          {{"Content-Security-Policy",
            "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
            "connect-src 'self'; frame-ancestors 'none'"}}};
}

void HttpProtocol::answer(Response response) {
  phase_ = Phase::kNew;
  shared_->figures.answers[static_cast<std::size_t>(response.status / 100)] += 1;
  if (latencies_ != nullptr) {
    latencies_->add(uv_hrtime() - began_ns_);
  }
  const bool is_last = !keeps_alive_ || connection_.has_ended();
  connection_.answer(ticket_, to_text(response, has_body_, is_last));
  if (is_last) {
    connection_.end();
  }
}

}  // namespace http
