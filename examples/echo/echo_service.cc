// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/echo/echo_service.h"

#include "examples/common/connection.h"
#include "examples/echo/line_reader.h"

#include <string>

namespace echo {

namespace {

using example::AnswerQueue;
using example::Connection;

class LineProtocol final : public example::Protocol {
 public:
  LineProtocol(buoyant::Node& node, Connection& connection)
      : node_(node), connection_(connection), reader_(kLineBytesMax) {}

  void append(std::string_view bytes) override { reader_.append(bytes); }

  [[nodiscard]] std::size_t pending_bytes() const override { return reader_.pending_bytes(); }

  bool take() override {
    const auto line = reader_.next();
    if (line) {
      take_line(*line);
    } else if (reader_.is_too_long()) {
      connection_.refuse(kLineTooLong);
    }
    return line.has_value();
  }

 private:
  static void answer(Connection& connection, AnswerQueue::Ticket ticket, std::string text) {
    connection.answer(ticket, text.append("\n"));
  }

  void take_line(std::string_view line) {
    const AnswerQueue::Ticket ticket = connection_.open(line.size());
    if (const auto refusal = refuse_line(line)) {
      answer(connection_, ticket, *refusal);
      return;
    }
    // The client may be gone when its line is decided.
    auto done = [weak = connection_.weak_from_this(),
                 ticket](buoyant::Result<buoyant::Applied> outcome) {
      if (const auto connection = weak.lock()) {
        answer(*connection, ticket,
               outcome ? std::string(outcome->reply.text()) : error_line(outcome.error()));
      }
    };
    const auto accepted = node_.propose(buoyant::Bytes::copy_of(line), std::move(done));
    if (!accepted) {
      answer(connection_, ticket, error_line(accepted.error()));
    }
  }

  buoyant::Node& node_;
  Connection& connection_;
  LineReader reader_;
};

}  // namespace

std::unique_ptr<example::Protocol> EchoService::speak(Connection& connection) {
  return std::make_unique<LineProtocol>(node_, connection);
}

}  // namespace echo
