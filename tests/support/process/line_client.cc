// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/support/process/line_client.h"

#include <utility>

namespace buoyant::process {

void LineClient::send_line(std::string_view line) {
  socket_.send(line);
  socket_.send("\n");
}

void LineClient::pump() {
  socket_.pump();
  split();
}

std::optional<std::string> LineClient::take_line() {
  if (lines_.empty()) {
    return std::nullopt;
  }
  std::string line = std::move(lines_.front());
  lines_.pop_front();
  return line;
}

std::optional<std::string> LineClient::read_line(Deadline deadline) {
  while (lines_.empty() && is_open() && Clock::now() < deadline) {
    pump_within(deadline);
  }
  return take_line();
}

bool LineClient::wait_closed(Deadline deadline) {
  while (is_open() && Clock::now() < deadline) {
    pump_within(deadline);
  }
  return !is_open();
}

bool LineClient::flush(Deadline deadline) {
  while (unsent() > 0 && is_open() && Clock::now() < deadline) {
    pump_within(deadline);
  }
  return unsent() == 0;
}

void LineClient::pump_within(Deadline deadline) {
  socket_.pump_within(deadline);
  split();
}

void LineClient::split() {
  std::string& received = socket_.received();
  std::size_t begin = 0;
  // What was searched before has no newline.
  for (std::size_t end = received.find('\n', searched_); end != std::string::npos;
       end = received.find('\n', begin)) {
    lines_.push_back(received.substr(begin, end - begin));
    begin = end + 1;
  }
  received.erase(0, begin);
  searched_ = received.size();
}

}  // namespace buoyant::process
