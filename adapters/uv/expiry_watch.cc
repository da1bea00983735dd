// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/uv/expiry_watch.h"

#include "adapters/uv/context.h"

#include <string>

namespace buoyant::uv {

ExpiryWatch::ExpiryWatch(Context& context) : context_(context), timer_(context.deadlines) {}

void ExpiryWatch::start() {
  if (context_.options.security != nullptr) {
    timer_.post([this] { look(); });
  }
}

void ExpiryWatch::look() {
  const auto left = context_.options.security->expires_at() - std::chrono::system_clock::now();
  const auto hours = std::chrono::duration_cast<std::chrono::hours>(left).count();
  if (left <= std::chrono::seconds(0)) {
    context_.report(ServerId(), "our certificate has expired", "no new connection comes up");
  } else if (left <= kWarning) {
    context_.report(ServerId(), "our certificate expires soon",
                    "in " + std::to_string(hours / 24) + " days; renew it and reload");
  }
  timer_.start(kInterval, [this] { look(); });
}

}  // namespace buoyant::uv
