// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/support/process/resp_client.h"

namespace buoyant::process {

std::optional<RespValue> RespClient::take() {
  auto value = reader_.take(socket_.received());
  if (reader_.is_broken()) {
    close();
  }
  return value;
}

std::optional<RespValue> RespClient::read(Deadline deadline) {
  auto value = take();
  while (!value && is_open() && Clock::now() < deadline) {
    socket_.pump_within(deadline);
    value = take();
  }
  return value;
}

std::optional<RespValue> RespClient::ask(const std::vector<std::string>& words, Deadline deadline) {
  send(words);
  return read(deadline);
}

}  // namespace buoyant::process
