// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/kv/kv_service.h"

#include "examples/kv/kv_protocol.h"

namespace kv {

std::unique_ptr<example::Protocol> KvService::speak(example::Connection& connection) {
  return std::make_unique<KvProtocol>(connection, replication_, replicated_, election_ms_);
}

}  // namespace kv
