// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// open_tls of a build with the TLS adapter.

#include "adapters/tls/context.h"
#include "buoyant/model/hello.h"
#include "buoyant/standard.h"

#include <memory>
#include <utility>

namespace buoyant {

Result<std::shared_ptr<port::StreamSecurity>> open_tls(TlsFiles files, std::string cluster,
                                                       std::uint64_t id) {
  if (id == 0 || cluster.empty() || cluster.size() > kClusterBytesMax) {
    return fail(Errc::kInvalidOptions, "tls: the cluster's or the server's name");
  }
  auto context = tls::TlsContext::create(std::move(files),
                                         {.cluster = std::move(cluster), .id = ServerId(id)});
  if (!context) {
    return fail(context.error());
  }
  return std::make_shared<tls::TlsContext>(std::move(*context));
}

}  // namespace buoyant
