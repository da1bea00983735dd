// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What stands behind buoyant_tls_t and buoyant_tls_renewal_t.
#pragma once

#include "buoyant/c/tls.h"
#include "buoyant/port/stream_security.h"

#include <memory>

struct buoyant_tls_s {
  std::shared_ptr<buoyant::port::StreamSecurity> security;
};

struct buoyant_tls_renewal_s {
  std::unique_ptr<buoyant::port::StreamSecurity::Renewal> renewal;
};
